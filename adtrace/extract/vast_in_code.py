"""Ad answers that stand in a script, a data block or the markup, in whatever encoding: taken out, and kept as lines.

A page hands its player an ad in a string, in JSON, in a block of XML, percent-encoded or in base64. What it says is in
the fields of the answer, and its media, pixels and words are nowhere else.
"""

import html
import re
from collections.abc import Iterator

from adtrace.extract.plain import base64_signs, from_base64, undo_percent, unescape
from adtrace.extract.vast_document import VastError, ad_lines, read_vast

MAX_ANSWERS = 50  # of one script
_ROOTS = ("VAST", "VMAP", "VideoAdServingTemplate")
_LESS, _MORE, _SLASH = (
    # of many backslashes in a row only the first begins a sign, else each is gone through from each
    rf"(?:{sign}|(?<!\\)\\++[xu](?:00)?{code}|%(?:25)*{code}|&{name};)"
    for sign, code, name in (("<", "3[cC]", "lt"), (">", "3[eE]", "gt"), (r"\\*/", "2[fF]", "sol"))
)
_PREFIX = r"(?:[A-Za-z][\w.-]{0,20}(?::|%(?:25)*3[aA]))?"
_OPENINGS = {root: re.compile(rf"{_LESS}{_PREFIX}{root}(?=[\s>%\\&])") for root in _ROOTS}
_CLOSINGS = {root: re.compile(rf"{_LESS}{_SLASH}{_PREFIX}{root}\s*{_MORE}") for root in _ROOTS}
# In markup: group 1 is where the root of an answer stands outside of scripts, styles, comments and other tags.
_ROOT = rf"<{_PREFIX}(?:{'|'.join(_ROOTS)})[\s>]"
_ELEMENT = re.compile(
    r"(?>[^<]++|<!--[\s\S]*?(?:-->|\Z)|<(?i:script)\b[\s\S]*?(?:</(?i:script)\b|\Z)"
    r"|<(?i:style)\b[\s\S]*?(?:</(?i:style)\b|\Z)"
    rf"|(?!{_ROOT})<(?>[A-Za-z/](?>[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)?+)*+(?:({_ROOT})|\Z)"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,2000000}+={0,2}")
_BASE64_HINTS = base64_signs(("<VAST", ":VMAP", "<VideoAdS"))
HINTS = (*_ROOTS, *_BASE64_HINTS)  # one of them is in each text that holds an answer
_JOINED = re.compile(r"""(["'`])\s*\+\s*\1""")  # a string in parts
_MAX_ESCAPES = 3


def take_vast(code: str, limits: list[str]) -> tuple[str, list[str]]:
    """The code without the ad answers in it that can be read, and the skeleton's lines of their ads, in order.

    What is no well-formed answer stays where it is. Linear in the code's length; why an answer was not read, and which
    bound left something unread, is added to limits.
    """
    found: list[tuple[int, int, list[str]]] = []
    for root in _ROOTS:
        if root in code:
            found += _written(code, root, limits)
    if any(hint in code for hint in _BASE64_HINTS):
        for match in _BASE64.finditer(code):
            if any(hint in match[0] for hint in _BASE64_HINTS) and (
                lines := _read(from_base64(match[0]), limits)
            ):
                found.append((*match.span(), lines))
    kept, lines, at = [], [], 0
    for start, end, ads in sorted(found):
        if start >= at:  # an answer within another is that one's
            kept.append(code[at:start])
            lines += ads
            at = end
    return "".join([*kept, code[at:]]), lines


def split_markup(html: str, limits: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The markup up to each answer that stands in it as elements, with the lines of its ads; then the rest, with none.

    What stands in a script, an attribute or a comment is read where that is. Why an answer was not read is added to
    limits. Linear in the markup's length.
    """
    at = begin = 0
    if any(root in html for root in _ROOTS):
        while (found := _ELEMENT.match(html, at)) and found[1]:
            closing = re.compile(rf"</{re.escape(found[1][1:-1])}\s*>").search(html, found.end())
            if closing is None:
                break
            start, at = found.start(1), closing.end()
            if lines := _read(html[start:at], limits):
                yield html[begin:start], lines
                begin = at
    yield html[begin:], []


def _written(code: str, root: str, limits: list[str]) -> list[tuple[int, int, list[str]]]:
    """Start, end and lines of each answer whose root is so called, encoded or not."""
    found: list[tuple[int, int, list[str]]] = []
    at = 0
    while len(found) < MAX_ANSWERS and (opening := _OPENINGS[root].search(code, at)):
        closing = _CLOSINGS[root].search(code, opening.end())
        if closing is None:
            break
        at = closing.end()
        if lines := _read(_plain(_JOINED.sub("", code[opening.start() : at])), limits):
            found.append((opening.start(), at, lines))
    if len(found) == MAX_ANSWERS and _OPENINGS[root].search(code, at):
        limits.append(f"{root} answers of a script cut at {MAX_ANSWERS}")
    return found


def _plain(text: str) -> str:
    """The answer as it was before somebody put it into a string, an address or an attribute."""
    if text.startswith("%"):
        text = undo_percent(text, text.index("3") // 2 + 1)
    if text.startswith("&lt;"):
        text = html.unescape(text)
    for _ in range(_MAX_ESCAPES):
        text = unescape(text)
    return text


def _read(text: str, limits: list[str]) -> list[str]:
    """The lines of an answer's ads; [] if it holds no ad, or, with the reason in limits, if it cannot be read."""
    try:
        return ad_lines(read_vast(text)[0])
    except VastError as error:
        limits.append(f"vast within the document: {error}")
        return []
