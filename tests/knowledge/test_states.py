"""Every page-state marker proves itself by its own hits and misses, run through the real extraction."""

import pytest
from msgspec import structs

from adtrace.errors import CardError
from adtrace.extract import extract_page
from adtrace.extract.sighting import PageState
from adtrace.knowledge.state import (
    LABELS,
    MAX_SEARCHED_TEXT,
    Example,
    Marker,
    StateCard,
    load_states,
    read_state,
)

CARDS = load_states().cards
MARKERS = [(card, marker) for card in CARDS for marker in card.marker]
HITS = [(card, marker, hit) for card, marker in MARKERS for hit in marker.hits]
MISSES = [(card, marker, miss) for card, marker in MARKERS for miss in marker.misses]
# In an example, {prose} stands for more neutral text than any page in another's place has.
PROSE = "The tea garden opens at nine, and the gate stays open until the last guest has gone home. " * 80
VALID = """
id = "one"
name = "One"
label = "parked"
what = "A test."
source = ["https://one.example/ (2026-11-22)"]
limits = "None."
[[marker]]
name = "lander"
all = [{ at = "title", pattern = "^one$" }]
hits = [{ html = "<title>One</title>" }]
misses = [{ html = "<title>Two</title>" }]
"""


def state_of(example: Example, more: str = "") -> PageState:
    """What the whole extraction says of the example, with more text at its end."""
    found = extract_page(
        example.html.replace("{prose}", PROSE) + more,
        url=example.url or "https://site.example/",
        status=example.status,
        headers=tuple(example.headers.items()),
    )
    assert found.page_state is not None
    return found.page_state


def label(value: object) -> str:
    """How a parameter shows in a test's name."""
    return str(getattr(value, "id", getattr(value, "name", "page")))


@pytest.mark.parametrize(("card", "marker", "hit"), HITS, ids=label)
def test_hit_is_named_by_this_marker(card: StateCard, marker: Marker, hit: Example) -> None:
    """The page gets the marker's label, and the rule says which marker of which card file."""
    state = state_of(hit)
    assert state.rule.rpartition("@")[0] == f"{card.id}/{marker.name}"
    assert state.label == (marker.label or card.label)


@pytest.mark.parametrize(("card", "marker", "hit"), HITS, ids=label)
def test_same_marks_amid_a_page_of_text_are_the_operators(
    card: StateCard, marker: Marker, hit: Example
) -> None:
    """Whatever words or widgets it holds, a page with a body of text is somebody's page."""
    if marker.max_text <= MAX_SEARCHED_TEXT:
        assert state_of(structs.replace(hit, status=200, headers={}), PROSE) == PageState(
            "operator", "default"
        )


@pytest.mark.parametrize(("card", "marker", "miss"), MISSES, ids=label)
def test_miss_is_not_named_by_this_marker(card: StateCard, marker: Marker, miss: Example) -> None:
    """A near miss does not get this marker's rule."""
    assert state_of(miss).rule.rpartition("@")[0] != f"{card.id}/{marker.name}"


def test_labels_are_page_states() -> None:
    """Every label is a page_state of the glossary, and every one but operator has a card."""
    assert {marker.label or card.label for card, marker in MARKERS} == set(LABELS)


def test_sources_are_dated() -> None:
    """Each source ends with the day it was looked at."""
    for card in CARDS:
        for source in card.source:
            assert source.endswith("2026-11-22)"), (card.id, source)


def test_at_least_eighty_providers() -> None:
    """Issue 4 wants eighty providers; generic wording does not count."""
    assert sum(not card.generic for card in CARDS) >= 80


def test_valid_card_is_read() -> None:
    """The sample that the refusals below are made from is itself valid."""
    assert read_state("one", VALID.encode()).marker[0].name == "lander"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "one"', 'id = "two"', "not the file name"),
        ('label = "parked"', 'label = "operator"', "operator"),
        ('pattern = "^one$"', 'pattern = "(?=one)"', "RE2 cannot take"),
        ('all = [{ at = "title", pattern = "^one$" }]', "", "nothing to see"),
        (
            'at = "title", pattern = "^one$" }]',
            'at = "text", pattern = "one" }]\nmax_text = 9000',
            "up to 4000",
        ),
        ('misses = [{ html = "<title>Two</title>" }]', "misses = []", "hits and misses"),
        ('limits = "None."', 'limits = ""', "may not be empty"),
        ('name = "lander"', 'name = "lander"\ncolour = "red"', "colour"),
        ('at = "title"', 'at = "cookie"', "cookie"),
    ],
)
def test_card_that_says_nothing_or_wrong_is_refused(old: str, new: str, words: str) -> None:
    """The error names the file and what to do."""
    with pytest.raises(CardError, match=words) as error:
        read_state("one", VALID.replace(old, new).encode())
    assert "states/one.toml" in str(error.value)
