"""Whose page came back. (First version by the lead so that extract_page imports; helper unwrap: take over, keep StateInput's fields.)"""

import msgspec

from adtrace.extract.sighting import PageState


class StateInput(msgspec.Struct, frozen=True, kw_only=True):
    """What the page_state cards may look at; only label and rule leave the worker."""

    url: str | None
    status: int | None
    headers: tuple[tuple[str, str], ...]
    text: str  # visible text, its first 20,000 characters
    title: str
    skeleton: str
    elements: int
    scripts: int
    text_chars: int
    links: int
    has_password: bool
    refresh: str | None


def page_state(page: StateInput) -> PageState:
    return PageState("operator", "default")
