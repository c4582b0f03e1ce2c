"""The order of letters: never behind the order by size, and its bounds are true."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from adtrace.relate.coverage import (
    coverage_of,
    curve,
    extend,
    letters_for,
    order_by_size,
    rank,
    solve,
    upper_bounds,
)

SETS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.frozensets(st.integers(0, 12), max_size=8), min_size=1, max_size=8
)


def best(sets: dict[str, frozenset[int]], k: int) -> int:
    """By trying all."""
    return max(len(frozenset().union(*chosen)) for chosen in combinations(sets.values(), min(k, len(sets))))


@given(SETS)
@settings(deadline=None, max_examples=150)
def test_the_integer_program_finds_what_trying_all_finds(sets: dict[str, frozenset[int]]) -> None:
    """Exact on small cases."""
    problem = coverage_of(sets)
    for k in (1, 2, 3):
        assert solve(problem, k) == best(sets, k)


@given(SETS)
@settings(deadline=None, max_examples=150)
def test_the_order_is_never_behind_the_order_by_size(sets: dict[str, frozenset[int]]) -> None:
    """And its optimum column is the optimum, and every letter adds something."""
    problem = coverage_of(sets)
    found = rank(problem)
    by_size = curve(problem, order_by_size(problem))
    assert all(mine >= theirs for mine, theirs in zip(found.covered, by_size, strict=False))
    assert found.is_exact
    assert found.at_most == [best(sets, k) for k in range(1, len(found.order) + 1)]
    assert found.covered == sorted(set(found.covered))
    assert found.total == len(frozenset().union(*sets.values()))
    assert (found.covered or [0])[-1] == found.total


@given(SETS)
@settings(deadline=None, max_examples=150)
def test_bounds_hold_without_a_solver(sets: dict[str, frozenset[int]]) -> None:
    """Beyond SMALL sets these alone are given."""
    problem = coverage_of(sets)
    greedy = curve(problem, extend(problem))
    for k, bound in enumerate(upper_bounds(problem, order_by_size(problem), greedy, len(greedy)), 1):
        assert bound >= best(sets, k)


def test_greedy_falls_behind_the_order_by_size_and_is_led() -> None:
    """a is largest, b and c are together more: greedy's second step still picks the better of the rest."""
    sets = {"a": frozenset({1, 2, 3, 4}), "b": frozenset({1, 2, 5}), "c": frozenset({3, 4, 6})}
    found = rank(coverage_of(sets))
    assert found.order[0] == "a"
    assert found.at_most == [4, 6, 6][: len(found.order)]


def test_letters_for_a_share() -> None:
    """How many reach it; 0 if none do."""
    assert letters_for([3, 5, 6], 5) == 2
    assert letters_for([3], 4) == 0
    assert letters_for([], 0) == 0
