"""Marks of pages that are not the operator's, as data: challenges, parking firms, seizure banners, …"""

from functools import cache
from typing import Literal, get_args

import msgspec
import re2

from adtrace.errors import CardError
from adtrace.extract.sighting import Label
from adtrace.knowledge.checked import read_checked
from adtrace.knowledge.checks import check_head, check_proof, compile_pattern
from adtrace.knowledge.folder import decode_card, hash_cards

PlaceName = Literal["title", "text", "url", "header", "refresh", "skeleton"]
PLACES: tuple[PlaceName, ...] = get_args(PlaceName)
LABELS: tuple[Label, ...] = get_args(Label)
# Interstitials and landers say little; of a page with more text only title, address and headers are searched.
MAX_SEARCHED_TEXT = 4_000


class Clue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to see at one place of the page; pattern is RE2, case does not matter, ^ and $ are line ends.

    at: title · text (visible, white space folded) · url (the page's) · header (`name: value` lines)
    · refresh (the meta refresh) · skeleton (elements and scripts, as stored).
    """

    at: PlaceName
    pattern: str


# What hardly any tag but an ad's has, where no card knows the tag: kept from Cloudflare's rewriting, or named so.
AD_HABITS = Clue("skeleton", r"data-cfasync=\"false\" [^>]*src=\"(?:https?:)?//|popunder|_pop\.push")


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A small page, invented, with the address, status and headers it came with."""

    html: str
    url: str | None = None
    status: int = 200
    headers: dict[str, str] = {}


class Marker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to know the page: every clue of `all`, one of `any` if it has some, none of `none`, the numbers.

    max_text: the most characters of visible text; what says more is somebody's page, whatever words it uses.
    max_links, max_elements, password: of the markup. status: one of these HTTP statuses. without_ads: not if the page
    carries ads: the gate that an operator earns by is the operator's page.
    """

    name: str
    hits: list[Example]
    misses: list[Example]
    label: Label | None = None
    all: list[Clue] = []
    any: list[Clue] = []
    none: list[Clue] = []
    status: list[int] = []
    max_text: int = 2_000
    max_links: int | None = None
    max_elements: int | None = None
    password: bool | None = None
    without_ads: bool = False


class StateCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider of such pages, or, if generic, wording that many share; a provider's marker wins."""

    id: str
    name: str
    label: Label
    what: str
    source: list[str]
    limits: str
    marker: list[Marker]
    generic: bool = False


class StateRule:
    """One marker of one card, compiled: the numbers of its clues in the sets of their places."""

    __slots__ = ("all", "any", "label", "marker", "none", "rank", "rule")

    def __init__(self, card: StateCard, marker: Marker, card_hash: str, number: "ClueBook") -> None:
        self.marker = marker
        self.label: Label = marker.label or card.label
        self.rule = f"{card.id}/{marker.name}@{card_hash}"
        self.rank = (card.generic, LABELS.index(self.label), card.id, marker.name)
        self.all = [number.of(clue) for clue in marker.all]
        self.any = [number.of(clue) for clue in marker.any]
        self.none = [number.of(clue) for clue in (*marker.none, *([AD_HABITS] * marker.without_ads))]


class ClueBook:
    """All clues, each pattern once a place, behind one linear multi-pattern search a place (RE2 Set)."""

    def __init__(self) -> None:
        self._numbers: dict[Clue, tuple[PlaceName, int]] = {}
        self._patterns: dict[PlaceName, list[str]] = {place: [] for place in PLACES}
        self._sets: dict[PlaceName, re2.Set] = {}

    def of(self, clue: Clue) -> tuple[PlaceName, int]:
        """The clue's place and its number there."""
        if clue not in self._numbers:
            self._numbers[clue] = (clue.at, len(self._patterns[clue.at]))
            self._patterns[clue.at].append(clue.pattern)
        return self._numbers[clue]

    def matches(self, place: PlaceName, text: str) -> frozenset[int]:
        """The numbers of the clues of this place that are in the text."""
        if not text or not self._patterns[place]:
            return frozenset()
        if place not in self._sets:
            self._sets[place] = self._compile(place)
        return frozenset(self._sets[place].Match(text) or ())

    def _compile(self, place: PlaceName) -> re2.Set:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = 256 << 20
        found = re2.Set.SearchSet(options)
        for pattern in self._patterns[place]:
            found.Add(f"(?im:{pattern})")
        found.Compile()
        return found


class States:
    """All markers in the order in which they are believed; `hash` names this state of the cards."""

    def __init__(self, cards: list[tuple[StateCard, str]]) -> None:
        self.cards = [card for card, _ in cards]
        self.hash = hash_cards({card.id: digest for card, digest in cards})
        self.book = ClueBook()
        rules = [StateRule(card, m, digest, self.book) for card, digest in cards for m in card.marker]
        self.rules = sorted(rules, key=lambda rule: rule.rank)
        self._wordy = [rule for rule in self.rules if rule.marker.max_text > MAX_SEARCHED_TEXT]

    def of_length(self, text_chars: int) -> list[StateRule]:
        """The rules that could hold for a page with so much visible text, in order."""
        return self.rules if text_chars <= MAX_SEARCHED_TEXT else self._wordy


def read_state(name: str, data: bytes) -> StateCard:
    """One state file, checked.

    Raises:
        CardError: not TOML, an unknown field or word, a marker without proof or limits, a pattern RE2 cannot take.
    """
    where = f"states/{name}.toml"
    card = decode_card(where, data, StateCard)
    check_head(card, name, where, ("what", "source", "limits", "marker"))
    for marker in card.marker:
        _check_marker(marker, f"{where}, marker {marker.name}")
    return card


def _check_marker(marker: Marker, where: str) -> None:
    clues = [*marker.all, *marker.any, *marker.none]
    for clue in clues:
        compile_pattern(f"(?im:{clue.pattern})", where)
    if not (marker.all or marker.any or marker.status):
        raise CardError("nothing to see: it would call every short page so.", where=where, do="Add a clue.")
    searched = any(clue.at in ("text", "skeleton") for clue in clues)
    if searched and marker.max_text > MAX_SEARCHED_TEXT:
        raise CardError(
            f"text and skeleton are searched only up to {MAX_SEARCHED_TEXT} characters of text.",
            where=where,
            do="Lower max_text, or use title, url, header or status.",
        )
    check_proof(marker.hits, marker.misses, where)


@cache
def load_states() -> States:
    """The markers that ship with adtrace; read once a process.

    Raises:
        CardError: the first card that is not valid.
    """
    cards, hashes = read_checked("states", StateCard, read_state)
    return States([(card, hashes[name]) for name, card in cards.items()])
