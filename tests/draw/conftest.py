"""A case with everything a picture can show."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.relate.small_case import SmallCase, adsense

OFFER = (
    '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshoes.test%2F$x$">a</a>'
)
POP = '<script src="//cdn.popcash.net/show.js"></script>'


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallCase]:
    """Two domains of one holder, one of which offers a brand; a third without a page."""
    made = SmallCase(tmp_path / "case")
    with made.case:
        made.site("clip.example", adsense(), OFFER, POP)
        made.site("film.example", adsense())
        made.entry("dark.example")
        yield made
