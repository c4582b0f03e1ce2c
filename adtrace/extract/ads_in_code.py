"""Ad answers that stand in code or data, of whatever kind: taken out, and kept as lines of their ads."""

from adtrace.extract import openrtb_in_code, vast_in_code
from adtrace.extract.openrtb_in_code import take_bids
from adtrace.extract.reading import comments_in, dead_branches_in
from adtrace.extract.vast_in_code import take_vast
from adtrace.linear import Linear

# One search for all that the two look for: few scripts hold any of it.
_HINT = Linear("|".join((*vast_in_code.HINTS, *openrtb_in_code.HINTS)))


def take_ads(code: str, limits: list[str]) -> tuple[str, list[str]]:
    """The code without the VAST answers and bids in it that can be read, and the skeleton's lines of their ads.

    An ad in a comment stands in a <#comment> of its own, one in a dead branch in a <#template>: no visitor is shown it.
    A bound that left something unread is added to limits.
    """
    if not _may_hold(code):
        return code, []
    lines: list[str] = []
    # What opens a comment is no part of what is in it.
    for spans_in, around, opening in ((comments_in, "comment", 2), (dead_branches_in, "template", 0)):
        kept: list[str] = []
        at = 0
        for start, end, _ in spans_in(code):
            inner = code[start + opening : end]
            without, ads = _take(inner, limits) if _may_hold(inner) else (inner, [])
            if ads:
                lines += (f"<#{around}>", *ads, f"</#{around}>")
                kept += (code[at : start + opening], without)
                at = end
        code = "".join((*kept, code[at:]))
    code, ads = _take(code, limits)
    return code, [*ads, *lines]


def _may_hold(code: str) -> bool:
    return _HINT.holds(code.encode("utf-8", "replace"))


def _take(code: str, limits: list[str]) -> tuple[str, list[str]]:
    code, lines = take_vast(code, limits)
    if any(hint in code for hint in openrtb_in_code.HINTS):
        code, bids = take_bids(code, limits)
        lines += bids
    return code, lines
