"""adagents.json by the Ad Context Protocol's schema: agents, what they may sell, references, and every other form."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.extract import extract_page, find_sightings
from adtrace.extract.adagents_json import _Inventory
from adtrace.extract.sighting import Extraction, Proposal, Sighting

URL = "https://clip.example/.well-known/adagents.json"
AGENT = {"url": "https://agent.example/mcp", "authorized_for": "All our quokka inventory"}


def read(file: object) -> Extraction:
    body = file if isinstance(file, str) else json.dumps(file)
    return extract_page(body, kind="adagents_json", url=URL)


def agents(file: object) -> list[Sighting]:
    return [found for found in read(file).sightings if found.kind == "declaration"]


def website(host: str, **more: Any) -> dict[str, Any]:
    return {
        "property_type": "website",
        "name": "Quokka News",
        "identifiers": [{"type": "domain", "value": host}],
        **more,
    }


def test_an_agent_is_declared_at_its_host() -> None:
    """With the terms the protocol has words for; of no network if no card knows its host, of no scope that merges."""
    terms = {
        "authorization_type": "property_tags",
        "property_tags": ["all"],
        "delegation_type": "ad_network",
        "exclusive": True,
        "countries": ["US", "CA", "quokka"],
        "effective_from": "2025-01-01T00:00:00Z",
        "placement_ids": ["quokka"],
    }
    (found,) = agents({"authorized_agents": [{**AGENT, **terms}], "last_updated": "2025-01-10T12:00:00Z"})
    assert (found.network, found.host, found.account, found.account_kind) == (
        None,
        "agent.example",
        "https://agent.example/mcp",
        "agent",
    )
    assert (found.basis, found.scope, found.brand, found.rule) == (
        "declared", "unknown", None, "adagents_json/agent",
    )  # fmt: skip
    assert found.declared == {
        "relation": "ad_network",
        "authorization_type": "property_tags",
        "exclusive": 1,
        "countries": "CA, US",
        "limited_to": "placement_ids",
        "effective_from": "2025-01-01T00:00:00Z",
        "last_updated": "2025-01-10T12:00:00Z",
    }


def test_an_agent_on_a_cards_host_is_its_networks() -> None:
    """By the host alone."""
    (found,) = agents({"authorized_agents": [{"url": "https://sales.taboola.com/agent"}]})
    assert (found.network, found.advertising) == ("taboola", True)


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("HTTPS://Agent.Example:443/a/../%7Emcp%2f#top", "https://agent.example/~mcp%2F"),
        ("https://user:word@agent.example", "https://agent.example/"),
        ("http://agent.example/p?b=2&a=1", "http://agent.example/p?b=2&a=1"),
        ("https://agent.example:8443//x", "https://agent.example:8443//x"),
        (" https://agent.example/ ", "https://agent.example/"),
    ],
)
def test_an_address_is_compared_in_its_canonical_form(url: str, account: str) -> None:
    """AdCP, URL Canonicalization: two that differ in case, default port or needless escapes are one agent."""
    assert [found.account for found in agents({"authorized_agents": [{"url": url}]})] == [account]


@pytest.mark.parametrize(
    ("terms", "sites"),
    [
        ({"authorization_type": "property_ids", "property_ids": ["a", "none"]}, ["clip.example"]),
        ({"authorization_type": "property_tags", "property_tags": ["film", "all"]}, ["clip.example", "two.example"]),
        ({"authorization_type": "inline_properties", "properties": [website("*.Three.example")]}, ["three.example"]),
        (
            {
                "authorization_type": "publisher_properties",
                "publisher_properties": [
                    {"publisher_domain": "four.example", "selection_type": "all"},
                    {"publisher_domains": ["five.example", 5], "selection_type": "by_tag", "property_tags": ["x"]},
                ],
            },
            ["four.example", "five.example"],
        ),
        ({"authorization_type": "signal_ids", "signal_ids": ["s"]}, []),
        ({"authorization_type": "property_tags", "property_tags": []}, []),
        ({}, ["clip.example", "two.example"]),
    ],
)  # fmt: skip
def test_what_an_agent_may_sell(terms: dict[str, Any], sites: list[str]) -> None:
    """Its sites, each found through it: by the properties' ids, by their tags, its own, or other publishers'."""
    app = {
        "property_id": "b",
        "identifiers": [{"type": "ios_bundle", "value": "com.quokka"}],
        "tags": ["all"],
    }
    properties = [
        website("clip.example", property_id="a", tags=["all", "film"]), app, website("two.example", tags=["all"]),
    ]  # fmt: skip
    found = read({"properties": properties, "authorized_agents": [{**AGENT, **terms}]}).sightings
    (agent,) = (one for one in found if one.kind == "declaration")
    named = [one for one in found if one.kind == "declared_site"]
    assert [one.host for one in named] == sites
    assert all((one.via, one.declared) == (agent.id, {"variable": "PROPERTY"}) for one in named)


def test_who_manages_the_file_is_named_by_domain_and_ids() -> None:
    """A name and an e-mail address are a person's or prose, and are not kept; ids without a domain are nobody's."""
    contact = {
        "name": "Quokka Ops", "email": "quokka@net.example", "domain": "net.example", "seller_id": "pub-1",
        "tag_id": "two words",
    }  # fmt: skip
    found = read({"contact": contact, "authorized_agents": [AGENT]})
    assert [(one.host, one.declared) for one in found.sightings if one.kind == "declared_site"] == [
        ("net.example", {"variable": "CONTACT", "seller_id": "pub-1"})
    ]
    assert "uokka" not in found.skeleton
    assert len(read({"contact": {"seller_id": "pub-1"}, "authorized_agents": [AGENT]}).sightings) == 1


def test_a_reference_names_its_place_and_nothing_else() -> None:
    """It is recorded, and proposed to the policy; agents beside it do not count, and that is said."""
    location = "https://CDN.example/adagents/v2/adagents.json"
    found = read(
        {"authoritative_location": location, "authorized_agents": [AGENT], "last_updated": "2025-01-15"}
    )
    (one,) = found.sightings
    assert (one.kind, one.host, one.declared) == (
        "declared_site",
        "cdn.example",
        {"variable": "AUTHORITATIVE_LOCATION", "last_updated": "2025-01-15"},
    )
    assert found.proposals == [Proposal("https://cdn.example/adagents/v2/adagents.json", "redirect")]
    assert found.parse_status == "adagents_json: a reference: 1 agents beside it do not count"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!doctype html><title>Not found</title>", "the answer is a page, not a declaration"),
        ("", "no JSON (Input data was truncated)"),
        ('{"authorized_agents": [', "no JSON (Input data was truncated)"),
        ('{"authorized_agents": NaN}', "no JSON (JSON is malformed: invalid character (byte 22))"),
        ("[" * 200_000, "no JSON (maximum recursion depth exceeded while deserializing an object)"),
        ("[]", "no JSON object"),
        ('"quokka"', "no JSON object"),
        ("{}", "neither a list of authorized_agents nor an authoritative_location"),
        ('{"authorized_agents": {}}', "neither a list of authorized_agents nor an authoritative_location"),
        ('{"authorized_agents": []}', "no agent, so nobody is authorised"),
        ('{"authoritative_location": "http://cdn.example/a"}', "an authoritative_location that is no https address"),
        ('{"authoritative_location": null}', "an authoritative_location that is no https address"),
        (
            json.dumps({"authorized_agents": [1, {}, {"url": 7}, {"url": "https://[::1]/"}, {"url": "javascript:x"}]}),
            "5 agents refused, which are no object with an agent's address",
        ),
        (
            json.dumps({"authorized_agents": [{"url": f"https://{host}"} for host in ("1.2.3.4", "intern", "a b")]}),
            "3 agents refused, which are no object with an agent's address",
        ),
        (
            json.dumps({"authorized_agents": [{"url": "https://a.example/" + "x" * 300}, {"url": "https://a.example/?\\"}]}),
            "2 agents refused, which are no object with an agent's address",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    """Every form that is not the protocol's ends with one reason, which holds no word of the file."""
    found = read(text)
    assert (found.sightings, found.proposals) == ([], [])
    assert found.parse_status == f"adagents_json: {said}"


def test_a_network_of_thousands_is_cut_and_costs_its_length() -> None:
    """Sites are counted over all agents; nothing is gone through once for each agent (the time limit decides)."""
    tags = [f"t{number}" for number in range(10)]
    properties = [website(f"s{number % 900}.example", tags=tags) for number in range(6_000)]
    several = {"authorization_type": "property_tags", "property_tags": tags}
    found = read({"properties": properties, "authorized_agents": [{**AGENT, **several}] * 4_000})
    assert sum(one.kind == "declared_site" for one in found.sightings) == 1_000
    assert sum(one.kind == "declaration" for one in found.sightings) == 4_000
    assert found.parse_status == "adagents_json: cut at 1000 sites"


def test_a_tag_named_often_is_looked_up_once() -> None:
    """Else an agent that says one tag again and again costs as often all the sites that have it."""
    tagged = _Inventory([website(f"s{number}.example", tags=["all"]) for number in range(3)])
    agent = {"authorization_type": "property_tags", "property_tags": ["all"] * 100}
    assert list(tagged.sites_of(agent)) == ["s0.example", "s1.example", "s2.example"]


_FIELDS = [
    "url", "authorization_type", "property_ids", "property_tags", "properties", "publisher_properties", "identifiers",
    "tags", "countries", "authorized_agents", "contact", "domain", "authoritative_location", "publisher_domains",
    "type", "value", "exclusive",
]  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.sampled_from(["https://a.example/", "a.example", "domain", "property_tags", "property_ids"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=5),
    max_leaves=30,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=6))
def test_any_json_is_read_or_refused(file: dict[str, Any]) -> None:
    """Whatever stands where: no exception, each value where its locator says, and the skeleton gives the same."""
    found = read(file)
    for one in found.sightings:
        assert found.skeleton[one.locator.start : one.locator.end] == one.value
    assert find_sightings(found.skeleton, url=URL) == found.sightings
