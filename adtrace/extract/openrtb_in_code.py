"""Bid responses that stand in a script, a data block or a string: taken out, and kept as lines of their bids."""

import re
from typing import Any

from adtrace.extract.layers import Layer, as_written, undo_escapes
from adtrace.extract.literals import read_literal
from adtrace.extract.openrtb_document import bid_lines, read_seatbids

MAX_BIDS = 500  # of one script
MAX_UNREAD = 50  # lists of one script that hold no bid: each may be read far before that is known
MAX_ESCAPED = 100_000  # characters of a list within a string
MAX_UNESCAPED = 1_000_000  # characters whose escapes are undone in one script, over all tries
_HINT = re.compile(r"seatbid(?:(\\*)[\"'])?\s*:\s*(?P<list>\[)")
_MAX_ESCAPES = 3


def take_bids(code: str, limits: list[str]) -> tuple[str, list[str]]:
    """The code with each list of seat bids that can be read left empty, and the skeleton's lines of their bids.

    A list in a string within a string is read as well. Linear in the code's length by bounds; one that left
    something unread is added to limits.
    """
    lines: list[str] = []
    kept: list[str] = []
    count = unread = at = unescaped = 0
    while count < MAX_BIDS and unread < MAX_UNREAD and (hint := _HINT.search(code, at)):
        start, slashes = hint.start("list"), len(hint[1] or "")
        unescaped += MAX_ESCAPED if slashes else 0
        found = _read(code, start, slashes) if unescaped <= MAX_UNESCAPED else None
        bids = read_seatbids(found[0])[0] if found else []
        if found is None or not bids:
            kept.append(code[at : hint.end()])
            at = hint.end()
            unread += 1
            continue
        lines += bid_lines(bids[: MAX_BIDS - count])
        count += len(bids)
        kept += (code[at:start], "[]")
        at = found[1]
    if count > MAX_BIDS or (count == MAX_BIDS and _HINT.search(code, at)):
        limits.append(f"bids of a script cut at {MAX_BIDS}")
    elif unread == MAX_UNREAD and _HINT.search(code, at):
        limits.append(f"bids of a script: no further lists read after {MAX_UNREAD} that hold none")
    if unescaped > MAX_UNESCAPED:
        limits.append(f"bids of a script: lists in strings cut at {MAX_UNESCAPED} characters")
    return "".join((*kept, code[at:])), lines


def _read(code: str, start: int, slashes: int) -> tuple[Any, int] | None:
    """The list that begins at `start` and where it ends, however often the string that holds it was escaped."""
    if not slashes:
        return read_literal(code, start)
    layer = as_written(code, start, min(start + MAX_ESCAPED, len(code)))
    for _ in range(min(slashes.bit_length(), _MAX_ESCAPES)):  # a quote has 1, 3, 7 backslashes before it
        inner = undo_escapes(layer.text, 0, len(layer.text))
        layer = Layer(inner.text, [layer.places[place] for place in inner.places])
    found = read_literal(layer.text, 0)
    return (found[0], layer.places[found[1] - 1] + 1) if found else None
