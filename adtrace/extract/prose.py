"""Language is not evidence: text that reads as language is masked before a script is kept.

A title, a synopsis or a name in a script string may say what the page shows; ids, addresses and code do not.
"""

import base64
import re

from adtrace.extract.lexing import STRINGS
from adtrace.linear import Linear, Match

MASK = "\u2026".encode("unicode_escape").decode()  # the skeleton is ASCII: an ellipsis written out

_WORD = r"(?:[A-Za-z]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})"
# Two words that follow one another, in a literal that holds no code, markup or query.
_LANGUAGE = Linear(rf"{_WORD}{{2,}}[,.;:!?)]*(?: |\\n|&nbsp;)+\(?{_WORD}")
_CODE = re.compile(r"[<>{}=]")
# What a literal is made of where it is no plain string: tags and ${…} stay, the text between is judged alone.
_PARTS = re.compile(r"(<[^<>]*>|\$\{[^{}]*\})")
# Five words in a row, or two letters beyond ASCII, wherever they stand: comments, templates, odd quoting. Escapes of
# ASCII are code and stay.
_BEYOND = (
    r"(?:\\x(?:[89A-Fa-f][0-9A-Fa-f])|\\u(?:00[89A-Fa-f]|0[1-9A-Fa-f][0-9A-Fa-f]|[1-9A-Fa-f][0-9A-Fa-f]{2})[0-9A-Fa-f]"
    r"|\\U[0-9a-f]{8}|\\u\{[0-9A-Fa-f]{3,6}\})"
)
_RUN = Linear(
    r"(?:[A-Za-z]{1,24}[,.;:!?]? ){5,}[A-Za-z]+"
    rf"|(?:{_BEYOND}[ ,.;:!?A-Za-z]{{0,3}}){{2,}}|(?:%[A-Fa-f8-9][0-9A-Fa-f](?:%20|[+_-])?){{2,}}"
    r"|[A-Za-z]{2,}[,.]?(?:%20[A-Za-z]+[,.]?){2,}"
)
# What a page calls itself, by the name of the value.
_NAMED = r"(?:title|headline|caption|synopsis|keywords?|slug|permalink|description|excerpt|summary|storyline|canonical)"
_TITLED = Linear(
    rf"(?i)(?P<name>\w*{_NAMED}\\*[\"']?\s*[:=]\s*)(?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|\\+\"(?:[^\"\\\n])*\\+\")"
)
_TITLED_NAME = re.compile(rf"(?i)(?:.*[-_:])?(?:sub)?{_NAMED}(?:[-_](?:text|slug))?")
# Letters that may be base64 of a text; a shorter one holds no two words.
_BASE64 = Linear(r"[A-Za-z0-9+/_-]{24,}={0,2}")
# Words joined by hyphens, as the addresses of pages are written.
_SLUG_WORD = r"(?:[A-Za-z]|%[89A-Fa-f][0-9A-Fa-f]|\\[xu][0-9a-f]{2,4}){2,}"
SLUG = rf"{_SLUG_WORD}[-_]{_SLUG_WORD}[-_]{_SLUG_WORD}"
_SLUG = Linear(SLUG)
# A comment in which two words follow one another, and nothing in it is code or markup.
_TWO_WORDS = rf"{_WORD}{{2,}}[,.;:!?]* +{_WORD}"
_COMMENT = Linear(
    rf"/\*[^*<>{{}}=()]*{_TWO_WORDS}[^*<>{{}}=()]*\*/|(?m:(?:^|[;{{}}\s])//[^\n\"'`<>{{}}=()/]*{_TWO_WORDS}[^\n\"'`<>{{}}=()/]*$)"
)
_WORDS = Linear(_TWO_WORDS)


def mask_script(code: str) -> str:
    """The code with language in its strings and comments replaced by \\u2026; ASCII in, ASCII out.

    >>> mask_script('var t = "A fine day", z = "p-12";')
    'var t = "\\\\u2026", z = "p-12";'
    """
    if "\\" not in code and len(code) < 24:
        return _mask_literals(code)
    code = _mask_literals(mask_base64(code))
    code = _COMMENT.sub(_mask_comment, _TITLED.sub(_mask_titled, code))
    return _RUN.sub(lambda _: MASK, code)


def mask_base64(text: str) -> str:
    """The text with the language masked that its base64 holds."""
    return _BASE64.sub(lambda match: _mask_base64(match.text), text)


def _mask_base64(whole: str) -> str:
    """A text in base64 with its language masked, in base64 again; what is no text or holds none as it is."""
    run = whole.rstrip("=")
    plain = run.replace("-", "+").replace("_", "/")
    raw = base64.b64decode(plain[: len(plain) // 4 * 4])
    if b" " not in raw and raw.isascii():
        return whole
    try:
        text = raw.decode("utf-8").encode("ascii", "backslashreplace").decode()
    except UnicodeDecodeError as error:
        if error.start < len(raw) - 3:
            return whole
        text = raw[: error.start].decode("utf-8").encode("ascii", "backslashreplace").decode()
    if (
        not text.isprintable()
        and not text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable()
    ):
        return whole
    masked = mask_script(text)
    if _WORDS.holds(masked.encode()) and not _CODE.search(masked):
        masked = MASK
    return whole if masked == text else base64.b64encode(masked.encode()).decode()


def _mask_titled(match: Match) -> str:
    whole, name = match.text, match["name"] or ""
    value = whole[len(name) :]
    quote = value[: len(value) - len(value.lstrip("\\")) + 1]
    return f"{name}{quote}{MASK}{quote}"


def _mask_literals(code: str) -> str:
    parts: list[str] = []
    at = 0
    for match in STRINGS.finditer(code):
        literal = match[1]
        if literal and (" " in literal or "\\n" in literal) and _LANGUAGE.holds(literal.encode()):
            parts += (code[at : match.start(1)], _mask_literal(literal))
            at = match.end(1)
    return "".join((*parts, code[at:])) if parts else code


def _mask_literal(literal: str) -> str:
    quote = literal[0]
    if not _CODE.search(literal):
        return quote + MASK + quote
    parts = _PARTS.split(literal[1:-1])
    return quote + "".join(MASK if _is_prose(part) else part for part in parts) + quote


def _is_prose(part: str) -> bool:
    return not _CODE.search(part) and _LANGUAGE.holds(part.encode())


def _mask_comment(match: Match) -> str:
    before, _, rest = match.text.partition("/")
    return f"{before}/*{MASK}*/" if rest.startswith("*") else f"{before}//{MASK}"


def reads_as_language(value: str) -> bool:
    """Whether an attribute value holds two words in a row, as ids, addresses and keywords do not."""
    return " " in value and _WORDS.holds(value.encode("utf-8", "replace"))


def is_titled(name: str) -> bool:
    """Whether an attribute of this name says what the page is called or about."""
    return _TITLED_NAME.fullmatch(name) is not None


def is_slug(value: str) -> bool:
    """Whether the value holds three words joined by hyphens: how addresses say what a page shows."""
    return ("-" in value or "_" in value) and _SLUG.holds(value.encode("utf-8", "replace"))


def is_foreign(value: str) -> bool:
    """Whether the value holds two letters or more beyond ASCII, as no id does."""
    return not value.isascii() and len(value) - len(value.encode("ascii", "ignore")) >= 3
