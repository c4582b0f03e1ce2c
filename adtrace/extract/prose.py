"""Language is not evidence: text that reads as language is masked before a script is kept.

A title, a synopsis or a name in a script string may say what the page shows; ids, addresses and code do not.
"""

import re
from typing import Any

import re2

from adtrace.extract.reading import LEXEME

MASK = "\u2026".encode("unicode_escape").decode()  # the skeleton is ASCII: an ellipsis written out

_WORD = r"(?:[A-Za-z]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})"
# Two words that follow one another, in a literal that holds no code, markup or query.
_LANGUAGE = re2.compile(rf"{_WORD}{{2,}}[,.;:!?)]*(?: |\\n|&nbsp;)+\(?{_WORD}")
_CODE = re.compile(r"[<>{}=]")
# What a literal is made of where it is no plain string: tags and ${…} stay, the text between is judged alone.
_PARTS = re.compile(r"(<[^<>]*>|\$\{[^{}]*\})")
# Five words in a row, or eight letters beyond ASCII, wherever they stand: comments, templates, odd quoting.
_RUN = re2.compile(
    r"(?:[A-Za-z]{1,24}[,.;:!?]? ){5,}[A-Za-z]+"
    r"|(?:(?:\\x[89a-f][0-9a-f]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})[ ,.;:!?A-Za-z]{0,3}){6,}"
)
# A comment in which two words follow one another, and nothing in it is code or markup.
_TWO_WORDS = rf"{_WORD}{{2,}}[,.;:!?]* +{_WORD}"
_COMMENT = re2.compile(
    rf"/\*[^*<>{{}}=()]*{_TWO_WORDS}[^*<>{{}}=()]*\*/|(?m:(?:^|[;{{}}\s])//[^\n\"'`<>{{}}=()/]*{_TWO_WORDS}[^\n\"'`<>{{}}=()/]*$)"
)
_WORDS = re2.compile(_TWO_WORDS)


def mask_script(code: str) -> str:
    """The code with language in its strings and comments replaced by \\u2026; ASCII in, ASCII out.

    >>> mask_script('var t = "A fine day", z = "p-12";')
    'var t = "\\\\u2026", z = "p-12";'
    """
    code = LEXEME.sub(_mask_literal, code)
    code = _COMMENT.sub(_mask_comment, code) if _COMMENT.search(code) else code
    return _RUN.sub(lambda _: MASK, code) if _RUN.search(code) else code


def _mask_literal(match: re.Match[str]) -> str:
    literal = match[0]
    quote = literal[0]
    if quote not in "\"'`" or (" " not in literal and "\\n" not in literal) or not _LANGUAGE.search(literal):
        return literal
    if not _CODE.search(literal):
        return quote + MASK + quote
    parts = _PARTS.split(literal[1:-1])
    return quote + "".join(MASK if _is_prose(part) else part for part in parts) + quote


def _is_prose(part: str) -> bool:
    return not _CODE.search(part) and _LANGUAGE.search(part) is not None


def _mask_comment(match: Any) -> str:
    before, _, rest = match[0].partition("/")
    return f"{before}/*{MASK}*/" if rest.startswith("*") else f"{before}//{MASK}"


def reads_as_language(value: str) -> bool:
    """Whether an attribute value holds two words in a row, as ids, addresses and keywords do not."""
    return " " in value and _WORDS.search(value) is not None
