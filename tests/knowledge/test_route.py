"""Whom a network's letter goes to, said with what that address is for and who says so."""

import pytest
from msgspec import structs

from adtrace.errors import CardError
from adtrace.knowledge import load_knowledge
from adtrace.knowledge.card import CONTACT_KINDS, Card, Contact
from adtrace.knowledge.cards import read_card
from adtrace.knowledge.route import describe_route, find_route

SOURCE = "https://one.example/contact (2026-11-22)"
CARD = """
id = "one"
name = "One"
roles = ["pop"]
what = "A test."
source = ["https://one.example/ (2026-11-22)"]
limits = "None."
contact = {{ to = "{to}", kind = "{kind}", source = "{source}" }}
"""


def card(name: str, kind: str = "", owner: str | None = None) -> Card:
    contact = Contact(f"{kind}@{name}.example", kind, SOURCE) if kind else None
    return Card(name, name.title(), ["pop"], "A test.", [SOURCE], "None.", company=owner, contact=contact)


def whose(one: Card, cards: list[Card]) -> Card | None:
    """Whose contact the route is."""
    found = find_route(one, cards)
    return found.of if found else None


@pytest.mark.parametrize("kind", CONTACT_KINDS)
def test_a_route_says_what_it_is_for_and_by_whom(kind: str) -> None:
    """Only where reports of abuse are taken, it says so; elsewhere a person has to ask."""
    said = describe_route(one := card("one", kind), [one])
    assert said.startswith(f"{kind}@one.example, {CONTACT_KINDS[kind]}; source: {SOURCE}.")
    assert ("Ask there who takes reports of abuse." in said) == (kind != "abuse")


def test_a_network_without_a_route_may_have_its_owners() -> None:
    """It is said to be the other network's; those who maintain another's code are none."""
    one, two, three = card("one", "", "Big Ltd"), card("two", "technical", "Big Ltd"), card("three", "abuse")
    assert describe_route(one, [one, two, three]) == ""
    four = card("four", "support", "Big Ltd")
    said = describe_route(one, [one, two, three, four])
    assert said.startswith(
        "none of its own is known; Four, which is Big Ltd's as well, has support@four.example"
    )
    five = card("five", "abuse", "Big Ltd")
    assert whose(one, [one, four, five]) == five


def test_its_own_route_comes_first_but_for_those_who_maintain_its_code() -> None:
    """An engineer's mailbox is no address for a notice while the owner has one that is."""
    own, other = card("one", "support", "Big Ltd"), card("two", "abuse", "Big Ltd")
    assert whose(own, [own, other]) == own
    technical = card("one", "technical", "Big Ltd")
    assert whose(technical, [technical, other]) == other
    assert whose(technical, [technical]) == technical


def test_the_owner_is_todays() -> None:
    """A parent's route is its networks'; one that was sold is not."""
    big = card("big", "abuse", "Big Ltd")
    xandr = load_knowledge().cards["xandr"]
    microsoft = structs.replace(big, company="Microsoft Corporation")
    sold = structs.replace(big, company="AT&T Inc")
    bare = structs.replace(xandr, contact=None)
    assert whose(bare, [bare, microsoft, sold]) == microsoft
    assert whose(bare, [bare, sold]) is None


@pytest.mark.parametrize(
    ("to", "kind", "source", "words"),
    [
        ("abuse@one.example", "boss", SOURCE, '"boss" is no kind of contact. Choose from abuse'),
        ("abuse@one.example", "abuse", "https://one.example/", "has no day"),
        ("Mr One", "abuse", SOURCE, "is neither an address nor a form"),
        ("http://one.example/abuse", "abuse", SOURCE, "is neither an address nor a form"),
    ],
)
def test_a_contact_that_says_less_is_refused(to: str, kind: str, source: str, words: str) -> None:
    """No kind of its own, no day, nothing to write to."""
    read_card("one", CARD.format(to="abuse@one.example", kind="abuse", source=SOURCE).encode())
    with pytest.raises(CardError, match=words):
        read_card("one", CARD.format(to=to, kind=kind, source=source).encode())
