"""Cases about which somebody writes."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from adtrace.relate.links import links_of
from tests.relate.small_case import SmallCase, adsense

DAY = dt.date(2026, 11, 22)
HOSTILE = "A-1 | [x](https://evil.test) `y` <b>"
POP = '<script src="//cdn.popcash.net/show.js"></script>'


class Written(SmallCase):
    """A small case whose rows can be confirmed."""

    def confirm(self, judgement: str = "confirmed", where: str = "1 = 1") -> None:
        """Judge every sighting of that kind."""
        rows = [row["row"] for row in self.case.rows(f"SELECT row FROM current_sightings WHERE {where}")]
        with self.case.transaction():
            self.case.review(rows, judgement, reason="seen", role="reviewer 2", links=links_of)  # type: ignore[arg-type]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Written]:
    """AdSense on two domains, PopCash on one of them, and AdSense on two of which nobody may be told."""
    made = Written(tmp_path / "case")
    with made.case:
        made.site("clip.example", adsense(), POP, reference=HOSTILE)
        made.site("film.example", adsense())
        made.site("quiet.example", adsense("pub-1111222233334444"), handling="no-notice")
        yield made
