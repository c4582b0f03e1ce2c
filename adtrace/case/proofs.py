"""What goes with an export so that others can check it without adtrace: proofs.json, checkpoint.txt, the checker."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from adtrace.case.canonical import leaf_hash
from adtrace.case.checkpoints import SigningKey, last_checkpoint
from adtrace.case.merkle import prove
from adtrace.case.segments import Merged, base_of
from adtrace.errors import CaseError

PROOF_FILES = CHECKPOINT, PROOFS, CHECKER = "checkpoint.txt", "proofs.json", "verify_export.py"
_ROWS = (
    "SELECT seq - :base, type, time, refs, payload_hash FROM ledger"
    " WHERE seq BETWEEN :base + 1 AND :base + :size ORDER BY seq"
)
_OF_ENTRIES = ("entry", "decision")  # types of records that name entries by their numbers
_Row = tuple[int, str, str, str, str]


class _Proof(NamedTuple):
    """That rows are in a signed tree. note: the checkpoint. nodes: as merkle.prove gives them."""

    note: str
    keys: tuple[SigningKey, ...]
    rows: list[_Row]
    nodes: list[bytes]


def proof_files(
    database: sqlite3.Connection,
    export: int,
    records: Collection[int],
    merged: Sequence[Merged] = (),
    *,
    is_outside: bool = False,
    hides_list: bool = False,
) -> dict[str, bytes]:
    """The files that prove an export, by name; its record and those of its rows are shown, nothing else.

    export: the export's own record. records: numbers of those behind its rows. merged: the cases in this one, of each
    of which its own signed tree is proven, too. is_outside: of all but the export's record only the hash is shown, for
    a line holds an exact time, by which two readers could join what they got; the case can open it later. hides_list:
    likewise of records that refer to entries, whose numbers are the order of the list.

    Raises:
        CaseError: no checkpoint covers one of the records.
    """
    own = _prove(database, 0, {export, *(seq for seq in records if seq > 0)}, "this case")
    parts = [
        _prove(
            database, one.base, {seq for seq in records if base_of(seq) == one.base}, f"case {one.case[:8]}"
        )
        for one in merged
    ]

    def is_clear(row: _Row) -> bool:
        return not is_outside and not (hides_list and row[1] in _OF_ENTRIES)

    proofs = {
        "about": f"Run `python3 {CHECKER}` in this folder; its first lines say how it works.",
        "export": _opened(database, export),
        **_shown(own, lambda row: row[0] == export or is_clear(row)),
        "merged": [{"checkpoint": one.note, **_shown(one, is_clear)} for one in parts],
    }
    return {
        CHECKPOINT: own.note.encode(),
        PROOFS: json.dumps(proofs, separators=(",", ":")).encode("ascii") + b"\n",
        CHECKER: files("adtrace.case").joinpath(CHECKER).read_bytes(),
    }


def _prove(database: sqlite3.Connection, base: int, records: Collection[int], case: str) -> _Proof:
    """The proof of these records of one case; base: what was added to its numbers. The rows are in its own."""
    signed = last_checkpoint(database, base)
    size = signed.tree().size if signed else 0
    chosen = sorted(seq - base for seq in records)
    if signed is None or (chosen and size < chosen[-1]):
        raise CaseError(
            f"no signature covers all that this export rests on in {case}.",
            do="Sign it first; a case that was merged in, before it is merged.",
        )
    wanted = set(chosen)
    rows: list[_Row] = []

    def leaves() -> Iterator[bytes]:
        for number, kind, time, refs, payload_hash in database.execute(_ROWS, {"base": base, "size": size}):
            row = (number, kind, time, refs, payload_hash)
            if number in wanted:
                rows.append(row)
            yield leaf_hash(row)

    nodes = prove(leaves(), size, [seq - 1 for seq in chosen])
    return _Proof(signed.note, signed.keys, rows, nodes)


def _opened(database: sqlite3.Connection, export: int) -> dict[str, object]:
    """What the export's record says, and the nonce that its hash was made with."""
    # As a blob: the bytes that were hashed, in stored form.
    nonce, payload = database.execute(
        "SELECT nonce, CAST(payload AS BLOB) FROM payloads WHERE seq = ?", (export,)
    ).fetchone()
    return {"record": export, "nonce": nonce.hex(), "payload": payload.decode("ascii")}


def _shown(proof: _Proof, is_clear: Callable[[_Row], bool]) -> dict[str, object]:
    """What proofs.json says of it. is_clear: whether a line is shown, and not its hash alone."""
    return {
        "keys": [one.key for one in proof.keys],
        "records": [row if is_clear(row) else [row[0], leaf_hash(row).hex()] for row in proof.rows],
        "nodes": [node.hex() for node in proof.nodes],
    }


def records_behind(database: sqlite3.Connection, bases: Mapping[str, int], ids: Iterable[str]) -> set[int]:
    """Numbers of the records that these public ids of a case name, and of the extractions of its captures.

    bases: by the first eight digits of the case and of those merged into it, what was added to its numbers. A
    sighting's id names no record: its capture, which every table gives beside it, does.
    """
    found = set()
    for name in ids:
        case, _, rest = name.partition("-")
        kind, _, number = rest.partition("-")
        if case in bases and kind != "sighting" and number.isdecimal():
            found.add(int(number) + bases[case])
    newest = database.execute("SELECT capture, max(seq) FROM extractions GROUP BY capture")
    return found | {seq for capture, seq in newest if capture in found}
