"""Knowledge.only: the same cards, fewer."""

from adtrace.extract import extract_page
from adtrace.knowledge import load_knowledge

PAGE = '<script src="//cdn.popcash.net/show.js"></script><script src="//c.amazon-adsystem.com/aax2/apstag.js"></script>'


def test_only_the_cards_asked_for_are_recognised() -> None:
    """The hash names the smaller state: it is not the hash of all cards."""
    knowledge = load_knowledge()
    few = knowledge.only({"popcash"})
    assert {s.network for s in extract_page(PAGE, knowledge=few).sightings} - {None} == {"popcash"}
    assert {"popcash"} < {s.network for s in extract_page(PAGE, knowledge=knowledge).sightings}
    assert few.hash != knowledge.hash
