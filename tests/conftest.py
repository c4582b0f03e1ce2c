"""What all tests share."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.relate.small_case import SmallCase

# No test asserts on the clock: on a busy machine an example takes longer, to run and to draw, than Hypothesis allows
# by default.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite-pages`: what tests/pages expects is written anew, for review."""
    parser.addoption("--rewrite-pages", action="store_true", help="write tests/pages/*/expected.json anew")


@pytest.fixture(autouse=True, scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The key that signs the tests' cases, also in the processes they start; never the installation's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADTRACE_KEYS", str(tmp_path_factory.mktemp("keys")))
        patch.delenv("ADTRACE_PASSPHRASE", raising=False)
        patch.setenv(
            "ADTRACE_PACKS", str(tmp_path_factory.mktemp("packs"))
        )  # what a user imported is not tested
        yield


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallCase]:
    """An empty case to put pages into; some folders have one of their own, with pages in it."""
    made = SmallCase(tmp_path / "case")
    with made.case:
        yield made


@pytest.fixture(scope="module")
def _closed_datasette() -> Iterator[None]:
    """What Datasette opens is closed with the module: it leaves it to the collector, and Python 3.13 warns of that."""
    opened: list[sqlite3.Connection] = []

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        opened.append(sqlite3.connect(*args, **options | {"check_same_thread": False}))
        return opened[-1]

    noting = SimpleNamespace(**vars(sqlite3) | {"connect": connect})
    with pytest.MonkeyPatch.context() as patch:
        for name in ("datasette.database", "datasette.utils", "datasette.utils.sqlite"):
            patch.setattr(pytest.importorskip(name), "sqlite3", noting)
        yield
    for connection in opened:
        connection.close()
