"""Checkpoint records: which state of the ledger was signed, by whom; written by the one writer, read by anybody.

A record's payload: `note` (the signed text and its signatures), `keys` ([{key, protection}]), and `subtrees`, the
right edge of the tree, so that the next writer goes on from here instead of reading the ledger again.
"""

import sqlite3
from collections.abc import Iterator, Sequence

import msgspec

from adtrace.case.canonical import read_json
from adtrace.case.damage import damage
from adtrace.case.keys import Protection, Signer
from adtrace.case.merkle import Tree
from adtrace.case.notes import Checkpoint, Note, NoteError, PublicKey, Signature, read_key, read_note
from adtrace.case.segments import span_of

# Records between two signatures: what a crash can leave unsigned. One signature costs 0.1 ms.
CHECKPOINT_EVERY = 1000


class SigningKey(msgspec.Struct, frozen=True):
    """A public key (NAME+ID+KEY), and what guarded its private half when it signed, by the signer's own word."""

    key: str
    protection: Protection


class CheckpointRecord(msgspec.Struct, frozen=True):
    """The payload of a checkpoint record."""

    note: str
    keys: tuple[SigningKey, ...]
    subtrees: tuple[str, ...]

    def tree(self) -> Tree:
        """The tree as it stood."""
        return Tree(read_note(self.note).checkpoint.size, map(bytes.fromhex, self.subtrees))


def new_checkpoint(case: str, tree: Tree, signer: Signer) -> CheckpointRecord:
    """The signed state of a tree."""
    checkpoint = Checkpoint(case, tree.size, tree.root())
    note = Note(checkpoint, (signer.sign(checkpoint.text),))
    keys = (SigningKey(str(signer.public), signer.protection),)
    return CheckpointRecord(str(note), keys, tuple(node.hex() for node in tree.subtrees))


def with_witness(record: CheckpointRecord, signer: Signer) -> CheckpointRecord:
    """The same state with one more signature."""
    note = read_note(record.note)
    more = Note(note.checkpoint, (*note.signatures, signer.sign(note.checkpoint.text)))
    keys = (*record.keys, SigningKey(str(signer.public), signer.protection))
    return CheckpointRecord(str(more), keys, record.subtrees)


def read_checkpoint(payload: str) -> CheckpointRecord:
    """What a checkpoint's payload says."""
    return msgspec.convert(read_json(payload), CheckpointRecord)


def last_checkpoint(database: sqlite3.Connection, base: int = 0) -> CheckpointRecord | None:
    """The newest one; None if nothing has been signed. base: of a merged case, in its own numbers.

    Raises:
        IntegrityError: it is not one that was written.
    """
    row = database.execute(
        "SELECT seq, payload FROM payloads"
        " WHERE seq = (SELECT max(seq) FROM ledger WHERE type = 'checkpoint' AND seq BETWEEN ? AND ?)",
        span_of(base),
    ).fetchone()
    if row is None:
        return None
    try:
        record = read_checkpoint(row[1])
        tree, said = record.tree(), read_note(record.note).checkpoint
        is_whole = tree.is_possible() and (tree.size, tree.root()) == (said.size, said.root)
    except (ValueError, msgspec.MsgspecError, NoteError):
        is_whole = False
    if not is_whole:
        raise damage(f"checkpoint {row[0]} is not one that was written")
    return record


def read_checkpoints(database: sqlite3.Connection, base: int = 0) -> list[Checkpoint]:
    """What was signed, oldest first. base: of a merged case, in its own numbers."""
    rows = database.execute(
        "SELECT payload FROM ledger JOIN payloads USING (seq)"
        " WHERE type = 'checkpoint' AND seq BETWEEN ? AND ? ORDER BY seq",
        span_of(base),
    )
    return [read_note(read_checkpoint(row[0]).note).checkpoint for row in rows]


def signatures_of(
    note: Note, keys: Sequence[PublicKey]
) -> Iterator[tuple[Signature, PublicKey | None, bool]]:
    """Each signature line with the key it names, None if that is not given, and whether it holds."""
    named = {(key.name, key.id): key for key in keys}
    for line in note.signatures:
        key = named.get((line.name, line.key_id))
        yield line, key, key is not None and key.has_signed(note.checkpoint.text, line.signature)


def keys_of(record: CheckpointRecord) -> list[PublicKey]:
    """The public keys this record was signed with, as it says itself."""
    return [read_key(one.key) for one in record.keys]
