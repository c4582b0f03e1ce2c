"""How much of what saved pages load the cards know: hosts, by how each is known, and networks, by their route."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from adtrace.extract.document import extract_page
from adtrace.extract.sighting import Sighting
from adtrace.knowledge.cards import Knowledge, load_knowledge
from adtrace.knowledge.route import find_route

How = Literal["card", "shape", "unidentified", "unknown"]
_LOADED = re.compile(
    r'^<(?:script|iframe|frame|embed)\b[^\n]* (?:data-)?src="(?:https?:)?//([^/?#"@:]+)', re.M
)


class Coverage(msgspec.Struct):
    """Counts over all pages; a host counts once a page it is loaded by.

    hosts: host → (how it is known, pages). roles: role → pages with a network of that role. certainty of a shape
    aside, `card` is a host some card lists, `shape` one that only a shape recognised, `unknown` says nothing at all.
    networks: card → pages with a sighting of it. routes: card → what its best contact is for; None without one.
    """

    pages: int = 0
    hosts: dict[str, tuple[How, int]] = {}
    roles: Counter[str] = msgspec.field(default_factory=Counter)
    networks: Counter[str] = msgspec.field(default_factory=Counter)
    routes: dict[str, str | None] = {}

    def known(self) -> dict[How, int]:
        """How many of the hosts are known in each way."""
        found = Counter(how for how, _ in self.hosts.values())
        return {how: found[how] for how in ("card", "shape", "unidentified", "unknown")}

    def most_seen(self, how: How, limit: int) -> list[tuple[str, int]]:
        """The hosts known in this way that most pages load, the most loaded first."""
        return _most([(host, pages) for host, (known, pages) in self.hosts.items() if known == how], limit)

    def without_route(self, limit: int) -> list[tuple[str, int]]:
        """The networks that nobody knows where to write to, those on most pages first."""
        return _most([(name, self.networks[name]) for name, kind in self.routes.items() if not kind], limit)


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
        found.networks.update(networks)
    for network in sorted(found.networks):
        route = find_route(knowledge.cards[network], knowledge.cards.values())
        found.routes[network] = route.kind if route else None
    return found


def _most(rows: list[tuple[str, int]], limit: int) -> list[tuple[str, int]]:
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:limit]


def _how(host: str, sightings: Iterable[Sighting], knowledge: Knowledge) -> How:
    if knowledge.card_of_host(host):
        return "card"
    kinds = {s.kind for s in sightings if s.host == host}
    return "shape" if "network" in kinds else "unidentified" if "unidentified" in kinds else "unknown"
