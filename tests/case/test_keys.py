"""Keys: one for each installation, outside every case, and never silently another."""

import json
import stat
from pathlib import Path

import pytest

from adtrace.case import Case
from adtrace.case import keys as keys_module
from adtrace.case.keys import keys_folder, load_signer, public_key, rotate
from adtrace.case.notes import NoteError, PublicKey, read_key, read_note
from adtrace.errors import CaseError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where keys lie; scrypt with little work, for the tests' sake."""
    monkeypatch.setenv("ADTRACE_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(keys_module, "_SCRYPT", {**keys_module._SCRYPT, "n": 16})
    return tmp_path / "keys"


def test_a_key_is_made_on_first_use_and_found_again(folder: Path, tmp_path: Path) -> None:
    """0600 in a 0700 folder; guarded by that alone, and saying so."""
    first, again = load_signer(tmp_path / "case"), load_signer(tmp_path / "case")
    assert first.public == again.public == public_key()[0]
    assert first.protection == "file permissions"
    (file,) = folder.iterdir()
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)
    line = again.sign("text")
    assert first.public.has_signed("text", line.signature)
    assert not first.public.has_signed("another", line.signature)


def test_a_passphrase_guards_the_key(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The private key is not in the file; a wrong passphrase opens nothing, and none is asked for elsewhere."""
    monkeypatch.setenv("ADTRACE_PASSPHRASE", "correct horse")
    made = load_signer(tmp_path / "case")
    assert made.protection == "passphrase"
    assert load_signer(tmp_path / "case").sign("text") == made.sign("text")
    kept = json.loads((folder / "installation.json").read_text())
    assert kept["salt"]
    monkeypatch.setenv("ADTRACE_PASSPHRASE", "wrong horse")
    with pytest.raises(CaseError, match="is not opened by this passphrase"):
        load_signer(tmp_path / "case")
    monkeypatch.delenv("ADTRACE_PASSPHRASE")
    with pytest.raises(CaseError, match="Set ADTRACE_PASSPHRASE, or give the command in a terminal"):
        load_signer(tmp_path / "case")
    assert public_key() == (made.public, "passphrase")


def test_no_case_is_opened_for_writing_that_could_not_be_sealed(
    empty_case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is written, and before anything is contacted; reading works."""
    empty_case.close()
    monkeypatch.setenv("ADTRACE_PASSPHRASE", "correct horse")
    load_signer(empty_case.path)
    monkeypatch.setenv("ADTRACE_PASSPHRASE", "wrong horse")
    with pytest.raises(CaseError, match="passphrase"):
        Case.open(empty_case.path, write=True)
    Case.open(empty_case.path).close()
    monkeypatch.setenv("ADTRACE_PASSPHRASE", "correct horse")
    Case.open(empty_case.path, write=True).close()


def test_another_key_is_told_before_it_signs(
    empty_case: Case, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A lost key, or ADTRACE_KEYS not set: once a new one has signed, only verify would show it."""
    with empty_case.transaction():
        empty_case.append("note", {"event": "seen"})
    empty_case.close()
    with Case.open(empty_case.path) as case:
        before = read_key(case.seal_summary().keys[0].key)
    with Case.open(empty_case.path, write=True) as case, case.transaction():
        new = public_key()[0].name
        case.append("note", {"event": "seen"})
    (said,) = caplog.messages
    assert f"signed by {before.name} until now; from here on {new} signs" in said
    caplog.clear()
    Case.open(empty_case.path, write=True).close()
    assert caplog.messages == []


def test_no_private_key_lies_in_a_case(empty_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gets the folder would get the key."""
    empty_case.close()
    monkeypatch.setenv("ADTRACE_KEYS", str(empty_case.path / "keys"))
    with pytest.raises(CaseError, match="private keys would lie in the case they sign"):
        Case.open(empty_case.path, write=True)
    assert not (empty_case.path / "keys").exists()


def test_a_key_that_others_may_read_is_refused(folder: Path, tmp_path: Path) -> None:
    """It may be anybody's by now."""
    load_signer(tmp_path / "case")
    (folder / "installation.json").chmod(0o640)
    with pytest.raises(CaseError, match="others may read this private key"):
        load_signer(tmp_path / "case")


def test_a_broken_key_file_is_named(folder: Path, tmp_path: Path) -> None:
    """And not replaced by itself: what it signed would seem to be another's."""
    folder.mkdir()
    (folder / "installation.json").write_text("{")
    (folder / "installation.json").chmod(0o600)
    with pytest.raises(CaseError, match=r"installation\.json: is no key file that can be read"):
        load_signer(tmp_path / "case")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way out."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ADTRACE_KEYS", str(tmp_path / "file" / "keys"))
    with pytest.raises(CaseError, match="Let ADTRACE_KEYS name a folder you may write in"):
        load_signer(tmp_path / "case")


def test_rotation_keeps_the_old_file(folder: Path, tmp_path: Path) -> None:
    """Under the old key's id."""
    old = load_signer(tmp_path / "case").public
    new = rotate(passphrase="correct horse")
    assert new.public != old
    assert new.protection == "passphrase"
    assert {file.name for file in folder.iterdir()} == {
        "installation.json",
        f"installation.{old.id.hex()}.retired.json",
    }


@pytest.mark.parametrize("name", ["../x", "", "A", "a b", "a+b", "-a"])
def test_a_witness_has_a_plain_name(folder: Path, tmp_path: Path, name: str) -> None:
    """It is a file's name and a part of signature lines."""
    with pytest.raises(CaseError, match="is no name for a key"):
        load_signer(tmp_path, name)


def test_without_the_variable_keys_lie_in_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the platform keeps such things."""
    monkeypatch.delenv("ADTRACE_KEYS")
    assert keys_folder().parts[-2:] == ("adtrace", "keys")


def test_keys_and_notes_are_those_of_the_specification() -> None:
    """The example of https://c2sp.org/signed-note: name, id and key as printed there."""
    key = read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert key.name == "PeterNeumann"
    assert key.id.hex() == "c74f20a3"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    import base64

    line = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert line[:4] == key.id
    assert key.has_signed(text, line[4:])


@pytest.mark.parametrize(
    "line",
    ["", "a", "a+b", "a+00000000+AAAA", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
)
def test_a_line_that_is_no_key_is_refused(line: str) -> None:
    """Also a key under another key's id."""
    with pytest.raises(NoteError, match="is no public key"):
        read_key(line)


@pytest.mark.parametrize(
    "text", ["", "a\n1\n\n\n", "adtrace/x\n1\nAAAA\n\n— a AAAAAAAA", "adtrace/x\n01\nAAAA\n\n— a AAAAAAAA\n"]
)
def test_a_text_that_is_no_note_is_refused(text: str) -> None:
    """Nothing is read that would be written otherwise."""
    with pytest.raises(NoteError, match="this is no checkpoint"):
        read_note(text)


def test_a_public_key_is_written_as_it_is_read() -> None:
    """One line."""
    key = PublicKey("adtrace-0", bytes(32))
    assert read_key(f"{key}\n") == key
