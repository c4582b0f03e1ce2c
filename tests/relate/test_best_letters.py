"""So many letters and no more: never behind the networks by size, and the best there is up to sixty networks."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adtrace.demo import build_world
from adtrace.relate.findings import Findings, find
from adtrace.relate.operators import Evidence
from adtrace.relate.questions import Answer, answer, load_questions
from adtrace.relate.seen import Seen

PLACED = st.dictionaries(
    st.sampled_from(["net-a", "net-b", "net-c", "net-d", "net-e", "net-f"]),
    st.frozensets(st.sampled_from("abcdefghijk"), min_size=1),
    min_size=1,
)


def findings(placed: dict[str, frozenset[str]]) -> Findings:
    """Live tags of these networks on these domains, all observable."""
    seen = [
        Seen(
            edge="places",
            source_kind="domain",
            source=domain,
            target_kind="network",
            target=network,
            basis="embedded",
            state="live",
            certainty="likely",
            domain=domain,
            first_seen="2026-11-22T00:00:00Z",
            last_seen="2026-11-22T00:00:00Z",
        )
        for network, domains in placed.items()
        for domain in domains
    ]
    return find(seen, dict.fromkeys(frozenset().union(*placed.values()), "observable"), Evidence())


def best_letters(placed: dict[str, frozenset[str]]) -> Answer:
    return answer(load_questions()["best-letters"], findings(placed))


@given(PLACED)
@settings(deadline=None, max_examples=12)
def test_each_row_is_the_best_that_trying_all_finds(placed: dict[str, frozenset[str]]) -> None:
    """And what it names reaches what it says; no less than the largest networks do."""
    for number, ranked, best, _, at_most, networks in best_letters(placed).rows:
        assert isinstance(networks, list)
        assert isinstance(number, int)
        reached = [len(frozenset().union(*some)) for some in combinations(placed.values(), number)]
        assert best == at_most == max(reached)
        assert len(frozenset().union(*(placed[network] for network in networks))) == best
        assert len(networks) <= number
        largest = sorted(placed, key=lambda name: (-len(placed[name]), name))[:number]
        assert best >= ranked >= len(frozenset().union(*(placed[network] for network in largest)))


@pytest.mark.parametrize(("seed", "size"), [(6, 40), (7, 80)])
def test_on_invented_webs_the_optimum_is_reached(seed: int, size: int) -> None:
    """The key has worked it out by itself; both have a number whose best choice no order begins with."""
    key = build_world(seed, size).key
    placed: dict[str, frozenset[str]] = {}
    observable = {domain for domain, state in key["page_states"] if state == "operator"}
    for edge, _, domain, _, network, *_ in key["edges"]:
        if edge == "places" and domain in observable:
            placed[network] = placed.get(network, frozenset()) | {domain}
    optimum = {row[0]: row[6] for row in key["answers"]["first-letters"]}
    rows = {row[0]: row for row in best_letters(placed).rows}
    assert len(placed) <= 60
    assert {number: row[2] for number, row in rows.items()} == {number: optimum[number] for number in rows}
