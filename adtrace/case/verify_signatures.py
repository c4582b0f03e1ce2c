"""Which records whose signature covers; and whether this case is the one a checkpoint kept elsewhere speaks of."""

from collections.abc import Sequence

import msgspec

from adtrace.case.checkpoints import CheckpointRecord, keys_of, signatures_of
from adtrace.case.damage import damage
from adtrace.case.merkle import Tree
from adtrace.case.notes import Note, NoteError, PublicKey, read_key, read_note
from adtrace.errors import IntegrityError


class KeyUse(msgspec.Struct):
    """A key and what it signed.

    key: the line NAME+ID+KEY. checkpoints: how many it signed. covers: it signed records 1 to this one.
    counted: False if the reader named other keys. protection: what guarded the private key, by the signer's word.
    """

    key: str
    checkpoints: int
    covers: int
    counted: bool
    protection: str

    def add(self, size: int, protection: str) -> None:
        """One more checkpoint that it signed."""
        self.checkpoints += 1
        self.covers, self.protection = max(self.covers, size), protection


class _Signed(msgspec.Struct):
    """A state that was signed: its root, how many of its records are checkpoints, and who signed it so far."""

    root: bytes
    checkpoints: int
    keys: set[PublicKey]


class SignatureCheck:
    """The tree of the records seen so far, and the signatures found in it.

    leaves: where the next record's leaf is put; they wait for the next checkpoint, for that costs least.
    keys: signatures of these alone count; none: those of every key the case names. outside: a checkpoint that was
    kept elsewhere. covered: records 1 to this one are covered by a signature that counts.
    """

    def __init__(self, keys: Sequence[PublicKey], outside: Note | None) -> None:
        self.keys, self.outside = keys, outside
        self.uses: dict[str, KeyUse] = {}
        self.covered = 0
        self.leaves: list[bytes] = []
        self._tree = Tree()
        self._states: dict[int, _Signed] = {}
        self._checkpoints = self._last = 0
        self._outside_root = b""
        # The record after which outside_reached() is to be called; 0 for none.
        self.stop = outside.checkpoint.size if outside else 0

    def outside_reached(self) -> None:
        """Take the root that the checkpoint kept elsewhere should have."""
        self._grow()
        self._outside_root = self._tree.root()

    def checkpoint(self, seq: int, case: str, record: CheckpointRecord) -> None:
        """Check a checkpoint record, before its own leaf is added.

        Raises:
            IntegrityError: it signs other records than those before it, a signature in it does not hold or is not
                there, or it says nothing that was not signed before.
        """
        self._grow()
        try:
            note = read_note(record.note)
            keys = keys_of(record)
        except NoteError:
            raise damage(f"record {seq} is no checkpoint") from None
        said, tree = note.checkpoint, self._tree
        if said.case != case:
            raise damage(f"checkpoint {seq} is of another case")
        _check_signers(seq, note, keys)
        if said.size == seq - 1:
            self._states[said.size] = _Signed(tree.root(), self._checkpoints, set())
        # A witness signs a state that was signed before.
        state = self._states.get(said.size)
        if state is None or state.root != said.root:
            raise damage(
                f"one of records {self._last + 1} to {said.size} is not the one that checkpoint {seq} signs"
            )
        if said.size == seq - 1 and record.tree().subtrees != tree.subtrees:
            raise damage(f"checkpoint {seq} does not go on from the records before it")
        if state.keys.issuperset(keys):
            raise damage(f"checkpoint {seq} repeats one that was signed before")
        self._last = said.size
        for key, signing in zip(keys, record.keys, strict=True):
            if key not in state.keys:  # a witness's record repeats the lines of those who signed before
                state.keys.add(key)
                self._used(key, signing.protection, said.size)
        self._checkpoints += 1

    def _used(self, key: PublicKey, protection: str, size: int) -> None:
        counted = not self.keys or key in self.keys
        self.uses.setdefault(str(key), KeyUse(str(key), 0, 0, counted, protection)).add(size, protection)
        if counted:
            self.covered = max(self.covered, size)

    def signed(self, size: int) -> bytes | None:
        """The root of the first `size` records, if that state was signed."""
        state = self._states.get(size)
        return state.root if state else None

    def end(self, total: int) -> int:
        """How many records no signature covers; checkpoints, which are checked by their own, not counted.

        Raises:
            IntegrityError: no named key has signed, or the case is not the one of the checkpoint kept elsewhere.
        """
        if self.keys and not self.covered:
            raise damage("no checkpoint is signed by the key you named")
        self._compare(total)
        before = self._states[self.covered].checkpoints if self.covered else 0
        return (total - self._checkpoints) - (self.covered - before)

    def _compare(self, total: int) -> None:
        if self.outside is None:
            return
        kept = self.outside.checkpoint
        known = (*self.keys, *map(read_key, self.uses))
        for line, key, holds in signatures_of(self.outside, known):
            if key and not holds:
                raise IntegrityError(
                    f"the signature of {line.name} does not hold.",
                    where="the checkpoint given",
                    do="It was altered; take another copy of it.",
                )
        if kept.size > total:
            raise damage(
                f"was rolled back: the checkpoint given covers {kept.size} records, and here are {total}"
            )
        if self._outside_root != kept.root:
            raise damage(f"one of records 1 to {kept.size} is not the one that the checkpoint given covers")

    def _grow(self) -> None:
        self._tree.extend(self.leaves)
        self.leaves.clear()


def _check_signers(seq: int, note: Note, keys: Sequence[PublicKey]) -> None:
    signers = []
    for line, key, holds in signatures_of(note, keys):
        if key is None or not holds:
            raise damage(f"the signature of {line.name} in checkpoint {seq} does not hold")
        signers.append(key)
    if signers != keys:
        raise damage(f"checkpoint {seq} names other keys than those that signed it")
