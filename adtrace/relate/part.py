"""The part of a large graph that a page can hold, chosen before the whole is drawn."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec

from adtrace.relate.graph import node_id
from adtrace.relate.seen import Seen

# Few and central kinds come whole; of the last, what is left over.
_FIRST, _LAST = ("network", "company"), ("seller", "landing")


class Part(msgspec.Struct, frozen=True):
    """nodes: every node of the graph, and its kind and name. chosen: those that are held, with all links among them.

    ties: (node, kind of edge, whether it leaves the node) → how many distinct edges there are in the whole graph.
    """

    nodes: dict[str, tuple[str, str]]
    chosen: frozenset[str]
    ties: Mapping[tuple[str, str, bool], int]

    def holds(self, link: Seen) -> bool:
        """Whether both ends of the link are held."""
        source, target = node_id(link.source_kind, link.source), node_id(link.target_kind, link.target)
        return source in self.chosen and target in self.chosen


def choose_part(
    links: Mapping[str, Iterable[Seen]], domains: Collection[str], most: int, order: Callable[[str], str]
) -> Part | None:
    """At most so many nodes: networks and companies first, then those with the most ties; None if all fit.

    order: of nodes that are equal in this. Cost: linear in the links, plus sorting.
    """
    nodes = {node_id("domain", domain): ("domain", domain) for domain in domains}
    ties: Counter[tuple[str, str, bool]] = Counter()
    for edge, seen in links.items():
        for source, target in _edges(seen, nodes):
            ties[source, edge, True] += 1
            ties[target, edge, False] += 1
    if len(nodes) <= most:
        return None
    number: Counter[str] = Counter()
    for (node, _, _), times in ties.items():
        number[node] += times

    def rank(node: str) -> tuple[int, int, str]:
        kind = nodes[node][0]
        return 0 if kind in _FIRST else 2 if kind in _LAST else 1, -number[node], order(node)

    return Part(nodes, frozenset(heapq.nsmallest(most, nodes, key=rank)), ties)


def _edges(seen: Iterable[Seen], nodes: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The ends of each distinct edge; they are added to the nodes."""
    known: set[tuple[str, str, str]] = set()
    for link in seen:
        source, target = node_id(link.source_kind, link.source), node_id(link.target_kind, link.target)
        nodes.setdefault(source, (link.source_kind, link.source))
        nodes.setdefault(target, (link.target_kind, link.target))
        # An edge of a domain is seen there alone: the cache holds it once.
        if link.domain not in (link.source, link.target):
            if (source, target, link.key) in known:
                continue
            known.add((source, target, link.key))
        yield source, target
