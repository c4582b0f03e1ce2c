"""Which sellers.json are asked for, and which of their rows are kept: a whole run against invented answers."""

import json

import pytest
from msgspec.structs import replace

from adtrace.case import Case, Entry
from adtrace.demo.answers import Answer, Site, page, redirect, text
from adtrace.demo.server import DemoServer
from adtrace.fetch.run import Pace, run_case
from adtrace.knowledge import load_knowledge

ADS_TXT = """mgid.com, 918273, DIRECT
mgid.com, 918275, DIRECT
equativ.com, 7, DIRECT
sonobi.com, 8, RESELLER
"""


def sellers(*rows: tuple[str, str, str]) -> Answer:
    listed = [
        {"seller_id": seller_id, "seller_type": kind, "domain": domain, "name": "A firm"}
        for seller_id, kind, domain in rows
    ]
    return Answer(body=json.dumps({"sellers": listed}).encode(), content_type="application/json")


# An agent on a network's host: it is no seller, and holds no id of that network's list.
AGENTS = Answer(
    body=b'{"authorized_agents": [{"url": "https://agents.criteo.com/"}]}', content_type="application/json"
)
# Its ids are the parking firm's.
PARKED = """<script src="https://www.parkingcrew.net/jsparkcaf.php?a=1"></script>
<script>pbjs.addAdUnits([{code: "a", bids: [{bidder: "sovrn", params: {tagid: "418027"}}]}]);</script>"""
# Real addresses, invented lists. Nobody is to ask for the last four.
LISTS = {
    "mgid.com": sellers(
        ("918273", "INTERMEDIARY", "33across.com"),
        ("918274", "INTERMEDIARY", "criteo.com"),
        ("918275", "BOTH", "mgid.com"),
    ),
    "equativ.com": sellers(("7", "PUBLISHER", "else.example")),
    "sonobi.com": redirect("https://www.sonobi.com/sellers.json", 301),
    "www.sonobi.com": sellers(("8", "PUBLISHER", "else.example")),
    "33across.com": sellers(
        ("550100", "INTERMEDIARY", "seedtag.com"),
        ("550101", "PUBLISHER", "WWW.clip.example"),
        ("918273", "INTERMEDIARY", "openx.com"),  # an id that is held, but of another system
        ("550102", "PUBLISHER", "held.example"),
        ("550103", "INTERMEDIARY", "clip.example"),
    ),
    "smartadserver.com": sellers(("7", "PUBLISHER", "clip.example")),
    "criteo.com": sellers(("1", "PUBLISHER", "clip.example")),
    "seedtag.com": sellers(("66-1", "PUBLISHER", "clip.example")),
    "lijit.com": sellers(("418027", "PUBLISHER", "clip.example")),
}


@pytest.fixture(scope="module")
def traced(tmp_path_factory):
    """The systems that were asked, in order, and the kept rows with the depth of their list."""
    sites = [
        Site(
            host="clip.example",
            answers={"/": page("<p>x"), "/ads.txt": text(ADS_TXT), "/.well-known/adagents.json": AGENTS},
        ),
        Site(host="parked.example", answers={"/": page(PARKED)}),
        *(Site(host=host, answers={"/sellers.json": answer}) for host, answer in LISTS.items()),
    ]
    entries = [
        Entry(domain="clip.example", unit="domain", authority="A", reference="R"),
        Entry(domain="parked.example", unit="domain", authority="A", reference="R"),
        Entry(domain="held.example", unit="domain", authority="A", reference="R", handling="hold"),
    ]
    folder = tmp_path_factory.mktemp("sellers") / "case"
    with (
        DemoServer(sites) as server,
        Case.create(folder, operator="tester", purpose="a test") as case,
    ):
        with case.transaction():
            case.add_entries(entries)
        run_case(case, egress=server.plan(), reach="tags", pace=Pace(delay_ms=0))
        asked = [one for one in server.log() if one.host in LISTS]
        assert {one.target for one in asked} == {"/sellers.json"}
        assert "parked.example" in {one.host for one in server.log()}
        kept = case.rows(
            "SELECT decisions.depth AS depth, account, sightings.declared ->> 'domain' AS domain"
            " FROM current_sightings AS sightings JOIN outcomes ON outcomes.seq = sightings.capture"
            " JOIN decisions ON decisions.seq = outcomes.decision WHERE decisions.document = 'sellers_json'"
            " ORDER BY sightings.row"
        )
        return [one.host for one in asked], {(one["depth"], one["account"], one["domain"]) for one in kept}


def test_a_list_stands_at_the_root_of_the_domain_in_ads_txt(traced):
    """Of a system of two names, at the one that the line names; where that redirects to www., there."""
    asked, kept = traced
    assert set(asked) >= {"mgid.com", "equativ.com", "sonobi.com", "www.sonobi.com"}
    assert "smartadserver.com" not in asked
    assert kept >= {(1, "7", "else.example"), (1, "8", "else.example")}


def test_lists_follow_what_is_kept_of_them(traced):
    """Last an intermediary's list, only where a kept row names it.

    There the rows are kept that list a site of the case: not the ones beside them, not an id that is held of another
    system, not a site which is not to be contacted.
    """
    asked, kept = traced
    assert asked[-1] == "33across.com"
    assert {row for row in kept if row[0] == 2} == {
        (2, "550101", "WWW.clip.example"),
        (2, "550103", "clip.example"),
    }


def test_ids_of_a_page_that_is_not_the_operators_lead_nowhere(traced):
    """They are those of whom the page is."""
    asked, _ = traced
    assert "lijit.com" not in asked


def test_a_chain_of_lists_ends(traced):
    """A list that names its own system is read once, and a kept row of an intermediary's list leads no further."""
    asked, _ = traced
    assert len(asked) == len(set(asked)) == 5


def test_a_card_says_only_what_the_standard_does_not():
    """A card that names the one standard place would be kept up for nothing; a system that lists nobody says so."""
    stated = [card for card in load_knowledge().cards.values() if card.sellers_json is not None]
    for card in stated:
        standard = {replace(card, sellers_json=None).sellers_address(system) for system in card.ads_txt}
        assert {card.sellers_json} != standard, card.id
    assert replace(stated[0], sellers_json="").sellers_address() is None
