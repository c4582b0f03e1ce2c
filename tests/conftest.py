"""What all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.relate.small_case import SmallCase

# No test asserts on the clock: on a busy machine an example takes longer than Hypothesis allows by default.
settings.register_profile("untimed", settings(), deadline=None)
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
