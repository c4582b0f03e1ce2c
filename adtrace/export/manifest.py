"""What an export says of itself: manifest.json beside its files, and the same in the case's ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec

from adtrace.case.carried import carried_note
from adtrace.case.segments import Merged
from adtrace.export.audience import Audience
from adtrace.export.party import Reader

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.export.marking import Marking
    from adtrace.export.source import Source

MANIFEST = "manifest.json"


class ExportedFile(msgspec.Struct, frozen=True):
    """One file: its name, what is in it, and the SHA-256 of its bytes.

    rows: of a table; edges of a graph; 0 for a document that holds several.
    """

    file: str
    table: str
    format: str
    rows: int
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What manifest.json says beside the files, and the `export` record in the ledger.

    party: the network or brand it is for. tlp, pap: how far it may travel, and what may be done with it (marking.py).
    verified: the number of the last record that was checked before anything was written, and the chain value there.
    merged: the cases in this one, with the length and the last chain value of each, which proofs.json proves as well.
    record: public id of the export's own record; None inside that record.
    """

    tool: str
    audience: Audience
    verified: int
    chain: str
    files: tuple[ExportedFile, ...]
    party: str = ""
    tlp: str = ""
    pap: str = ""
    merged: tuple[Merged, ...] = ()
    record: str | None = None
    check: str = (
        "The SHA-256 of each file is the one given here; the export's ledger record holds the same list."
        " `python3 verify_export.py` in this folder checks that and what is signed."
    )

    def as_json(self) -> bytes:
        """The bytes of manifest.json."""
        return json.dumps(msgspec.to_builtins(self), indent=2, ensure_ascii=True).encode("ascii") + b"\n"


def make_manifest(case: Case, reader: Reader, marking: Marking, files: Iterable[ExportedFile]) -> Manifest:
    """The manifest of these files as of the case's last record, which has been verified."""
    (last,) = case.rows("SELECT seq, chain FROM ledger ORDER BY seq DESC LIMIT 1")
    return Manifest(
        f"adtrace {version('adtrace')}",
        reader.audience,
        last["seq"],
        last["chain"],
        tuple(files),
        reader.party,
        marking.tlp,
        marking.pap,
        tuple(case.merged),
    )


def record_export(source: Source, files: list[ExportedFile]) -> tuple[Manifest, int]:
    """The manifest and the number of its record, after that and what it carried are committed and signed."""
    case = source.case
    manifest = make_manifest(case, Reader(source.audience, source.party), source.marking, files)
    with case.transaction():
        seq = case.append("export", msgspec.to_builtins(manifest))
        case.append("note", carried_note(seq, source.carried, source.carried_entries()), (seq,))
        for note in source.terms.notes(seq):
            case.append("note", note, (seq,))
    case.sign()
    return msgspec.structs.replace(manifest, record=case.public_id("export", seq)), seq
