"""What a case remembers of hosts, and everything it must not."""

from datetime import date, timedelta

import pytest
from msgspec import structs

from adtrace.extract import extract_page
from adtrace.extract.memory import WINDOW_DAYS, Memory, Proof, address_form, is_shared, proof_of
from adtrace.extract.sighting import Sighting
from adtrace.knowledge import load_knowledge

DAY = date(2026, 3, 1)
WHOLE = '<script src="https://{host}/88/tag.min.js" data-zone="7130284" async></script>'
CUT = '<script src="https://{host}/91/tag.min.js" async></script>'
HOST = "quietferry.example"


def seen(html: str) -> list[Sighting]:
    return extract_page(html, url="https://page.example/").sightings


def proofs(html: str, day: date = DAY, confirmed: frozenset[str] = frozenset()) -> list[Proof]:
    found = (proof_of(sighting, day, load_knowledge(), confirmed) for sighting in seen(html))
    return [proof for proof in found if proof is not None]


def recalled(memory: Memory, html: str, day: date = DAY) -> list[Sighting]:
    return memory.infer(seen(html), day, "0" * 64)


def test_a_proven_host_is_remembered_as_inferred_and_weak() -> None:
    """The line says which sighting proved it and when, and lies in the unidentified one."""
    (proof,) = proofs(WHOLE.format(host=HOST))
    (found,) = recalled(Memory([proof]), CUT.format(host=HOST), DAY + timedelta(days=3))
    assert (found.network, found.basis, found.certainty, found.host) == ("monetag", "inferred", "weak", HOST)
    assert found.declared == {"proof": proof.sighting.id, "proven_on": "2026-03-01"}
    assert found.rule.startswith("remembered/monetag.zone-attribute@")
    assert found.via in {s.id for s in seen(CUT.format(host=HOST)) if s.kind == "unidentified"}


@pytest.mark.parametrize(
    "html",
    [
        CUT.format(host="otherferry.example"),
        CUT.format(host=f"cdn.{HOST}"),
        f'<script src="https://{HOST}/static/pop.min.js"></script>',
        f'<script src="https://{HOST}/91/tag.min.js?zoneid=71302"></script>',
    ],
    ids=["another host", "a subdomain", "another path", "another query"],
)
def test_host_and_form_are_bound_together(html: str) -> None:
    """Neither another host nor another form of path or query is covered."""
    assert recalled(Memory(proofs(WHOLE.format(host=HOST))), html) == []


@pytest.mark.parametrize(("days", "count"), [(WINDOW_DAYS, 1), (-WINDOW_DAYS, 1), (WINDOW_DAYS + 1, 0)])
def test_only_within_the_window(days: int, count: int) -> None:
    """Hosts rotate: what was one network's last month is anybody's next year."""
    memory = Memory(proofs(WHOLE.format(host=HOST)))
    assert len(recalled(memory, CUT.format(host=HOST), DAY + timedelta(days=days))) == count


def test_never_a_confirmed_domain() -> None:
    """What the list confirms is a site, whatever tag it serves from itself."""
    assert proofs(WHOLE.format(host=HOST), confirmed=frozenset({HOST})) == []
    assert proofs(WHOLE.format(host=f"cdn.{HOST}"), confirmed=frozenset({HOST})) == []


@pytest.mark.parametrize(
    "host", ["shop12.github.io", "d1abcdefghijkl.cloudfront.net", "site.blogspot.com", "cdn.jsdelivr.net"]
)
def test_never_where_many_tenants_live(host: str) -> None:
    """Under a shared suffix the next name is somebody else's, and so may this one be tomorrow."""
    assert is_shared(host)
    assert proofs(WHOLE.format(host=host)) == []


def test_never_a_host_that_a_card_has() -> None:
    """A card says more than the memory could."""
    assert proofs(WHOLE.format(host="quge5.com")) == []


def test_never_a_host_that_two_networks_proved() -> None:
    """Then it is neither's."""
    (proof,) = proofs(WHOLE.format(host=HOST))
    other = structs.replace(proof, sighting=structs.replace(proof.sighting, network="adsterra"))
    assert recalled(Memory([proof, other]), CUT.format(host=HOST)) == []


def test_never_cascading() -> None:
    """What was inferred, is only likely, or does not run proves nothing further."""
    (proof,) = proofs(WHOLE.format(host=HOST))
    (found,) = recalled(Memory([proof]), CUT.format(host=HOST))
    doubted = [
        found,
        structs.replace(found, certainty="proven"),
        structs.replace(proof.sighting, certainty="likely"),
        structs.replace(proof.sighting, state="commented"),
        structs.replace(proof.sighting, basis="landing"),
    ]
    assert [proof_of(s, DAY, load_knowledge(), frozenset()) for s in doubted] == [None] * 5


def test_a_pack_s_opinion_is_not_taken_for_what_was_seen() -> None:
    """Only what behaves like ad tech by itself is recalled."""
    memory = Memory(proofs(WHOLE.format(host=HOST)))
    (found,) = (s for s in seen(CUT.format(host=HOST)) if s.kind == "unidentified")
    assert memory.infer([structs.replace(found, rule="pack-x/host@000000000000")], DAY, "0" * 64) == []


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("//a.example", "/"),
        ("https://a.example/7c41e09b2d5f8a36/Invoke.js", "/x/invoke.js"),
        ("https://a.example/400/7130288", "/0/0"),
        ("https://a.example/p?b=1&a=2&b=3", "/p?a&b"),
        ("not an address", "/"),
    ],
)
def test_the_form_of_an_address(url: str, form: str) -> None:
    """Numbers and long hex names are open; letters and the query's names are not."""
    assert address_form(url) == form
