"""Every network card proves itself through the real extractor."""

import pytest

from adtrace.extract import extract_page
from adtrace.knowledge import load_knowledge
from adtrace.knowledge.card import Card, Shape
from adtrace.knowledge.proof import read_example

CARDS = sorted(load_knowledge().cards.values(), key=lambda card: card.id)
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
    seen: dict[str, str] = {}
    for card in CARDS:
        for host in card.host:
            if host.valid_to is None:
                assert seen.setdefault(host.name, card.id) == card.id, host.name
