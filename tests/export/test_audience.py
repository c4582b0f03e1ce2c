"""Pseudonyms are keyed by case and audience, and joinable within them alone."""

from pathlib import Path

import pytest

from adtrace.export.audience import Names, host_of, listed_hosts
from adtrace.knowledge import load_knowledge
from tests.relate.small_case import SmallCase


def names(small: SmallCase, audience: str = "taskforce") -> Names:
    return Names(small.case, audience, load_knowledge())  # type: ignore[arg-type]


def test_a_pseudonym_is_keyed_short_and_stable(small: SmallCase) -> None:
    """dom- and 20 characters of base32; the same in every table."""
    small.entry("clip.example")
    shown = names(small).domain("clip.example")
    assert shown == names(small).domain("clip.example")
    assert len(shown) == 24
    assert shown.startswith("dom-")
    assert shown == shown.lower()
    assert names(small).text("see clip.example") == f"see {shown}"


def test_pseudonyms_differ_per_case(tmp_path: Path) -> None:
    """Two cases' exports cannot be joined."""
    shown = set()
    for name in ("one", "two"):
        made = SmallCase(tmp_path / name)
        with made.case:
            made.entry("clip.example")
            shown.add((names(made).domain("clip.example"), names(made).account("exoclick", "login", "77")))
    assert len({domain for domain, _ in shown}) == 2
    assert len({account for _, account in shown}) == 2


def test_stand_ins_differ_per_audience(small: SmallCase) -> None:
    """Two audiences' exports cannot be joined, not even by what both see keyed."""
    small.entry("clip.example")
    mine, theirs = names(small, "investigator"), names(small)
    assert mine.domain("clip.example") == "clip.example"
    assert mine.account("exoclick", "login", "77") == "77"
    assert mine.host("stranger.test") != theirs.host("stranger.test")
    assert mine.host("stranger.test").startswith("out-")


def test_the_same_id_of_two_networks_has_two_stand_ins(small: SmallCase) -> None:
    """An id is an id of a network and a kind."""
    theirs = names(small)
    assert len({theirs.account(*of, "77") for of in (("a", "login"), ("b", "login"), ("a", "zone"))}) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("DIRECT; RESELLER", "DIRECT; RESELLER"),
        ("ad_network", "ad_network"),
        ("clip.example", "other"),
        ("", ""),
    ],
)
def test_a_declared_word_is_a_specifications_or_other(small: SmallCase, words: str, told: str) -> None:
    """A page's own word could be a name; that nothing is declared is no word."""
    assert names(small).declared(words) == told
    assert names(small, "investigator").declared(words) == words


def test_nodes_are_named_as_tables_name_them(small: SmallCase) -> None:
    """So that graph and tables can be joined."""
    small.entry("clip.example")
    theirs = names(small)
    assert theirs.node("domain", "clip.example") == theirs.domain("clip.example")
    assert (
        theirs.node("account", "exoclick/login/7/7")
        == f"exoclick/login/{theirs.account('exoclick', 'login', '7/7')}"
    )
    assert theirs.node("seller", "exoclick/77") == f"exoclick/{theirs.account('exoclick', 'seller_id', '77')}"
    assert theirs.node("seller", "ssp.test/77").startswith("out-")
    assert theirs.node("network", "exoclick") == "exoclick"
    assert theirs.node("brand", "shop.test") == "shop.test"


def test_the_domain_above_a_listed_host_is_hidden_too(small: SmallCase) -> None:
    """It would name it; but not above a platform's host, nor a card's domain."""
    hosts = listed_hosts(
        [("watch.clip.example", "dedicated"), ("blog.host.test", "platform"), ("a.magsrv.com", "dedicated")],
        load_knowledge(),
    )
    assert hosts == {"watch.clip.example", "clip.example", "blog.host.test", "a.magsrv.com"}
    small.entry("watch.clip.example")
    assert "clip" not in names(small).text("https://clip.example/ and cdn.watch.clip.example")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://clip.example/a?b", "clip.example"),
        ("//Clip.Example:443", "clip.example"),
        ("https://a.magsrv.com:pw@clip.example:443/", "clip.example"),
        ("https://a@b@clip.example/", "clip.example"),
        ("https://clip.example\\@a.magsrv.com/", "clip.example"),
        ("mailto:desk@clip.example", None),
        ("https://1.2.3.4/", None),
        ("", None),
        ("javascript:alert(1)", None),
    ],
)
def test_the_host_of_any_url(url: str, host: str | None) -> None:
    """Pages write anything."""
    assert host_of(url) == host


def test_an_address_without_a_name_is_keyed(small: SmallCase) -> None:
    """Nobody's."""
    assert str(names(small, "investigator").url("https://1.2.3.4/x")).startswith("out-")
