"""The append-only ledger: one row a record, its payload beside it, a hash chain and a Merkle tree over the rows."""

import os
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from adtrace.case.canonical import CHAIN_START, chain_hash, leaf_hash, payload_hash, sealed_bytes
from adtrace.case.checkpoints import last_checkpoint, new_checkpoint, with_witness
from adtrace.case.keys import Signer
from adtrace.case.merkle import Tree
from adtrace.errors import CaseError

NONCE_BYTES = 16


class Ledger:
    """The end of the chain, and how it grows; what is appended counts once its transaction is committed.

    seq: number of the last record, 0 for none. unsigned: records since the last checkpoint; known after reload().
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.seq: int = database.execute("SELECT coalesce(max(seq), 0) FROM ledger").fetchone()[0]
        self.unsigned = 0

    def reload(self) -> None:
        """Take up chain and tree where the file ends: before the first append, and after a rollback.

        The tree goes on from the last checkpoint: what was changed before it since then gets no signature anew.

        Raises:
            IntegrityError: the last checkpoint is not one that was written.
        """
        self.seq, self.unsigned, self._chain = 0, 0, CHAIN_START
        signed = last_checkpoint(self._database)
        self._tree = signed.tree() if signed else Tree()
        self._leaves: list[bytes] = []
        since = self._database.execute(
            "SELECT seq, type, time, refs, payload_hash, chain FROM ledger WHERE seq > ? ORDER BY seq",
            (self._tree.size,),
        )
        for *row, chain in since:
            self.seq, self._chain = row[0], bytes.fromhex(chain)
            self._leaves.append(leaf_hash(tuple(row)))
            self.unsigned += row[1] != "checkpoint"

    def append(self, type: str, payload: dict[str, object], refs: Sequence[int]) -> str:  # noqa: A002
        """Write the next record; its time. Its number is then seq.

        Raises:
            CaseError: the payload holds what cannot be sealed.
        """
        content = sealed_bytes(payload)
        nonce = os.urandom(NONCE_BYTES)
        seq, time = self.seq + 1, _now()
        row = (seq, type, time, f"[{','.join(map(str, refs))}]", payload_hash(nonce, content))
        leaf = leaf_hash(row)
        chain = chain_hash(self._chain, leaf)
        self._database.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", (*row, chain.hex()))
        self._database.execute("INSERT INTO payloads VALUES (?, ?, ?)", (seq, nonce, content.decode()))
        self._leaves.append(leaf)
        self.unsigned += type != "checkpoint"
        self.seq, self._chain = seq, chain
        return time

    def sign(self, case: str, signer: Signer | None) -> None:
        """Write a checkpoint of all records so far."""
        assert signer  # every writer has one
        self._tree.extend(self._leaves)
        self._leaves.clear()
        checkpoint = new_checkpoint(case, self._tree, signer)
        self.append("checkpoint", msgspec.to_builtins(checkpoint), ())
        self.unsigned = 0

    def sign_as_witness(self, signer: Signer) -> str:
        """Write the last checkpoint once more, with one more signature; its note.

        Raises:
            CaseError: that key has signed it already, or there is none.
        """
        last = last_checkpoint(self._database)
        if last is None or any(one.key == str(signer.public) for one in last.keys):
            raise CaseError(
                "has signed the last checkpoint already.",
                where=signer.public.name,
                do="Nothing is left to do.",
            )
        witnessed = with_witness(last, signer)
        self.append("checkpoint", msgspec.to_builtins(witnessed), ())
        return witnessed.note


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
