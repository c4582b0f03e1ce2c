"""Language is not evidence: text that reads as language is masked before a script is kept.

A title, a synopsis or a name in a script string may say what the page shows; ids, addresses and code do not.
"""

from typing import Any

import re2

MASK = "\u2026".encode("unicode_escape").decode()  # the skeleton is ASCII: an ellipsis written out

# A string literal in which two words follow one another, and nothing in it is code, markup or an address.
_WORD = r"(?:[A-Za-z]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})"
_LANGUAGE = (
    rf"[^%s\\\n<>{{}}=]*{_WORD}{{2,}}[,.;:!?)]*(?: |\\n|&nbsp;)+\(?{_WORD}+(?:[^%s\\\n<>{{}}=]|\\[^\n])*"
)
_LITERAL = re2.compile("|".join(quote + _LANGUAGE.replace("%s", quote) + quote for quote in ('"', "'", "`")))
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
    code = _LITERAL.sub(lambda m: m[0][0] + MASK + m[0][0], code) if _LITERAL.search(code) else code
    code = _COMMENT.sub(_mask_comment, code) if _COMMENT.search(code) else code
    return _RUN.sub(lambda _: MASK, code) if _RUN.search(code) else code


def _mask_comment(match: Any) -> str:
    before, _, rest = match[0].partition("/")
    return f"{before}/*{MASK}*/" if rest.startswith("*") else f"{before}//{MASK}"


def reads_as_language(value: str) -> bool:
    """Whether an attribute value holds two words in a row, as ids, addresses and keywords do not."""
    return " " in value and _WORDS.search(value) is not None
