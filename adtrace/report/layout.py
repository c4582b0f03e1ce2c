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

# The angle of a sunflower's seeds: no two of any number of points fall on one line.
_GOLDEN = math.pi * (3 - math.sqrt(5))
_LEAF_GAP = 1.2
_MOST_STEPS, _LEAST_STEPS = 300, 60
_WORK = 6e7  # pairs of nodes that all steps together may look at, beyond the least number of steps
_GRAVITY = 0.015


def lay_out(size: int, edges: Sequence[tuple[int, int]]) -> Points:
    """(x, y) of each of `size` nodes, numbered from 0; the same for the same edges. About one node a unit of area.

    Nodes with several neighbours repel each other by their degree and are drawn together by their edges
    (ForceAtlas2, Jacomy et al. 2014, without its approximations); a node with one stands around it like a seed in a
    sunflower; those with none stand below. Cost: steps times the square of the first sort's
    number, at most 300 steps.
    """
    import numpy as np

    near: dict[int, set[int]] = defaultdict(set)
    for one, other in edges:
        if one != other:
            near[one].add(other)
            near[other].add(one)
    # Of a pair that has only each other, the first stands for both.
    core = sorted(
        node
        for node in near
        if len(near[node]) > 1 or (node < min(near[node]) and len(near[min(near[node])]) == 1)
    )
    numbers = {node: number for number, node in enumerate(core)}
    places = np.zeros((size, 2))
    if core:
        pairs = sorted(
            {
                (numbers[one], numbers[other])
                for one, other in edges
                if one in numbers and other in numbers and one != other
            }
        )
        mass = np.array([1.0 + len(near[node]) for node in core])
        places[core] = _settle(mass, pairs)
    leaves: dict[int, list[int]] = defaultdict(list)
    for node in sorted(near.keys() - numbers.keys()):
        leaves[next(iter(near[node]))].append(node)
    for parent, around in leaves.items():
        for index, node in enumerate(around, start=1):
            places[node] = places[parent] + _seed(index, _LEAF_GAP)
    alone = [node for node in range(size) if node not in near]
    if alone:
        below = places[:, 1].max() + 6 if near else 0.0
        across = max(1, math.ceil(math.sqrt(len(alone) * 4)))
        middle = places[core].mean(axis=0)[0] if core else 0.0
        for index, node in enumerate(alone):
            places[node] = middle + (index % across - across / 2) * 2.4, below + index // across * 2.4
    return places


def _seed(index: int, gap: float) -> tuple[float, float]:
    radius, angle = gap * math.sqrt(index), index * _GOLDEN
    return radius * math.cos(angle), radius * math.sin(angle)


def _settle(mass: Points, pairs: Sequence[tuple[int, int]]) -> Points:
    """Places of the core after a fixed number of steps, each shorter than the one before."""
    import numpy as np

    size = len(mass)
    # The heaviest in the middle, so that few have to pass others.
    order = np.argsort(-mass, kind="stable")
    places = np.zeros((size, 2))
    places[order] = [_seed(index, 3.0) for index in range(1, size + 1)]
    ends = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    weight = mass.astype(np.float32)
    steps = int(min(max(_WORK / size**2, _LEAST_STEPS), _MOST_STEPS))
    for step in range(steps):
        points = places.astype(np.float32)
        # Sum over j of w_ij (p_i - p_j) = p_i sum(w_ij) - (w p)_i: two products of matrices in place of a loop.
        squares = (points**2).sum(axis=1)
        gaps = squares[:, None] + squares[None, :] - 2 * points @ points.T
        np.maximum(gaps, 0.25, out=gaps)
        pull = weight[None, :] / gaps
        np.fill_diagonal(pull, 0)
        force = (places * pull.sum(axis=1)[:, None] - pull @ points) * mass[:, None] * 1.2
        if len(ends):
            apart = places[ends[:, 0]] - places[ends[:, 1]]
            for axis in (0, 1):
                force[:, axis] -= np.bincount(ends[:, 0], apart[:, axis], size)
                force[:, axis] += np.bincount(ends[:, 1], apart[:, axis], size)
        force -= _GRAVITY * places * mass[:, None]
        length = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        reach = 6.0 * math.sqrt(size) / 10 * (1 - step / steps) ** 1.5 + 0.02
        places += force / length[:, None] * np.minimum(length / mass, reach)[:, None]
    return places
