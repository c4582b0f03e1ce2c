"""Everything that stands behind one id: the place in the text, the rule, the records and what is signed of them."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, cast

import msgspec

from adtrace.case.canonical import read_json
from adtrace.case.carried import read_carried, runs_of
from adtrace.case.checkpoints import read_checkpoint
from adtrace.case.entry import EntryRow
from adtrace.case.notes import read_note
from adtrace.case.public_ids import read_public_id
from adtrace.case.reader import CaseReader
from adtrace.case.reviews import Review
from adtrace.case.segments import base_of, span_of
from adtrace.case.sightings import FIELDS, sighting_of
from adtrace.case.timestamps import StampUse
from adtrace.errors import UsageError
from adtrace.extract.sighting import Sighting

# Characters of the skeleton shown on each side of the value.
CONTEXT = 120


class Covering(msgspec.Struct, frozen=True):
    """The first checkpoint that covers a record: its own record, how many records it signs, and whose keys did."""

    record: str
    size: int
    keys: tuple[str, ...]


class RecordPlace(msgspec.Struct, frozen=True):
    """A record and where it stands in the chain; says: its payload, None if that was deleted.

    checkpoint: None if no signature covers the record yet. timestamp: the first that covers it, if any. deleted_by: the
    record that says why says is None.
    """

    id: str
    type: str
    time: str
    refs: tuple[str, ...]
    payload_hash: str
    chain: str
    checkpoint: Covering | None
    timestamp: StampUse | None
    says: Any
    deleted_by: str | None


class TextPlace(msgspec.Struct, frozen=True):
    """The text at a sighting's locator, with some context.

    missing: why there is none, "" if there is. is_value: whether it is the value of the row.
    """

    part: str
    path: str
    start: int
    end: int
    missing: str
    is_value: bool
    before: str = ""
    text: str = ""
    after: str = ""


class Provenance(msgspec.Struct, frozen=True):
    """What stands behind an id, as far as it applies.

    records: from the row's own record back to the entry that an authority confirmed. generation, newest_generation:
    of the capture's sightings. within: the sighting this one was found inside. exports: those that carried it.
    captures: what was read for an entry.
    """

    id: str
    kind: str
    records: tuple[RecordPlace, ...]
    sighting: Sighting | None = None
    place: TextPlace | None = None
    generation: int | None = None
    newest_generation: int | None = None
    within: str | None = None
    review: Review | None = None
    entry: EntryRow | None = None
    exports: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()


class Prover:
    """Answers for many ids of one case; what all of them need is read once."""

    def __init__(self, case: CaseReader) -> None:
        self.case = case
        self._entries = {row.seq: row for row in case.entries()}
        self._reviews = case.reviews()
        self._exported = read_carried(case)
        self._deletions = case.deletions()
        self._skeleton = lru_cache(maxsize=8)(case.skeleton)  # sightings of one capture stand together
        self._stamps = {base: case.timestamps(base) for base in case.bases.values()}
        self._coverings: dict[int, list[Covering]] = defaultdict(list)
        for row in case.rows("SELECT seq, payload FROM records WHERE type = 'checkpoint' ORDER BY seq"):
            self._coverings[base_of(row["seq"])].append(_covering(case, row["seq"], row["payload"]))

    def number(self, name: str) -> tuple[str, int] | None:
        """(kind, number) of an id of a record or sighting of this case; None if it is another row's.

        Taken as well: the id without the case's part ("outcome-17"), and a bare number for a record.

        Raises:
            UsageError: no id, or one of another case.
        """
        if name.isdecimal():
            return self._type(int(name)), int(name)
        return read_public_id(self.case, name)

    def prove(self, kind: str, number: int) -> Provenance:
        """What stands behind a record or a sighting.

        Raises:
            UsageError: there is none of that kind and number.
        """
        if kind == "sighting":
            return self._sighting(number)
        if self._type(number) != kind:
            raise UsageError(
                f"record {number} is no {kind}.",
                do=f"Give {self._type(number)}-{number}, or look at the table.",
            )
        said = self.case.rows("SELECT payload FROM payloads WHERE seq = ?", (number,))
        payload = next((cast("dict[str, Any]", read_json(row["payload"])) for row in said), {})
        chain = self._chain(kind, number, payload)
        entry = next((self._entries[seq] for seq in reversed(chain) if seq in self._entries), None)
        return Provenance(
            self.case.public_id(kind, number),
            kind,
            self.records(chain),
            entry=entry,
            exports=self._exports((), chain[:1]) if kind == "entry" else (),
            captures=self._captures(chain[0]) if kind == "entry" else (),
        )

    def _chain(self, kind: str, number: int, payload: dict[str, Any]) -> list[int]:
        """The record and those it rests on; payload: what it says, {} if that was deleted."""
        base = base_of(number)
        if kind == "entry":
            return self._entry_records(payload.get("updates", number - base) + base)
        if kind == "outcome" and payload:
            return self._back_from(number)
        if kind == "extraction" and payload:
            return [number, *self._back_from(payload["capture"] + base)]
        if kind == "decision" and payload:
            return [number, payload["run"] + base, payload["entry"] + base]
        if kind == "export":
            notes = self.case.rows(
                "SELECT seq FROM notes WHERE event = 'carried' AND json_extract(payload, '$.export') = ?"
                " AND seq BETWEEN ? AND ?",
                (number - base, *span_of(base)),
            )
            return [number, *(row["seq"] for row in notes)]
        return [number]

    def _sighting(self, number: int) -> Provenance:
        columns = ", ".join((*FIELDS, "extraction", "capture", "entry"))
        row = next(self.case.rows(f"SELECT {columns} FROM sightings WHERE row = ?", (number,)), None)
        if row is None:
            raise UsageError(f"there is no sighting {number}.", do="Give an id of the sightings table.")
        found = sighting_of(tuple(row)[: len(FIELDS)])
        capture = row["capture"]
        generations = dict(
            map(
                tuple, self.case.rows("SELECT seq, generation FROM extractions WHERE capture = ?", (capture,))
            )
        )
        return Provenance(
            self.case.public_id("sighting", number),
            "sighting",
            self.records([row["extraction"], *self._back_from(capture)]),
            sighting=found,
            place=self.text(capture, found),
            generation=generations.get(row["extraction"]),
            newest_generation=max(generations.values(), default=None),
            within=self._within(row["extraction"], found.via),
            review=self._reviews.get(number),
            entry=self._entries.get(row["entry"]),
            exports=self._exports((number,), ()),
        )

    def _within(self, extraction: int, via: str | None) -> str | None:
        rows = self.case.rows("SELECT row FROM sightings WHERE extraction = ? AND id = ?", (extraction, via))
        return next((self.case.public_id("sighting", row["row"]) for row in rows), None)

    def _entry_records(self, entry: int) -> list[int]:
        """Its first record, those that update it, and that of its withdrawal."""
        later = self.case.rows(
            "SELECT seq FROM shifted_records WHERE type = 'entry' AND json_extract(payload, '$.updates') + base = ?"
            " UNION SELECT withdrawal FROM entries WHERE seq = ? AND withdrawal IS NOT NULL ORDER BY 1",
            (entry, entry),
        )
        return [entry, *(row[0] for row in later)]

    def _captures(self, entry: int) -> tuple[str, ...]:
        rows = self.case.rows("SELECT seq FROM captures WHERE entry = ? ORDER BY seq", (entry,))
        return tuple(self.case.public_ids("outcome", [row["seq"] for row in rows]))

    def _back_from(self, outcome: int) -> list[int]:
        """From an outcome: itself, its decision, the run, the entry; what was deleted ends it."""
        for row in self.case.rows(
            "SELECT decisions.seq, run, entry FROM outcomes JOIN decisions ON decisions.seq = outcomes.decision"
            " WHERE outcomes.seq = ?",
            (outcome,),
        ):
            # A run that is 0 was made by hand, as tests do.
            return [seq for seq in (outcome, row["seq"], row["run"], row["entry"]) if seq - base_of(seq)]
        return [outcome]

    def text(self, capture: int, found: Sighting, context: int = CONTEXT) -> TextPlace:
        """The text of the capture's skeleton at the sighting's place, with so many characters on each side."""
        where = found.locator
        skeleton = self._skeleton(capture)
        at = (where.part, where.path, where.start, where.end)
        if skeleton is None:
            gone = next((one for one in self._deletions if _is_among(capture, one.texts)), None)
            missing = f"deleted by record {gone.seq}" if gone else "of this entry only facts were kept"
            return TextPlace(*at, missing=missing, is_value=False)
        text = skeleton[where.start : where.end]
        return TextPlace(
            *at,
            missing="",
            is_value=text == found.value,
            before=skeleton[max(0, where.start - context) : where.start],
            text=text,
            after=skeleton[where.end : where.end + context],
        )

    def records(self, numbers: Iterable[int]) -> tuple[RecordPlace, ...]:
        """These records and where they stand in the chain, each once; one that there is not is left out."""
        found = []
        for number in dict.fromkeys(numbers):
            rows = self.case.rows(
                "SELECT type, time, refs, payload_hash, chain, payload FROM ledger"
                " LEFT JOIN payloads USING (seq) WHERE seq = ?",
                (number,),
            )
            found += [self._place(number, row) for row in rows]
        return tuple(found)

    def _place(self, number: int, row: sqlite3.Row) -> RecordPlace:
        says: Any = read_json(row["payload"]) if row["payload"] is not None else None
        if row["type"] == "open" and says:
            says = {name: value for name, value in says.items() if name != "secret"}
        base = base_of(number)
        covering = next((one for one in self._coverings[base] if one.size >= number - base), None)
        refs = tuple(
            self.case.public_id(self._type(ref + base), ref + base)
            for ref in msgspec.json.decode(row["refs"])
        )
        return RecordPlace(
            self.case.public_id(row["type"], number),
            row["type"],
            row["time"],
            refs,
            row["payload_hash"],
            row["chain"],
            covering,
            next((one for one in self._stamps[base] if one.size >= number - base), None),
            says,
            next(
                (
                    self.case.public_id("note", one.seq)
                    for one in self._deletions
                    if _is_among(number, one.records)
                ),
                None,
            ),
        )

    def _type(self, number: int) -> str:
        row = next(self.case.rows("SELECT type FROM ledger WHERE seq = ?", (number,)), None)
        if row is None:
            raise UsageError(f"there is no record {number}.", do="Give an id as a table shows it.")
        return str(row["type"])

    def _exports(self, sightings: Collection[int], entries: Collection[int]) -> tuple[str, ...]:
        found = (export.among(sightings, entries) for export in self._exported)
        return tuple(self.case.public_id("export", one.seq) for one in found if one.sightings or one.entries)


def _is_among(number: int, runs: str) -> bool:
    return any(first <= number <= last for first, last in runs_of(runs))


def _covering(case: CaseReader, seq: int, payload: str) -> Covering:
    record = read_checkpoint(payload)
    size = read_note(record.note).checkpoint.size
    return Covering(case.public_id("checkpoint", seq), size, tuple(one.key for one in record.keys))
