"""The timestamps of a case: each is of a state that was signed, and holds."""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adtrace.case.damage import damage
from adtrace.case.notes import Checkpoint
from adtrace.case.timestamps import StampUse, TimestampError, TimestampNote, check_note, read_timestamps
from adtrace.case.verify_ledger import LedgerCheck

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def check_timestamps(
    database: sqlite3.Connection, ledger: LedgerCheck, roots: "Sequence[Certificate]", base: int = 0
) -> tuple[StampUse, ...]:
    """Every timestamp, oldest first; those that are not of these roots, if any are given, do not count.

    Raises:
        IntegrityError: one is of no state that was signed, or does not hold by the roots that were kept with it.
    """
    found = []
    # Most cases have none; the ledger has read all notes already.
    for seq, note in read_timestamps(database, base) if ledger.timestamps else ():
        root = ledger.signatures.signed(note.size)
        if root is None:
            raise damage(f"timestamp {seq} is of no state that a checkpoint signs")
        checkpoint = Checkpoint(ledger.case, note.size, root)
        try:
            stamped = check_note(note, checkpoint)
        except TimestampError as error:
            raise damage(f"timestamp {seq} does not hold: {error.what.removesuffix('.')}") from None
        found.append(
            StampUse(seq, note.size, stamped.time, stamped.authority, _counts(note, checkpoint, roots))
        )
    return tuple(found)


def _counts(note: TimestampNote, checkpoint: Checkpoint, roots: "Sequence[Certificate]") -> bool:
    try:
        check_note(note, checkpoint, roots)
    except TimestampError:
        return False
    return True
