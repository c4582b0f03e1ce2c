"""No byte of what was deleted is left in any file of the case, whenever the machine stops."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adtrace.case import Case, database
from adtrace.case.database import FILE_NAME
from adtrace.case.erasure import MARK
from adtrace.errors import CaseError
from tests.case.a_case import an_entry, an_extraction, capture, links_of

ROOT = Path(__file__).parents[2]
KILLS = ("kill", "kill halfway")
WORDS = ("gone.example", "REF-GONE", "gonesnet", "why-gone")


def secrets(case: Case) -> list[bytes]:
    """What must not be found, and is there: the words, and every nonce, payload and text that is to go."""
    plan = case.plan_deletion([3])
    found = [word.encode() for word in WORDS]
    for row in case._db.execute("SELECT seq, nonce, CAST(payload AS BLOB) AS payload FROM payloads"):
        if row["seq"] in plan.records:
            found.append(row["nonce"])
            found.append(row["payload"])
    found += [row["body"] for row in case._db.execute("SELECT body FROM skeletons WHERE size > 1000")]
    case.close()
    content = content_of(case.path)
    # The longest lie in pieces on several pages.
    return [secret for secret in found if secret in content]


def content_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.fixture
def case(empty_case: Case) -> Case:
    """Entry 3 is to go, with pages enough that rows were moved from page to page as they were written."""
    with empty_case.transaction():
        kept, gone = empty_case.add_entries(
            [an_entry("kept.example"), an_entry("gone.example", reference="REF-GONE")]
        )
    for number in range(6):
        with empty_case.transaction():
            capture(empty_case, kept, an_extraction())
            text = f"skeleton-1 page\n{random.Random(number).randbytes(2000).hex()}\n"
            capture(empty_case, gone, an_extraction(text, values=(f"https://gonesnet.example/{number}.js",)))
            empty_case.review(
                [4 * number + 3], "confirmed", reason="why-gone " * 700, role="lead", links=links_of
            )
    return empty_case


def survived(made: Path, wanted: list[bytes], mode: str, first: int, step: int) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.case.faulty_deletion", str(made), "3", mode, str(first), str(step)],
        input="\n".join(one.hex() for one in wanted),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_what_cannot_be_removed_is_named_and_the_case_opens(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deletion stands; the mark stays, so that the next writer finishes it."""
    copy = database.back_up(case._db, case.path / FILE_NAME)

    def refuse(self: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        with pytest.raises(CaseError, match=rf"{copy.name}: cannot be removed.*adtrace case compact"):
            case.delete(case.plan_deletion([3]), links_of, reason="asked for", role="lead")
        case.close()
        Case.open(case.path, write=True).close()
    assert (case.path / MARK).exists()
    Case.open(case.path, write=True).close()
    assert not (case.path / MARK).exists()
    assert not copy.exists()


@pytest.mark.parametrize("mode", KILLS)
def test_a_kill_during_a_deletion_leaves_nothing_of_it(case: Case, mode: str) -> None:
    """A sample of the calls; the next test takes every one."""
    wanted = secrets(case)
    assert len(wanted) > 20
    assert survived(case.path, wanted, mode, random.randrange(40), 40) > 1


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", KILLS)
def test_a_kill_at_every_call_of_a_deletion_leaves_nothing_of_it(case: Case, mode: str) -> None:
    """Before the record everything is there, after it nothing."""
    wanted = secrets(case)
    assert survived(case.path, wanted, mode, 0, 1) > 50


def test_copies_made_before_a_migration_go_with_it(case: Case) -> None:
    """They hold the same; one that has no part in a deletion stays."""
    case.close()
    copy = case.path / "case.schema-2.20260101T000000Z.db"
    shutil.copyfile(case.path / FILE_NAME, copy)
    with Case.open(case.path, write=True) as opened:
        opened.compact()
        assert copy.exists()
        opened.delete(opened.plan_deletion([3]), links_of, reason="order", role="lead")
    assert {file.name for file in case.path.iterdir()} == {FILE_NAME, "case.lock"}


def test_what_a_killed_export_left_goes_with_the_next_writer(case: Case) -> None:
    """Files, folders and links, the links alone; a reader removes nothing."""
    case.close()
    left = [case.path / f".export-{number}" for number in range(3)]
    left[0].write_bytes(b"gone.example")
    left[1].mkdir()
    (left[1] / "sheet").write_bytes(b"gone.example")
    left[2].symlink_to(case.path / FILE_NAME)
    Case.open(case.path).close()
    assert all(path.exists() for path in left)
    Case.open(case.path, write=True).close()
    assert not any(path.is_symlink() or path.exists() for path in left)
    assert (case.path / FILE_NAME).exists()


def test_while_somebody_reads_the_mark_stays_and_the_next_writer_does_it(case: Case) -> None:
    """The deletion itself stands, and says that traces may be left."""
    wanted = secrets(case)
    with Case.open(case.path, write=True) as writer, Case.open(case.path) as reader, reader.snapshot():
        next(reader.rows("SELECT * FROM payloads"))
        writer._db.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(CaseError, match="traces may be left in the file"):
            writer.delete(writer.plan_deletion([3]), links_of, reason="order", role="lead")
        assert (case.path / MARK).exists()
    with Case.open(case.path, write=True):
        pass
    content = content_of(case.path)
    assert [secret for secret in wanted if secret in content] == []
    assert not (case.path / MARK).exists()


def test_what_cannot_be_marked_is_not_deleted(case: Case) -> None:
    """A full disk, or a name that is taken: nothing has gone, and it is said."""
    (case.path / MARK).mkdir()
    with pytest.raises(CaseError, match="and nothing was deleted"):
        case.delete(case.plan_deletion([3]), links_of, reason="order", role="lead")
    assert case.verify(links_of).deletions == ()
