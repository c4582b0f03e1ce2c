"""Bids that stand in a script, a data block or a string: taken out, and kept as lines.

A list of seat bids (OpenRTB), or a bid alone: an object with a price that names advertisers, or whose `meta` does, as
Prebid hands it to the page. What a string, a percent-encoded run or base64 holds is read as code of its own.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

from adtrace.extract.lexing import STRINGS
from adtrace.extract.literals import read_literal
from adtrace.extract.objects import MAX_REREAD, objects_around
from adtrace.extract.openrtb_document import Bid, bid_lines, read_response, read_seatbids
from adtrace.extract.plain import base64_signs, from_base64, undo_percent, unescape

NAMES = ("seatbid", "advertiserDomains", "adomain")
_BASE64_HINTS = base64_signs(NAMES)
HINTS = (*NAMES, *_BASE64_HINTS)  # one of them is in each text that holds bids
MAX_BIDS = 500  # of one script
MAX_UNREAD = 20  # lists of one script that hold no bid: each may be read far before that is known
_SEATBIDS = re.compile(r"seatbid[\"']?\s*:\s*(?=\[\s*\{)")
_ADVERTISERS = re.compile(r"(?:advertiserDomains|adomain)[\"']?\s*:\s*\[")
_ESCAPED = re.compile(rf"(?:{'|'.join(NAMES)})\\+(?:[\"']|u0022|x22)")
_PERCENT = re.compile(rf"(?:{'|'.join(NAMES)})%(?:25)*2[27]")
_RUN = re.compile(r"[^\s\"'`<>\\]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,2000000}+={0,2}")
_IN_BASE64 = re.compile("|".join(_BASE64_HINTS))
_MAX_LAYERS = 5  # strings in strings, percent-encoding and base64

# What stands in place of a stretch of the code: its start, its end, the text.
_Part = tuple[int, int, str]


def take_bids(code: str, limits: list[str]) -> tuple[str, list[str]]:
    """The code with each list of seat bids and each response that can be read left empty, and the lines of their bids.

    Linear in the code's length by bounds; one that left something unread is added to limits, and what bids lack that
    the specification requires.
    """
    taker = _Taker()
    code = taker.take(code, _MAX_LAYERS)
    limits += taker.limits()
    return code, taker.lines


class _Taker:
    """What was read of one script, in all its layers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._bids = self._unread = 0
        self._cut: dict[str, None] = {}
        self._faults: Counter[str] = Counter()

    def limits(self) -> list[str]:
        """What bids lack, and what bounds left unread."""
        lacking = ", ".join(f"{count} {name}" for name, count in self._faults.most_common())
        return [*([f"openrtb: absent, and required: {lacking}"] if lacking else []), *self._cut]

    def take(self, code: str, layers: int) -> str:
        """The code without its bids, whose lines are added."""
        code = _replaced(code, self._seatbids(code))
        for out in (1, 0):  # what is around `meta`, then what names its advertisers itself
            code = _replaced(code, self._responses(code, out))
        if layers and _ESCAPED.search(code):
            code = _replaced(code, self._strings(code, layers - 1))
        if layers and _PERCENT.search(code):
            code = _replaced(code, self._runs(code, layers - 1))
        if layers and _IN_BASE64.search(code):
            code = _replaced(code, self._in_base64(code, layers - 1))
        return code

    def _add(self, bids: list[Bid]) -> None:
        room = MAX_BIDS - self._bids
        if len(bids) > room:
            self._cut[f"bids of a script cut at {MAX_BIDS}"] = None
        self._bids += len(bids[:room])
        self.lines += bid_lines(bids[:room])

    def _seatbids(self, code: str) -> Iterator[_Part]:
        at = 0
        while hint := _SEATBIDS.search(code, at):
            if self._unread == MAX_UNREAD:
                self._cut[f"bids of a script: no further lists read after {MAX_UNREAD} that hold none"] = None
                return
            at = hint.end()
            found = read_literal(code, at)
            bids, faults = read_seatbids(found[0]) if found else ([], Counter())
            self._faults += faults
            if found and bids:
                yield at, found[1], "[]"
                at = found[1]
                self._add(bids)
            else:
                self._unread += 1

    def _responses(self, code: str, out: int) -> Iterator[_Part]:
        last, left = 0, MAX_REREAD * len(code)
        places = (hint.start() for hint in _ADVERTISERS.finditer(code))
        for start, end in sorted(objects_around(code, places, out)):
            if start < last:
                continue
            if left < 0:
                self._cut["bids of a script: objects within objects that hold none"] = None
                return
            found = read_literal(code, start, end)
            if found and (bid := read_response(found[0])) and bid.domains:
                yield start, end, "{}"
                last = end
                self._add([bid])
            else:
                left -= end - start

    def _strings(self, code: str, layers: int) -> Iterator[_Part]:
        for match in STRINGS.finditer(code):
            if match[1] and _ESCAPED.search(match[1]):
                inner = unescape(match[1][1:-1])
                if (without := self.take(inner, layers)) != inner:
                    yield *match.span(1), json.dumps(without)

    def _runs(self, code: str, layers: int) -> Iterator[_Part]:
        for run in _RUN.finditer(code):
            if _PERCENT.search(run[0]):
                inner = undo_percent(run[0], 1)
                if (without := self.take(inner, layers)) != inner:
                    yield *run.span(), quote(without)

    def _in_base64(self, code: str, layers: int) -> Iterator[_Part]:
        for run in _BASE64.finditer(code):
            if _IN_BASE64.search(run[0]):
                inner = from_base64(run[0])
                if (without := self.take(inner, layers)) != inner:
                    yield *run.span(), base64.b64encode(without.encode()).decode()


def _replaced(code: str, parts: Iterator[_Part]) -> str:
    kept: list[str] = []
    at = 0
    for start, end, text in parts:
        kept += (code[at:start], text)
        at = end
    return "".join((*kept, code[at:]))
