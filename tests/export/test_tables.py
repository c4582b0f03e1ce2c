"""Columns are written down once; every row says who confirmed its domain and where it was seen."""

import json

import pandas as pd
import pytest

from adtrace.errors import UsageError
from adtrace.export import TABLES, Audience, table
from adtrace.relate.questions import load_questions
from tests.relate.small_case import PUBLISHER, SmallCase, adsense, page

INSIDE: tuple[Audience, ...] = ("investigator", "taskforce")
NAMES = [known.name for known in TABLES]
SHOP = '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshop.test%2F">x</a>'


def one(frame: pd.DataFrame, **where: object) -> dict[str, object]:
    """The one row in which these columns hold these values."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    (row,) = frame.to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_every_table_has_its_rows_and_no_column_twice() -> None:
    """Every column says what it means."""
    for known in TABLES:
        names = [column.name for column in known.columns]
        assert len(set(names)) == len(names)
        assert all(column.meaning for column in known.columns)


def test_what_the_taskforce_sees_is_a_list_of_what_it_may() -> None:
    """Audiences are allow-lists: a page's own words, hosts, ids and hashes are not on it (design section 7)."""
    seen = {(known.name, column.name) for known in TABLES for column in known.columns_for("taskforce")}
    hidden = {
        "value",
        "decoded",
        "url",
        "host",
        "path",
        "seller_name",
        "seller_domain",
        "declared",
        "fact",
        "via",
    }
    hidden |= {"reason", "location", "peer", "sha256_wire", "skeleton_sha256", "content_type", "tls"}
    assert not {name for _, name in seen} & hidden
    assert all(len(known.columns_for("investigator")) == len(known.columns) for known in TABLES)


@pytest.mark.parametrize("audience", INSIDE)
@pytest.mark.parametrize("name", NAMES)
def test_an_empty_case_has_every_table(small: SmallCase, name: str, audience: Audience) -> None:
    """Nothing listed is a valid answer."""
    frame = table(small.case, name, audience)
    known = next(one for one in TABLES if one.name == name)
    assert len(frame) == 0
    assert list(frame.columns) == [column.name for column in known.columns_for(audience)]


def test_an_unknown_table_is_answered_with_the_known_ones(small: SmallCase) -> None:
    """Errors name the way out."""
    with pytest.raises(UsageError, match="Use one of: domains, networks"):
        table(small.case, "sites")


def test_rows_carry_authority_evidence_and_captures(small: SmallCase) -> None:
    """Reference, basis, state, first and last seen, number of sightings, ids of captures."""
    first = small.site("clip.example", adsense(), reference="WA-7")
    second = small.read("clip.example", page(adsense(), name="more"), path="/more")
    row = one(table(small.case, "accounts", "investigator"), domain="clip.example")
    assert row["authority"] == "Authority"
    assert row["reference"] == "WA-7"
    assert (row["network"], row["account"], row["account_kind"], row["scope"]) == (
        "adsense",
        PUBLISHER,
        "publisher_id",
        "account",
    )
    assert (row["basis"], row["state"], row["sightings"]) == ("embedded", "live", 2)
    assert row["captures"] == [small.case.public_id("outcome", number) for number in (first, second)]
    assert str(row["first_seen"]) < str(row["last_seen"])
    network = one(table(small.case, "networks", "investigator"))
    assert (network["network"], network["company"], network["sightings"]) == ("adsense", "Google LLC", 2)
    brandless = table(small.case, "brands", "investigator")
    assert len(brandless) == 0


def test_a_domain_is_one_row_whatever_was_seen_of_it(small: SmallCase) -> None:
    """With its denominators, its references and its operator hypothesis."""
    small.site("clip.example", adsense(), SHOP)
    small.site("film.example", adsense())
    small.entry("dark.example", handling="hold")
    frame = table(small.case, "domains", "investigator")
    clip, dark = one(frame, domain="clip.example"), one(frame, domain="dark.example")
    assert (clip["seen"], clip["page_states"]) == ("observable", "operator 1")
    assert (clip["networks"], clip["accounts"], clip["brands"]) == (1, 1, 1)
    assert clip["operator"] == one(frame, domain="film.example")["operator"] != ""
    assert (dark["seen"], dark["status"], dark["sightings"], dark["captures"]) == (
        "unobservable",
        "hold",
        0,
        [],
    )


def test_two_entries_of_one_domain_are_one_row(small: SmallCase) -> None:
    """Each with its reference."""
    small.entry("clip.example", reference="A-1", unit="url", url="https://clip.example/x")
    small.entry("clip.example", reference="B-2")
    row = one(table(small.case, "domains", "investigator"))
    assert (row["reference"], row["units"]) == ("A-1; B-2", "url; domain")


def test_brands_name_the_network_they_came_through(small: SmallCase) -> None:
    """As the click URL says."""
    small.site("clip.example", SHOP)
    row = one(table(small.case, "brands", "investigator"))
    through = {r["network"] for r in table(small.case, "networks", "investigator").to_dict("records")}
    assert (row["brand"], row["role"], row["basis"], row["sightings"]) == (
        "shop.test",
        "affiliate_merchant",
        "landing",
        1,
    )
    assert {row["through"]} - {""} <= through


def test_parked_pages_stand_in_sightings_alone(small: SmallCase) -> None:
    """The parking firm's ads are not the operator's (design section 2)."""
    small.entry("clip.example")
    small.read("clip.example", f"<title>clip.example</title><h1>This domain is for sale!</h1>{adsense()}")
    assert len(table(small.case, "networks", "investigator")) == 0
    assert len(table(small.case, "accounts", "investigator")) == 0
    assert len(table(small.case, "links", "investigator")) == 0
    rows = table(small.case, "sightings", "investigator")
    assert len(rows) > 0
    assert set(rows["page_state"]) != {"operator"}


def test_a_withdrawn_entry_leaves_every_table(small: SmallCase) -> None:
    """Withdrawing an entry withdraws its rows from every later table."""
    number = small.entry("clip.example")
    small.read("clip.example", page(adsense(), SHOP))
    small.end("clip.example", "refused", layer="headers", reason="media")
    small.deny("clip.example", "https://other.test/", "not in scope")
    small.site("film.example", adsense())
    with small.case.transaction():
        small.case.withdraw([number], "confirmed by mistake")
    for name in NAMES:
        assert "clip.example" not in set(table(small.case, name, "investigator")["domain"]), name


def test_every_end_of_a_request_is_in_one_table(small: SmallCase) -> None:
    """Captured and redirected in captures; denied, refused, failed and interrupted in refusals."""
    small.site("clip.example", adsense())
    small.end("clip.example", "redirected", location="https://elsewhere.test/")
    for ending in ("refused", "failed", "interrupted"):
        small.end("clip.example", ending, layer="headers", reason="why")
    small.deny("clip.example", "https://cdn.magsrv.com/x.js", "reach is page")
    captures, refusals = (
        table(small.case, "captures", "investigator"),
        table(small.case, "refusals", "investigator"),
    )
    assert list(captures["outcome"]) == ["captured", "redirected"]
    assert list(refusals["outcome"]) == ["denied", "refused", "failed", "interrupted"]
    denied = one(refusals, outcome="denied")
    assert (denied["address"], denied["url"]) == ("magsrv.com", "https://cdn.magsrv.com/x.js")


def test_a_host_nobody_confirmed_is_keyed_for_everybody(small: SmallCase) -> None:
    """Redirect targets, denied addresses, declared sites, sellers' domains (design section 4)."""
    small.site("clip.example", adsense())
    small.end("clip.example", "redirected", location="https://elsewhere.test/x?from=clip.example")
    small.deny("clip.example", "https://stranger.test/x.js", "not in scope: stranger.test")
    small.read(
        "clip.example", "OWNERDOMAIN=owner.test\ngoogle.com, 1, DIRECT\n", kind="ads_txt", path="/ads.txt"
    )
    for audience in INSIDE:
        whole = "".join(table(small.case, name, audience).to_csv() for name in NAMES)
        assert "elsewhere.test" not in whole
        assert "owner.test" not in whole
        assert "stranger.test" not in whole
        assert all(
            address.startswith("out-") for address in table(small.case, "refusals", audience)["address"]
        )
        assert "google.com" in whole  # a card's system


def test_names_of_sellers_are_the_investigators(small: SmallCase) -> None:
    """A private seller is a person."""
    small.site("clip.example", adsense())
    seller = {"seller_id": PUBLISHER, "seller_type": "PUBLISHER", "name": "Jo Doe", "domain": "jo.test"}
    rows = json.dumps({"sellers": [seller]})
    where = "https://storage.googleapis.com/adx-rtb-dictionaries/sellers.json"
    small.read("clip.example", rows, kind="sellers_json", path=where)
    mine = table(small.case, "sightings", "investigator")
    assert "Jo Doe" in set(mine["seller_name"])
    assert not any("jo.test" in str(cell) for cell in mine["seller_domain"])
    assert all("Jo Doe" not in table(small.case, name, "taskforce").to_csv() for name in NAMES)


def test_unidentified_hosts_are_the_investigators(small: SmallCase) -> None:
    """For the investigator alone, to become a card (design section 5)."""
    small.site("clip.example", '<script src="https://qzx7.test/ad/serve.js?zoneid=991"></script>')
    small.deny("clip.example", "https://qzx7.test/ad/serve.js?zoneid=991", "no card's host")
    mine, theirs = (table(small.case, "sightings", audience) for audience in INSIDE)
    found = mine[mine["kind"] == "unidentified"]
    assert all("qzx7.test" in value for value in found["value"])
    assert all("qzx7" not in table(small.case, name, "taskforce").to_csv() for name in NAMES)
    assert "unidentified" not in set(theirs["kind"])
    assert len(theirs) == len(mine[mine["kind"] != "unidentified"])


def test_domains_stand_in_the_order_of_what_is_shown(small: SmallCase) -> None:
    """The order of the clear names would say something about them."""
    for number in range(12):
        small.site(f"site-{number:02}.example", adsense())
    shown = list(table(small.case, "domains")["domain"])
    assert shown == sorted(shown)


def test_answers_are_rewritten_by_what_their_columns_hold(small: SmallCase) -> None:
    """No clear domain or id in an answer for the taskforce."""
    from adtrace.export import Source

    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    small.site("lone.example")
    theirs = Source(small.case)
    shared = theirs.answer(load_questions()["shared-account"])
    (row,) = shared.rows
    assert row[0] == "adsense"
    assert str(row[2]).startswith("acc-")
    assert all(domain.startswith("dom-") for domain in row[5])
    lone = theirs.answer(load_questions()["isolated-domains"])
    assert [str(row[0])[:4] for row in lone.rows] == ["dom-"]
    assert set(row[5]) <= set(table(small.case, "domains")["domain"])
