"""All that the questions are asked of, put together once for a case."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from adtrace.relate.copies import find_copies
from adtrace.relate.denominators import Denominators, count, observe
from adtrace.relate.graph import Observability, graph_of, read_seen
from adtrace.relate.holders import find_holders
from adtrace.relate.operators import Evidence, Operator, find_operators
from adtrace.relate.schema import load_schema

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.graph import Graph


class Findings(msgspec.Struct, frozen=True):
    """The graph, the domains it speaks of, the operator hypotheses, and each shared account's verdict."""

    graph: Graph
    domains: dict[str, Observability]
    operators: list[Operator]
    verdicts: dict[str, str]
    holders: dict[str, str]

    @property
    def denominators(self) -> Denominators:
        """How many domains there are, and how many were observable."""
        return count(self.domains)

    @property
    def observable(self) -> frozenset[str]:
        """The domains whose own page was seen."""
        return frozenset(domain for domain, seen in self.domains.items() if seen == "observable")


def relate(case: Case) -> Findings:
    """Links, graph, holders, copies and operators of a case. Reads only; nothing of it is stored."""
    rules = load_schema().merge
    domains = observe(case)
    graph = graph_of(read_seen(case), domains)
    holders = find_holders(case, graph)
    site_roles: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("SELECT domain, site_role FROM entries WHERE status <> 'withdrawn'"):
        site_roles[row["domain"]].add(row["site_role"])
    evidence = Evidence(
        {domain: frozenset(roles) for domain, roles in site_roles.items()}, frozenset(), holders
    )
    # Only accounts that would bear a merge are worth comparing pages for.
    _, verdicts = find_operators(graph, evidence, rules)
    captures: dict[str, set[str]] = defaultdict(set)
    for _, target, data in graph.edges(data=True):
        name = graph.nodes[target]["name"]
        if data["edge"] == rules.edge and verdicts.get(name, "no").startswith("yes"):
            captures[name].update(data["captures"])
    copied = find_copies(case, [sorted(captures[name]) for name in sorted(captures)], rules.alike)
    operators, verdicts = find_operators(graph, msgspec.structs.replace(evidence, copied=copied), rules)
    return Findings(graph, domains, operators, verdicts, holders)
