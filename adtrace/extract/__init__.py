"""Skeletons and sightings: what a page says, read without network, clock or database."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adtrace.extract.document import extract_page, find_sightings

__all__ = ["extract_page", "find_sightings"]


def __getattr__(name: str) -> Any:
    # On demand: the cards are written in the words of extract.sighting, and extraction reads the cards.
    if name in __all__:
        from adtrace.extract import document

        return getattr(document, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
