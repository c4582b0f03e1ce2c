"""The append-only ledger: one row a record, its payload beside it, a hash chain through the rows."""

import os
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from adtrace.case.canonical import CHAIN_START, canonical, chain_hash, leaf_hash, payload_hash, storable

NONCE_BYTES = 16


class Ledger:
    """The end of the chain, and how it grows; what is appended counts once its transaction is committed.

    seq: number of the last record, 0 for none.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.seq = 0
        self._chain = CHAIN_START
        self.reload()

    def reload(self) -> None:
        """Take up the chain where the file ends: at the start, and after a rollback."""
        last = self._database.execute("SELECT seq, chain FROM ledger ORDER BY seq DESC LIMIT 1").fetchone()
        self.seq, self._chain = tuple(last) if last else (0, CHAIN_START)

    def append(self, type: str, payload: dict[str, object], refs: Sequence[int]) -> str:  # noqa: A002
        """Write the next record; its time. Its number is then seq.

        Raises:
            CaseError: the payload holds what cannot be sealed.
        """
        content = canonical(storable(payload))
        nonce = os.urandom(NONCE_BYTES)
        seq, time = self.seq + 1, _now()
        row = (seq, type, time, canonical(list(refs)).decode(), payload_hash(nonce, content))
        chain = chain_hash(self._chain, leaf_hash(row))
        self._database.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", (*row, chain))
        self._database.execute("INSERT INTO payloads VALUES (?, ?, ?)", (seq, nonce, content.decode()))
        self.seq, self._chain = seq, chain
        return time


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
