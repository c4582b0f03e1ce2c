"""One writer: a second one is told who writes; a dead one holds nothing."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adtrace.case import Case
from adtrace.case.lock import WriterLock
from adtrace.errors import CaseBusyError, CaseError
from tests.case.a_case import links_of

HOLD = """
import sys
from adtrace.case import Case
case = Case.open(sys.argv[2], write=True)
print("held", flush=True)
sys.stdin.read()
"""


def holder(path: Path, program: str = HOLD) -> subprocess.Popen[str]:
    """A process that holds the case until its standard input ends; sys.argv[1] stands for a command's verb."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, "trace", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_is_told_who_writes(full_case: Case) -> None:
    """Process, command and since when; nobody's list or path."""
    full_case.close()
    with holder(full_case.path) as process:
        with pytest.raises(CaseBusyError) as caught:
            Case.open(full_case.path, write=True)
        with Case.open(full_case.path) as reader:
            assert len(reader.entries()) == 3
        process.kill()
    assert re.fullmatch(
        rf"{full_case.path}: process {process.pid} \(-c trace, since \S+\) writes to this case\."
        r" Wait until it has ended, or end it, and repeat the command\. Reading works meanwhile\.",
        str(caught.value),
    )


def test_a_second_writer_in_the_same_process_is_refused(empty_case: Case) -> None:
    """A lock by process would let it in, and drop the lock when it goes."""
    with pytest.raises(CaseBusyError, match=f"process {os.getpid()} "):
        Case.open(empty_case.path, write=True)
    with pytest.raises(CaseBusyError):
        Case.open(empty_case.path, write=True)


def test_a_dead_writers_lock_is_taken_over(full_case: Case) -> None:
    """kill -9 leaves the file with its name in it, which then means nothing."""
    full_case.close()
    with holder(full_case.path) as process:
        process.kill()
    left = json.loads((full_case.path / "case.lock").read_bytes())
    assert left["pid"] == process.pid
    with Case.open(full_case.path, write=True):
        assert json.loads((full_case.path / "case.lock").read_bytes())["pid"] == os.getpid()


def test_a_dead_writers_child_holds_nothing(full_case: Case) -> None:
    """A process it forked inherits its files, but not its right to write."""
    full_case.close()
    # The parent goes on once the child runs code of its own, and has let go.
    fork = "import os\nready, go = os.pipe()\nif os.fork() == 0: os.write(go, b'.'); sys.stdin.read(); sys.exit()\n"
    forked = HOLD.replace('print("held"', fork + 'os.read(ready, 1)\nprint("held"')
    with holder(full_case.path, forked) as process:
        process.kill()
        process.wait()
        with Case.open(full_case.path, write=True):
            pass


def link(file: Path, elsewhere: Path, how: str) -> None:
    """Put the file elsewhere, with a link in its place."""
    file.rename(elsewhere)
    if how == "symbolic":
        file.symlink_to(elsewhere)
    else:
        file.hardlink_to(elsewhere)


@pytest.mark.parametrize("how", ["symbolic", "hard"])
@pytest.mark.parametrize("name", ["case.lock", "case.db"])
def test_nothing_is_written_through_a_link(full_case: Case, tmp_path: Path, name: str, how: str) -> None:
    """A case from others could name a file of ours as its lock, and a case of two names has two writers."""
    full_case.close()
    link(full_case.path / name, tmp_path / "elsewhere", how)
    before = (tmp_path / "elsewhere").read_bytes()
    with pytest.raises(CaseError, match=f"{name}: is a link, or no plain file, and is not written"):
        Case.open(full_case.path, write=True)
    assert (tmp_path / "elsewhere").read_bytes() == before
    with Case.open(full_case.path) as reader:
        assert len(reader.entries()) == 3


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("name", ["case.db-wal", "case.db-shm"])
def test_nor_through_one_in_place_of_what_sqlite_keeps_beside(
    full_case: Case, tmp_path: Path, name: str, write: bool
) -> None:
    """SQLite empties the one and writes over the other, also for a reader; of links it looks at symbolic ones alone."""
    full_case.close()
    (tmp_path / "elsewhere").write_text("mine")
    (full_case.path / name).hardlink_to(tmp_path / "elsewhere")
    with pytest.raises(CaseError, match=f"{name}: is a link, or no plain file, and is not written"):
        Case.open(full_case.path, write=write)
    assert (tmp_path / "elsewhere").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_no_case(tmp_path: Path) -> None:
    """For a writer as for a reader."""
    (tmp_path / "case").write_text("")
    with pytest.raises(CaseError, match=r"holds no case\.db"):
        Case.open(tmp_path / "case", write=True)


def test_a_deletion_does_not_begin_with_a_mark_that_leads_elsewhere(full_case: Case, tmp_path: Path) -> None:
    """Nor makes the file it leads to."""
    (full_case.path / "case.deleting").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CaseError, match="and nothing was deleted"):
        full_case.delete(full_case.plan_deletion(None), links_of, reason="order", role="lead")
    assert not (tmp_path / "elsewhere").exists()
    assert full_case.deletions() == []


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_a_lock_that_is_no_file_is_refused(full_case: Case, make: Callable[[Path], None]) -> None:
    """And nobody waits for it."""
    full_case.close()
    (full_case.path / "case.lock").unlink()
    make(full_case.path / "case.lock")
    with pytest.raises(CaseError, match=r"case\.lock: is a link, or no plain file"):
        Case.open(full_case.path, write=True)


def test_a_lock_without_a_name_is_still_a_lock(tmp_path: Path) -> None:
    """A holder that has not yet written who it is, or a file that was damaged."""
    lock = WriterLock(tmp_path)
    (tmp_path / "case.lock").write_bytes(b"\xff")
    with pytest.raises(CaseBusyError, match="another process"):
        WriterLock(tmp_path)
    lock.close()
    WriterLock(tmp_path).close()
