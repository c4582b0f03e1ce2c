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
contact = [{{ to = "{to}", kind = "{kind}", source = "{source}" }}]
"""


def card(name: str, *kinds: str, owner: str | None = None) -> Card:
    contacts = [Contact(f"{kind}@{name}.example", kind, SOURCE) for kind in kinds]
    return Card(name, name.title(), ["pop"], "A test.", [SOURCE], "None.", company=owner, contact=contacts)


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


def test_all_contacts_are_named_the_best_first() -> None:
    """Whoever writes about a copied film takes the form for that, whoever writes about worse the other."""
    said = describe_route(one := card("one", "copyright", "support", "abuse"), [one])
    assert [word for word in said.split() if "@" in word] == [
        "abuse@one.example,", "support@one.example,", "copyright@one.example,",
    ]  # fmt: skip


def test_a_network_without_a_route_may_have_its_owners() -> None:
    """It is said to be the other network's; what is read there for another task is no route of others."""
    one, two = card("one", owner="Big Ltd"), card("two", "technical", owner="Big Ltd")
    assert describe_route(one, [one, two, card("three", "abuse")]) == ""
    four = card("four", "support", "copyright", owner="Big Ltd")
    said = describe_route(one, [one, two, four])
    assert said.startswith(
        "Of its own none is known to take notices; Four is Big Ltd's as well: support@four.example, given for"
    )
    assert "copyright@" not in said
    assert whose(one, [one, four, nine := card("nine", "abuse", owner="Big Ltd")]) == nine


def test_its_own_route_comes_first_if_a_notice_is_read_there() -> None:
    """An engineer's mailbox is no address for a notice; data protection's is a worse one than a form for reports."""
    own, other = card("one", "support", owner="Big Ltd"), card("two", "abuse", owner="Big Ltd")
    assert whose(own, [own, other]) == own
    for kind in ("technical", "privacy", "copyright"):
        elsewhere = card("one", kind, owner="Big Ltd")
        assert whose(elsewhere, [elsewhere, other]) == other
        assert whose(elsewhere, [elsewhere]) == elsewhere
        sister = card("two", "support", owner="Big Ltd")
        assert whose(elsewhere, [elsewhere, sister]) == (sister if kind == "technical" else elsewhere)


def test_the_owner_is_todays() -> None:
    """A parent's route is its networks'; one that was sold is not."""
    bare = structs.replace(load_knowledge().cards["xandr"], contact=[])
    microsoft, sold = (
        card("big", "abuse", owner="Microsoft Corporation"),
        card("old", "abuse", owner="AT&T Inc"),
    )
    assert whose(bare, [bare, microsoft, sold]) == microsoft
    assert whose(bare, [bare, sold]) is None


@pytest.mark.parametrize(
    ("to", "kind", "source", "words"),
    [
        ("abuse@one.example", "boss", SOURCE, '"boss" is no kind of contact. Choose from abuse'),
        ("abuse@one.example", "abuse", "https://one.example/", "has no day"),
        ("Mr One", "abuse", SOURCE, "is neither an address nor a form"),
        ("http://one.example/abuse", "abuse", SOURCE, "is neither an address nor a form"),
        ("https://one.example", "abuse", SOURCE, "with the path of the form"),
    ],
)
def test_a_contact_that_says_less_is_refused(to: str, kind: str, source: str, words: str) -> None:
    """No kind of its own, no day, nothing to write to."""
    read_card("one", CARD.format(to="abuse@one.example", kind="abuse", source=SOURCE).encode())
    with pytest.raises(CardError, match=words):
        read_card("one", CARD.format(to=to, kind=kind, source=source).encode())
