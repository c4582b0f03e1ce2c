"""Of a large graph the central part is held, and what the whole has is still counted."""

from typing import Any

import pytest

from adtrace.export.source import Source
from adtrace.relate.part import choose_part
from adtrace.relate.seen import Seen
from adtrace.report.chosen import choose
from tests.relate.small_case import SmallCase, adsense


def link(edge: str, source: str, target: str, domain: str = "") -> Seen:
    """A link between two nodes "kind:name"."""
    (source_kind, source_name), (target_kind, target_name) = source.split(":"), target.split(":")
    plain: dict[str, Any] = {"basis": "embedded", "state": "live", "certainty": "likely"}
    return Seen(
        edge=edge,
        source_kind=source_kind,
        source=source_name,
        target_kind=target_kind,
        target=target_name,
        domain=domain or source_name,
        first_seen="2026-11-22T00:00:00Z",
        last_seen="2026-11-22T00:00:00Z",
        **plain,
    )


LINKS = {
    "places": [link("places", "domain:a", "network:x"), link("places", "domain:b", "network:x")],
    "carries": [link("carries", "domain:a", "account:p"), link("carries", "domain:b", "account:p")],
    "declares": [link("declares", "domain:a", "seller:s")],
    "belongs_to": [link("belongs_to", "account:p", "network:x", domain) for domain in ("a", "b")],
}


@pytest.mark.parametrize(("most", "held"), [(1, {"network:x"}), (2, {"network:x", "account:p"})])
def test_networks_come_first_then_what_has_most_ties(most: int, held: set[str]) -> None:
    """Sellers last."""
    part = choose_part(LINKS, ["a", "b", "c"], most, str)
    assert part is not None
    assert part.chosen == held
    assert set(part.nodes) == {"domain:a", "domain:b", "domain:c", "network:x", "account:p", "seller:s"}


def test_an_edge_seen_on_two_domains_is_one_tie() -> None:
    """An account belongs to its network once."""
    part = choose_part(LINKS, ["a", "b", "c"], 1, str)
    assert part is not None
    assert part.ties["network:x", "belongs_to", False] == 1
    assert part.ties["network:x", "places", False] == 2


def test_what_fits_is_held_whole() -> None:
    """None says so."""
    assert choose_part(LINKS, ["a", "b", "c"], 6, str) is None


def test_the_part_of_a_case_keeps_the_numbers_of_the_whole(small: SmallCase) -> None:
    """Two nodes are held of all; the network's dossier still knows how many place it, and the reader is told."""
    for name in ("clip", "film", "song"):
        small.site(f"{name}.example", adsense())
    whole, part = Source(small.case).graph(), Source(small.case).graph(2)
    assert set(part) == set(whole)
    assert part.graph["chosen"] == ["company:Google LLC", "network:adsense"]
    assert part.nodes["network:adsense"]["ties"]["places", False] == 3
    held = [data for *_, data in part.edges(data=True) if data["edge"] == "owned_by"]
    assert [data["sightings"] for data in held] == [
        data["sightings"] for *_, data in whole.edges(data=True) if data["edge"] == "owned_by"
    ]
    assert {data["edge"] for *_, data in part.edges(data=True)} == {"owned_by", "places"}
    assert choose(part).sentence.startswith(f"2 of {len(whole)} nodes are here")
    assert choose(whole).sentence == f"All {len(whole)} nodes of the graph are here."
