"""Names are short where they are many, and never ambiguous, live or dangerous."""

from typing import Any

import networkx as nx

from adtrace.knowledge import load_knowledge
from adtrace.report.labels import Labels


def labels_of(*nodes: tuple[str, str]) -> Labels:
    """Labels of these (kind, name)."""
    graph: Any = nx.MultiDiGraph()
    for kind, name in nodes:
        graph.add_node(f"{kind}:{name}", kind=kind, name=name)
    return Labels(graph, load_knowledge(), [f"{kind}:{name}" for kind, name in nodes])


def test_a_pseudonym_is_cut_to_what_tells_it_apart() -> None:
    """Six characters, more if two would look alike; the full name stays beside it."""
    one, two = "dom-" + "a" * 20, "dom-" + "a" * 7 + "b" * 13
    found = labels_of(("domain", one), ("domain", two))
    assert found.find("domain", one).text == "dom-aaaaaaaa"
    assert found.find("domain", two).text == "dom-aaaaaaab"
    assert found.find("domain", one).name == one
    assert labels_of(("domain", one)).find("domain", one).text == "dom-aaaaaa"


def test_hosts_are_defanged_and_cards_names_are_not() -> None:
    """What pages say is no link; what our cards say reads as it is."""
    found = labels_of(("brand", "shop.test"), ("network", "exoclick"), ("company", "Booking.com B.V."))
    assert found.find("brand", "shop.test").text == "shop[.]test"
    assert found.find("network", "exoclick").text == "ExoClick"
    assert found.find("company", "Booking.com B.V.").text == "Booking.com B.V."


def test_an_account_says_whose_it_is() -> None:
    """Alone it reads with its network and kind; an id with slashes stays whole."""
    found = labels_of(("account", "exoclick/zone_id/5/7"), ("seller", "google.test/pub-1"))
    assert found.find("account", "exoclick/zone_id/5/7").title == "ExoClick, zone_id 5/7"
    assert found.find("seller", "google.test/pub-1").title == "google[.]test, seller pub-1"


def test_long_and_invisible_text_is_cut_and_written_out() -> None:
    """Both ends stay."""
    found = labels_of(("brand", "\u202e" + "a" * 60 + ".test"))
    text = found.find("brand", "\u202e" + "a" * 60 + ".test").text
    assert text.startswith("\\u{202e}aaa")
    assert text.endswith("aaa[.]test")
    assert len(text) < 40


def test_what_the_graph_does_not_have_has_a_label_without_a_dossier() -> None:
    """A table may name a network that no link reached."""
    assert labels_of().find("network", "nobody").anchor == ""
