"""case.db as a file: migrations, who may open what, copies that cannot be written, disks that are full."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import adtrace
from adtrace.case import Case
from adtrace.case.database import APPLICATION_ID, VERSION, expected_schema
from adtrace.errors import CaseError, IntegrityError
from tests.case.a_case import an_entry, fill, links_of

READ = """
import ctypes, os, sys
from adtrace.case import Case
from adtrace.errors import AdtraceError
from tests.case.a_case import links_of

def read(folder, write):
    try:
        with Case.open(folder, write=write) as case:
            return case.verify(links_of).total
    except AdtraceError as error:
        return error

read(sys.argv[1], False)  # all that is read of adtrace itself: its files may be their owner's alone
if os.geteuid() == 0:  # root could write whatever the files' modes say, unless it has none of its capabilities
    version, none = (ctypes.c_uint32 * 2)(0x20080522), (ctypes.c_uint32 * 6)()  # capset(2)
    assert ctypes.CDLL(None).capset(version, none) == 0
print(read(sys.argv[2], len(sys.argv) > 3))
"""


def read_without_rights(folder: Path, *more: str) -> str:
    """What a reader finds who can write neither to the files nor to the folder."""
    other = shutil.copytree(folder, folder.with_name("other"))
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(other), str(folder), *more],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    folder.chmod(0o755)  # so that whoever runs this can remove it
    return done.stdout.strip()


def copy(case: Case, place: Path, *names: str) -> Path:
    folder = place / "copy"
    folder.mkdir()
    for name in names:
        shutil.copy(case.path / name, folder)
    return folder


def test_a_folder_s_name_may_be_of_any_bytes(full_case: Case) -> None:
    """As other systems' archives leave them."""
    full_case.close()
    odd = full_case.path.with_name(os.fsdecode(b"caf\xe9 #?%"))
    full_case.path.rename(odd)
    with Case.open(odd, write=True) as case:
        assert case.verify(links_of).total == 30


@pytest.mark.parametrize("write", [False, True])
def test_a_rollback_journal_beside_a_case_is_told(full_case: Case, *, write: bool) -> None:
    """SQLite's next writer would put its pages into the file, after verify had found another state whole."""
    full_case.close()
    (full_case.path / "case.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
    with pytest.raises(IntegrityError, match="beside it stands a rollback journal"):
        Case.open(full_case.path, write=write)
    assert (full_case.path / "case.db-journal").exists()


def test_a_closed_case_is_read_where_nothing_can_be_written(full_case: Case, tmp_path: Path) -> None:
    """On a read-only medium, by whoever has the file."""
    full_case.close()
    total = full_case.seq
    assert read_without_rights(copy(full_case, tmp_path, "case.db")) == str(total)


def test_a_read_only_case_is_not_opened_for_writing(full_case: Case, tmp_path: Path) -> None:
    """One sentence, and it says that reading works."""
    full_case.close()
    folder = copy(full_case, tmp_path, "case.db")
    assert read_without_rights(folder, "write") == (
        f"{folder}/case.lock: cannot be written (Permission denied)."
        " Look at the disk and the rights of the folder. Reading works."
    )


def test_a_copy_of_a_running_case_is_read_where_nothing_can_be_written(
    full_case: Case, tmp_path: Path
) -> None:
    """With all three files of SQLite, although the newest records are in -wal still."""
    with full_case.transaction():
        full_case.append("note", {"event": "not yet in case.db"})
    folder = copy(full_case, tmp_path, "case.db", "case.db-wal", "case.db-shm")
    assert read_without_rights(folder) == str(full_case.seq)


def test_half_a_copy_of_a_running_case_says_what_to_do(full_case: Case, tmp_path: Path) -> None:
    """Reading it without -wal would silently miss the newest records."""
    with full_case.transaction():
        full_case.append("note", {"event": "not yet in case.db"})
    folder = copy(full_case, tmp_path, "case.db", "case.db-wal")
    assert read_without_rights(folder) == (
        f"{folder}/case.db: was copied while a run wrote, and this folder cannot be written."
        " Copy case.db and case.db-wal to a folder you may write in, and read that copy."
    )


def test_a_new_case_is_of_todays_version(empty_case: Case) -> None:
    """And says what it is in its header."""
    assert next(empty_case.rows("PRAGMA user_version"))[0] == VERSION
    assert next(empty_case.rows("PRAGMA application_id"))[0] == APPLICATION_ID
    assert {row[1] for row in expected_schema()} > {"ledger", "payloads", "skeletons", "sightings", "links"}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("PRAGMA user_version = 99", "was written by a newer adtrace. Install that version to read it."),
        ("PRAGMA application_id = 1", "is no adtrace case. Give the folder that `adtrace case new` made."),
        ("PRAGMA user_version = 0", "is no adtrace case. Give the folder that `adtrace case new` made."),
    ],
)
def test_a_file_of_another_make_is_refused(empty_case: Case, setting: str, message: str) -> None:
    """And left as it is, for readers and writers alike."""
    empty_case.close()
    other = sqlite3.connect(empty_case.path / "case.db")
    other.execute(setting)
    other.close()
    for write in (False, True):
        with pytest.raises(CaseError) as caught:
            Case.open(empty_case.path, write=write)
        assert str(caught.value) == f"{empty_case.path}/case.db: {message}"


@pytest.mark.parametrize("content", [b"", b"not a database, just some text that is long enough" * 20])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    """By its own answer, not by SQLite's."""
    (tmp_path / "case.db").write_bytes(content)
    with pytest.raises((CaseError, IntegrityError), match=r"is no adtrace case|cannot be read"):
        Case.open(tmp_path)


def test_a_case_without_its_opening_record_is_broken(empty_case: Case) -> None:
    """Nothing after it means anything."""
    empty_case.close()
    other = sqlite3.connect(empty_case.path / "case.db", isolation_level=None)
    other.execute("DROP TRIGGER payloads_delete")
    other.execute("DELETE FROM payloads")
    other.close()
    with pytest.raises(IntegrityError, match=r"case\.db: cannot be read"):
        Case.open(empty_case.path)


def test_a_full_disk_loses_nothing_committed(empty_case: Case) -> None:
    """The commit fails with an answer, and the case goes on where it was (stand-in: SQLite's page limit)."""
    fill(empty_case)
    before = empty_case.verify(links_of)
    pages = next(empty_case.rows("PRAGMA page_count"))[0]
    empty_case.rows(f"PRAGMA max_page_count = {pages}")

    def write_much() -> None:
        with empty_case.transaction():
            empty_case.add_entries([an_entry(f"d{number}.example") for number in range(500)])

    with pytest.raises(CaseError, match=r"full.*Free some space, and give the same command again"):
        write_much()
    assert empty_case.verify(links_of) == before
    empty_case.rows("PRAGMA max_page_count = 100000")
    write_much()
    assert empty_case.verify(links_of).total == before.total + 500


def test_no_query_numbers_its_parameters() -> None:
    """Python 3.12.0 to 3.12.3 warn of `?1` with a sequence (CPython issue 117995): names or plain marks do it all."""
    files = [file for file in Path(adtrace.__path__[0]).rglob("*") if file.suffix in (".py", ".sql")]
    numbered = re.compile(r"(?s)\b(?:SELECT|INSERT|UPDATE|DELETE|WHERE)\b[^\"]*\?[0-9]")
    assert [file.name for file in files if numbered.search(file.read_text(encoding="utf-8"))] == []


SORT = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 40000)
SELECT printf('clip.example %0200d', n) FROM numbers ORDER BY 1 DESC
"""


@pytest.mark.parametrize("write", [False, True])
def test_what_is_sorted_is_on_no_disk_outside_the_case(tmp_path: Path, *, write: bool) -> None:
    """SQLite would put a long list, in clear, into the folder for everybody's temporary files."""
    Case.create(tmp_path / "case", operator="t", purpose="t").close()
    with Case.open(tmp_path / "case", write=write) as case:
        rows = case.rows(SORT)
        next(rows)
        open_files = [link.readlink().name for link in Path("/proc/self/fd").glob("*") if link.exists()]
        assert sum(1 for _ in rows) == 39_999
    assert [file for file in open_files if "etilqs" in file] == []
