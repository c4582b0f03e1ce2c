"""A bundle is complete for its reader, whole in its manifest, and readable by its recipients alone."""

import io
import json
import tarfile
from pathlib import Path
from typing import BinaryIO

import pytest
from click.testing import CliRunner

from adtrace.cli.bundle import command
from adtrace.errors import UsageError
from adtrace.export import Reader, Reveal, Terms, bundle, write_files
from adtrace.export.bundle import write_bundle
from adtrace.export.methodology import load_guides
from adtrace.export.source import Source
from tests.export.readers import READERS, fill, judge
from tests.relate.small_case import SmallCase

pyrage = pytest.importorskip("pyrage")
ALWAYS = {
    "report.html", "methodology.html", "dictionary.md", "graph.gexf", "sightings.csv",
    "manifest.json", "proofs.json", "checkpoint.txt", "verify_export.py",
}  # fmt: skip


def a_report(source: Source) -> bytes:
    return f"<title>{source.audience}</title>".encode()


@pytest.fixture
def judged(small: SmallCase) -> SmallCase:
    """A case with something confirmed for every reader."""
    fill(small)
    judge(small)
    return small


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_a_bundle_holds_all_that_its_reader_needs(judged: SmallCase, tmp_path: Path, reader: Reader) -> None:
    """Report, tables, methodology, dictionary, proof; the manifest names every file but those that prove it."""
    folder = tmp_path / "bundle"
    manifest = write_bundle(judged.case, folder, reader, a_report)
    files = {file.name for file in folder.iterdir()}
    assert files >= ALWAYS
    beside = {"manifest.json", "proofs.json", "checkpoint.txt", "verify_export.py"}
    assert {one.file for one in manifest.files} == files - beside
    methodology = (folder / "methodology.html").read_text("utf-8")
    assert all(
        point.asks in methodology.replace("&#39;", "'") for guide in load_guides() for point in guide.point
    )
    assert "TLP:GREEN" in methodology or not reader.is_outside
    dictionary = (folder / "dictionary.md").read_text("utf-8")
    assert ("## captures" in dictionary) != reader.is_outside
    said = json.loads((folder / "manifest.json").read_text("ascii"))
    assert (said["audience"], said["party"]) == (reader.audience, reader.party)


@pytest.mark.parametrize("reader", READERS[2:], ids=str)
def test_a_reader_outside_gets_a_report_of_its_own_rows(
    judged: SmallCase, tmp_path: Path, reader: Reader
) -> None:
    """Not the case's: that speaks of everybody."""
    write_bundle(judged.case, tmp_path / "b", reader, a_report)
    page = (tmp_path / "b" / "report.html").read_text("utf-8")
    assert reader.party.replace(".", "[.]") in page
    assert "dom-" in page
    assert "default-src 'none'" in page
    assert "href=" not in page
    assert "awin" in page if reader.audience == "brand" else "awin" not in page


def test_an_encrypted_bundle_opens_for_its_recipients_alone(
    judged: SmallCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file, 0600; nothing of it lies in clear where it goes, which may be a stick or a share, nor is left."""

    def packed(folder: Path, stream: BinaryIO) -> None:
        assert folder.parent.parent == judged.case.path
        pack(folder, stream)

    pack = bundle._pack
    monkeypatch.setattr(bundle, "_pack", packed)
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    target = tmp_path / "out" / "for-shop.age"
    keys = [str(mine.to_public())]
    write_bundle(judged.case, target, READERS[3], a_report, recipients=keys)
    assert [file.name for file in target.parent.iterdir()] == ["for-shop.age"]
    assert not [file.name for file in judged.case.path.iterdir() if not file.name.startswith("case.")]
    assert target.stat().st_mode & 0o777 == 0o600
    sealed = target.read_bytes()
    assert b"dom-" not in sealed
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(sealed, [mine]))) as archive:
        members = archive.getmembers()
    assert {member.name for member in members if member.isfile()} >= {f"for-shop/{name}" for name in ALWAYS}
    assert {(member.uid, member.uname) for member in members} == {(0, "")}


@pytest.mark.parametrize(
    ("name", "recipients"), [("folder", ["age1x"]), ("file.age", []), ("file.age", ["no key"])]
)
def test_what_cannot_be_encrypted_is_refused_before_anything(
    judged: SmallCase, tmp_path: Path, name: str, recipients: list[str]
) -> None:
    """Exit 2, with what to do."""
    with pytest.raises(UsageError):
        write_bundle(judged.case, tmp_path / name, READERS[1], a_report, recipients=recipients)
    assert not (tmp_path / name).exists()


def test_a_reveal_needs_a_reason_and_another_person_and_is_on_record(
    judged: SmallCase, tmp_path: Path
) -> None:
    """Then the listed domains stand in clear, and nothing else that is not the reader's."""
    network = READERS[2]
    for reveal in (Reveal("", "counsel"), Reveal("why", " "), Reveal("why", "Analyst 7")):
        with pytest.raises(UsageError):
            write_files(judged.case, tmp_path / "no", [("accounts", "csv")], network, Terms(reveal))
    assert not (tmp_path / "no").exists()
    reveal = Reveal("the network asked in writing", "counsel")
    write_files(judged.case, tmp_path, [("accounts", "csv")], network, Terms(reveal))
    assert "clip.example" in (tmp_path / "accounts.csv").read_text("utf-8")
    (note,) = judged.case.rows("SELECT payload FROM notes WHERE event = 'reveal'")
    (export,) = judged.case.rows("SELECT max(seq) AS seq FROM exports")
    said = json.loads(note["payload"])
    assert (said["reason"], said["second"], said["export"]) == (reveal.reason, "counsel", export["seq"])


def test_the_command_writes_a_bundle_and_says_its_marking(judged: SmallCase, tmp_path: Path) -> None:
    """Words to stderr, silence on stdout."""
    judged.case.close()
    arguments = [
        str(judged.case.path),
        "--for",
        "brand:shop.test",
        "-o",
        str(tmp_path / "b"),
        "--pap",
        "amber",
    ]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "TLP:GREEN, PAP:AMBER" in result.stderr
