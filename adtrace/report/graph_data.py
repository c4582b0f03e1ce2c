"""What the page's script draws the graph from: numbers and short texts, nothing it would have to look up elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from adtrace.relate.schema import load_schema
from adtrace.report.layout import lay_out
from adtrace.report.words import KINDS

if TYPE_CHECKING:
    from adtrace.report.model import Report

_SCALE = 10  # places are whole tenths
_Edge = tuple[int, int, str, str, str, int]  # source, target, edge, basis, state, sightings


def graph_data(report: Report) -> dict[str, Any]:
    """nodes: [kind, title, name, anchor, x, y, cluster]; edges: [source, edge, basis, state, ends].

    ends: target and sightings by turns, of all edges of one node that are alike. kind, edge, basis and state are places
    in the lists of that name; cluster in clusters (operator hypotheses), or -1. Of the chosen part alone.
    """
    graph, labels = report.graph, report.labels
    numbers = {node: number for number, node in enumerate(report.chosen.nodes)}
    found = sorted(
        (numbers[source], numbers[target], data["edge"], data["basis"], data["state"], data["count"])
        for source, target, data in graph.edges(data=True)
        if source in numbers and target in numbers
    )
    places = lay_out(len(numbers), _drawing_together(found))
    kinds = list(KINDS)
    names = [edge.id for edge in load_schema().edge]
    bases = sorted({basis for *_, basis, _, _ in found})
    states = sorted({state for *_, state, _ in found})
    operators = sorted({data["operator"] for _, data in graph.nodes(data=True) if data.get("operator")})
    nodes = []
    for node in report.chosen.nodes:
        label, data = labels.of(node), graph.nodes[node]
        x, y = (round(float(place) * _SCALE) for place in places[numbers[node]])
        operator = data.get("operator", "")
        cluster = operators.index(operator) if operator else -1
        nodes.append([kinds.index(data["kind"]), label.title, label.name, label.anchor, x, y, cluster])
    return {
        "kinds": kinds,
        "edges": [
            [source, names.index(edge), bases.index(basis), states.index(state), ends]
            for (source, edge, basis, state), ends in _alike(found).items()
        ],
        "names": [[edge.id, edge.sentence] for edge in load_schema().edge],
        "bases": bases,
        "states": states,
        "clusters": [labels.shorten(operator) for operator in operators],
        "nodes": nodes,
    }


def _alike(edges: Iterable[_Edge]) -> dict[tuple[int, str, str, str], list[int]]:
    """(source, edge, basis, state) → target and sightings of each such edge, by turns."""
    found: dict[tuple[int, str, str, str], list[int]] = defaultdict(list)
    for source, target, edge, basis, state, count in edges:
        found[source, edge, basis, state] += target, count
    return found


def _drawing_together(edges: list[_Edge]) -> list[tuple[int, int]]:
    """The edges that decide on places: the observed ones; and of a node without any, the one with the most sightings.

    All declared edges would draw every domain into one heap (design section 6: reach over declared sellers saturates).
    An account stands by its domains, not by its network, which has too many.
    """
    observed = [
        (source, target)
        for source, target, edge, basis, *_ in edges
        if basis != "declared" and edge != "belongs_to"
    ]
    held = {end for pair in observed for end in pair}
    best: dict[int, tuple[int, int, int]] = {}
    for source, target, *_, count in edges:
        for node in (source, target):
            if node not in held:
                best[node] = max(best.get(node, (0, 0, 0)), (count, -source, -target))
    return observed + [(-source, -target) for _, source, target in best.values()]
