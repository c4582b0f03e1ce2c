"""An injected failure, or a kill -9, at every write, truncation and fsync in turn: nothing acknowledged is lost."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.case.faults import MODES

ROOT = Path(__file__).parents[2]


def survived(base: Path, mode: str, first: int, step: int) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.case.faulty_writer", str(base), mode, str(first), str(step)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("mode", MODES)
def test_a_fault_at_any_call_loses_nothing(tmp_path: Path, mode: str) -> None:
    """A sample of the calls; the next test takes every one."""
    step = 41
    assert survived(tmp_path, mode, random.randrange(step), step) > 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mode", MODES)
def test_a_fault_at_every_call_loses_nothing(tmp_path: Path, mode: str) -> None:
    """Issue 6: at least 500 kill points, over both kinds of kill."""
    assert survived(tmp_path, mode, 0, 1) > 250
