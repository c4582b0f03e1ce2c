"""Places for the nodes of a graph on a plane: computed here, so that the reader's browser need not."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Graph = dict[int, set[int]]

# The angle of a sunflower's seeds: no two of any number of points fall on one line.
_GOLDEN = math.pi * (3 - math.sqrt(5))
_LEAF_GAP = 5.0
_BETWEEN = 12.0
_MOST_STEPS, _LEAST_STEPS = 300, 60
_WORK = 6e7  # pairs of nodes that all steps together may look at, beyond the least number of steps
_GRAVITY = 0.02
_PUSH = 12.0


def lay_out(size: int, edges: Sequence[tuple[int, int]]) -> Points:
    """(x, y) of each of `size` nodes, numbered from 0; the same for the same edges. Leaves are about 5 apart.

    Parts that hang together are laid out each by itself and stand side by side, the largest first. In a part, nodes
    with several neighbours repel each other by their degree and are drawn together by their edges (ForceAtlas2,
    Jacomy et al. 2014, without its approximations); a node with one stands around it like a seed in a sunflower.
    Cost: at most 300 steps, each the square of the number of nodes with several neighbours.
    """
    import numpy as np

    near: Graph = {node: set() for node in range(size)}
    for one, other in edges:
        if one != other:
            near[one].add(other)
            near[other].add(one)
    places = np.zeros((size, 2))
    parts = sorted(_parts(near), key=lambda part: (-len(part), part[0]))
    for part in parts:
        _lay_out_part(part, near, places)
    _stand_side_by_side(parts, places)
    return places


def _parts(near: Graph) -> list[list[int]]:
    """The nodes that hang together, each part sorted."""
    left, found = set(near), []
    for start in near:
        if start not in left:
            continue
        part, queue = [], [start]
        left.discard(start)
        while queue:
            node = queue.pop()
            part.append(node)
            new = near[node] & left
            left -= new
            queue.extend(new)
        found.append(sorted(part))
    return found


def _lay_out_part(part: Sequence[int], near: Graph, places: Points) -> None:
    # Of two that have only each other, the first stands for both.
    core = [node for node in part if len(near[node]) > 1] or list(part[:1])
    numbers = {node: number for number, node in enumerate(core)}
    ends = sorted(
        (numbers[node], numbers[other])
        for node in core
        for other in near[node]
        if node < other and other in numbers
    )
    places[core] = _settle([1.0 + len(near[node]) for node in core], ends)
    leaves: dict[int, list[int]] = defaultdict(list)
    for node in part:
        if node not in numbers:
            leaves[min(near[node])].append(node)
    for parent, around in leaves.items():
        for index, node in enumerate(around, start=1):
            places[node] = places[parent] + _seed(index + 1, _LEAF_GAP)


def _seed(index: int, gap: float) -> tuple[float, float]:
    radius, angle = gap * math.sqrt(index), index * _GOLDEN
    return radius * math.cos(angle), radius * math.sin(angle)


def _settle(masses: Sequence[float], pairs: Sequence[tuple[int, int]]) -> Points:
    """Places after a fixed number of steps, each shorter than the one before."""
    import numpy as np

    mass, size = np.array(masses), len(masses)
    places = np.zeros((size, 2))
    if size == 1:
        return places
    # The heaviest in the middle, so that few have to pass others.
    order = np.argsort(-mass, kind="stable")
    places[order] = [_seed(index, 4.0) for index in range(1, size + 1)]
    ends = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    weight = mass.astype(np.float32)
    steps = int(min(max(_WORK / size**2, _LEAST_STEPS), _MOST_STEPS))
    for step in range(steps):
        points = places.astype(np.float32)
        # Sum over j of w_ij (p_i - p_j) = p_i sum(w_ij) - (w p)_i: two products of matrices in place of a loop.
        squares = (points**2).sum(axis=1)
        gaps = squares[:, None] + squares[None, :] - 2 * points @ points.T
        np.maximum(gaps, 0.25, out=gaps)
        push = weight[None, :] / gaps
        np.fill_diagonal(push, 0)
        force = (places * push.sum(axis=1)[:, None] - push @ points) * mass[:, None] * _PUSH
        apart = places[ends[:, 0]] - places[ends[:, 1]]
        for axis in (0, 1):
            force[:, axis] -= np.bincount(ends[:, 0], apart[:, axis], size)
            force[:, axis] += np.bincount(ends[:, 1], apart[:, axis], size)
        force -= _GRAVITY * places * mass[:, None]
        length = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        reach = 2 * math.sqrt(size) * (1 - step / steps) ** 1.5 + 0.02
        places += force / length[:, None] * np.minimum(length / mass, reach)[:, None]
    # Screens are wide: the longest extent lies flat.
    places -= places.mean(axis=0)
    _, _, axes = np.linalg.svd(places, full_matrices=False)
    flat: Points = places @ axes.T
    return flat


def _stand_side_by_side(parts: Sequence[Sequence[int]], places: Points) -> None:
    """Move each part into a row of its own height: the first row holds the largest, the others fill its width."""
    widest = 0.0
    left = top = height = 0.0
    for part in parts:
        low, high = places[part].min(axis=0), places[part].max(axis=0)
        width = high[0] - low[0] + _BETWEEN
        widest = widest or max(width, 120.0)
        if left and left + width > widest:
            left, top, height = 0.0, top + height, 0.0
        places[part] += (left - low[0], top - low[1])
        left, height = left + width, max(height, high[1] - low[1] + _BETWEEN)
