"""Objects in code by their braces alone: which one is around a place."""

from collections.abc import Iterable, Iterator

from adtrace.extract.lexing import BRACES

MAX_REREAD = 2  # times the code's length that objects may have together which are read and hold nothing


def objects_around(code: str, places: Iterable[int], out: int) -> Iterator[tuple[int, int]]:
    """Where the object begins and ends that is `out` levels outside of the one each place is in; each once.

    places: ascending. Inner objects come first. Braces in strings, comments and regular expressions count for nothing;
    what never closes is no object. Linear in the code.

    >>> list(objects_around("x = {a: {b: 1}, c: '}'}", [9], 0))
    [(8, 14)]
    >>> list(objects_around("x = {a: {b: 1}, c: '}'}", [9], 1))
    [(4, 23)]
    """
    opened: list[int] = []
    wanted: set[int] = set()
    waiting = iter(places)
    place = next(waiting, None)
    for brace in BRACES.finditer(code):
        at = brace.start(1)
        while place is not None and at >= 0 and place < at:
            if len(opened) > out:
                wanted.add(opened[-1 - out])
            place = next(waiting, None)
        if brace[1] == "{":
            opened.append(at)
        elif brace[1] and opened and (start := opened.pop()) in wanted:
            wanted.remove(start)
            yield start, at + 1
        if place is None and not wanted:
            return
