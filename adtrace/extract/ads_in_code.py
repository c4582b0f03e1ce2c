"""Ad answers that stand in code or data, of whatever kind: taken out, and kept as lines of their ads."""

from adtrace.extract.openrtb_in_code import NAMES, take_bids
from adtrace.extract.vast_in_code import HINTS, take_vast
from adtrace.linear import Linear

# One search for all that the two look for: few scripts hold any of it.
_HINT = Linear("|".join((*HINTS, *NAMES)))


def take_ads(code: str, limits: list[str]) -> tuple[str, list[str]]:
    """The code without the VAST answers and bids in it that can be read, and the skeleton's lines of their ads.

    A bound that left something unread is added to limits.
    """
    if not _HINT.holds(code.encode("utf-8", "replace")):
        return code, []
    code, lines = take_vast(code, limits)
    if any(name in code for name in NAMES):
        code, bids = take_bids(code, limits)
        lines += bids
    return code, lines
