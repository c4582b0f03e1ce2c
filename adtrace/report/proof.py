"""What stands behind the evidence of a page: the text at each place, its rule, its records, and what is signed of them.

The same as `adtrace show` says of one row, in tables that the rows share: a rule, a capture or a record stands there
once, and each cell leads to it. The exports that carried a row are left out: two reports of a case shall be equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adtrace.case.provenance import Prover, RecordPlace
from adtrace.case.segments import base_of
from adtrace.case.sightings import FIELDS, sighting_of
from adtrace.knowledge.rule_today import rule_today
from adtrace.names import defang, display
from adtrace.report.anchors import Anchors
from adtrace.report.cells import Cell, Extra, Heading, PageRow, PageTable, Piece
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.case.provenance import Covering, TextPlace
    from adtrace.export.source import Source
    from adtrace.report.rows import Row

_CONTEXT, _LONGEST = 60, 240  # characters beside the value, and of the value
_SCOPE = re.compile(r"(scope/[a-z]+)/\d+")  # and the number of the entry, which is its place in the list
_TODAY = {True: "the same card today", False: "another card today", None: "no card"}


class Proof:
    """What stands behind these sightings and captures, and the entries of these domains, as one audience may see it."""

    def __init__(
        self, source: Source, sightings: Sequence[Row], others: Iterable[str], rules: Iterable[str]
    ) -> None:
        """sightings: rows of that table. others: public ids of further records. rules: those named elsewhere."""
        self._source = source
        self._prover = Prover(source.case)
        self._reviews = source.case.reviews()
        self._numbers = {row["id"]: self._number(row["id"]) for row in sightings}
        named = {self._number(public_id) for public_id in others}
        self.records = self._closure({*named, *(one[0] for one in self._stored.values())})
        self.rules = sorted({*rules, *(row["rule"] for row in sightings)} - {""})

    def columns(self, anchors: Anchors) -> tuple[Extra, ...]:
        """What the table of sightings says beside its own columns."""
        text = Extra(
            Heading("text", "The text at its place, between » and «.", on_demand=True),
            lambda row: self._text(row["id"]),
        )
        return (
            *((text,) if self._source.audience == "investigator" else ()),
            Extra(
                Heading("review", "The newest judgement of a person."), lambda row: self._review(row["id"])
            ),
            Extra(
                Heading("record", "The record that holds it; from there back to the entry.", on_demand=True),
                lambda row: self._record(row["id"], anchors),
            ),
        )

    def rule_table(self, anchors: Anchors) -> PageTable:
        """Every rule that something here rests on, beside the card of today."""
        rows = []
        for rule in self.rules:
            now = rule_today(rule)
            words = (now.about, _TODAY[now.is_same], " ".join(now.sources), now.limits)
            cells = [_plain(word) for word in (rule, *words)]
            rows.append(PageRow(cells, anchors.rule(rule)))
        return PageTable(
            "rules", "Rules", "One row a rule that something here rests on.", _RULES, rows, len(rows)
        )

    def record_table(self, anchors: Anchors) -> PageTable:
        """The records behind the evidence with their places in the chain."""
        rows = [
            PageRow(
                [
                    Cell((Piece(anchors.short(record.id), anchors.capture(record.id)),)),
                    Cell((Piece(record.time[:19].replace("T", " ")),)),
                    _plain(self._says(record)),
                    Cell(tuple(Piece(anchors.short(ref), anchors.record(ref)) for ref in self._refs(record))),
                    Cell((Piece(record.chain),)),
                    self._signed(record, anchors),
                ],
                anchors.record(record.id),
            )
            for record in self.records
        ]
        meaning = "One row a record behind the evidence; chain is SHA-256 over it and the chain before it."
        return PageTable("records", "Records", meaning, _RECORDS, rows, len(rows))

    def _number(self, public_id: str) -> int:
        found = self._prover.number(public_id)
        assert found, public_id
        return found[1]

    @cached_property
    def _stored(self) -> dict[int, tuple[int, int, tuple[Any, ...]]]:
        """Sighting → its extraction, its capture, and its cells."""
        rows = self._source.case.rows(
            f"SELECT row, extraction, capture, {', '.join(FIELDS)} FROM sightings"
            " WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row",
            (str(sorted(self._numbers.values())),),
        )
        return {row["row"]: (row["extraction"], row["capture"], tuple(row)[3:]) for row in rows}

    def _closure(self, numbers: set[int]) -> list[RecordPlace]:
        """These records and all that they rest on, in order."""
        found: dict[int, RecordPlace] = {}
        while numbers:
            for record in self._prover.records(sorted(numbers)):
                found[self._number(record.id)] = record
            fresh = [found[number] for number in numbers]
            named = {ref for record in fresh for ref in self._refs(record)}
            signed = {signature.record for record in fresh if (signature := _signature(record))}
            numbers = {self._number(ref) for ref in named | signed} - found.keys()
        return [found[number] for number in sorted(found)]

    def _refs(self, record: RecordPlace) -> tuple[str, ...]:
        """What the record rests on: those it refers to, and of a decision the run it was made in.

        Entries only where domains stand in clear: their numbers are the order of the list.
        """
        refs = [ref for ref in record.refs if self._source.names.shows_domains or "-entry-" not in ref]
        run = record.says.get("run") if record.type == "decision" and record.says else None
        if run:  # 0 was made by hand, as tests do
            refs.append(self._source.case.public_id("note", run + base_of(self._number(record.id))))
        return tuple(refs)

    def _text(self, public_id: str) -> Cell:
        _, capture, cells = self._stored[self._numbers[public_id]]
        place = self._prover.text(capture, sighting_of(cells), _CONTEXT)
        return _plain(f"none: {place.missing}" if place.missing else self._quoted(place))

    def _quoted(self, place: TextPlace) -> str:
        """The text between its neighbours; without the marks, if a host that has a stand-in lies across one."""
        quote = self._source.names.quote
        value = place.text if len(place.text) <= _LONGEST else f"{place.text[:_LONGEST]}…"
        parts = [quote(part) for part in (place.before, value, place.after)]
        whole = quote(f"{place.before}{value}{place.after}")
        return "{}»{}«{}".format(*parts) if "".join(parts) == whole else whole

    def _review(self, public_id: str) -> Cell:
        review = self._reviews.get(self._numbers[public_id])
        if review is None:
            return Cell((Piece("none yet"),))
        return _plain(
            self._source.names.text(
                f"{review.judgement} by {review.role}, {review.time[:10]}: {review.reason}"
            )
        )

    def _record(self, public_id: str, anchors: Anchors) -> Cell:
        extraction = self._source.case.public_id("extraction", self._stored[self._numbers[public_id]][0])
        return Cell((Piece(anchors.short(extraction), anchors.record(extraction)),))

    def _signed(self, record: RecordPlace, anchors: Anchors) -> Cell:
        signed = _signature(record)
        if signed is None:
            return Cell(() if record.type == "checkpoint" else (Piece("no signature covers it yet"),))
        name = anchors.short(signed.record)
        return Cell((Piece(f"{name} of 1 to {signed.size:,}", anchors.record(signed.record)),))

    def _says(self, record: RecordPlace) -> str:
        """What the record holds, in short and as this audience may read it."""
        said: Any = record.says
        if said is None:
            return f"what it said was deleted by {record.deleted_by}"
        names = self._source.names
        is_mine = names.audience == "investigator"
        if record.type == "decision":
            reason = f": {names.quote(said.get('reason') or '')}" if is_mine and said.get("reason") else ""
            rule = said.get("rule") or "no rule"
            if not names.shows_domains:
                rule = _SCOPE.sub(r"\1", rule)
            return f"{said['verdict']} {said['document']}, {rule}{reason}"
        if record.type == "outcome":
            why = said.get("layer") or said.get("page_state") or ""
            return f"{said['outcome']} {why}".strip()
        if record.type == "extraction":
            seen = count(said["sightings"], "sighting")
            return f"generation {said['generation']}, {seen}, knowledge {said['knowledge'][:12]}"
        if record.type == "entry":
            when = f", confirmed {said['confirmed_at']}" if said.get("confirmed_at") else ""
            return names.text(f"{said['authority']}, {said['reference']}{when}; {said['handling']}")
        if record.type == "checkpoint":
            return f"signed with {', '.join(key['key'] for key in said['keys'])}"
        return str(said.get("event", record.type)).replace("_", " ")


_RULES = (
    Heading("rule", "Card or detector, name, and the hash of the card's file when it matched."),
    Heading("what", "Where the rule is from."),
    Heading("today", "Whether the card of that name has that hash today."),
    Heading("sources", "Of today's card, with dates."),
    Heading("limits", "What a match does not prove, by today's card."),
)
_RECORDS = (
    Heading("id", "The record; `adtrace show` says all of it."),
    Heading("time", "When it was written (UTC)."),
    Heading("says", "What it holds, in short."),
    Heading("rests_on", "Records it refers to."),
    Heading("chain", "The chain value there."),
    Heading("signed", "The first checkpoint that covers it, and which records it signs."),
)


def _signature(record: RecordPlace) -> Covering | None:
    """The first checkpoint that covers the record; of a checkpoint none: the next report would name another."""
    return None if record.type == "checkpoint" else record.checkpoint


def _plain(text: str) -> Cell:
    return Cell((Piece(defang(display(text.replace("\n", "↵")))),) if text else ())
