"""Operators are merged only by evidence that can bear it (design section 6)."""

from typing import Any

import msgspec
import pytest

from adtrace.relate.findings import relate
from adtrace.relate.operators import Evidence, find_operators
from adtrace.relate.schema import load_schema
from adtrace.relate.seen import Seen
from tests.relate.small_case import PUBLISHER, SmallCase, adsense, page

DEDICATED = frozenset({"dedicated"})
AGENTS = '{"authorized_agents": [{"url": "https://agents.openx.com/7", "exclusive": true}]}'


def carries(domain: str, account: str = "77", **more: Any) -> Seen:
    plain: dict[str, Any] = {
        "edge": "carries",
        "source_kind": "domain",
        "source": domain,
        "target_kind": "account",
        "target": f"exoclick/login/{account}",
        "basis": "embedded",
        "state": "live",
        "certainty": "likely",
        "domain": domain,
        "sightings": (f"{domain}-{account}",),
        "captures": (f"{domain}-page",),
        "first_seen": "2026-11-22T00:00:00Z",
        "last_seen": "2026-11-22T00:00:00Z",
        "scope": "account",
    }
    return Seen(**{**plain, **more})


def merged(*seen: Seen, **evidence: Any) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    roles = {one.domain: DEDICATED for one in seen}
    operators, verdicts = find_operators(seen, Evidence(**{"site_roles": roles, **evidence}))
    return [operator.domains for operator in operators], verdicts


def test_an_account_live_on_two_dedicated_domains_ties_them() -> None:
    """The one thing that merges."""
    assert merged(carries("a.example"), carries("b.example")) == (
        [("a.example", "b.example")],
        {"exoclick/login/77": "yes"},
    )


def test_an_agent_in_common_ties_nobody(small: SmallCase) -> None:
    """Two sites whose adagents.json names one agent, of a known network or not, are two operators' still."""
    for domain in ("a.example", "b.example"):
        small.site(domain, adsense(f"pub-703184529641827{len(small.numbers)}"))
        small.read(domain, AGENTS, kind="adagents_json", path="/.well-known/adagents.json")
    found = relate(small.case)
    assert {link.target for link in found.of("authorises")} == {"openx"}
    assert found.operators == []
    assert "brand" not in {data["kind"] for _, data in found.graph.nodes(data=True)}


def test_hypotheses_are_components_and_carry_their_proof() -> None:
    """a-b by one account and b-c by another are one hypothesis, on the sightings of both."""
    seen = [
        carries("a.example"),
        carries("b.example"),
        carries("b.example", "78"),
        carries("c.example", "78"),
    ]
    roles = {one.domain: DEDICATED for one in seen}
    (operator,), _ = find_operators(seen, Evidence(site_roles=roles))
    assert operator.domains == ("a.example", "b.example", "c.example")
    assert operator.accounts == ("exoclick/login/77", "exoclick/login/78")
    assert operator.sightings == 4


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"scope": "slot"}, "no: scope slot"),
        ({"scope": "site"}, "no: scope site"),
        ({"scope": "platform"}, "no: scope platform"),
        ({"scope": "unknown"}, "no: scope unknown"),
        ({"scope": None}, "no: scope unknown"),
        ({"state": "commented"}, "no: state commented"),
        ({"basis": "declared"}, "no: basis declared"),
        ({"certainty": "weak"}, "no: certainty weak"),
    ],
)
def test_weaker_evidence_ties_nobody(change: dict[str, Any], why: str) -> None:
    """Site, slot, platform and unknown ids, dead tags and declarations never merge."""
    assert merged(carries("a.example", **change), carries("b.example", **change)) == (
        [],
        {"exoclick/login/77": why},
    )


@pytest.mark.parametrize("role", ["platform", "compromised", "shortener", "unknown"])
def test_only_dedicated_sites_are_merged(role: str) -> None:
    """On a platform the account is the platform's or a user's; on a hacked site the hacker's."""
    roles = {"a.example": DEDICATED, "b.example": frozenset({role})}
    found, verdicts = merged(carries("a.example"), carries("b.example"), site_roles=roles)
    assert found == []
    assert verdicts["exoclick/login/77"] == "no: fewer than two of the domains are dedicated"


def test_a_domain_with_two_entries_must_be_dedicated_in_both() -> None:
    """Two authorities may see it differently."""
    roles = {"a.example": DEDICATED, "b.example": frozenset({"dedicated", "platform"})}
    assert merged(carries("a.example"), carries("b.example"), site_roles=roles)[0] == []


@pytest.mark.parametrize("holder", ["manager", "intermediary", "platform"])
def test_an_account_held_by_another_ties_nobody(holder: str) -> None:
    """Ad-management firms hold hundreds of sites."""
    found, verdicts = merged(
        carries("a.example"), carries("b.example"), holders={"exoclick/login/77": holder}
    )
    assert found == []
    assert verdicts["exoclick/login/77"].startswith("no: held by a")


def test_an_account_above_its_kinds_cap_ties_nobody() -> None:
    """So many sites are an intermediary's until shown otherwise."""
    rules = msgspec.structs.replace(load_schema().merge, caps={"login": 2})
    seen = [carries(f"{name}.example") for name in "abc"]
    roles = {one.domain: DEDICATED for one in seen}
    operators, verdicts = find_operators(seen, Evidence(site_roles=roles), rules)
    assert operators == []
    assert verdicts == {"exoclick/login/77": "no: on 3 domains, more than 2"}


def test_the_verdict_says_when_only_some_domains_are_tied() -> None:
    """Three carry it, one of them in a comment."""
    found, verdicts = merged(carries("a.example"), carries("b.example"), carries("c.example", scope="slot"))
    assert found == [("a.example", "b.example")]
    assert verdicts == {"exoclick/login/77": "yes: 2 of 3 domains"}


def test_an_operators_sites_are_one_hypothesis(small: SmallCase) -> None:
    """The same through a real case."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    small.site("other.example", adsense("pub-1046678746579792"))
    (operator,) = relate(small.case).operators
    assert operator.domains == ("clip.example", "film.example")


def test_a_cloned_page_does_not_tie_the_victim_or_its_sites(small: SmallCase) -> None:
    """The clone carries the victim's id; neither near-identical page bears a merge."""
    small.site("victim.example", adsense())
    small.entry("clone.test")
    small.read("clone.test", page(adsense(), '<p id="new"></p>', name="victim"))
    small.site("victim-two.example", adsense())
    found = relate(small.case)
    assert found.operators == []
    assert (
        found.verdicts[f"adsense/publisher_id/{PUBLISHER}"]
        == "no: the pages are copies, or cannot be compared"
    )


def test_a_clone_on_its_own_host_is_seen_through(small: SmallCase) -> None:
    """Each page's own host is masked before two are compared."""
    for domain in ("victim.example", "clone.test"):
        small.entry(domain)
        scripts = "".join(f'<script src="https://static.{domain}/{n}.js"></script>' for n in range(9))
        links = "".join(f'<a href="https://{domain}/{n}">n</a>' for n in range(9))
        small.read(
            domain,
            f"<!doctype html><html><body>{adsense()}{scripts}{links}<script>var a = 1;</script></body></html>",
        )
    assert relate(small.case).operators == []


def test_pages_of_which_only_facts_are_kept_cannot_be_compared(small: SmallCase) -> None:
    """Without a skeleton nobody can say that it is no copy."""
    small.site("clip.example", adsense())
    small.entry("film.example", handling="facts")
    small.read("film.example", page(adsense(), name="film"), is_kept=False)
    assert relate(small.case).operators == []


def test_a_shared_ads_txt_ties_nobody(small: SmallCase) -> None:
    """Anyone can copy an ads.txt."""
    for domain in ("clip.example", "film.example"):
        small.site(domain)
        small.read(domain, f"google.com, {PUBLISHER}, DIRECT\n", kind="ads_txt", path="/ads.txt")
    found = relate(small.case)
    assert found.operators == []
    assert found.verdicts == {}


def test_a_verification_token_ties_nobody(small: SmallCase) -> None:
    """Whether a token names an account or a site is not known."""
    for domain in ("clip.example", "film.example"):
        small.site(domain, '<meta name="monetag" content="0a1b2c3d4e5f60718293a4b5c6d7e8f9">')
    assert relate(small.case).operators == []


def test_a_manager_named_by_two_domains_holds_their_account(small: SmallCase) -> None:
    """MANAGERDOMAIN of ads.txt: a firm, not an operator."""
    for domain in ("clip.example", "film.example"):
        small.site(domain, adsense())
        small.read(domain, "MANAGERDOMAIN=firm.test\n", kind="ads_txt", path="/ads.txt")
    found = relate(small.case)
    assert found.holders == {f"adsense/publisher_id/{PUBLISHER}": "manager"}
    assert found.operators == []


def test_an_id_in_a_managed_ads_txt_is_the_managers(small: SmallCase) -> None:
    """MANAGERDOMAIN speaks of the sellers that its file lists; one domain that says so is enough."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    lines = f"MANAGERDOMAIN=firm.test\ngoogle.com, {PUBLISHER}, DIRECT\n"
    small.read("clip.example", lines, kind="ads_txt", path="/ads.txt")
    found = relate(small.case)
    assert found.holders == {f"adsense/publisher_id/{PUBLISHER}": "manager"}
    assert found.operators == []


def test_a_seller_that_sellers_json_calls_an_intermediary_ties_nobody(small: SmallCase) -> None:
    """The network itself says the id sells for others."""
    for domain in ("clip.example", "film.example"):
        small.site(domain, adsense())
    rows = f'{{"sellers": [{{"seller_id": "{PUBLISHER}", "seller_type": "INTERMEDIARY", "name": "Firm"}}]}}'
    where = "https://storage.googleapis.com/adx-rtb-dictionaries/sellers.json"
    small.read("clip.example", rows, kind="sellers_json", path=where)
    found = relate(small.case)
    assert found.holders == {f"adsense/publisher_id/{PUBLISHER}": "intermediary"}
    assert found.operators == []
