"""Loaders asked for only to see whether an ad blocker stands in the way: a bait, no placement.

The code asks for a well-known loader and, should that fail, notes a blocker. A page that also shows ads through the
network says so by an account; then the same code is its loader, and the note a courtesy. So does an address that holds
a place's own number or key. Bait stays a sighting, of the state id_only: a page that words its one loader like this
takes it out of what is counted, not out of what is shown.
"""

import re
from collections.abc import Sequence

from adtrace.extract.reading import Skeleton
from adtrace.extract.sighting import Sighting

_NEAR = 700  # characters of the script before and after the address
# A bait is the same for everybody who sets one: an address with an id of its own is somebody's.
_OWN = re.compile(
    r"(?i)[?&](?:z|zone|key|pub\w{0,10}|site|spot|\w{0,20}id)=[\w-]{3,}|/(?:\d{4,12}|[0-9a-f]{16,64})(?:[/.?]|$)"
)
_FAILURE = re.compile(
    r"\bonerror\b|\bcatch\s*[({]|\ballSettled\b|\.fail\s*\(|[\"']error[\"']\s*,|\.onreadystatechange\b"
)
_BLOCKER = re.compile(
    r"(?i)ad[s_-]?block|adblock|block(?:er|ing)?_?detect|\bis_?blocked\b|\bblocked(?:_?count)?\s*(?:=\s*(?:true|!0|0)\b|\+\+)|\bdetect\w{0,20}bait"
)


def find_bait(sightings: Sequence[Sighting], skeleton: Skeleton) -> frozenset[str]:
    """The ids of the network lines in code that are asked for only to be refused."""
    with_account = {found.network for found in sightings if found.kind == "account"}
    return frozenset(
        found.id
        for found in sightings
        if found.kind == "network"
        and found.state == "live"
        and found.basis == "embedded"
        and found.network not in with_account
        and _is_asked_in_vain(found, skeleton)
    )


def _is_asked_in_vain(found: Sighting, skeleton: Skeleton) -> bool:
    script = skeleton.script_at(found.locator.start)
    if script is None or "blocker" not in skeleton.hints:
        return False
    if _OWN.search(found.url or ""):
        return False
    near = max(script.start, found.locator.start - _NEAR), min(script.end, found.locator.end + _NEAR)
    return all(_is_in_code(sign, skeleton, near) for sign in (_BLOCKER, _FAILURE))


def _is_in_code(sign: re.Pattern[str], skeleton: Skeleton, near: tuple[int, int]) -> bool:
    """Whether the sign stands there where code runs: in a comment or a dead branch it tells nothing."""
    return any(skeleton.state_at(match.start()) == "live" for match in sign.finditer(skeleton.text, *near))
