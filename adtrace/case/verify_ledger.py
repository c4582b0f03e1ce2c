"""The first pass of verify: every record follows the one before it, is what was sealed, and keeps its promises."""

import hashlib
from binascii import hexlify
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from adtrace.case.canonical import CHAIN, LEAF_FORM
from adtrace.case.carried import runs_of, spans
from adtrace.case.checkpoints import CheckpointRecord
from adtrace.case.damage import damage
from adtrace.case.deletion import Deletion
from adtrace.case.ledger import NONCE_BYTES
from adtrace.case.retention import CLOSE, COLLECTING
from adtrace.case.reviews import Judgement
from adtrace.case.segments import EVENT as MERGE
from adtrace.case.segments import SIZE
from adtrace.case.timestamps import EVENT as STAMPED
from adtrace.case.verify_signatures import SignatureCheck

# The rows that LedgerCheck.run reads, of one case: what is added to its numbers, and the first and last they may be.
# Every text as bytes, for they are hashed as they lie there.
LEDGER_ROWS = (
    "SELECT l.seq - ?, l.type, l.time, l.refs, l.payload_hash, l.chain, p.nonce, p.payload"
    " FROM ledger AS l LEFT JOIN payloads AS p ON p.seq = l.seq WHERE l.seq BETWEEN ? AND ? ORDER BY l.seq"
)


_COLLECTING = frozenset(kind.encode() for kind in COLLECTING)


class Captured(msgspec.Struct, gc=False):
    """What the ledger says of a captured outcome."""

    time: str
    entry: int
    skeleton: str | None
    kept: bool
    page_state: str | None
    generations: int = 0
    newest: int = 0


class Extracted(msgspec.Struct, gc=False):
    """What the ledger says of one generation of sightings."""

    capture: int
    sightings: int
    digest: str
    generation: int


class _Opening(msgspec.Struct, gc=False):
    case: str


class _Entry(msgspec.Struct, gc=False):
    domain: str
    updates: int | None = None


class _Decision(msgspec.Struct, gc=False):
    verdict: str
    entry: int | None = None


class _Outcome(msgspec.Struct, gc=False):
    decision: int
    outcome: str
    skeleton_sha256: str | None = None
    skeleton_kept: bool = False
    page_state: str | None = None


class _Note(msgspec.Struct, gc=False):
    event: str | None = None
    entries: msgspec.Raw = msgspec.Raw(b"[]")


class _Review(msgspec.Struct, gc=False):
    judgement: Judgement
    sightings: list[int]


class _Any(msgspec.Struct, gc=False):
    pass


class LedgerCheck:
    """What the records say, held until the tables beside them have been compared with it.

    entries: domain by number; withdrawn: their numbers. open: entry of each decision that waits for its outcome.
    clock_back: records that are older than the one before them, by their own time.
    deleted, deleted_texts: records that are there without what they said, and captures without their text, each with
    the record that says so.
    """

    def __init__(self, signatures: SignatureCheck, deletions: Sequence[Deletion] = ()) -> None:
        self.signatures = signatures
        self.deleted, self.deleted_texts = _deleted(deletions)
        self.head, self.total = bytes(32), 0
        # Where the opening itself is gone, a deletion, which the chain covers, says whose it was.
        self.case = next((str(one.opening["case"]) for one in deletions if one.opening), "")
        self._closed = 0
        self.types: dict[str, int] = {}
        self.entries: dict[int, str] = {}
        self.withdrawn: set[int] = set()
        self.open: dict[int, int] = {}
        self.captures: dict[int, Captured] = {}
        self.extractions: dict[int, Extracted] = {}
        self.clock_back: list[int] = []
        self.timestamps: list[int] = []
        self.merged = 0
        self._time = b""

    def run(self, rows: Iterable[tuple[Any, ...]]) -> int:
        """Check the rows of LEDGER_ROWS; their number.

        Raises:
            IntegrityError: names the first bad record.
        """
        sha256, add_leaf, stop = hashlib.sha256, self.signatures.leaves.append, self.signatures.stop
        readers, deleted = self._readers(), self.deleted
        counts = dict.fromkeys(readers, 0)
        head, seq, before = self.head, 0, b""
        for seq, (number, kind, time, refs, payload_hash, chain, nonce, payload) in enumerate(rows, 1):
            if number != seq:
                raise damage(f"record {seq} is missing")
            try:
                row = LEAF_FORM % (seq, kind, time, refs, payload_hash)
            except TypeError:
                raise damage(f"record {seq} is no record") from None
            leaf = sha256(row).digest()
            head = sha256(CHAIN + head + leaf).digest()
            # Eight quotes: no cell holds one, so that no two rows have the same leaf.
            if hexlify(head) != chain or row.count(b'"') != 8:
                raise damage(f"record {seq} does not follow {seq - 1 or 'the beginning'}")
            if seq in deleted:
                if nonce is not None or payload is not None or kind not in counts:
                    raise damage(f"record {seq}, which record {deleted[seq]} says was deleted, is here")
            else:
                if (
                    not nonce
                    or len(nonce) != NONCE_BYTES
                    or hexlify(sha256(nonce + payload).digest()) != payload_hash
                ):
                    raise damage(f"the payload of record {seq} is not the one that was sealed")
                try:
                    read, take = readers[kind]
                    self._time = time
                    take(seq, read(payload))
                except (LookupError, ValueError, TypeError, msgspec.MsgspecError):
                    raise damage(f"record {seq} is no {kind.decode('ascii', 'replace')}") from None
                if self._closed and kind in _COLLECTING:
                    raise damage(f"record {seq} was written after record {self._closed} closed the case")
            counts[kind] += 1
            if time < before:
                self.clock_back.append(seq)
            before = time
            add_leaf(leaf)
            if seq == stop:
                self.signatures.outside_reached()
        self.head, self.total = head, seq
        self.types = {kind.decode(): count for kind, count in sorted(counts.items()) if count}
        if seq == 0:
            raise damage("holds no record")
        if not self.case:
            raise damage("record 1 is no opening")
        for number, capture in self.captures.items():
            if not capture.generations:
                raise damage(f"record {number}, a capture, has no extraction")
        return seq

    def _readers(self) -> dict[bytes, tuple[Callable[[bytes], Any], Callable[[int, Any], None]]]:
        """By type of record: what reads its payload, and what takes its promises."""
        kinds: dict[bytes, tuple[type[msgspec.Struct], Callable[[int, Any], None]]] = {
            b"open": (_Opening, self._open),
            b"entry": (_Entry, self._entry),
            b"decision": (_Decision, self._decision),
            b"outcome": (_Outcome, self._outcome),
            b"extraction": (Extracted, self._extraction),
            b"note": (_Note, self._note),
            b"checkpoint": (CheckpointRecord, self._checkpoint),
            b"review": (_Review, self._nothing),
            b"export": (_Any, self._nothing),
        }
        return {kind: (msgspec.json.Decoder(shape).decode, take) for kind, (shape, take) in kinds.items()}

    def _open(self, seq: int, payload: _Opening) -> None:
        if seq != 1:
            raise damage(f"record {seq} opens again")
        self.case = payload.case

    def _entry(self, seq: int, payload: _Entry) -> None:
        self.entries.setdefault(payload.updates or seq, payload.domain)

    def _decision(self, seq: int, payload: _Decision) -> None:
        if payload.verdict == "allow":
            if payload.entry not in self.entries:
                raise damage(f"record {seq} allows what no entry confirms")
            self.open[seq] = payload.entry

    def _outcome(self, seq: int, payload: _Outcome) -> None:
        entry = self.open.pop(payload.decision, None)
        if entry is None:
            raise damage(f"record {seq} is the outcome of no open decision")
        if payload.outcome == "captured":
            self.captures[seq] = Captured(
                self._time.decode(), entry, payload.skeleton_sha256, payload.skeleton_kept, payload.page_state
            )

    def _extraction(self, seq: int, payload: Extracted) -> None:
        capture = self.captures[payload.capture]
        capture.generations += 1
        capture.newest = seq
        if payload.generation != capture.generations:
            raise damage(f"record {seq} is no generation {capture.generations} of its capture")
        self.extractions[seq] = payload

    def _note(self, seq: int, payload: _Note) -> None:
        if payload.event == "withdraw":
            self.withdrawn.update(msgspec.json.decode(payload.entries, type=list[int]))
        elif payload.event == CLOSE:
            self._closed = seq
        elif payload.event == STAMPED:
            self.timestamps.append(seq)
        elif payload.event == MERGE:
            self.merged += 1

    def _checkpoint(self, seq: int, payload: CheckpointRecord) -> None:
        self.signatures.checkpoint(seq, self.case, payload)

    def _nothing(self, _seq: int, _payload: object) -> None:
        pass


def within(deletions: Sequence[Deletion], base: int) -> list[Deletion]:
    """What these deletions took of a merged case, in its numbers; seq 0: no record of its own says so."""
    found = []
    for one in deletions:
        records, texts = (
            spans(
                number - base
                for first, last in runs_of(text)
                for number in range(max(first, base + 1), min(last, base + SIZE - 1) + 1)
            )
            for text in (one.records, one.texts)
        )
        found.append(msgspec.structs.replace(one, seq=0, records=records, texts=texts, opening=None))
    return found


def _deleted(deletions: Sequence[Deletion]) -> tuple[dict[int, int], dict[int, int]]:
    """Record, and capture whose text, is gone → the record that says so."""
    records: dict[int, int] = {}
    texts: dict[int, int] = {}
    for one in deletions:
        for found, runs in ((records, runs_of(one.records)), (texts, runs_of(one.texts))):
            for first, last in runs:
                if one.seq and last >= one.seq:
                    raise damage(f"record {one.seq} deletes what comes after it")
                found.update(dict.fromkeys(range(first, last + 1), one.seq))
    return records, texts
