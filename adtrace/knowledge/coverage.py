"""How much of what saved pages load the cards know: hosts of scripts and frames, by how each is known."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from adtrace.extract.document import extract_page
from adtrace.extract.sighting import Sighting
from adtrace.knowledge.cards import Knowledge, load_knowledge

How = Literal["card", "shape", "unidentified", "unknown"]
_LOADED = re.compile(
    r'^<(?:script|iframe|frame|embed)\b[^\n]* (?:data-)?src="(?:https?:)?//([^/?#"@:]+)', re.M
)


class Coverage(msgspec.Struct):
    """Counts over all pages; a host counts once a page it is loaded by.

    hosts: host → (how it is known, pages). roles: role → pages with a network of that role. certainty of a shape
    aside, `card` is a host some card lists, `shape` one that only a shape recognised, `unknown` says nothing at all.
    """

    pages: int = 0
    hosts: dict[str, tuple[How, int]] = {}
    roles: Counter[str] = msgspec.field(default_factory=Counter)

    def known(self) -> dict[How, int]:
        """How many of the hosts are known in each way."""
        found = Counter(how for how, _ in self.hosts.values())
        return {how: found[how] for how in ("card", "shape", "unidentified", "unknown")}

    def most_seen(self, how: How, limit: int) -> list[tuple[str, int]]:
        """The hosts known in this way that most pages load, the most loaded first."""
        rows = [(host, pages) for host, (known, pages) in self.hosts.items() if known == how]
        return sorted(rows, key=lambda row: (-row[1], row[0]))[:limit]


def measure_coverage(pages: Iterable[str], knowledge: Knowledge | None = None) -> Coverage:
    """What the cards know of the script and frame hosts of these pages."""
    knowledge = knowledge or load_knowledge()
    found = Coverage()
    for page in pages:
        extraction = extract_page(page, knowledge=knowledge)
        seen = extraction.sightings
        found.pages += 1
        for host in {m[1].lower() for m in _LOADED.finditer(extraction.skeleton)}:
            how, count = found.hosts.get(host, (_how(host, seen, knowledge), 0))
            found.hosts[host] = (how, count + 1)
        networks = {s.network for s in seen if s.kind == "network" and s.network}
        found.roles.update({role for network in networks for role in knowledge.cards[network].roles})
    return found


def _how(host: str, sightings: Iterable[Sighting], knowledge: Knowledge) -> How:
    if knowledge.card_of_host(host):
        return "card"
    kinds = {s.kind for s in sightings if s.host == host}
    return "shape" if "network" in kinds else "unidentified" if "unidentified" in kinds else "unknown"
