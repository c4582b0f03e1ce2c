"""What goes with an export so that others can check it without adtrace: proofs.json, checkpoint.txt, the checker."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from importlib.resources import files

from adtrace.case.canonical import leaf_hash
from adtrace.case.checkpoints import last_checkpoint
from adtrace.case.merkle import prove
from adtrace.errors import CaseError

CHECKPOINT, PROOFS, CHECKER = "checkpoint.txt", "proofs.json", "verify_export.py"
_ROW = "SELECT seq, type, time, refs, payload_hash FROM ledger WHERE seq BETWEEN 1 AND ? ORDER BY seq"


def proof_files(
    database: sqlite3.Connection, export: int, records: Collection[int], *, is_outside: bool = False
) -> dict[str, bytes]:
    """The files that prove an export, by name; its record and those of its rows are shown, nothing else.

    export: the export's own record. records: numbers of those behind its rows. is_outside: of those only the hash is
    shown, for a line holds an exact time, by which two readers could join what they got; the case can open it later.

    Raises:
        CaseError: no checkpoint covers the export's record yet.
    """
    signed = last_checkpoint(database)
    size = signed.tree().size if signed else 0
    if signed is None or size < export:
        raise CaseError("the export is not signed yet.", do="Sign the case first.")
    shown = sorted({export, *records})
    wanted = set(shown)
    rows: list[tuple[int, str, str, str, str]] = []

    def leaves() -> Iterator[bytes]:
        for found in database.execute(_ROW, (size,)):
            row = (found[0], found[1], found[2], found[3], found[4])
            if row[0] in wanted:
                rows.append(row)
            yield leaf_hash(row)

    nodes = prove(leaves(), size, [seq - 1 for seq in shown])
    # As a blob: the bytes that were hashed, in stored form.
    nonce, payload = database.execute(
        "SELECT nonce, CAST(payload AS BLOB) FROM payloads WHERE seq = ?", (export,)
    ).fetchone()
    proofs = {
        "about": f"Run `python3 {CHECKER}` in this folder; its first lines say how it works.",
        "keys": [one.key for one in signed.keys],
        "export": {"record": export, "nonce": nonce.hex(), "payload": payload.decode("ascii")},
        "records": [
            [row[0], leaf_hash(row).hex()] if is_outside and row[0] != export else row for row in rows
        ],
        "nodes": [node.hex() for node in nodes],
    }
    return {
        CHECKPOINT: signed.note.encode(),
        PROOFS: json.dumps(proofs, separators=(",", ":")).encode("ascii") + b"\n",
        CHECKER: files("adtrace.case").joinpath(CHECKER).read_bytes(),
    }


def records_behind(database: sqlite3.Connection, short: str, ids: Iterable[str]) -> set[int]:
    """Numbers of the records that these public ids of a case name, and of the extractions of its captures.

    A sighting's id names no record: its capture, which every table gives beside it, does.
    """
    found = set()
    for name in ids:
        case, _, rest = name.partition("-")
        kind, _, number = rest.partition("-")
        if case == short and kind != "sighting" and number.isdecimal():
            found.add(int(number))
    newest = database.execute("SELECT capture, max(seq) FROM extractions GROUP BY capture")
    return found | {seq for capture, seq in newest if capture in found}
