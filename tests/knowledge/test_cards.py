"""Every network card proves itself through the real extractor."""

import re
from datetime import date
from importlib.resources import files

import pytest
from msgspec import structs

from adtrace.errors import CardError
from adtrace.extract import extract_page
from adtrace.knowledge import load_knowledge
from adtrace.knowledge.card import Card, Host, Shape
from adtrace.knowledge.cards import read_card
from adtrace.knowledge.proof import read_example

CARDS = sorted(load_knowledge().cards.values(), key=lambda card: card.id)
COINHIVE = (files("adtrace.knowledge") / "networks" / "coinhive.toml").read_text()
LEGAL_FORMS = frozenset(
    "inc incorporated ltd llc gmbh corp corporation limited co company sa ag nv bv srl sas plc pte pty oy ab as se lp"
    " spa kg aps oü sl holdings the".split()
)
SHAPES = [pytest.param(c, s, id=f"{c.id}/{s.name}") for c in CARDS for s in c.shape]


def rules_found(html: str, shape: Shape) -> set[str]:
    return {s.rule.partition("@")[0] for s in read_example(html, shape, load_knowledge())}


@pytest.mark.parametrize(("card", "shape"), SHAPES)
def test_hits_are_found_and_misses_are_not(card: Card, shape: Shape) -> None:
    """A shape finds each of its hits, by its own rule, and none of its misses."""
    for number, hit in enumerate(shape.hits, 1):
        assert f"{card.id}/{shape.name}" in rules_found(hit, shape), f"hit {number} is not found"
    for number, miss in enumerate(shape.misses, 1):
        assert f"{card.id}/{shape.name}" not in rules_found(miss, shape), f"miss {number} is found"


@pytest.mark.parametrize("card", [pytest.param(c, id=c.id) for c in CARDS if c.host])
def test_hosts_belong_to_one_card(card: Card) -> None:
    """A script on a card's host is that card's network, and no other's."""
    for host in card.host:
        if host.valid_to is None:
            found = extract_page(
                f'<script src="https://{host.name}/x.js"></script>', url="https://page.example/"
            )
            networks = {s.network for s in found.sightings if s.kind == "network"}
            assert card.id in networks, host.name


def test_no_host_is_on_two_cards_at_once() -> None:
    """Two cards may hold a host only for different times."""
    seen: dict[str, list[tuple[str, Host]]] = {}
    for card in CARDS:
        for host in card.host:
            for other, held in seen.get(host.name, ()):
                assert other == card.id or not held.overlaps(host), host.name
            seen.setdefault(host.name, []).append((card.id, host))


def test_no_two_cards_go_by_one_name() -> None:
    """An id or another name leads to one card, and what is shown tells cards apart."""
    seen: dict[str, str] = {}
    for card in CARDS:
        for name in {card.id, *card.aliases} | {card.name.lower()}:
            assert seen.setdefault(name, card.id) == card.id, name


def test_a_company_is_written_one_way() -> None:
    """Networks of one company are one addressee; a full stop more would make two of it."""
    seen: dict[str, str] = {}
    for card in CARDS:
        for name in (card.company, *(parent.name for parent in card.parent)):
            words = re.findall(r"[^\W_]+", (name or "").lower().replace(".", ""))
            plain = " ".join(word for word in words if word not in LEGAL_FORMS)
            assert not name or seen.setdefault(plain, name) == name, card.id


def test_only_hosts_are_said_to_be_known_where_only_hosts_are() -> None:
    """A card that reads an account does not say that it reads none."""
    for card in CARDS:
        assert not (card.limits.startswith("Only hosts") and any(s.kind for s in card.shape)), card.id


@pytest.mark.parametrize(
    ("network", "day", "owner"),
    [
        ("xandr", date(2016, 5, 1), "AppNexus Inc"),
        ("xandr", date(2020, 5, 1), "AT&T Inc"),
        ("xandr", None, "Microsoft Corporation"),
        ("linkedin", date(2012, 1, 1), "LinkedIn Corporation"),
        ("popcash", date(2012, 1, 1), load_knowledge().cards["popcash"].company),
    ],
)
def test_owner_is_read_as_of_the_day(network: str, day: date | None, owner: str | None) -> None:
    """The parent of that day, else the company that runs it; without a day, today's."""
    assert load_knowledge().cards[network].owner(day) == owner


def test_a_sighting_names_the_owner_of_the_captures_day() -> None:
    """An old capture does not say that a later buyer owned the network then."""
    html = '<script src="https://ib.adnxs.com/ttj?id=4812937"></script>'
    then = extract_page(html, url="https://page.example/", at=date(2016, 5, 1)).sightings
    now = extract_page(html, url="https://page.example/").sightings
    assert {s.company for s in then} == {"AppNexus Inc"}
    assert {s.company for s in now} == {"Microsoft Corporation"}


def test_a_host_is_a_networks_from_its_first_day_to_the_last() -> None:
    """valid_to is the first day on which it is not, for captures and for what may be contacted."""
    knowledge = load_knowledge()
    assert [bool(knowledge.card_of_host("coinhive.com", date(2019, 3, day))) for day in (7, 8)] == [
        bool(knowledge.on(date(2019, 3, day)).card_of_host("coinhive.com")) for day in (7, 8)
    ]
    assert knowledge.on(date(2019, 3, 7)).card_of_host("coinhive.com") is not None
    assert knowledge.on(date(2019, 3, 8)).card_of_host("coinhive.com") is None


def test_a_list_of_sellers_goes_with_its_host() -> None:
    """What stands where a network's list stood is not asked for once the host is another's."""
    card = read_card("coinhive", ('ads_txt = ["coinhive.com", "coin.example"]\n' + COINHIVE).encode())
    knowledge = load_knowledge().with_card(card, "0" * 12)
    lists = [f"https://{host}/sellers.json" for host in ("coinhive.com", "www.coinhive.com", "coin.example")]
    for day, expected in ((7, [True, True, True]), (8, [False, False, True])):
        on_the_day = knowledge.on(date(2019, 3, day))
        assert [on_the_day.card_of_sellers_json(address) is not None for address in lists] == expected


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("valid_to = 2019-03-08", "valid_to = 2017-09-01", "ends before it begins"),
        ("[[host]]", '[[parent]]\nname = "One Ltd"\n[[parent]]\nname = "Two Ltd"\n[[host]]', "hold at once"),
    ],
)
def test_times_that_contradict_each_other_are_refused(old: str, new: str, words: str) -> None:
    """No host or parent ends before it begins, and no network has two parents on one day."""
    with pytest.raises(CardError, match=words):
        read_card("coinhive", COINHIVE.replace(old, new, 1).encode())


def test_a_list_of_sellers_stands_where_the_card_says_or_at_the_standards_place() -> None:
    """An address of its own counts before the root of its system's domain; an empty one says that there is none."""
    card = load_knowledge().cards["criteo"]
    system = card.ads_txt[0]
    for own, address in [
        (None, f"https://{system}/sellers.json"),
        ("https://lists.example/s.json", "https://lists.example/s.json"),
        ("", None),
    ]:
        assert structs.replace(card, sellers_json=own).sellers_address() == address
