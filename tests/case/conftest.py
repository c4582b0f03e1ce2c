"""Cases for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adtrace.case import Case, Limits
from tests.case.a_case import fill


@pytest.fixture
def empty_case(tmp_path: Path) -> Iterator[Case]:
    """A case without entries, open for writing."""
    limits = Limits(stale_after_days=30, facts_categories=("Abuse",))
    with Case.create(tmp_path / "case", operator="analyst 7", purpose="a test", limits=limits) as case:
        yield case


@pytest.fixture
def full_case(empty_case: Case) -> Case:
    """A case with something in every table and of nearly every kind, open for writing."""
    fill(empty_case)
    return empty_case
