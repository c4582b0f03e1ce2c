"""All that the questions are asked of, put together once for a case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from adtrace.relate.aftermath import Aftermath, see_all
from adtrace.relate.collection import no_collection
from adtrace.relate.contradiction import Contradiction
from adtrace.relate.contradictions import find_contradictions
from adtrace.relate.copies import find_copies
from adtrace.relate.denominators import Denominators, count, observe
from adtrace.relate.graph import Observability, graph_of
from adtrace.relate.holders import find_holders
from adtrace.relate.hops import Hop, find_hops
from adtrace.relate.operators import Evidence, Operator, find_operators
from adtrace.relate.schema import load_schema
from adtrace.relate.seen import Seen, read_seen, with_evidence

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.case.notices import Registered
    from adtrace.relate.graph import Graph


class Offer(msgspec.Struct, frozen=True):
    """A brand offered on a domain, through one network ("" if none is known), as one kind of evidence shows it."""

    brand: str
    domain: str
    network: str
    role: str
    basis: str
    certainty: str
    sightings: tuple[str, ...]
    captures: tuple[str, ...]


# Links whose sightings are compared: which network an offer came through, only the one place of both says.
OFFERS = ("offered_on", "offered_through")
Links = dict[str, list[Seen]]


@dataclass(frozen=True, eq=False)
class Findings:
    """The links, the domains they speak of, the operator hypotheses, and each shared account's verdict.

    links: by kind, in the order they were first written; of a case, only OFFERS list their sightings. runs: the run of
    each capture of those.
    """

    links: Links
    domains: dict[str, Observability]
    operators: list[Operator]
    verdicts: dict[str, str]
    holders: dict[str, str]
    runs: Mapping[str, int] = field(default_factory=dict)
    # Asked for by what needs it, while the case is open.
    contradict: Callable[[], list[Contradiction]] = list
    watch: Callable[[], list[tuple[Registered, list[Aftermath]]]] = list
    follow: Callable[[], list[Hop]] = list

    def of(self, kind: str) -> Sequence[Seen]:
        """The links of one kind; () if there is none."""
        return self.links.get(kind, ())

    @cached_property
    def placed(self) -> dict[str, list[Seen]]:
        """Network → the links of its live tags on observable domains; networks without any are left out."""
        found: dict[str, list[Seen]] = defaultdict(list)
        for link in self.of("places"):
            if link.source in self.observable:
                found[link.target].append(link)
        return dict(found)

    @cached_property
    def contradictions(self) -> list[Contradiction]:
        """Where the case's declarations and tags do not fit together; [] of an example."""
        return self.contradict()

    @cached_property
    def notices(self) -> list[tuple[Registered, list[Aftermath]]]:
        """Every notice that was sent, with what was seen on the sites it named since; [] of an example."""
        return self.watch()

    @cached_property
    def hops(self) -> list[Hop]:
        """What the answers of networks name of other networks; [] of an example."""
        return self.follow()

    @cached_property
    def graph(self) -> Graph:
        """The same links as a NetworkX graph, without sightings but those of OFFERS; made when first asked for."""
        return graph_of(chain.from_iterable(self.links.values()), self.domains)

    @cached_property
    def denominators(self) -> Denominators:
        """How many domains there are, and how many were observable."""
        return count(self.domains)

    @cached_property
    def observable(self) -> frozenset[str]:
        """The domains whose own page was seen."""
        return frozenset(domain for domain, seen in self.domains.items() if seen == "observable")

    @cached_property
    def nested(self) -> Counter[tuple[str, str, str]]:
        """(domain, outer network, inner network) → how often a live tag of the inner was found inside the outer's."""
        found: Counter[tuple[str, str, str]] = Counter()
        for link in self.of("brings"):
            found[link.domain, link.source, link.target] += link.count
        return found

    @cached_property
    def offers(self) -> list[Offer]:
        """Every offer, by brand and domain: offered_on and offered_through are one where they share their sighting."""
        through = {
            (link.source, sighting): link.target
            for link in self.of("offered_through")
            for sighting in link.sightings
        }
        found = []
        for link in self.of("offered_on"):
            parts: dict[str, list[str]] = defaultdict(list)
            for sighting in link.sightings:
                parts[through.get((link.source, sighting), "")].append(sighting)
            for network, sightings in sorted(parts.items()):
                grades = (link.role or "", link.basis, link.certainty)
                found.append(
                    Offer(link.source, link.target, network, *grades, tuple(sightings), link.captures)
                )
        return sorted(found, key=lambda offer: (offer.brand, offer.domain))


def relate(case: Case) -> Findings:
    """Links, holders, copies and operators of a case. Reads only; nothing of it is stored."""
    with case.snapshot(), no_collection():
        return _relate(case)


def _relate(case: Case) -> Findings:
    rules = load_schema().merge
    domains = observe(case)
    site_roles: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("SELECT domain, site_role FROM entries WHERE status <> 'withdrawn'"):
        site_roles[row["domain"]].add(row["site_role"])
    links = _by_kind(read_seen(case))
    for kind in OFFERS:
        links[kind] = with_evidence(case, links.get(kind, ()))
    carried = links.get(rules.edge, [])
    holders = find_holders(case, carried)
    evidence = Evidence({domain: frozenset(roles) for domain, roles in site_roles.items()}, holders=holders)
    _, verdicts = find_operators(carried, evidence, rules)
    # Only the marks of accounts that would bear a merge are worth looking at closely.
    bearing = {account for account, verdict in verdicts.items() if verdict.startswith("yes")}
    close = with_evidence(case, (link for link in carried if link.target in bearing))
    captures: dict[str, set[str]] = defaultdict(set)
    for link in close:
        captures[link.target].update(link.captures)
    copied = find_copies(case, [sorted(captures[name]) for name in sorted(captures)], rules.alike)
    rest = (link for link in carried if link.target not in bearing)
    operators, verdicts = find_operators(
        [*close, *rest], msgspec.structs.replace(evidence, copied=copied), rules
    )
    runs = {
        case.public_id("outcome", row["seq"]): row["run"]
        for row in case.rows("SELECT seq, run FROM captures")
    }
    return Findings(
        links,
        domains,
        operators,
        verdicts,
        holders,
        runs,
        lambda: find_contradictions(case),
        lambda: see_all(case),
        lambda: find_hops(case),
    )


def find(seen: Iterable[Seen], domains: dict[str, Observability], evidence: Evidence) -> Findings:
    """The findings of these links alone, as an example needs them."""
    links = _by_kind(seen)
    operators, verdicts = find_operators(links.get(load_schema().merge.edge, ()), evidence)
    return Findings(links, domains, operators, verdicts, dict(evidence.holders))


def _by_kind(seen: Iterable[Seen]) -> Links:
    found: Links = defaultdict(list)
    for link in seen:
        found[link.edge].append(link)
    return dict(found)
