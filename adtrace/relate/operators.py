"""Operator hypotheses: which domains one holder's accounts tie together, on evidence that can bear it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from adtrace.relate.schema import Merge, load_schema
from adtrace.relate.seen import Seen


class Operator(msgspec.Struct, frozen=True):
    """One hypothesis: these domains have one holder of these accounts; id is made of the domains.

    sightings: the number of places at which the accounts were seen live on the domains they tie.
    """

    id: str
    domains: tuple[str, ...]
    accounts: tuple[str, ...]
    sightings: int


class Evidence(msgspec.Struct, frozen=True):
    """What the merge rules need beside the graph.

    site_roles: domain → the site_role of its entries (several: none that may merge unless all may).
    copied: public ids of captures near-identical to a page of another domain, or that cannot be compared.
    holders: account name → holder_role, where it is known.
    """

    site_roles: Mapping[str, frozenset[str]] = {}
    copied: frozenset[str] = frozenset()
    holders: Mapping[str, str] = {}


def find_operators(
    links: Iterable[Seen], evidence: Evidence, rules: Merge | None = None
) -> tuple[list[Operator], dict[str, str]]:
    """The hypotheses, largest first; and for every account on two or more domains whether it bears one.

    links: those of the kind that may bear one (rules.edge); where they list no captures, none is taken for a copy. The
    second is account name → "yes", "yes: n of m domains" or "no: why". A hypothesis is a connected component of the
    domains under accounts that bear (near-linear). A lower bound: what is left out may still be one operator.
    """
    rules = rules or load_schema().merge
    marks: dict[str, list[Seen]] = {}
    for link in links:
        marks.setdefault(link.target, []).append(link)
    verdicts: dict[str, str] = {}
    bears: dict[str, list[Seen]] = {}
    for account, held in sorted(marks.items()):
        everywhere = {mark.source for mark in held}
        if len(everywhere) < 2:
            continue
        bearing, why_not = _bearing(account, held, evidence, rules)
        if why_not:
            verdicts[account] = f"no: {why_not}"
            continue
        bears[account] = bearing
        domains = {mark.source for mark in bearing}
        verdicts[account] = (
            "yes" if domains == everywhere else f"yes: {len(domains)} of {len(everywhere)} domains"
        )
    return sorted(_tied(bears), key=lambda operator: (-len(operator.domains), operator.domains)), verdicts


def _tied(bears: Mapping[str, Sequence[Seen]]) -> Iterator[Operator]:
    """Each connected part of the domains under these accounts' marks."""
    import networkx as nx

    ties: nx.Graph[str] = nx.Graph()
    for marks in bears.values():
        ties.add_edges_from(pairwise(sorted({mark.source for mark in marks})))
    parts = list(nx.connected_components(ties))
    part_of = {domain: number for number, part in enumerate(parts) for domain in part}
    accounts: dict[int, list[str]] = {}
    for account, marks in bears.items():
        accounts.setdefault(part_of[marks[0].source], []).append(account)
    for number, names in accounts.items():
        domains = tuple(sorted(parts[number]))
        sightings = sum(mark.count for name in names for mark in bears[name])
        yield Operator(_operator_id(domains), domains, tuple(names), sightings)


def _bearing(account: str, marks: list[Seen], evidence: Evidence, rules: Merge) -> tuple[list[Seen], str]:
    """The marks that may merge domains; or none, and the first rule that left fewer than two domains."""
    domains = {mark.source for mark in marks}
    cap = rules.cap_of(account.split("/")[1])
    if len(domains) > cap:
        return [], f"on {len(domains)} domains, more than {cap}"
    holder = evidence.holders.get(account, "unknown")
    if holder not in rules.holder_role:
        return [], f"held by {'an' if holder[0] in 'aeiou' else 'a'} {holder}"
    for field in ("basis", "scope", "state", "certainty"):
        allowed = getattr(rules, field)
        kept = [mark for mark in marks if getattr(mark, field) in allowed]
        if len({mark.source for mark in kept}) < 2:
            others = sorted({getattr(mark, field) or "unknown" for mark in marks if mark not in kept})
            return [], f"{field} {', '.join(others)}"
        marks = kept
    kept = [mark for mark in marks if _may_merge(evidence.site_roles.get(mark.source), rules.site_role)]
    if len({mark.source for mark in kept}) < 2:
        return [], f"fewer than two of the domains are {' or '.join(rules.site_role)}"
    marks = kept
    kept = [mark for mark in marks if not _is_copied(mark, evidence)]
    if len({mark.source for mark in kept}) < 2:
        return [], "the pages are copies, or cannot be compared"
    return kept, ""


def _is_copied(mark: Seen, evidence: Evidence) -> bool:
    """Whether no capture is left that is no copy; a mark whose captures nobody looked up is not accused."""
    return bool(mark.captures) and evidence.copied.issuperset(mark.captures)


def _may_merge(roles: frozenset[str] | None, allowed: list[str]) -> bool:
    return roles is not None and roles.issubset(allowed)


def _operator_id(domains: tuple[str, ...]) -> str:
    return "op-" + hashlib.sha256("\0".join(domains).encode()).hexdigest()[:12]
