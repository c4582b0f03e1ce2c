"""adtrace case encrypt and decrypt: a closed case as one file, and back, byte for byte the same records."""

import errno
import os
import stat
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.cli.case import command
from adtrace.errors import AdtraceError, CaseError, IntegrityError, UsageError
from adtrace.relate.links import links_of
from tests.relate.small_case import SmallCase, adsense

KEYS = [pyrage.x25519.Identity.generate() for _ in range(2)]
TO = [word for key in KEYS for word in ("--recipient", str(key.to_public()))]


def run(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    small = SmallCase(tmp_path / "case")
    with small.case as made:
        small.site("clip.example", adsense())
        with made.transaction():
            made.finish(reason="done", role="lead")
    return small.case.path


def key_file(folder: Path, key: object) -> Path:
    file = folder / "key.txt"
    file.write_text(f"# created: today\n{key}\n")
    return file


@pytest.mark.parametrize("which", [0, 1])
def test_any_one_recipient_opens_it(case: Path, tmp_path: Path, which: int) -> None:
    """What comes out verifies, and is the same to the last record; nothing of it shows in the file."""
    sealed = tmp_path / "case.age"
    note = run("encrypt", case, *TO, "-o", sealed).stdout
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert b"clip.example" not in sealed.read_bytes()
    done = run("decrypt", sealed, "--identity", key_file(tmp_path, KEYS[which]), "-o", tmp_path / "again")
    assert done.stderr.startswith("Intact: ")
    with Case.open(case) as before, Case.open(tmp_path / "again") as after:
        assert before.verify(links_of) == after.verify(links_of)
        assert after.seal_summary().checkpoint == note


def test_a_stick_that_knows_no_links_takes_it_too(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT has one name a file (link(2), EPERM); nothing there is written over all the same."""

    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)
    run("encrypt", case, *TO, "-o", tmp_path / "case.age")
    run("decrypt", tmp_path / "case.age", "--identity", key_file(tmp_path, KEYS[0]), "-o", tmp_path / "again")
    with pytest.raises(CaseError, match="is there already"):
        run("encrypt", case, *TO, "-o", tmp_path / "case.age")
    assert {file.name for file in tmp_path.iterdir()} == {"again", "case", "case.age", "key.txt"}


def test_the_clear_case_goes_and_its_checkpoint_stays(case: Path, tmp_path: Path) -> None:
    """Only if that is asked for, with the copies of its older schemas; one key is warned of."""
    (case / "case.schema-2.20260101T000000Z.db").write_bytes(b"clip.example")
    done = run("encrypt", case, *TO[:2], "-o", tmp_path / "case.age", "--remove")
    assert done.stderr == "One key opens it: if that is lost, so is the case.\n"
    assert [path.name for path in case.iterdir()] == ["case.encrypted.txt"]
    assert (case / "case.encrypted.txt").read_text().endswith(done.stdout)


def test_every_changed_byte_of_the_file_is_told(case: Path, tmp_path: Path) -> None:
    """A sample; age authenticates all of it, its length too. No half of a case is left behind."""
    sealed = tmp_path / "case.age"
    run("encrypt", case, *TO, "-o", sealed)
    raw = sealed.read_bytes()
    key = key_file(tmp_path, KEYS[0])
    places = range(0, len(raw), len(raw) // 23)
    changed = [raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :] for place in places]
    for found in changed:
        sealed.write_bytes(found)
        with pytest.raises(AdtraceError):
            run("decrypt", sealed, "--identity", key, "-o", tmp_path / "again")
        assert list((tmp_path / "again").iterdir()) == []
    for found in (changed[-1], raw[:-20], raw + raw):
        sealed.write_bytes(found)
        with pytest.raises(IntegrityError, match=r"case\.age: is damaged"):
            run("decrypt", sealed, "--identity", key, "-o", tmp_path / "again")


def test_what_cannot_be_done_is_named(case: Path, tmp_path: Path) -> None:
    """An open case, a strange key, a file that is there, a folder that is not empty."""
    sealed, key = tmp_path / "case.age", key_file(tmp_path, KEYS[0])
    with pytest.raises(UsageError, match='"nonsense" is no public key of age'):
        run("encrypt", case, "--recipient", "nonsense", "-o", sealed)
    run("encrypt", case, *TO, "-o", sealed)
    with pytest.raises(CaseError, match="is there already"):
        run("encrypt", case, *TO, "-o", sealed)
    with pytest.raises(CaseError, match="is no empty folder"):
        run("decrypt", sealed, "--identity", key, "-o", case)
    with pytest.raises(CaseError, match="is no folder"):
        run("decrypt", sealed, "--identity", key, "-o", sealed)
    key_file(tmp_path, pyrage.x25519.Identity.generate())
    with pytest.raises(UsageError, match="is not opened by this key"):
        run("decrypt", sealed, "--identity", key, "-o", tmp_path / "again")
    for nonsense in (b"nothing\n", b"\xff\xfe", b"-----BEGIN OPENSSH PRIVATE KEY-----\xff"):
        key.write_bytes(nonsense)
        with pytest.raises(UsageError, match=r"key\.txt: holds no private key of age"):
            run("decrypt", sealed, "--identity", key, "-o", tmp_path / "again")
    with Case.create(tmp_path / "open", operator="a", purpose="b"):
        pass
    with pytest.raises(CaseError, match="is not closed"):
        run("encrypt", tmp_path / "open", *TO, "-o", tmp_path / "open.age")
