"""adtrace verify, and adtrace case checkpoint, sign and key, as somebody types them."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.case.notes import NoteError, read_key, read_note
from adtrace.cli.case import command as case_command
from adtrace.cli.verify import command
from adtrace.errors import CaseError, IntegrityError, UsageError
from adtrace.export import write_files


def run(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(command, words, input=stdin, catch_exceptions=False)


def seal(*words: str) -> Result:
    return CliRunner().invoke(case_command, words, catch_exceptions=False)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    with Case.create(tmp_path / "case", operator="analyst", purpose="test") as made:
        return made.path


@pytest.fixture
def signed(case: Path) -> Path:
    with Case.open(case, write=True) as opened, opened.transaction():
        opened.append("note", {"event": "shown"})
    return case


def test_a_whole_case_is_counted_and_says_what_it_lacks(case: Path) -> None:
    """Records, rows, and that no signature covers them; the last chain value, to be copied elsewhere."""
    found = json.loads(run(str(case), "--json").stdout)
    assert (found["intact"], found["total"], found["unsigned"], found["records"]) == (True, 1, 1, {"open": 1})
    said = run(str(case)).stdout
    assert (
        "No signature covers 1 of 1 records: integrity since capture only; not independently authenticated."
        in said
    )
    assert f"Last record: 1 {found['head']}." in said


def test_a_signed_case_says_by_whom_and_what_that_proves(signed: Path) -> None:
    """The public key in a form to compare, its limits, and how it is guarded."""
    found = json.loads(run(str(signed), "--json").stdout)
    assert (found["total"], found["covered"], found["unsigned"]) == (3, 2, 0)
    (use,) = found["keys"]
    said = run(str(signed)).stdout
    assert f"Records 1 to 2 are signed (one checkpoint) by {use['key']}." in said
    assert "It does not show that what was recorded is true, nor when" in said
    assert "guarded by file permissions alone" in said
    assert "No signature covers" not in said
    assert seal("key").stdout == f"{use['key']}\n"
    assert found["checkpoint"] == seal("checkpoint", str(signed)).stdout


def test_a_key_that_is_known_must_have_signed(signed: Path, tmp_path: Path) -> None:
    """As a line, or as a file of lines."""
    key = seal("key").stdout.strip()
    (tmp_path / "keys.txt").write_text(f"{key}\n")
    assert run(str(signed), "--pubkey", key).exit_code == 0
    assert run(str(signed), "--pubkey", str(tmp_path / "keys.txt")).exit_code == 0
    stranger = str(read_key(key)._replace(raw=bytes(32)))
    with pytest.raises(IntegrityError, match="no checkpoint is signed by the key you named"):
        run(str(signed), "--pubkey", stranger)
    assert run(str(signed), "--pubkey", stranger, "--json").exit_code == 4
    with pytest.raises(NoteError, match="is no public key"):
        run(str(signed), "--pubkey", "nonsense")


def test_a_roll_back_is_told_by_a_checkpoint_kept_outside(signed: Path, tmp_path: Path) -> None:
    """From a file, or from standard input."""
    older = tmp_path / "older"
    shutil.copytree(signed, older)
    with Case.open(signed, write=True) as opened, opened.transaction():
        opened.append("note", {"event": "shown"})
    note = seal("checkpoint", str(signed)).stdout
    (tmp_path / "checkpoint.txt").write_text(note, "utf-8")
    said = run(str(signed), "--checkpoint", "-", stdin=note).stdout
    assert "The checkpoint given covers records 1 to 4: they are the same here." in said
    with pytest.raises(
        IntegrityError, match="was rolled back: the checkpoint given covers 4 records, and here are 3"
    ):
        run(str(older), "--checkpoint", str(tmp_path / "checkpoint.txt"))


def test_somebody_else_signs_as_a_witness(signed: Path) -> None:
    """The checkpoint with both signatures goes to stdout, to be kept."""
    note = read_note(seal("sign", str(signed), "--name", "reviewer-2").stdout)
    assert [line.name for line in note.signatures][1] == "reviewer-2"
    witness = seal("key", "--name", "reviewer-2").stdout.strip()
    assert f"(one checkpoint) by {witness}." in run(str(signed)).stdout
    with pytest.raises(CaseError, match="has signed the last checkpoint already"):
        seal("sign", str(signed), "--name", "reviewer-2")


def test_a_new_key_signs_on(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made on request, with a passphrase that is asked for twice."""
    monkeypatch.setenv("ADTRACE_KEYS", str(tmp_path / "keys"))
    first = seal("key")
    assert "guarded by file permissions" in first.stderr
    made = CliRunner().invoke(
        case_command, ["key", "--new", "--passphrase"], input="long words\nlong words\n"
    )
    assert made.exit_code == 0
    assert made.stdout != first.stdout
    assert "guarded by a passphrase" in made.stderr
    with pytest.raises(UsageError, match="Give --new as well"):
        seal("key", "--passphrase")


def test_a_case_without_a_checkpoint_has_none_to_print(case: Path) -> None:
    """And says what makes one."""
    with pytest.raises(CaseError, match="has no checkpoint yet"):
        seal("checkpoint", str(case))


def test_a_damaged_case_ends_with_exit_code_4(case: Path) -> None:
    """On stderr by the error, and as one object with --json."""
    file = case / "case.db"
    file.write_bytes(file.read_bytes().replace(b"adtrace 0", b"adtrace 9"))
    with pytest.raises(IntegrityError, match=r"case\.db: the payload of record 1 is not the one"):
        run(str(case))
    done = run(str(case), "--json")
    assert done.exit_code == 4
    assert json.loads(done.stdout)["intact"] is False
    assert set(json.loads(done.stdout)) == {"intact", "what", "where", "do"}


def test_links_are_rebuilt_on_request(case: Path) -> None:
    """As the message of a stale cache says."""
    assert run(str(case), "--rebuild-links").stdout.startswith("Intact: 1 record (1 open),")


@pytest.mark.parametrize("option", ["--pubkey", "--checkpoint"])
def test_a_file_that_is_no_text_is_neither_key_nor_checkpoint(
    signed: Path, tmp_path: Path, option: str
) -> None:
    """And is named as what it is not."""
    (tmp_path / "file").write_bytes(b"\xff\xfe")
    with pytest.raises(NoteError, match=r"this is no checkpoint|is no public key"):
        run(str(signed), option, str(tmp_path / "file"))


def test_an_exported_folder_is_compared_with_its_record(signed: Path, tmp_path: Path) -> None:
    """As many files as the record lists; what stands beside them is named, and what was changed ends it."""
    folder = tmp_path / "out"
    with Case.open(signed, write=True) as opened:
        write_files(opened, folder, [("refusals", "csv")], "investigator")
    (folder / "more.csv").write_text("id\n")
    done = run(str(signed), "--export", str(folder))
    assert f"{folder}: 1 file as exported." in done.stdout
    assert f"{folder}: NOT PART OF IT, vouched for by nothing: 'more.csv'" in done.stdout
    found = json.loads(run(str(signed), "--export", str(folder), "--json").stdout)
    assert (found["exports"], found["strangers"]) == ([1], [["'more.csv'"]])
    (folder / "refusals.csv").write_text("id\n")
    with pytest.raises(IntegrityError, match=r"refusals\.csv is not the file that was exported"):
        run(str(signed), "--export", str(folder))
