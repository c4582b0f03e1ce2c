"""An injected failure, or a kill -9, at every write, truncation and fsync in turn: nothing acknowledged is lost.

The shim is a few lines of C; without a compiler these tests are skipped. test_kill.py needs none.
"""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.case.faulty_writer import MODES

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler on Linux")
    made = tmp_path_factory.mktemp("shim") / "faults.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "faults.c"), "-ldl"], check=True
    )
    return made


def survived(shim: Path, base: Path, mode: str, first: int, step: int) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.case.faulty_writer", str(base), mode, str(first), str(step)],
        env={**os.environ, "LD_PRELOAD": str(shim)},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("mode", MODES)
def test_a_fault_at_any_call_loses_nothing(shim: Path, tmp_path: Path, mode: str) -> None:
    """A sample of the calls; the next test takes every one."""
    step = 41
    assert survived(shim, tmp_path, mode, random.randrange(step), step) > 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mode", MODES)
def test_a_fault_at_every_call_loses_nothing(shim: Path, tmp_path: Path, mode: str) -> None:
    """Issue 6: at least 500 kill points, over both kinds of kill."""
    assert survived(shim, tmp_path, mode, 0, 1) > 250
