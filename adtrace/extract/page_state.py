"""Whose page came back: the operator's, or one that stands in its place; decided by cards."""

from collections.abc import Callable

import msgspec

from adtrace.extract.sighting import PageState
from adtrace.knowledge.state import Marker, PlaceName, StateRule, load_states

OPERATOR = PageState("operator", "default")
# What tells such pages apart stands at their beginning; the bound keeps the search of a long script cheap.
MAX_SKELETON = 32_768
# White space is folded before the text is measured; this much of it is looked at to do so.
MAX_UNFOLDED = 8_000


class StateInput(msgspec.Struct, frozen=True, kw_only=True):
    """What the page_state cards may look at; only label and rule leave the worker.

    text: visible text, its first 20,000 characters; text_chars: how many there were, white space counted.
    skeleton: skeleton-1. refresh: target of the meta refresh, or null. headers: lower-case names.
    has_ads: whether a tag of an ad network runs on the page, or one that behaves like it.
    """

    url: str | None
    status: int | None
    headers: tuple[tuple[str, str], ...]
    text: str
    title: str
    skeleton: str
    elements: int
    scripts: int
    text_chars: int
    links: int
    has_password: bool
    refresh: str | None
    has_ads: bool


def page_state(page: StateInput) -> PageState:
    """The label and rule of the first marker that holds; `operator` with rule "default" if none does."""
    states = load_states()
    text = " ".join(page.text.split()) if page.text_chars <= MAX_UNFOLDED else ""
    length = len(text) if text or not page.text else page.text_chars
    places: dict[PlaceName, Callable[[], str]] = {
        "title": lambda: " ".join(page.title.split()),
        "text": lambda: text,
        "url": lambda: page.url or "",
        "header": lambda: "\n".join(f"{name.lower()}: {value}" for name, value in page.headers),
        "refresh": lambda: page.refresh or "",
        "skeleton": lambda: page.skeleton[:MAX_SKELETON],
    }
    seen: dict[PlaceName, frozenset[int]] = {}

    def sees(clue: tuple[PlaceName, int]) -> bool:
        place, number = clue
        if place not in seen:
            seen[place] = states.book.matches(place, places[place]())
        return number in seen[place]

    for rule in states.of_length(length):
        if _counts(rule.marker, page, length) and _clues(rule, sees):
            return PageState(rule.label, rule.rule)
    return OPERATOR


def _counts(marker: Marker, page: StateInput, length: int) -> bool:
    return (
        length <= marker.max_text
        and (not marker.status or page.status in marker.status)
        and (marker.max_links is None or page.links <= marker.max_links)
        and (marker.max_elements is None or page.elements <= marker.max_elements)
        and (marker.password is None or page.has_password == marker.password)
        and not (marker.without_ads and page.has_ads)
    )


def _clues(rule: StateRule, sees: Callable[[tuple[PlaceName, int]], bool]) -> bool:
    return (
        all(sees(clue) for clue in rule.all)
        and (not rule.any or any(sees(clue) for clue in rule.any))
        and not any(sees(clue) for clue in rule.none)
    )
