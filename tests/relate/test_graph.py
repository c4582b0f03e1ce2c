"""The graph of a case holds what its operators' pages showed, and says where."""

from adtrace.relate.graph import build_graph
from tests.relate.small_case import PUBLISHER, SmallCase, adsense, page

ACCOUNT = f"account:adsense/publisher_id/{PUBLISHER}"


def test_every_edge_lists_its_sightings(small: SmallCase) -> None:
    """No edge without sightings; each by its public id."""
    small.site("clip.example", adsense(), adsense())
    graph = build_graph(small.case)
    assert graph.number_of_edges() > 0
    for _, _, data in graph.edges(data=True):
        assert data["sightings"]
        assert data["count"] == len(data["sightings"])
        assert all(one.startswith(f"{small.case.short}-sighting-") for one in data["sightings"])
        assert all(one.startswith(f"{small.case.short}-outcome-") for one in data["captures"])
        assert data["domains"] == ["clip.example"]
        assert data["first_seen"] <= data["last_seen"]


def test_nodes_are_typed_and_a_domain_without_edges_is_one(small: SmallCase) -> None:
    """Isolated domains are part of the answer."""
    small.site("clip.example", adsense())
    small.site("bare.example")
    small.entry("dark.example")
    graph = build_graph(small.case)
    assert graph.nodes["domain:clip.example"] == {
        "kind": "domain",
        "name": "clip.example",
        "seen": "observable",
    }
    assert graph.nodes["domain:bare.example"]["seen"] == "observable"
    assert graph.nodes["domain:dark.example"]["seen"] == "unobservable"
    assert graph.nodes[ACCOUNT]["kind"] == "account"
    assert graph.nodes["network:adsense"]["kind"] == "network"


def test_a_page_that_is_not_the_operators_feeds_nothing(small: SmallCase) -> None:
    """A parking firm's ads are not the operator's."""
    small.entry("clip.example")
    small.read("clip.example", f"<title>clip.example</title><h1>This domain is for sale!</h1>{adsense()}")
    states = [row["page_state"] for row in small.case.rows("SELECT page_state FROM captures")]
    graph = build_graph(small.case)
    assert states != ["operator"]
    assert list(graph.nodes) == ["domain:clip.example"]
    assert graph.nodes["domain:clip.example"]["seen"] == "not_operator"


def test_a_withdrawn_entry_leaves_the_graph(small: SmallCase) -> None:
    """Withdrawing an entry withdraws its rows from every later table."""
    number = small.entry("clip.example")
    small.read("clip.example", page(adsense()))
    small.site("film.example", adsense())
    with small.case.transaction():
        small.case.withdraw([number], "confirmed by mistake")
    graph = build_graph(small.case)
    assert "domain:clip.example" not in graph
    assert {domain for _, _, data in graph.edges(data=True) for domain in data["domains"]} == {"film.example"}


def test_declared_and_observed_are_kept_apart(small: SmallCase) -> None:
    """Declared-only paths stay apart from observed ones (design section 6)."""
    small.site("clip.example", adsense())
    small.read("clip.example", f"google.com, {PUBLISHER}, DIRECT\n", kind="ads_txt", path="/ads.txt")
    observed, declared = build_graph(small.case, "observed"), build_graph(small.case, "declared")
    assert {data["edge"] for _, _, data in observed.edges(data=True)} == {
        "places",
        "carries",
        "belongs_to",
        "owned_by",
    }
    assert {data["edge"] for _, _, data in declared.edges(data=True)} == {"declares", "declared_at"}
    both = build_graph(small.case)
    assert both.number_of_edges() == observed.number_of_edges() + declared.number_of_edges()
    assert all(data["observed"] == (data["basis"] != "declared") for _, _, data in both.edges(data=True))


def test_an_empty_case_has_an_empty_graph(small: SmallCase) -> None:
    """Nothing listed, nothing drawn."""
    assert len(build_graph(small.case)) == 0
