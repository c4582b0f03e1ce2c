"""Where nodes stand: the same for the same edges, apart from each other, near what they belong to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adtrace.report.layout import lay_out


def test_no_nodes_need_no_place() -> None:
    """And one has one."""
    assert lay_out(0, []).shape == (0, 2)
    assert lay_out(1, []).shape == (1, 2)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 25).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=50)
        )
    )
)
def test_every_node_has_a_place_of_its_own(graph: tuple[int, list[tuple[int, int]]]) -> None:
    """Finite, distinct, and the same each time; loops and double edges are no harm."""
    size, edges = graph
    places = lay_out(size, edges)
    assert places.shape == (size, 2)
    assert np.isfinite(places).all()
    assert len({tuple(place) for place in places.round(3)}) == size
    assert (places == lay_out(size, edges)).all()


def test_leaves_stand_around_their_node() -> None:
    """Closer than another hub with leaves of its own."""
    edges = [(0, 1), *((0, leaf) for leaf in range(2, 10)), *((1, leaf) for leaf in range(10, 18))]
    places = lay_out(18, edges)
    for leaf in range(2, 18):
        to = [float(np.hypot(*(places[leaf] - places[hub]))) for hub in (0, 1)]
        assert (to[0] < to[1]) == (leaf < 10)


def test_parts_do_not_lie_over_each_other() -> None:
    """Each in a box of its own."""
    triangles = [(3 * n + a, 3 * n + b) for n in range(6) for a, b in ((0, 1), (1, 2), (0, 2))]
    places = lay_out(18, triangles)
    boxes = [(places[3 * n : 3 * n + 3].min(axis=0), places[3 * n : 3 * n + 3].max(axis=0)) for n in range(6)]
    for number, (low, high) in enumerate(boxes):
        for other_low, other_high in boxes[number + 1 :]:
            assert (high < other_low).any() or (other_high < low).any()


@pytest.mark.slow
def test_thousands_of_nodes_have_bounded_steps() -> None:
    """3,000 nodes of several neighbours each are laid out, in the fewest steps."""
    edges = [(node, (node * 7 + step) % 3000) for node in range(3000) for step in (1, 11)]
    assert np.isfinite(lay_out(3000, edges)).all()
