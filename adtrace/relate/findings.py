"""All that the questions are asked of, put together once for a case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.relate.collection import no_collection
from adtrace.relate.contradictions import Contradiction, find_contradictions
from adtrace.relate.copies import find_copies
from adtrace.relate.denominators import Denominators, count, observe
from adtrace.relate.graph import Observability, graph_of, node_id
from adtrace.relate.holders import find_holders
from adtrace.relate.operators import Evidence, Operator, find_operators, marks_of
from adtrace.relate.schema import load_schema
from adtrace.relate.seen import Seen, add_sightings, read_seen

if TYPE_CHECKING:
    from adtrace.case import Case
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


# Source name, target name, key, attributes.
EdgeOf = tuple[str, str, str, dict[str, Any]]
# Edges whose sightings the measures compare: which network an offer came through, only the one place of both says.
OFFERS = ("offered_on", "offered_through")


@dataclass(frozen=True, eq=False)
class Findings:
    """The graph, the domains it speaks of, the operator hypotheses, and each shared account's verdict.

    Of the edges, only OFFERS and those that bear a hypothesis list their sightings. nested: (domain, outer network,
    inner network) → how often a live tag of the inner one was found inside the outer one's there.
    """

    graph: Graph
    domains: dict[str, Observability]
    nested: dict[tuple[str, str, str], int]
    operators: list[Operator]
    verdicts: dict[str, str]
    holders: dict[str, str]
    contradict: Callable[[], list[Contradiction]] = list  # asked for by what needs it, while the case is open

    @cached_property
    def contradictions(self) -> list[Contradiction]:
        """Where the case's declarations and tags do not fit together; [] of an example."""
        return self.contradict()

    @property
    def denominators(self) -> Denominators:
        """How many domains there are, and how many were observable."""
        return count(self.domains)

    @cached_property
    def observable(self) -> frozenset[str]:
        """The domains whose own page was seen."""
        return frozenset(domain for domain, seen in self.domains.items() if seen == "observable")

    @cached_property
    def edges(self) -> dict[str, list[EdgeOf]]:
        """The graph's edges by kind, each in order of names and grades; a kind without edges is []."""
        found: dict[str, list[EdgeOf]] = defaultdict(list)
        name = {node: data["name"] for node, data in self.graph.nodes(data=True)}
        for source, target, key, data in self.graph.edges(keys=True, data=True):
            found[data["edge"]].append((name[source], name[target], key, data))
        for edges in found.values():
            edges.sort(key=lambda one: one[:3])
        return found

    @cached_property
    def offers(self) -> list[Offer]:
        """Every offer, by brand and domain: offered_on and offered_through are one where they share their sighting."""
        through = {
            (brand, sighting): network
            for brand, network, _, edge in self.edges.get("offered_through", ())
            for sighting in edge["sightings"]
        }
        found = []
        for brand, domain, _, edge in self.edges.get("offered_on", ()):
            parts: dict[str, list[str]] = defaultdict(list)
            for sighting in edge["sightings"]:
                parts[through.get((brand, sighting), "")].append(sighting)
            for network, sightings in sorted(parts.items()):
                grades = (edge["role"], edge["basis"], edge["certainty"])
                found.append(
                    Offer(brand, domain, network, *grades, tuple(sightings), tuple(edge["captures"]))
                )
        return found


def relate(case: Case) -> Findings:
    """Links, graph, holders, copies and operators of a case. Reads only; nothing of it is stored."""
    with case.snapshot(), no_collection():
        return _relate(case)


def _relate(case: Case) -> Findings:
    rules = load_schema().merge
    domains = observe(case)
    site_roles: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("SELECT domain, site_role FROM entries WHERE status <> 'withdrawn'"):
        site_roles[row["domain"]].add(row["site_role"])
    graph, nested = _draw(read_seen(case), domains)
    add_sightings(case, graph, OFFERS)
    holders = find_holders(case, graph)
    evidence = Evidence({domain: frozenset(roles) for domain, roles in site_roles.items()}, holders=holders)
    marks = marks_of(graph, rules.edge)
    _, verdicts = find_operators(graph, evidence, rules, marks)
    # Only accounts that would bear a merge are worth looking at closely.
    bearing = {account for account, verdict in verdicts.items() if verdict.startswith("yes")}
    add_sightings(case, graph, [rules.edge], bearing)
    captures: dict[str, set[str]] = defaultdict(set)
    for account in bearing:
        for _, _, data in graph.in_edges(node_id("account", account), data=True):
            if data["edge"] == rules.edge:
                captures[account].update(data["captures"])
    copied = find_copies(case, [sorted(captures[name]) for name in sorted(captures)], rules.alike)
    operators, verdicts = find_operators(
        graph, msgspec.structs.replace(evidence, copied=copied), rules, marks
    )
    return Findings(graph, domains, nested, operators, verdicts, holders, lambda: find_contradictions(case))


def find(seen: Iterable[Seen], domains: dict[str, Observability], evidence: Evidence) -> Findings:
    """The findings of these links alone, as an example needs them."""
    graph, nested = _draw(seen, domains)
    operators, verdicts = find_operators(graph, evidence)
    return Findings(graph, domains, nested, operators, verdicts, dict(evidence.holders))


def _draw(
    seen: Iterable[Seen], domains: dict[str, Observability]
) -> tuple[Graph, dict[tuple[str, str, str], int]]:
    """The graph, and what is nested in what."""
    nested: Counter[tuple[str, str, str]] = Counter()

    def noting() -> Iterator[Seen]:
        for link in seen:
            if link.edge == "brings":
                nested[link.domain, link.source, link.target] += link.count
            yield link

    return graph_of(noting(), domains), nested
