"""A reader outside is told of its own rows, judged confirmed, on the operators' own pages, and of nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from adtrace.errors import UsageError
from adtrace.export import Reader, write_files
from adtrace.export.parts import choose
from adtrace.export.party import checked_reader
from adtrace.export.source import Source
from tests.export.readers import BRAND, NETWORK, READERS, SHOP, fill, judge
from tests.relate.small_case import SmallCase, adsense, page

NETWORK_READER, BRAND_READER = READERS[2], READERS[3]


def rows_of(small: SmallCase, reader: Reader, table: str) -> list[dict[str, Any]]:
    rows = Source(small.case, reader.audience, reader.party).rows(table)
    return [dict(zip(rows.names, row, strict=True)) for row in rows.rows()]


def test_what_nobody_confirmed_does_not_leave(small: SmallCase, tmp_path: Path) -> None:
    """Not judged, rejected or second look: refused, with how many wait."""
    fill(small)
    for judgement, role in (("second_look", "analyst 7"), ("rejected", "analyst 8")):
        with pytest.raises(UsageError, match="nothing is confirmed"):
            write_files(small.case, tmp_path / "out", [("accounts", "csv")], NETWORK_READER)
        judge(small, judgement=judgement, role=role)
    with pytest.raises(UsageError, match="0 sightings to be judged"):
        write_files(small.case, tmp_path / "out", [("accounts", "csv")], NETWORK_READER)
    assert not (tmp_path / "out").exists()


def test_only_the_readers_own_rows_that_were_confirmed(small: SmallCase) -> None:
    """One account of two confirmed: that one; another network's and the brand's never."""
    fill(small)
    judge(small, "kind IN ('account', 'brand') AND domain = 'clip.example'")
    accounts = rows_of(small, NETWORK_READER, "accounts")
    assert {(row["network"], row["basis"]) for row in accounts} == {(NETWORK, "embedded")}
    assert len({row["domain"] for row in accounts}) == 1
    assert {row["network"] for row in rows_of(small, NETWORK_READER, "sightings")} == {NETWORK}
    assert {row["brand"] for row in rows_of(small, BRAND_READER, "brands")} == {BRAND}
    assert {row["kind"] for row in rows_of(small, BRAND_READER, "sightings")} == {"brand"}


def test_a_brand_that_is_no_text_has_nothing(small: SmallCase) -> None:
    """Bytes of a shell that are no UTF-8 name nobody."""
    fill(small)
    with pytest.raises(UsageError, match="0 sightings to be judged"):
        Source(small.case, "brand", "\udcff.example")


def test_a_reader_is_found_however_it_is_written() -> None:
    """A network by any of its names, a host defanged or not; always one reader, so that its stand-ins are the same."""
    names = ("monetag", "Monetag", "PropellerAds", "monetag[.]com")
    assert {checked_reader("network", name) for name in names} == {Reader("network", "monetag")}
    assert checked_reader("brand", "Shop[.]test") == Reader("brand", "shop.test")


def test_a_brand_that_an_ad_response_names_gets_its_rows(small: SmallCase) -> None:
    """Written as there; asked for with any capitals and spaces, as brands are everywhere."""
    vast = (
        '<VAST version="4.2"><Ad id="1"><InLine><AdSystem>x</AdSystem><Advertiser>\u00c9clair Ltd</Advertiser>'
        "</InLine></Ad></VAST>"
    )
    small.entry("clip.example", tlp="green")
    small.read("clip.example", page(f"<script>var v = '{vast}'</script>", name="x"))
    judge(small, "kind = 'brand'")
    rows = rows_of(small, checked_reader("brand", "\u00e9CLAIR  ltd"), "brands")
    assert [row["brand"] for row in rows] == ["\u00c9clair Ltd"]


def test_entries_of_no_notice_and_pages_of_others_are_left_out(small: SmallCase) -> None:
    """Contacted, never in a notice; and a parked page says nothing of the operator."""
    small.site("told.example", adsense(), SHOP)
    small.site("quiet.example", adsense(), SHOP, handling="no-notice")
    small.entry("parked.example")
    small.read("parked.example", f"<title>parked.example</title><h1>This domain is for sale!</h1>{adsense()}")
    judge(small)
    for reader, table in (
        (NETWORK_READER, "accounts"),
        (NETWORK_READER, "sightings"),
        (BRAND_READER, "brands"),
    ):
        assert len({row["domain"] for row in rows_of(small, reader, table)}) == 1


def test_times_and_counts_are_rounded(small: SmallCase) -> None:
    """To the day for a network, to the month for a brand; seven places are at least five."""
    small.entry("clip.example")
    for number in range(7):
        small.read("clip.example", page(adsense(), SHOP, name=f"p{number}"), path=f"/{number}")
    judge(small)
    (account,) = rows_of(small, NETWORK_READER, "accounts")
    (brand,) = rows_of(small, BRAND_READER, "brands")
    assert (account["sightings"], brand["sightings"]) == (5, 5)
    assert (len(account["first_seen"]), len(brand["first_seen"])) == (10, 7)
    (mine,) = rows_of(small, READERS[0], "brands")
    assert (mine["sightings"], len(mine["first_seen"])) == (7, 27)


@pytest.mark.parametrize("table", ["domains", "captures", "refusals", "links"])
@pytest.mark.parametrize("reader", READERS[2:], ids=str)
def test_tables_of_the_whole_case_are_not_for_them(small: SmallCase, reader: Reader, table: str) -> None:
    """Answered with the tables they get."""
    fill(small)
    judge(small)
    with pytest.raises(UsageError, match="sightings"):
        rows_of(small, reader, table)


def test_the_graph_holds_no_node_but_theirs(small: SmallCase, tmp_path: Path) -> None:
    """Domains as pseudonyms, the own network and accounts; or the own brand."""
    fill(small)
    judge(small)
    for reader, kinds in (
        (NETWORK_READER, {"domain", "network", "account", "seller"}),
        (BRAND_READER, {"domain", "brand"}),
    ):
        graph = Source(small.case, reader.audience, reader.party).graph()
        assert {data["kind"] for _, data in graph.nodes(data=True)} == kinds
        assert all(
            data["name"].startswith("dom-") for _, data in graph.nodes(data=True) if data["kind"] == "domain"
        )
        assert {data["kind"]: data["name"] for _, data in graph.nodes(data=True)}.get(
            "network", NETWORK
        ) == NETWORK


def test_a_network_is_told_of_agents_on_its_host(small: SmallCase) -> None:
    """By address, and as the site's word: it authorises, and neither places nor carries."""
    small.site("clip.example", adsense())
    agents = '{"authorized_agents": [{"url": "https://agents.openx.com/7", "delegation_type": "ad_network"}]}'
    small.read("clip.example", agents, kind="adagents_json", path="/.well-known/adagents.json")
    judge(small)
    source = Source(small.case, "network", "openx")
    (row,) = rows_of(small, Reader("network", "openx"), "accounts")
    assert (row["account"], row["account_kind"], row["relation"]) == (
        "https://agents.openx.com/7",
        "agent",
        "ad_network",
    )
    ((_, target, edge),) = source.graph().edges(data=True)
    assert (target, edge["edge"]) == ("network:openx", "authorises")


def test_the_graph_says_no_more_than_the_schema(small: SmallCase) -> None:
    """A network known by a click URL alone is in the table; that the site places it is not said."""
    small.site("clip.example", SHOP)
    judge(small)
    source = Source(small.case, "network", "awin")
    assert {row["basis"] for row in rows_of(small, Reader("network", "awin"), "networks")} == {"landing"}
    assert source.graph().number_of_edges() == 0


def test_no_answer_leaves_for_them(small: SmallCase) -> None:
    """A question is asked of the whole case."""
    from adtrace.relate.questions import load_questions

    fill(small)
    judge(small)
    with pytest.raises(UsageError, match="whole case"):
        Source(small.case, "network", NETWORK).answer(load_questions()["first-letters"])


def test_an_export_notes_the_rows_it_carried(small: SmallCase, tmp_path: Path) -> None:
    """Those alone: a withdrawal names this export for them and for no other."""
    from adtrace.case.carried import find_carriers

    fill(small)
    judge(small)
    write_files(small.case, tmp_path, [("brands", "csv")], BRAND_READER)
    rows = {row["row"]: row["brand"] for row in small.case.rows("SELECT row, brand FROM current_sightings")}
    own = [row for row, brand in rows.items() if brand == BRAND]
    (carrier,) = find_carriers(small.case, list(rows))
    assert set(carrier.sightings) <= set(own)
    assert len(carrier.sightings) == 2
    assert carrier.audience == "brand"
    said = json.loads((tmp_path / "manifest.json").read_text("ascii"))
    assert "carried" not in json.dumps(said)


@pytest.mark.parametrize(
    ("audience", "tables", "formats", "everything", "pairs"),
    [
        ("brand", (), (), True, [("brands", "csv"), ("sightings", "csv"), ("graph", "gexf")]),
        ("brand", (), ("stix",), False, [("case", "stix")]),
        ("taskforce", ("domains", "graph"), ("jsonl",), False, [("domains", "jsonl"), ("graph", "gexf")]),
        ("taskforce", ("graph",), ("gephi", "misp"), False, [("case", "misp"), ("graph", "gephi")]),
    ],
)
def test_what_is_asked_for_is_what_can_be_held(
    audience: Any,
    tables: tuple[str, ...],
    formats: tuple[str, ...],
    everything: bool,
    pairs: list[tuple[str, str]],
) -> None:
    """Each table in every format that can hold it, what is for this reader alone."""
    assert choose(audience, tables, formats, everything=everything) == pairs
