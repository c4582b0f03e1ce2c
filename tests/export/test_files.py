"""Where a file may stand is asked before the case says that it left, and told in one sentence."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from adtrace.errors import CaseError
from adtrace.export import Reader, write_files
from adtrace.export.bundle import write_bundle
from adtrace.export.files import checked_place, put_in_place
from adtrace.export.write import write_document
from tests.relate.small_case import SmallCase

PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone/../x.csv": (lambda _: None, "No such file or directory"),
    "gone/x.csv": (lambda _: None, "No such file or directory"),
    "file/x.csv": (lambda folder: (folder / "file").write_text(""), "Not a directory"),
    "folder": (lambda folder: (folder / "folder").mkdir(), "is a folder"),
    "link": (lambda folder: (folder / "link").symlink_to("elsewhere"), "is a link"),
    "round/x.csv": (
        lambda folder: (folder / "round").symlink_to("round"),
        "links in a circle|symbolic links",
    ),
    "pipe": (lambda folder: os.mkfifo(folder / "pipe"), "is no plain file"),
    "case.db-wal": (lambda _: None, "a case's own file"),
    f"{'n' * 300}.csv": (lambda _: None, "too long"),
}


@pytest.mark.parametrize("name", [pytest.param(name, id=name[:20]) for name in PLACES])
def test_a_document_that_has_no_place_is_on_no_record(small: SmallCase, tmp_path: Path, name: str) -> None:
    """Refused before anything is made; what stands there stays as it was."""
    prepare, words = PLACES[name]
    prepare(tmp_path)
    before = sorted(tmp_path.iterdir())

    def make(_: object) -> bytes:
        raise AssertionError("made for no place")

    with pytest.raises(CaseError, match=words):
        write_document(small.case, "referral", "csv", tmp_path / name, Reader("investigator"), make)
    assert not list(small.case.rows("SELECT seq FROM exports"))
    assert sorted(tmp_path.iterdir()) == before


def _document(small: SmallCase, folder: Path) -> None:
    write_document(
        small.case, "referral", "csv", folder / "x.csv", Reader("investigator"), lambda _: b"domain\n"
    )


def _folder(small: SmallCase, folder: Path) -> None:
    write_files(small.case, folder, [("domains", "csv"), ("networks", "csv")])


def _bundle(small: SmallCase, folder: Path) -> None:
    pyrage = pytest.importorskip("pyrage")
    key = str(pyrage.x25519.Identity.generate().to_public())
    write_bundle(small.case, folder / "x.age", Reader("taskforce"), lambda _: b"", recipients=[key])


@pytest.mark.parametrize("export", [_document, _folder, _bundle])
def test_what_a_killed_export_left_is_told_and_stays(
    small: SmallCase,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    export: Callable[[SmallCase, Path], None],
) -> None:
    """It may hold the case in clear under a hidden name; or its writer, another case's, is still at work."""
    left = tmp_path / ".export-\x1b[2Jab"
    left.write_text("half")
    export(small, tmp_path)
    (said,) = caplog.messages
    assert ".export-\\u{1b}[2Jab: is of an export that was killed, or still runs" in said
    assert left.read_text() == "half"
    left.unlink()
    caplog.clear()
    export(small, tmp_path)
    assert caplog.messages == []


@pytest.mark.parametrize("name", ["domains.csv", "manifest.json", "proofs.json"])
def test_files_of_which_one_has_no_place_are_on_no_record(
    small: SmallCase, tmp_path: Path, name: str
) -> None:
    """Also what goes with the tables."""
    (tmp_path / "out" / name).mkdir(parents=True)
    with pytest.raises(CaseError, match=f"{name}: is a folder"):
        write_files(small.case, tmp_path / "out", [("domains", "csv")])
    assert not list(small.case.rows("SELECT seq FROM exports"))


def test_a_file_takes_the_place_of_an_older_one_behind_any_way_to_its_folder(tmp_path: Path) -> None:
    """The way goes as the system goes it: after a link, .. is above what it leads to."""
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "near").symlink_to("far/deep")
    older = tmp_path / "far" / "x.csv"
    older.write_text("older")
    assert checked_place(tmp_path / "near" / ".." / "x.csv") == older.resolve()


def test_an_older_file_that_cannot_be_replaced_is_named(tmp_path: Path) -> None:
    """What came between, or is another user's."""
    (tmp_path / "new").write_text("new")
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(CaseError, match=r"x\.csv: cannot be written \("):
        put_in_place(tmp_path / "new", tmp_path / "x.csv")
