"""The one form in which text lies in case.db, and the way back.

Two things are written otherwise, both reversibly:

- `://` becomes `[:]//`. A URL is then no link: Datasette, terminals and editors find
  `https[:]//clip.example/a` no address, and a person still reads it.
- NUL and lone surrogates, which SQLite's text and JSON functions cut short or refuse, become
  SUB (U+001A, "in place of a character that cannot be represented") and four hex digits.

`Case.rows` translates both ways by itself; only code that opens case.db without `Case` needs these two.
"""

import re

# Brackets that stand there already get a further pair, so that every text comes back as it was.
# Both patterns begin at a fixed character and are linear on hostile text.
_LIVE = re.compile(r":(\]*//)")
_DEAD = re.compile(r"\[:\](\]*//)")
_UNSTORABLE = re.compile("[\0\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9a-f]{4})")


def stored_text(text: str) -> str:
    """The text as case.db holds it: no live URL, no NUL, no lone surrogate.

    >>> stored_text("see https://clip.example/a")
    'see https[:]//clip.example/a'
    """
    # The cheap questions first: nearly all text is plain ASCII without a link.
    if "//" in text:
        text = live_links_stored(text)
    if not text.isascii() or "\0" in text or "\x1a" in text:
        text = _UNSTORABLE.sub(lambda m: f"\x1a{ord(m[0]):04x}", text)
    return text


def live_links_stored(text: str) -> str:
    """The text without live URLs: stored_text for what holds no character that cannot be stored."""
    return _LIVE.sub(r"[:]\1", text) if "//" in text else text


def original_text(stored: str) -> str:
    """The text that was stored; the exact inverse of stored_text.

    >>> original_text("see https[:]//clip.example/a")
    'see https://clip.example/a'
    """
    return original_characters(_DEAD.sub(r":\1", stored) if "[:]" in stored else stored)


def original_characters(stored: str) -> str:
    """The stored text with its characters back, for a string inside JSON whose links are back already.

    JSON text can be given its links back as a whole; its own escapes hide the characters until it is parsed.
    """
    if "\x1a" in stored:
        return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), stored)
    return stored


def is_stored_as_is(json: bytes) -> bool:
    """Whether no text in this JSON is stored otherwise than it was given."""
    return b"[:]" not in json and b"\\u001a" not in json
