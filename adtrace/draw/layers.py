"""A layered picture: columns of labelled nodes, and lines between them, as data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

import msgspec

MOST = 24  # nodes in a column; the rest is counted, not drawn
_SWEEPS = 6


class Spot(msgspec.Struct, frozen=True):
    """One node: its id, what is read, a note in small letters beneath, and its kind ("" for none)."""

    id: str
    text: str
    note: str = ""
    kind: str = ""


class Column(msgspec.Struct, frozen=True):
    """One column with its heading; more: nodes that found no room."""

    title: str
    spots: tuple[Spot, ...]
    more: int = 0


class Line(msgspec.Struct, frozen=True):
    """A line between nodes of two columns; dashed where the evidence is weaker than the caption says."""

    left: str
    right: str
    dashed: bool = False


class Layers(msgspec.Struct, frozen=True):
    """The whole picture; notes stand under it, one line each."""

    title: str
    subtitle: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


def arrange(
    title: str,
    subtitle: str,
    columns: Iterable[tuple[str, Iterable[Spot]]],
    lines: Iterable[Line],
    notes: Sequence[str],
) -> Layers:
    """The picture with at most MOST nodes a column, those with the most lines, ordered so that few lines cross.

    Columns without nodes are left out. Ordered by the mean place of the neighbours, swept to and fro (Sugiyama et al.
    1981); the same input gives the same picture.
    """
    wanted = sorted({(line.left, line.right, line.dashed) for line in lines})
    degree: dict[str, int] = defaultdict(int)
    for left, right, _ in wanted:
        degree[left] += 1
        degree[right] += 1
    kept: list[tuple[str, list[Spot], int]] = []
    for heading, spots in columns:
        ranked = sorted({spot.id: spot for spot in spots}.values(), key=lambda s: (-degree[s.id], s.text))
        if ranked:
            kept.append((heading, ranked[:MOST], max(0, len(ranked) - MOST)))
    shown = {spot.id for _, spots, _ in kept for spot in spots}
    drawn = [Line(*line) for line in wanted if line[0] in shown and line[1] in shown]
    near: dict[str, list[str]] = defaultdict(list)
    for line in drawn:
        near[line.left].append(line.right)
        near[line.right].append(line.left)
    for sweep in range(_SWEEPS):
        for number in range(len(kept)) if sweep % 2 == 0 else range(len(kept) - 1, -1, -1):
            place = {
                spot.id: (at + 0.5) / len(spots) for _, spots, _ in kept for at, spot in enumerate(spots)
            }
            heading, spots, more = kept[number]
            kept[number] = (heading, sorted(spots, key=lambda spot: _middle(spot, near, place)), more)
    return Layers(
        title,
        subtitle,
        tuple(Column(heading, tuple(spots), more) for heading, spots, more in kept),
        tuple(drawn),
        tuple(notes),
    )


def _middle(spot: Spot, near: Mapping[str, list[str]], place: Mapping[str, float]) -> tuple[float, str]:
    return fmean(place[other] for other in near[spot.id]) if near[spot.id] else place[spot.id], spot.text
