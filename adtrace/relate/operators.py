"""Operator hypotheses: which domains one holder's accounts tie together, on evidence that can bear it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.relate.schema import Merge, load_schema

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph


class Operator(msgspec.Struct, frozen=True):
    """One hypothesis: these domains have one holder of these accounts; id is made of the domains."""

    id: str
    domains: tuple[str, ...]
    accounts: tuple[str, ...]
    sightings: tuple[str, ...]


class Evidence(msgspec.Struct, frozen=True):
    """What the merge rules need beside the graph.

    site_roles: domain → the site_role of its entries (several: none that may merge unless all may).
    copied: public ids of captures near-identical to a page of another domain, or that cannot be compared.
    holders: account name → holder_role, where it is known.
    """

    site_roles: Mapping[str, frozenset[str]] = {}
    copied: frozenset[str] = frozenset()
    holders: Mapping[str, str] = {}


class _Mark(msgspec.Struct, frozen=True):
    """An account on a domain: one edge of the graph."""

    domain: str
    edge: Mapping[str, Any]


Marks = dict[str, list[_Mark]]


def find_operators(
    graph: Graph, evidence: Evidence, rules: Merge | None = None, marks: Marks | None = None
) -> tuple[list[Operator], dict[str, str]]:
    """The hypotheses, largest first; and for every account on two or more domains whether it bears one.

    The second is account name → "yes", "yes: n of m domains" or "no: why". A hypothesis is a connected
    component of the domains under accounts that bear (near-linear). A lower bound: what is left out may still
    be one operator. marks: marks_of(graph), where it was taken already.
    """
    import networkx as nx

    rules = rules or load_schema().merge
    ties: nx.Graph[str] = nx.Graph()
    verdicts: dict[str, str] = {}
    proof: dict[str, list[_Mark]] = {}
    for account, held in (marks_of(graph, rules.edge) if marks is None else marks).items():
        everywhere = {mark.domain for mark in held}
        if len(everywhere) < 2:
            continue
        bearing, why_not = _bearing(account, held, evidence, rules)
        if why_not:
            verdicts[account] = f"no: {why_not}"
            continue
        domains = {mark.domain for mark in bearing}
        verdicts[account] = (
            "yes" if domains == everywhere else f"yes: {len(domains)} of {len(everywhere)} domains"
        )
        proof[account] = bearing
        ties.add_edges_from(pairwise(sorted(domains)))
    parts = list(nx.connected_components(ties))
    component = {domain: number for number, part in enumerate(parts) for domain in part}
    accounts: dict[int, list[str]] = {}
    for account, bearing in proof.items():
        accounts.setdefault(component[bearing[0].domain], []).append(account)
    found = []
    for number, names in accounts.items():
        domains_of = tuple(sorted(parts[number]))
        sightings = {one for name in names for mark in proof[name] for one in mark.edge.get("sightings", ())}
        found.append(Operator(_operator_id(domains_of), domains_of, tuple(names), tuple(sorted(sightings))))
    return sorted(found, key=lambda operator: (-len(operator.domains), operator.domains)), verdicts


def marks_of(graph: Graph, edge: str) -> Marks:
    """Account → its edges of this kind, in order of name; what is added to those edges later is seen in them."""
    found: dict[str, list[_Mark]] = {}
    for source, target, data in graph.edges(data=True):
        if data["edge"] == edge:
            found.setdefault(graph.nodes[target]["name"], []).append(_Mark(graph.nodes[source]["name"], data))
    return {account: found[account] for account in sorted(found)}


def _bearing(account: str, marks: list[_Mark], evidence: Evidence, rules: Merge) -> tuple[list[_Mark], str]:
    """The marks that may merge domains; or none, and the first rule that left fewer than two domains."""
    domains = {mark.domain for mark in marks}
    cap = rules.cap_of(account.split("/")[1])
    if len(domains) > cap:
        return [], f"on {len(domains)} domains, more than {cap}"
    holder = evidence.holders.get(account, "unknown")
    if holder not in rules.holder_role:
        return [], f"held by {'an' if holder[0] in 'aeiou' else 'a'} {holder}"
    for field in ("basis", "scope", "state", "certainty"):
        allowed = getattr(rules, field)
        kept = [mark for mark in marks if mark.edge[field] in allowed]
        if len({mark.domain for mark in kept}) < 2:
            others = sorted({mark.edge[field] or "unknown" for mark in marks if mark not in kept})
            return [], f"{field} {', '.join(others)}"
        marks = kept
    kept = [mark for mark in marks if _may_merge(evidence.site_roles.get(mark.domain), rules.site_role)]
    if len({mark.domain for mark in kept}) < 2:
        return [], f"fewer than two of the domains are {' or '.join(rules.site_role)}"
    marks = kept
    kept = [mark for mark in marks if not _is_copied(mark, evidence)]
    if len({mark.domain for mark in kept}) < 2:
        return [], "the pages are copies, or cannot be compared"
    return kept, ""


def _is_copied(mark: _Mark, evidence: Evidence) -> bool:
    """Whether no capture is left that is no copy; a mark whose captures nobody looked up is not accused."""
    captures = mark.edge.get("captures")
    return captures is not None and evidence.copied.issuperset(captures)


def _may_merge(roles: frozenset[str] | None, allowed: list[str]) -> bool:
    return roles is not None and roles.issubset(allowed)


def _operator_id(domains: tuple[str, ...]) -> str:
    return "op-" + hashlib.sha256("\0".join(domains).encode()).hexdigest()[:12]
