"""Whom to write to first, as a weighted maximum coverage problem: orders, their curves, and how good they are.

The problem: of n sets, choose k so that the weight of their union is greatest. It is NP-hard; the greedy order is
within 1 - (1 - 1/k)^k ≥ 1 - 1/e ≈ 0.632 of the best for every k, and no quick method does better in general
(Nemhauser, Wolsey and Fisher, Mathematical Programming 14, 1978; Feige, Journal of the ACM 45, 1998).
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import accumulate

import msgspec

# Up to so many sets every k is solved exactly, each within milliseconds; beyond, bounds are given.
SMALL = 60


class Coverage(msgspec.Struct, frozen=True):
    """Sets of elements by name. Elements that lie in the same sets are one, with their number as weight."""

    sets: dict[str, frozenset[int]]
    weights: list[int]

    @property
    def total(self) -> int:
        """The weight of everything that any set covers."""
        return sum(self.weights)


class Ranking(msgspec.Struct, frozen=True):
    """An order of sets that each add something, and for each k of 1, 2, …: what its first k cover, and at most could.

    at_most: the exact optimum if is_exact, else an upper bound of it. covered is never below that of the order by size.
    """

    order: list[str]
    covered: list[int]
    at_most: list[int]
    is_exact: bool
    total: int


def coverage_of(sets: Mapping[str, Iterable[Hashable]]) -> Coverage:
    """The problem of these sets; cost linear in their sizes."""
    owners: dict[Hashable, list[str]] = defaultdict(list)
    for name in sorted(sets):
        for element in set(sets[name]):
            owners[element].append(name)
    weights = Counter(tuple(names) for names in owners.values())
    found: dict[str, set[int]] = {name: set() for name in sorted(sets)}
    for number, names in enumerate(weights):
        for name in names:
            found[name].add(number)
    return Coverage({name: frozenset(kept) for name, kept in found.items()}, list(weights.values()))


def rank(problem: Coverage, most: int | None = None) -> Ranking:
    """The greedy order, led by the largest sets as far as it would else fall behind the order by size.

    Ties by name. most: how many places of at_most are wanted, by default all. Cost: near-linear in the sizes of the
    sets (lazy evaluation, Minoux 1978), and for at most SMALL sets one integer program for each k (scipy's HiGHS).
    """
    by_size = order_by_size(problem)
    plain = curve(problem, by_size)
    order = extend(problem)
    greedy = covered = curve(problem, order)
    while True:
        behind = [k for k, (mine, theirs) in enumerate(zip(covered, plain, strict=False), 1) if mine < theirs]
        if not behind:
            break
        order = extend(problem, by_size[: behind[0]])
        covered = curve(problem, order)
    is_exact = len(problem.sets) <= SMALL
    bounds = upper_bounds(problem, by_size, greedy, min(most or len(order), len(order)))
    at_most = [
        best if best == mine or not is_exact else solve(problem, k)
        for k, (mine, best) in enumerate(zip(covered, bounds, strict=False), 1)
    ]
    return Ranking(order, covered, at_most, is_exact, problem.total)


def order_by_size(problem: Coverage) -> list[str]:
    """The sets by their own weight, largest first, ties by name: the ranking that ignores what is covered already."""
    return sorted(problem.sets, key=lambda name: (-_weight(problem, problem.sets[name]), name))


def extend(problem: Coverage, begun: Iterable[str] = ()) -> list[str]:
    """Of these sets those that add something, and after them always the one that adds most, until nothing is added."""
    order: list[str] = []
    covered: set[int] = set()
    for name in begun:
        if not problem.sets[name] <= covered:
            order.append(name)
            covered |= problem.sets[name]
    taken = set(order)
    heap = [(-_weight(problem, kept), name) for name, kept in problem.sets.items() if name not in taken]
    heapq.heapify(heap)
    while heap:
        stale, name = heapq.heappop(heap)
        gain = _weight(problem, problem.sets[name] - covered)
        if gain and gain < -stale:
            heapq.heappush(heap, (-gain, name))
        elif gain:
            order.append(name)
            covered |= problem.sets[name]
    return order


def curve(problem: Coverage, order: Iterable[str]) -> list[int]:
    """The weight that the first 1, 2, … sets cover together."""
    covered: set[int] = set()
    found = []
    weight = 0
    for name in order:
        new = problem.sets[name] - covered
        weight += _weight(problem, new)
        covered |= new
        found.append(weight)
    return found


def upper_bounds(problem: Coverage, by_size: Sequence[str], greedy: Sequence[int], most: int) -> list[int]:
    """What no choice of 1, 2, …, most sets exceeds: the total, the largest sets' sizes added up, the greedy bound.

    by_size: order_by_size(problem); greedy: the curve of extend(problem).
    """
    sizes = list(accumulate(_weight(problem, problem.sets[name]) for name in by_size[:most]))
    found = []
    for k in range(1, most + 1):
        reached = greedy[min(k, len(greedy)) - 1]
        # 1.582 > e / (e - 1): for many letters as good, without numbers of many digits.
        by_greedy = reached * k**k // (k**k - (k - 1) ** k) if k <= SMALL else reached * 1582 // 1000 + 1
        found.append(min(problem.total, sizes[min(k, len(sizes)) - 1], by_greedy))
    return found


def solve(problem: Coverage, k: int) -> int:
    """The greatest weight that k sets can cover; see choose."""
    return (curve(problem, choose(problem, k)) or [0])[-1]


def choose(problem: Coverage, k: int) -> list[str]:
    """At most k sets that cover the greatest weight, by name, by an integer program: exact, and exponential at worst.

    maximise sum(w_e y_e) with y_e <= sum(x_s for sets s that hold e), sum(x_s) <= k, x_s in {0, 1}, 0 <= y_e <= 1.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    names = list(problem.sets)
    n, m = len(names), len(problem.weights)
    rows, columns, values = [0] * n, list(range(n)), [1.0] * n
    for element in range(m):
        rows.append(element + 1)
        columns.append(n + element)
        values.append(1.0)
    for number, name in enumerate(names):
        for element in problem.sets[name]:
            rows.append(element + 1)
            columns.append(number)
            values.append(-1.0)
    matrix = coo_array((values, (rows, columns)), shape=(m + 1, n + m))
    limits = np.array([k, *[0] * m], dtype=float)
    result = milp(
        c=np.array([*[0] * n, *(-weight for weight in problem.weights)], dtype=float),
        constraints=LinearConstraint(matrix.tocsr(), -np.inf, limits),
        integrality=np.array([*[1] * n, *[0] * m]),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    assert result.success, result.message
    return [name for name, taken in zip(names, result.x, strict=False) if taken > 0.5]


def letters_for(covered: list[int], wanted: int) -> int:
    """How many of the order's first sets cover at least this weight; 0 if nothing is wanted, or all do not."""
    if wanted <= 0:
        return 0
    return next((k for k, weight in enumerate(covered, 1) if weight >= wanted), 0)


def _weight(problem: Coverage, elements: Iterable[int]) -> int:
    return sum(problem.weights[element] for element in elements)
