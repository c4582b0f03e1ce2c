"""The first pass of verify: every record is as it was sealed (verify_rows.py), and keeps its promises."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import msgspec

from adtrace.case.canonical import CHAIN_START
from adtrace.case.carried import runs_of, spans
from adtrace.case.checkpoints import CheckpointRecord
from adtrace.case.damage import damage
from adtrace.case.deletion import Deletion
from adtrace.case.retention import CLOSE, COLLECTING
from adtrace.case.reviews import Judgement
from adtrace.case.segments import EVENT as MERGE
from adtrace.case.segments import span_of
from adtrace.case.timestamps import EVENT as STAMPED
from adtrace.case.verify_rows import Row, check_rows
from adtrace.case.verify_signatures import SignatureCheck
from adtrace.errors import IntegrityError

# Rows checked at once: a hundred stay in the processor's nearest cache; ten times as many take a third longer.
_TOGETHER = 100
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
        self.head, self.total = CHAIN_START, 0
        # Where the opening itself is gone, a deletion, which the chain covers, says whose it was.
        self.case = next((str(one.opening["case"]) for one in deletions if one.opening), "")
        self.types: dict[str, int] = {}
        self.entries: dict[int, str] = {}
        self.withdrawn: set[int] = set()
        self.open: dict[int, int] = {}
        self.captures: dict[int, Captured] = {}
        self.extractions: dict[int, Extracted] = {}
        self.clock_back: list[int] = []
        self.timestamps: list[int] = []
        self.merged = 0
        self._closed, self._time = 0, b""
        self._counts: Counter[bytes] = Counter()

    def run(self, rows: Iterable[Row]) -> int:
        """Check the rows of LEDGER_ROWS; their number.

        Raises:
            IntegrityError: names the first bad record.
        """
        rows = iter(rows)
        while some := list(islice(rows, _TOGETHER)):
            try:
                leaves, head = check_rows(some, self.total + 1, self.head, self.deleted)
            except IntegrityError:
                # Taken one by one, the first that is not as it was sealed names itself.
                for row in some:
                    self._take([row], *check_rows([row], self.total + 1, self.head, self.deleted))
            else:
                self._take(some, leaves, head)
        if self.total == 0:
            raise damage("holds no record")
        if not self.case:
            raise damage("record 1 is no opening")
        for number, capture in self.captures.items():
            if not capture.generations:
                raise damage(f"record {number}, a capture, has no extraction")
        self.types = {kind.decode(): count for kind, count in sorted(self._counts.items())}
        return self.total

    def _take(self, rows: Sequence[Row], leaves: Sequence[bytes], head: bytes) -> None:
        """Take what these rows say and promise; they are as they were sealed."""
        add_leaf, stop = self.signatures.leaves.append, self.signatures.stop
        deleted, before = self.deleted, self._time
        for (seq, kind, time, _, _, _, _, payload), leaf in zip(rows, leaves, strict=True):
            self._time = time
            try:
                read, take = _READERS[kind]
                if seq not in deleted:
                    take(self, seq, read(payload))
            except (LookupError, ValueError, TypeError, msgspec.MsgspecError):
                raise damage(f"record {seq} is no {kind.decode('ascii', 'replace')}") from None
            if self._closed and kind in _COLLECTING:
                raise damage(f"record {seq} was written after record {self._closed} closed the case")
            if time < before:
                self.clock_back.append(seq)
            before = time
            add_leaf(leaf)
            if seq == stop:
                self.signatures.outside_reached()
        self._counts.update(row[1] for row in rows)
        self.head, self.total = head, self.total + len(rows)

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


def _reader(
    shape: type[msgspec.Struct], take: Callable[[LedgerCheck, int, Any], None]
) -> tuple[Callable[[bytes], Any], Callable[[LedgerCheck, int, Any], None]]:
    return msgspec.json.Decoder(shape).decode, take


# By type of record: what reads its payload, and what takes its promises.
_READERS = {
    b"open": _reader(_Opening, LedgerCheck._open),
    b"entry": _reader(_Entry, LedgerCheck._entry),
    b"decision": _reader(_Decision, LedgerCheck._decision),
    b"outcome": _reader(_Outcome, LedgerCheck._outcome),
    b"extraction": _reader(Extracted, LedgerCheck._extraction),
    b"note": _reader(_Note, LedgerCheck._note),
    b"checkpoint": _reader(CheckpointRecord, LedgerCheck._checkpoint),
    b"review": _reader(_Review, LedgerCheck._nothing),
    b"export": _reader(_Any, LedgerCheck._nothing),
}


def within(deletions: Sequence[Deletion], base: int) -> list[Deletion]:
    """What these deletions took of a merged case, in its numbers; seq 0: no record of its own says so."""
    found = []
    lowest, highest = span_of(base)
    for one in deletions:
        records, texts = (
            spans(
                number - base
                for first, last in runs_of(text)
                for number in range(max(first, lowest), min(last, highest) + 1)
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
