"""Cases for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.relate.small_case import SmallCase


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallCase]:
    """An empty case to put pages into."""
    made = SmallCase(tmp_path / "case")
    with made.case:
        yield made
