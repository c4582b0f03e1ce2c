"""The drawn views: legible, bounded, and honest about what they leave out."""

import itertools
from typing import Any

import networkx as nx

from adtrace.knowledge import load_knowledge
from adtrace.relate.denominators import Denominators
from adtrace.relate.measures import SHARED_ACCOUNTS
from adtrace.relate.questions import Answer
from adtrace.report.drawing import MAX_ACCOUNTS, MAX_DOMAINS, MAX_PICTURES, Drawing, draw_clusters
from adtrace.report.labels import Labels
from adtrace.report.matrix import MAX_DOMAINS as MAX_ROWS
from adtrace.report.matrix import make_matrix

COLUMNS = [column.name for column in SHARED_ACCOUNTS.columns]


def case_of(ties: dict[str, list[str]], *, operators: dict[str, str] | None = None, no: str = "") -> Any:
    """(graph, answer) of accounts on domains; those in `no` bear no hypothesis."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    rows: list[list[Any]] = []
    for account, domains in ties.items():
        name = f"adsense/publisher_id/{account}"
        graph.add_node(f"account:{name}", kind="account", name=name)
        for domain in domains:
            operator = (operators or {}).get(domain, "")
            graph.add_node(f"domain:{domain}", kind="domain", name=domain, operator=operator)
        row = dict.fromkeys(COLUMNS, "")
        row |= {"network": "adsense", "account_kind": "publisher_id", "account": account, "on": domains}  # type: ignore[dict-item]
        row["bears_operator"] = "no: scope slot" if account in no else "yes"
        rows.append([row[column] for column in COLUMNS])
    found = Denominators(0, 0, 0, 0)
    return graph, Answer("shared-account", "", "", "", SHARED_ACCOUNTS.columns, rows, [], found)


def draw(ties: dict[str, list[str]], **more: Any) -> Drawing:
    """The drawing of these."""
    graph, answer = case_of(ties, **more)
    return draw_clusters(graph, answer, Labels(graph, load_knowledge(), sorted(graph)))


def test_nothing_shared_draws_nothing() -> None:
    """And says how many clusters there are: none."""
    assert draw({}) == Drawing([], "0 clusters in all.")


def test_every_label_has_a_line_of_its_own() -> None:
    """No two of a column are nearer than a line is high."""
    (cluster,) = draw({"p": ["a", "b", "c"], "q": ["b", "c"], "r": ["c", "d"]}).clusters
    for column in (cluster.accounts, cluster.domains):
        heights = [spot.y for spot in column]
        assert all(after - before >= 26 for before, after in itertools.pairwise(heights))
    assert cluster.sentence == "4 domains, 3 shared accounts."
    assert all(spot.anchor for spot in (*cluster.accounts, *cluster.domains))


def test_what_cannot_bear_a_hypothesis_is_drawn_otherwise() -> None:
    """Dashed, as the legend says."""
    (cluster,) = draw({"p": ["a", "b"], "q": ["a", "b"]}, no="q").clusters
    assert sorted(line.bears for line in cluster.lines) == [False, False, True, True]


def test_a_bracket_holds_neighbours_alone() -> None:
    """Domains of one hypothesis stand together, so that one bracket holds them and no other."""
    ties = {"p": ["a", "c"], "q": ["b", "d"], "r": ["a", "b", "c", "d", "e"]}
    (cluster,) = draw(ties, operators={"a": "op-1", "c": "op-1", "b": "op-2", "d": "op-2"}).clusters
    assert sorted(bracket.text for bracket in cluster.brackets) == ["op-1", "op-2"]
    order = [spot.whole for spot in cluster.domains]
    assert abs(order.index("a") - order.index("c")) == abs(order.index("b") - order.index("d")) == 1


def test_few_lines_cross() -> None:
    """Two pairs that have nothing to do with each other but one tie are not drawn through each other."""
    (cluster,) = draw({"p": ["a", "c"], "q": ["b", "d"], "r": ["a", "b"]}).clusters
    accounts = [spot.text for spot in cluster.accounts]
    assert accounts.index("r") == 1


def test_a_large_cluster_is_drawn_by_its_hypotheses() -> None:
    """Bounded, and the sentence says what is not there."""
    many = [f"d{number:02}" for number in range(MAX_DOMAINS + 5)]
    ties = {"all": many, "p": ["d00", "d01"], "q": ["d02", "d03", "d04"]}
    operators = {"d00": "op-1", "d01": "op-1", "d02": "op-2", "d03": "op-2", "d04": "op-2"}
    found = draw(ties, operators=operators)
    assert [len(cluster.domains) for cluster in found.clusters] == [3, 2]
    assert "part of a cluster of 21 domains" in found.clusters[0].sentence
    assert "Of those too large for one picture" in found.sentence


def test_a_large_cluster_without_hypotheses_is_cut() -> None:
    """The domains and accounts with the most ties; no more than a page holds."""
    many = [f"d{number:02}" for number in range(40)]
    (cluster,) = draw({f"p{number:02}": many for number in range(30)}).clusters
    assert (len(cluster.domains), len(cluster.accounts)) == (MAX_DOMAINS, MAX_ACCOUNTS)
    assert "drawn: the 16 domains and 12 accounts with the most ties" in cluster.sentence


def test_many_clusters_are_counted() -> None:
    """The largest are drawn, and the sentence says of how many."""
    found = draw({f"p{number}": [f"a{number}", f"b{number}"] for number in range(20)})
    assert len(found.clusters) == MAX_PICTURES
    assert found.sentence == "20 clusters in all. Here are the 6 largest of 20 pictures."


def placements(*edges: tuple[str, str, str]) -> Any:
    """A graph of (domain, network, edge)."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for domain, network, edge in edges:
        graph.add_node(f"domain:{domain}", kind="domain", name=domain, operator="")
        graph.add_node(f"network:{network}", kind="network", name=network)
        graph.add_edge(f"domain:{domain}", f"network:{network}", edge=edge)
    return graph


def test_a_cell_shows_the_strongest_of_what_was_seen() -> None:
    """Live before idle before a token."""
    graph = placements(("a", "x", "keeps"), ("a", "x", "places"), ("a", "y", "claims"), ("a", "y", "keeps"))
    found = make_matrix(graph, Labels(graph, load_knowledge(), []))
    assert {(found.networks[mark.column].label.name, mark.what) for mark in found.marks} == {
        ("x", "live"),
        ("y", "idle"),
    }
    assert found.sentence == "All 1 domain and 2 networks with a tag or a token are drawn."


def test_a_large_grid_says_what_it_leaves_out() -> None:
    """The first by live marks, both ways."""
    graph = placements(*((f"d{number:03}", "x", "places") for number in range(MAX_ROWS + 1)))
    found = make_matrix(graph, Labels(graph, load_knowledge(), []))
    assert len(found.domains) == MAX_ROWS
    assert found.networks[0].live == MAX_ROWS + 1
    assert f"the {MAX_ROWS} of {MAX_ROWS + 1} domains that place most" in found.sentence
