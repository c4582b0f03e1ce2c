"""Cases for the tests of this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adtrace.case import Case, Limits
from tests.case.a_case import fill

LIMITS = Limits(stale_after_days=30, facts_categories=("Abuse",))


@pytest.fixture
def empty_case(tmp_path: Path) -> Iterator[Case]:
    """A case without entries, open for writing."""
    with Case.create(tmp_path / "case", operator="analyst 7", purpose="a test", limits=LIMITS) as case:
        yield case


@pytest.fixture(scope="session")
def filled(keys: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a case with something in every table and of nearly every kind, unsigned; to be copied."""
    folder = tmp_path_factory.mktemp("filled") / "case"
    case = Case.create(folder, operator="analyst 7", purpose="a test", limits=LIMITS)
    fill(case)
    case._close()  # without the signature of close()
    return folder


@pytest.fixture
def full_case(filled: Path, tmp_path: Path) -> Iterator[Case]:
    """A copy of it, open for writing."""
    shutil.copytree(filled, tmp_path / "case")
    with Case.open(tmp_path / "case", write=True) as case:
        yield case
