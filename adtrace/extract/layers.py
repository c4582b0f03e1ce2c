"""Text within text: an encoding undone while each character still knows its place in the skeleton."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_QUOTED = re.compile(r"\\+(?:u0022|x22|([\"'/]))|&(?:quot|#34);")


class Layer(NamedTuple):
    """A stretch of the skeleton as it reads; places[i] is the skeleton offset of its character i."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end], which is not empty, stands in the skeleton."""
        return self.places[start], self.places[end - 1] + 1


def as_written(text: str, start: int, end: int) -> Layer:
    """The stretch itself."""
    return Layer(text[start:end], range(start, end))


def undo_quotes(text: str, start: int, end: int) -> Layer:
    """The stretch with quotes and slashes as they are, however often they were escaped; the rest as written."""
    return _rewrite(text, start, ((m, m[1] or '"') for m in _QUOTED.finditer(text, start, end)), end)


def undo_percent(text: str, start: int, end: int, times: int) -> Layer:
    """The stretch with percent-encoded ASCII undone that was encoded so many times.

    >>> undo_percent("%2522a%252520", 0, 13, 2).text
    '"a%20'
    """
    encoded = re.compile(rf"%(?:25){{{times - 1}}}([0-7][0-9A-Fa-f])")
    return _rewrite(text, start, ((m, chr(int(m[1], 16))) for m in encoded.finditer(text, start, end)), end)


def _rewrite(text: str, start: int, found: Iterable[tuple[re.Match[str], str]], end: int) -> Layer:
    pieces: list[str] = []
    places: list[int] = []
    at = start
    for match, plain in found:
        pieces += (text[at : match.start()], plain)
        places.extend(range(at, match.start()))
        places.extend([match.start()] * len(plain))
        at = match.end()
    pieces.append(text[at:end])
    places.extend(range(at, end))
    return Layer("".join(pieces), places)
