"""A case read again with other cards."""

from pathlib import Path

import pytest

from adtrace.extract.sighting import Sighting
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.reextraction import Again, extract_again
from adtrace.relate.links import links_of
from tests.relate.small_case import SmallCase, adsense, page

POPCASH = (
    "<script>var uid = '48213'; var wid = '102917';</script><script src='//cdn.popcash.net/show.js'></script>"
)


@pytest.fixture
def newer() -> Knowledge:
    """Cards of another day: today's without PopCash."""
    cards = {name: card for name, card in load_knowledge().cards.items() if name != "popcash"}
    return Knowledge(cards, dict.fromkeys(cards, "0" * 12))


def networks(small: SmallCase) -> set[str]:
    """What tables would say now."""
    rows = small.case.rows("SELECT DISTINCT network FROM current_sightings WHERE network IS NOT NULL")
    return {row["network"] for row in rows}


def test_newer_cards_add_a_generation(tmp_path: Path, newer: Knowledge) -> None:
    """Old generations stay, tables follow the new one, links are derived anew, and the seal holds."""
    small = SmallCase(tmp_path / "case")
    with small.case as case:
        small.site("clip.example", adsense(), POPCASH)
        assert networks(small) == {"adsense", "popcash"}
        before = case.rows("SELECT count(*) AS n FROM sightings").__next__()["n"]
        done = extract_again(case, newer)
        assert (done.read, done.current, done.unkept) == (1, 0, 0)
        assert networks(small) == {"adsense"}
        assert case.rows("SELECT count(*) AS n FROM sightings").__next__()["n"] == before + done.sightings
        case.verify(links_of)


def test_the_same_cards_read_nothing_again(tmp_path: Path) -> None:
    """A second call has nothing to do."""
    small = SmallCase(tmp_path / "case")
    with small.case as case:
        small.site("clip.example", adsense())
        assert extract_again(case) == Again(read=0, current=1, unkept=0, sightings=0)


def test_facts_only_entries_cannot_be_read_again(tmp_path: Path, newer: Knowledge) -> None:
    """Where no skeleton was kept, the old sightings stay and the count says so."""
    small = SmallCase(tmp_path / "case")
    with small.case as case:
        small.entry("clip.example", handling="facts")
        small.read("clip.example", page(adsense(), POPCASH), is_kept=False)
        assert extract_again(case, newer) == Again(read=0, current=0, unkept=1, sightings=0)
        assert networks(small) == {"adsense", "popcash"}


def test_a_page_is_read_again_at_the_address_it_was_read_at(
    tmp_path: Path, newer: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that itself holds what a stored link looks like is given back once, not twice."""
    asked: list[str] = []

    def find(_: str, *, url: str, **__: object) -> list[Sighting]:
        asked.append(url)
        return []

    monkeypatch.setattr("adtrace.reextraction.find_sightings", find)
    small = SmallCase(tmp_path / "case")
    with small.case as case:
        small.entry("clip.example")
        small.read("clip.example", page(adsense()), path="/?to=http[:]//other.example/")
        extract_again(case, newer)
    assert asked == ["https://clip.example/?to=http[:]//other.example/"]
