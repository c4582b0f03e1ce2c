"""Scripts that name many networks at once: a library's adapters or a vendor table, of which the page uses few.

What stands in such a script with an account is asked for; a host alone is dormant there. A page's own script names
five networks at most on 228 saved news pages (2026-11-22); a header-bidding library carries dozens of adapters.
"""

from collections import defaultdict
from collections.abc import Iterable

from adtrace.extract.reading import Script, Skeleton
from adtrace.extract.sighting import Sighting
from adtrace.linear import Linear

MOST_NAMED = 8  # networks named in one script without an account, from which on it is a library or a table
_ADAPTERS = Linear(r"\bpbjsChunk\b|\bregisterBidder\b|\bprebid\.js v\d")


def find_bundled(sightings: Iterable[Sighting], skeleton: Skeleton) -> frozenset[str]:
    """The ids of the network lines that a library or a table only names."""
    held: dict[Script, list[Sighting]] = defaultdict(list)
    with_account = {found.via for found in sightings}
    for found in sightings:
        if (
            found.kind == "network"
            and found.state == "live"
            and found.advertising
            and found.basis == "embedded"
        ):
            script = skeleton.script_at(found.locator.start)
            if script and found.host and found.id not in with_account:
                held[script].append(found)
    return frozenset(
        found.id for script, named in held.items() if _is_bundle(script, named, skeleton) for found in named
    )


def _is_bundle(script: Script, named: list[Sighting], skeleton: Skeleton) -> bool:
    if len({found.network for found in named}) >= MOST_NAMED:
        return True
    return _ADAPTERS.holds(skeleton.data[script.start : script.end])
