"""Which sellers.json are asked for, and which of their rows are kept: a whole run against invented answers."""

import json

from adtrace.case import Case, Entry
from adtrace.demo.answers import Answer, Site, page, text
from adtrace.demo.server import DemoServer
from adtrace.fetch.run import Pace, run_case


def row(seller_id: str, kind: str, domain: str) -> dict[str, str]:
    return {"seller_id": seller_id, "seller_type": kind, "domain": domain, "name": "A firm"}


def sellers(*rows: dict[str, str]) -> Answer:
    return Answer(body=json.dumps({"sellers": rows}).encode(), content_type="application/json")


# Real addresses, invented lists.
ROWS = {
    "mgid.com": [row("918273", "INTERMEDIARY", "33across.com"), row("918274", "INTERMEDIARY", "criteo.com")],
    "33across.com": [
        row("550100", "INTERMEDIARY", "seedtag.com"),
        row("550101", "PUBLISHER", "WWW.clip.example"),
        row("918273", "INTERMEDIARY", "openx.com"),  # an id that is held, but of another system
        row("550102", "PUBLISHER", "held.example"),
    ],
    "seedtag.com": [row("66-1", "PUBLISHER", "clip.example")],
}


def trace(folder, rows):
    """The addresses of systems that were asked, in order, and the kept rows of each with the depth of its list."""
    sites = [
        Site(
            host="clip.example", answers={"/": page("<p>x"), "/ads.txt": text("mgid.com, 918273, DIRECT\n")}
        ),
        *(Site(host=system, answers={"/sellers.json": sellers(*kept)}) for system, kept in rows.items()),
    ]
    entries = [
        Entry(domain="clip.example", unit="domain", authority="A", reference="R"),
        Entry(domain="held.example", unit="domain", authority="A", reference="R", handling="hold"),
    ]
    with (
        DemoServer(sites) as server,
        Case.create(folder / "case", operator="tester", purpose="a test") as case,
    ):
        with case.transaction():
            case.add_entries(entries)
        run_case(case, egress=server.plan(), reach="tags", pace=Pace(delay_ms=0))
        asked = [f"https://{one.host}{one.target}" for one in server.log() if one.host != "clip.example"]
        kept = case.rows(
            "SELECT decisions.depth AS depth, account, sightings.declared ->> 'domain' AS domain"
            " FROM current_sightings AS sightings JOIN outcomes ON outcomes.seq = sightings.capture"
            " JOIN decisions ON decisions.seq = outcomes.decision WHERE decisions.document = 'sellers_json'"
            " ORDER BY sightings.row"
        )
        return asked, [(one["depth"], one["account"], one["domain"]) for one in kept]


def test_lists_follow_what_is_kept_of_them(tmp_path):
    """First the system whose id a page names; then an intermediary's list, only where a kept row names it.

    There the rows are kept that list a site of the case: not the ones beside them, not an id that is held of another
    system, not a site which is not to be contacted.
    """
    asked, kept = trace(tmp_path, ROWS)
    assert asked == ["https://mgid.com/sellers.json", "https://33across.com/sellers.json"]
    assert kept == [(1, "918273", "33across.com"), (2, "550101", "WWW.clip.example")]


def test_a_chain_of_lists_ends(tmp_path):
    """A kept row of an intermediary's list leads no further, and lists that name each other are read once."""
    back = [row("1", "INTERMEDIARY", "clip.example"), row("918273", "BOTH", "mgid.com")]
    asked, _ = trace(tmp_path, {**ROWS, "33across.com": back})
    assert asked == ["https://mgid.com/sellers.json", "https://33across.com/sellers.json"]
