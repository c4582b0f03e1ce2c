"""Declarations and tags that do not fit together, on small invented cases."""

import json
from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest

from adtrace.relate.contradicting.agents import _Agent
from adtrace.relate.contradiction import Contradiction
from adtrace.relate.contradiction_kinds import KINDS
from adtrace.relate.contradictions import find_contradictions
from adtrace.relate.questions import ask
from tests.relate.small_case import PUBLISHER, SmallCase, adsense

SELLERS = "https://pubmatic.com/sellers.json"


def sellers(small: SmallCase, domain: str, *rows: dict[str, Any]) -> None:
    small.read(domain, json.dumps({"sellers": list(rows)}), kind="sellers_json", path=SELLERS)


def kinds(small: SmallCase) -> set[tuple[str, str, str]]:
    return {(one.kind, one.domain, one.account) for one in find_contradictions(small.case)}


def test_a_system_says_otherwise_than_the_site(small: SmallCase) -> None:
    """DIRECT against INTERMEDIARY, an unknown id, a confidential seller, another site's: each once."""
    small.entry("a.example")
    lines = [f"pubmatic.com, {n}, DIRECT" for n in (1, 2, 3, 4, 5)]
    small.read("a.example", "\n".join(lines), kind="ads_txt", path="/ads.txt")
    sellers(
        small,
        "a.example",
        {"seller_id": "1", "seller_type": "INTERMEDIARY", "domain": "firm.example"},
        {"seller_id": "2", "seller_type": "PUBLISHER", "is_confidential": 1},
        {"seller_id": "3", "seller_type": "PUBLISHER", "domain": "other.example"},
        {"seller_id": "4", "seller_type": "PUBLISHER", "domain": "www.a.example"},
    )
    assert kinds(small) == {
        ("direct_intermediary", "a.example", "1"),
        ("confidential_seller", "a.example", "2"),
        ("other_domain", "a.example", "3"),
        ("unknown_seller", "a.example", "5"),
    }
    first = find_contradictions(small.case)[0]
    assert (first.kind, first.system, len(first.evidence)) == ("direct_intermediary", "pubmatic", 2)


def test_what_was_not_read_contradicts_nothing(small: SmallCase) -> None:
    """No sellers.json, a broken one, or one read before the id was known, says nothing of the id."""
    small.entry("a.example")
    sellers(small, "a.example", {"seller_id": "9", "seller_type": "PUBLISHER"})
    small.read("a.example", "pubmatic.com, 1, DIRECT\nopenx.com, 2, DIRECT", kind="ads_txt", path="/ads.txt")
    small.read("a.example", '{"sellers": [{"sel', kind="sellers_json", path=SELLERS)
    assert kinds(small) == set()


@pytest.mark.parametrize("later", ["<html>away</html>", "{}", '{"sellers": [{"seller_id": "2"}, {'])
def test_the_last_good_copy_stands(small: SmallCase, later: str) -> None:
    """A list that later comes back as a page, empty or broken takes nothing back (sellers.json 1.0: keep the last)."""
    small.entry("a.example")
    small.read(
        "a.example", "pubmatic.com, 1, DIRECT\npubmatic.com, 3, DIRECT", kind="ads_txt", path="/ads.txt"
    )
    sellers(small, "a.example", {"seller_id": "1", "seller_type": "INTERMEDIARY"})
    before = kinds(small)
    assert before == {("direct_intermediary", "a.example", "1"), ("unknown_seller", "a.example", "3")}
    small.read("a.example", later, kind="sellers_json", path=SELLERS)
    assert kinds(small) == before


def test_an_owner_or_manager_in_common_explains(small: SmallCase) -> None:
    """A seller whose domain is the file's OWNERDOMAIN or MANAGERDOMAIN is no other, and such sites are related."""
    for domain in ("a.example", "b.example"):
        small.entry(domain)
        small.read(
            domain,
            f"OWNERDOMAIN=group.example\npubmatic.com, 1, DIRECT\n#{domain}",
            kind="ads_txt",
            path="/ads.txt",
        )
    sellers(small, "a.example", {"seller_id": "1", "seller_type": "PUBLISHER", "domain": "group.example"})
    assert kinds(small) == set()


def test_one_seller_on_unrelated_domains_is_pooling(small: SmallCase) -> None:
    """The same DIRECT id on domains that name nobody in common; near-identical files are marked as copies."""
    shared = "".join(f"ssp{i}.example, {i}, DIRECT\n" for i in range(8))
    for domain, own in (("a.example", ""), ("b.example", ""), ("c.example", "")):
        small.entry(domain)
        body = shared if domain != "c.example" else "ssp1.example, 1, DIRECT\nssp9.example, 9, DIRECT\n"
        small.read(domain, own + body, kind="ads_txt", path="/ads.txt")
    found = [one for one in find_contradictions(small.case) if one.kind == "dark_pooling"]
    assert {one.domain for one in found if one.account == "1"} == {"a.example", "b.example", "c.example"}
    assert {one.domain for one in found if one.copied} == {"a.example", "b.example"}
    assert not [one for one in found if one.account == "9"]


def test_a_pool_counts_those_with_nobody_in_common(small: SmallCase) -> None:
    """Two of one owner and one alone: each is told of the others, with its own record first and theirs after it."""
    rows = {}
    for domain, owner in (("a.example", True), ("b.example", True), ("c.example", False)):
        small.entry(domain)
        text = "OWNERDOMAIN=group.example\n" * owner + "pubmatic.com, 1, DIRECT\n"
        capture = small.read(domain, text, kind="ads_txt", path="/ads.txt")
        (row,) = small.case.rows(
            "SELECT row FROM sightings WHERE capture = ? AND kind = 'declaration'", (capture,)
        )
        rows[domain] = small.case.public_id("sighting", row["row"])
    found = {one.domain: one for one in find_contradictions(small.case) if one.kind == "dark_pooling"}
    a, b, c = rows.values()
    assert {name: one.evidence for name, one in found.items()} == {
        "a.example": (a, c), "b.example": (b, c), "c.example": (c, a, b),
    }  # fmt: skip
    assert found["a.example"].against == "also DIRECT on 1 domain with no owner or manager in common"
    assert found["c.example"].against.startswith("also DIRECT on 2 domains")


def test_declared_and_observed_in_both_directions(small: SmallCase) -> None:
    """A tag of a system the file does not name, a system of which no tag was seen; the placeholder names none."""
    small.site("a.example", adsense())
    small.read("a.example", "pubmatic.com, 1, DIRECT", kind="ads_txt", path="/ads.txt")
    small.site("b.example", adsense())
    small.read(
        "b.example",
        "placeholder.example.com, placeholder, DIRECT, placeholder",
        kind="ads_txt",
        path="/ads.txt",
    )
    small.site("c.example", adsense())
    small.read("c.example", "", kind="ads_txt", path="/ads.txt")
    small.site("d.example", adsense())
    small.read("d.example", f"google.com, {PUBLISHER}, DIRECT", kind="ads_txt", path="/ads.txt")
    found = {(one.kind, one.domain, one.system) for one in find_contradictions(small.case)}
    assert found == {
        ("not_observed", "a.example", "pubmatic"),
        ("not_declared", "a.example", "adsense"),
        ("not_declared", "b.example", "adsense"),
    }


def test_a_chain_that_begins_midway(small: SmallCase) -> None:
    """`complete` and a first node that the system calls an intermediary do not fit."""
    chain = "{ver: '1.0', complete: 1, nodes: [{asi: 'pubmatic.com', sid: '1', hp: 1}]}"
    small.site("a.example", f"<script>var schain = {chain};</script>")
    sellers(small, "a.example", {"seller_id": "1", "seller_type": "INTERMEDIARY"})
    assert kinds(small) == {("short_chain", "a.example", "1")}


def test_a_chain_is_held_against_each_system_s_list(small: SmallCase) -> None:
    """Its first seller is another site's, one is in no list, and one did not get the space from the node before."""
    nodes = [("adform.com", "7"), ("pubmatic.com", "1"), ("pubmatic.com", "2"), ("pubmatic.com", "3")]
    chain = json.dumps(
        {"ver": "1.0", "complete": 1, "nodes": [{"asi": asi, "sid": sid, "hp": 1} for asi, sid in nodes]}
    )
    first = '{"ver":"1.0","complete":1,"nodes":[{"asi":"pubmatic.com","sid":"4","hp":1}]}'
    small.site("a.example", f"<script>var schain = {chain}; var s = {first}; var again = {first};</script>")
    sellers(
        small,
        "a.example",
        {"seller_id": "1", "seller_type": "INTERMEDIARY", "domain": "adform.com"},
        {"seller_id": "2", "seller_type": "INTERMEDIARY", "domain": "firm.example"},
        {"seller_id": "4", "seller_type": "PUBLISHER", "domain": "other.example"},
    )
    assert kinds(small) == {
        ("broken_chain", "a.example", "2"),
        ("unknown_seller", "a.example", "3"),
        ("other_domain", "a.example", "4"),
    }
    assert len(find_contradictions(small.case)) == 3


def test_a_system_whose_sellers_nobody_can_read(small: SmallCase) -> None:
    """Asked for and answered 404, also after a redirect: said of who declares it DIRECT and of who places it.

    The request's outcome is part of the evidence.
    """
    small.site("a.example", '<script src="//acscdn.com/script/aclib.js"></script>')
    small.read("a.example", "sonobi.com, 1, DIRECT\nadform.com, 2, RESELLER", kind="ads_txt", path="/ads.txt")
    for system in ("adcash", "adform"):
        small.end(
            "a.example",
            "failed",
            f"https://{system}.com/sellers.json",
            kind="sellers_json",
            layer="status",
            status=404,
        )
    first = small.end(
        "a.example", "redirected", "https://sonobi.com/sellers.json", kind="sellers_json", status=301
    )
    last = small.end(
        "a.example",
        "failed",
        "https://www.sonobi.com/sellers.json",
        kind="sellers_json",
        parent=first,
        status=404,
    )
    found = [one for one in find_contradictions(small.case) if one.kind == "no_list"]
    assert [(one.system, one.is_of_page) for one in found] == [("adcash", True), ("sonobi", False)]
    assert found[1].evidence[1] == small.case.public_id("outcome", last)


@pytest.mark.parametrize("status", [None, 403, 410, 500, 503])
def test_a_list_that_could_not_be_read_is_not_missing(small: SmallCase, status: int | None) -> None:
    """A failure of any other kind says nothing of the system; nor does a 404 where a list had been read."""
    small.entry("a.example")
    small.read("a.example", "pubmatic.com, 1, DIRECT", kind="ads_txt", path="/ads.txt")
    small.end("a.example", "failed", SELLERS, kind="sellers_json", status=status)
    assert kinds(small) == set()
    sellers(small, "a.example", {"seller_id": "1", "seller_type": "PUBLISHER"})
    small.end("a.example", "failed", SELLERS, kind="sellers_json", status=404)
    assert kinds(small) == set()


def test_a_tag_made_for_another_site(small: SmallCase) -> None:
    """The site an ad URL states is not the page's; its own host is."""
    tag = '<script src="https://jsc.mgid.com/v/i/{0}.1234567.js"></script>'
    small.site("a.example", tag.format("victim.example"))
    small.site("b.example", tag.format("www.b.example"))
    found = [one for one in find_contradictions(small.case) if one.kind == "other_site"]
    assert [(one.domain, one.system, one.other) for one in found] == [("a.example", "mgid", "victim.example")]


def test_the_question_sets_the_innocent_beside(small: SmallCase) -> None:
    """The answer has a row a kind, system and seller, with what it suggests and what else may be behind it."""
    small.entry("a.example")
    small.read("a.example", "pubmatic.com, 1, DIRECT", kind="ads_txt", path="/ads.txt")
    sellers(small, "a.example", {"seller_id": "1", "seller_type": "INTERMEDIARY"})
    found = ask(small.case, "contradictions")
    (row,) = found.rows
    assert row[:5] == ["direct_intermediary", "pubmatic", "pubmatic/1", 1, ["a.example"]]
    assert "firm" in str(row[8])
    assert row[9] == ""
    assert [record.rpartition("-")[0] for record in row[-1]] == [f"{small.case.short}-sighting"] * 2
    assert "1 of 1 domain (" in found.headline


def test_every_kind_has_innocent_explanations() -> None:
    """No kind accuses alone."""
    for kind in KINDS:
        one = Contradiction(kind, "a.example", "x", "", "", "", ())
        assert one.suggests
        assert len(one.innocent) >= 2


AGENT = "https://agents.pubmatic.com/sell"


def agents(small: SmallCase, *found: dict[str, Any], domain: str = "a.example") -> None:
    small.read(
        domain,
        json.dumps({"authorized_agents": list(found), "properties": [site("own", domain)]}),
        kind="adagents_json",
        path="/.well-known/adagents.json",
    )


def site(name: str, *hosts: str) -> dict[str, Any]:
    identifiers = [{"type": "domain", "value": host} for host in hosts]
    return {"property_id": name, "property_type": "website", "name": "x", "identifiers": identifiers}


def of_agents(small: SmallCase) -> set[tuple[str, str, str]]:
    return {
        (one.kind, one.system, one.against) for one in find_contradictions(small.case) if "agent" in one.kind
    }


TAG = "a live tag of another network stands on the page"
TWO = "it names another agent for the same site"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, set()),
        ({"exclusive": True}, {("agent_not_alone", "pubmatic", TAG)}),
        ({"exclusive": True, "countries": ["DE"]}, set()),
        ({"exclusive": True, "placement_ids": ["top"]}, set()),
        ({"exclusive": True, "authorization_type": "signal_ids", "signal_ids": ["s"]}, set()),
        ({"exclusive": True, "authorization_type": "property_ids", "property_ids": ["own"]},
         {("agent_not_alone", "pubmatic", TAG)}),
    ],
)  # fmt: skip
def test_an_exclusive_agent_beside_a_tag(
    small: SmallCase, more: dict[str, Any], expected: set[tuple[str, str, str]]
) -> None:
    """Who alone may sell the site is contradicted by another network's tag, unless the right has limits."""
    small.site("a.example", adsense())
    agents(small, {"url": AGENT, **more})
    assert of_agents(small) == expected


def test_an_exclusive_agent_beside_another(small: SmallCase) -> None:
    """Of the same site; who sells another site, or is the same agent under two heads, is no other."""
    small.entry("a.example")
    mine = {"url": AGENT, "exclusive": True, "authorization_type": "property_ids", "property_ids": ["own"]}
    elsewhere = {"authorization_type": "inline_properties", "properties": [site("other", "other.example")]}
    agents(small, mine, {"url": "https://b.test/", **elsewhere}, {"url": AGENT})
    assert of_agents(small) == set()
    agents(small, mine, {"url": "https://b.test/"})
    assert of_agents(small) == {("agent_not_alone", "pubmatic", TWO)}


def test_a_later_file_is_not_held_against_the_earlier(small: SmallCase) -> None:
    """Who was the only agent once, and is so no more, is no other agent of the same site."""
    small.entry("a.example")
    agents(small, {"url": AGENT, "exclusive": True})
    agents(small, {"url": "https://b.test/", "exclusive": True})
    assert of_agents(small) == set()


def test_agents_without_number_are_compared_in_linear_time(small: SmallCase) -> None:
    """Each of a hostile file's agents may claim to be the only one; none is held against all others."""
    small.entry("a.example")
    agents(small, *({"url": f"https://b.test/{n}", "exclusive": True} for n in range(50)))
    compared: Counter[str] = Counter()
    with patch.object(_Agent, "sells", lambda agent, _: compared.update([agent.address]) or True):
        found = [one for one in find_contradictions(small.case) if one.kind == "agent_not_alone"]
    assert len(found) == 50
    assert max(compared.values()) <= 2


@pytest.mark.parametrize(
    ("lines", "is_contradicted"),
    [
        ("pubmatic.com, 1, RESELLER", True),
        ("pubmatic.com, 1, RESELLER\npubmatic.com, 2, DIRECT", False),
        ("openx.com, 1, RESELLER", False),
    ],
)
def test_a_direct_agent_whose_network_is_only_a_reseller(
    small: SmallCase, lines: str, is_contradicted: bool
) -> None:
    """Two files of one site say two things of one network; a file that does not name it says nothing."""
    small.entry("a.example")
    small.read("a.example", lines, kind="ads_txt", path="/ads.txt")
    agents(small, {"url": AGENT, "delegation_type": "direct"})
    assert {kind for kind, *_ in of_agents(small)} == ({"agent_not_direct"} if is_contradicted else set())


def test_a_file_that_speaks_of_other_sites_alone(small: SmallCase) -> None:
    """Not if the site, or its owner's, is among them, nor of a file whose sites were not all read."""
    other = {"authorization_type": "inline_properties", "properties": [site("o", "other.example")]}
    for domain, named in (
        ("a.example", ()),
        ("b.example", ("b.example",)),
        ("c.example", ("www.c.example",)),
    ):
        small.entry(domain)
        also = {"authorization_type": "inline_properties", "properties": [site("n", *named)]}
        agents(small, {"url": AGENT, **other}, {"url": AGENT, **also}, domain=domain)
    many = [site(f"p{n}", f"s{n}.example") for n in range(1001)]
    small.entry("d.example")
    agents(
        small,
        {"url": AGENT, "authorization_type": "inline_properties", "properties": many},
        domain="d.example",
    )
    found = [one for one in find_contradictions(small.case) if one.kind == "agent_elsewhere"]
    assert [(one.domain, one.other) for one in found] == [("a.example", "other.example")]
    assert len(found[0].evidence) == 1
