"""The checker that goes with every export: right by the published vectors, and not to be deceived."""

import ast
import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adtrace.case import Case, verify_export
from adtrace.case.exported import check_export
from adtrace.case.verify_export import ExportError, check, verify_ed25519
from adtrace.errors import IntegrityError
from adtrace.export import write_files
from tests.relate.small_case import SmallCase, adsense

# RFC 8032 section 7.1: public key, message, signature of tests 1, 2, 3 and SHA(abc).
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
            "454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
            "3dca179c138ac17ad9bef1177331a704"
        ),
    ),
)


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_are_those_of_the_rfc(public: str, message: str, signature: str) -> None:
    """RFC 8032 section 7.1; and no flipped bit of key, message or signature holds."""
    parts = [bytes.fromhex(part) for part in (public, message, signature)]
    assert verify_ed25519(*parts)
    for index, part in enumerate(parts):
        for place in range(0, len(part), 5):
            flipped = bytearray(part)
            flipped[place] ^= 1
            assert not verify_ed25519(*(bytes(flipped) if i == index else parts[i] for i in range(3)))


def test_a_signature_has_one_form() -> None:
    """A scalar beyond the group's order is refused (malleability), and what encodes no point."""
    public, message, signature = (bytes.fromhex(part) for part in VECTORS[0])
    scalar = int.from_bytes(signature[32:], "little") + verify_export.ORDER
    assert not verify_ed25519(public, message, signature[:32] + scalar.to_bytes(32, "little"))
    assert not verify_ed25519(public, message, signature[:63])
    assert not verify_ed25519(b"\xff" * 32, message, signature)
    assert verify_export.point((1 | 1 << 255).to_bytes(32, "little")) is None
    # A coordinate beyond the field, which has its own name already; and one byte more or less than a key.
    assert verify_export.point((1).to_bytes(32, "little")) is not None
    for raw in ((verify_export.P + 1).to_bytes(32, "little"), public[:31], public + b"\0"):
        assert verify_export.point(raw) is None


def test_it_agrees_with_the_library() -> None:
    """Random keys and messages."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    for size in range(8):
        key = Ed25519PrivateKey.generate()
        assert verify_ed25519(key.public_key().public_bytes_raw(), bytes(size), key.sign(bytes(size)))


def test_it_needs_the_standard_library_alone() -> None:
    """And can be read in one sitting."""
    source = Path(verify_export.__file__).read_text("utf-8")
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    assert names <= sys.stdlib_module_names
    assert len(source.splitlines()) < 300


class RunCase(SmallCase):
    """With a run's record, which tables name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with self.case.transaction():
            self.run = self.case.append("note", {"event": "run_started"})

    def _decide(self, domain: str, url: str, document: str, **more: Any) -> int:
        return super()._decide(domain, url, document, run=self.run, **more)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path]:
    """A case, and what was exported from it; to be read."""
    base = tmp_path_factory.mktemp("exported")
    small = RunCase(base / "case")
    small.site("clip.example", adsense())
    small.site("other.example", adsense())
    small.end("clip.example", "failed", layer="dns", reason="no such host")
    write_files(
        small.case,
        base / "out",
        [("sightings", "csv"), ("captures", "jsonl"), ("refusals", "csv"), ("graph", "gexf")],
        "investigator",
    )
    small.case.close()
    return small.case, base / "out"


@pytest.fixture
def exported(made: tuple[Case, Path], tmp_path: Path) -> tuple[Case, Path]:
    """The same with files of one's own."""
    case, folder = made
    return case, shutil.copytree(folder, tmp_path / "out")


def test_an_export_is_checked_without_adtrace(exported: tuple[Case, Path]) -> None:
    """By the copy beside it, in a Python without site packages."""
    _, folder = exported
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify_export.py")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "4 files are those that" in done.stdout
    assert "are among the" in done.stdout
    assert "Compare that key with one you have from elsewhere" in done.stdout
    (folder / "captures.jsonl").write_bytes(b"{}\n")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_export.py"], cwd=folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (
        1,
        "BROKEN: captures.jsonl is not the file that was exported.\n",
    )


def test_it_shows_nothing_but_the_lines_behind_the_rows(exported: tuple[Case, Path]) -> None:
    """Ledger lines hold no names; entries and decisions are no part of it unless a table shows them."""
    _, folder = exported
    proofs = json.loads((folder / "proofs.json").read_text())
    assert {row[1] for row in proofs["records"]} == {"outcome", "extraction", "export", "note"}
    assert "example" not in json.dumps(proofs["records"])


def edit(name: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        found = json.loads((folder / name).read_text())
        change(found)
        (folder / name).write_text(json.dumps(found))

    return apply


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return apply


def twice(name: str) -> Callable[[Path], None]:
    """The last line of the file once more."""

    def apply(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text + text.splitlines(keepends=True)[-1], "utf-8")

    return apply


def forge_file(folder: Path) -> None:
    """Another table, with a manifest that fits it."""
    import hashlib

    (folder / "refusals.csv").write_text("id\n")
    digest = hashlib.sha256(b"id\n").hexdigest()

    def change(manifest: dict[str, Any]) -> None:
        for one in manifest["files"]:
            if one["file"] == "refusals.csv":
                one.update(bytes=3, sha256=digest)

    edit("manifest.json", change)(folder)


def forge_signature(folder: Path) -> None:
    text, _, line = (folder / "checkpoint.txt").read_text("utf-8").partition("\n\n")
    dash, name, data = line.split()
    raw = bytearray(base64.b64decode(data))
    raw[-1] ^= 1
    (folder / "checkpoint.txt").write_text(
        f"{text}\n\n{dash} {name} {base64.b64encode(raw).decode()}\n", "utf-8"
    )


def other_size(folder: Path) -> None:
    lines = (folder / "checkpoint.txt").read_text("utf-8").split("\n")
    lines[1] = str(int(lines[1]) + 1)
    (folder / "checkpoint.txt").write_text("\n".join(lines), "utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (forge_file, "manifest.json is not the one that the case recorded."),
        (edit("manifest.json", lambda said: said.update(audience="brand")), "manifest.json is not the one"),
        (
            edit("manifest.json", lambda said: said.update(record="00000000-export-1")),
            "manifest.json is not of the case that checkpoint.txt names.",
        ),
        (edit("manifest.json", lambda said: said.pop("files")), "is malformed (KeyError('files'))"),
        (
            edit(
                "manifest.json", lambda said: said.update(files=[{"file": "../x", "bytes": 0, "sha256": ""}])
            ),
            "manifest.json names a file outside this folder.",
        ),
        (edit("proofs.json", lambda said: said["records"].pop(0)), "proofs.json"),
        (edit("proofs.json", lambda said: said["nodes"].append("00" * 32)), "holds a node too many."),
        (edit("proofs.json", lambda said: said["nodes"].clear()), "is malformed"),
        (
            edit(
                "proofs.json", lambda said: said["records"][0].__setitem__(2, "2020-01-01T00:00:00.000000Z")
            ),
            "proofs.json does not lead to the root in the checkpoint",
        ),
        (edit("proofs.json", lambda said: said["export"].update(payload="{}")), "does not prove the record"),
        (edit("proofs.json", lambda said: said.update(keys=[])), "the signature of"),
        (forge_signature, "the signature of"),
        (other_size, "checkpoint"),
        (lambda folder: (folder / "checkpoint.txt").write_text("x"), "malformed"),
        (replace("checkpoint.txt", "— ", "WITHDRAWN "), "a checkpoint is none of adtrace, or malformed."),
        (twice("checkpoint.txt"), "the signature of"),
        (replace("checkpoint.txt", "\n", "\n" + "9" * 4000 + "\n"), "malformed"),
        (replace("manifest.json", '"tlp":', '"tlp": "clear", "tlp":'), "manifest.json is no JSON object."),
        (replace("manifest.json", "{", "\ufeff{"), "manifest.json is no JSON object."),
        (
            edit("manifest.json", lambda said: said.update(verified=float(said["verified"]))),
            "not the one that",
        ),
        (edit("manifest.json", lambda said: said["files"][0].update(file="x" * 5000)), "cannot be read"),
        (edit("manifest.json", lambda said: said["files"][0].update(file="C:x")), "outside this folder"),
        (lambda folder: (folder / "checkpoint.txt").unlink(), "checkpoint.txt cannot be read"),
        (lambda folder: (folder / "proofs.json").write_text("[]"), "proofs.json is no JSON object."),
        (lambda folder: (folder / "sightings.csv").unlink(), "sightings.csv cannot be read"),
    ],
)
def test_a_forged_export_is_told(
    exported: tuple[Case, Path], change: Callable[[Path], None], message: str
) -> None:
    """Every file of it; by the checker, and by verify."""
    case, folder = exported
    change(folder)
    with pytest.raises(ExportError) as caught:
        check(folder)
    assert message in str(caught.value)
    with Case.open(case.path) as opened, pytest.raises(IntegrityError):
        check_export(opened, folder)


@pytest.mark.parametrize("name", ["manifest.json", "proofs.json", "checkpoint.txt", "captures.jsonl"])
@pytest.mark.parametrize("what", ["pipe", "device", "link", "folder"])
def test_what_is_no_file_is_not_read(
    exported: tuple[Case, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, what: str
) -> None:
    """Nobody waits for it, and a link may lead to other bytes for the next reader."""
    _, folder = exported
    shutil.move(folder / name, tmp_path / name)
    if what == "pipe":
        os.mkfifo(folder / name)
    elif what == "device":
        (folder / name).symlink_to("/dev/zero")
    elif what == "link":
        (folder / name).symlink_to(tmp_path / name)
    else:
        (folder / name).mkdir()
    monkeypatch.setattr(Path, "read_bytes", _refuse_all_but(Path.read_bytes))
    with pytest.raises(ExportError, match=f"{re.escape(name)} is no file"):
        check(folder)


def _refuse_all_but(read: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
    """read(), of plain files alone: what is no such file is asked for nothing."""

    def checked(path: Path) -> bytes:
        assert path.is_file(), f"{path.name} would have been waited for"
        assert not path.is_symlink()
        return read(path)

    return checked


def test_what_stands_beside_an_export_is_named(exported: tuple[Case, Path]) -> None:
    """A table of another day, or of somebody else, would be taken for a part of what was checked."""
    case, folder = exported
    assert not [line for line in check(folder) if "NOT PART" in line]
    (folder / "accounts.csv").write_text("id\n")
    (folder / "x\x1b[2J").mkdir()
    assert [line for line in check(folder) if "NOT PART" in line] == [
        "NOT PART OF IT, vouched for by nothing: 'accounts.csv'",
        "NOT PART OF IT, vouched for by nothing: 'x\\x1b[2J'",
    ]
    with Case.open(case.path) as opened:
        assert check_export(opened, folder) == (4, ["'accounts.csv'", "'x\\x1b[2J'"])


def test_json_without_end_is_none(exported: tuple[Case, Path]) -> None:
    """Nested deeper than any reader of it goes."""
    _, folder = exported
    (folder / "proofs.json").write_text("[" * 100_000)
    with pytest.raises(ExportError, match=r"proofs\.json is no JSON object"):
        check(folder)


def test_a_row_that_names_an_unproven_record_is_told(
    exported: tuple[Case, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if everything else fits."""
    case, folder = exported
    with Case.open(case.path) as opened:
        (folder / "refusals.csv").write_text(f"id\n{opened.public_id('outcome', 2)}\n")
    monkeypatch.setattr(verify_export, "check_files", lambda *_: None)
    with pytest.raises(ExportError, match="-outcome-2 is named in a file, and not proven"):
        check(folder)


def test_the_key_that_is_known_must_have_signed(exported: tuple[Case, Path]) -> None:
    """Whoever replaces all files can sign them anew, with another key."""
    _, folder = exported
    (key,) = json.loads((folder / "proofs.json").read_text())["keys"]
    assert any("(the key you gave)" in sentence for sentence in check(folder, key))
    with pytest.raises(ExportError, match="is not signed by adtrace-0"):
        check(folder, "adtrace-0")


def test_an_export_of_another_case_is_told(exported: tuple[Case, Path], tmp_path: Path) -> None:
    """Whole in itself, and not from here."""
    _, folder = exported
    second = Case.create(tmp_path / "second", operator="analyst", purpose="test")
    with second, pytest.raises(IntegrityError, match="no record of this case lists these files"):
        check_export(second, folder)
