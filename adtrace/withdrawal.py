"""Taking back what was said: rows or entries are withdrawn, and every export that carried them gets a correction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from adtrace.case.carried import Carrier, find_carriers
from adtrace.case.row_ids import ROW_KINDS
from adtrace.errors import CaseError, UsageError
from adtrace.export.audience import AUDIENCES, Audience
from adtrace.export.row_lookup import RowLookup
from adtrace.export.write import write_document
from adtrace.relate.links import links_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adtrace.case import Case
    from adtrace.export.source import Source


class ChangedRow(msgspec.Struct, frozen=True):
    """A row of a table that stood on what was withdrawn. after: sightings it has left; 0: it is gone."""

    table: str
    row: str
    before: int
    after: int


class Withdrawal(msgspec.Struct, frozen=True):
    """What was withdrawn, and who must hear of it.

    record: public id of its record. entries, sightings: their numbers, of every generation. rows: of today's tables.
    """

    record: str
    time: str
    reason: str
    entries: tuple[int, ...]
    sightings: tuple[int, ...]
    rows: tuple[ChangedRow, ...]
    exports: tuple[Carrier, ...]


def withdraw(
    case: Case, *, entries: Sequence[int] = (), rows: Sequence[str] = (), reason: str, role: str
) -> Withdrawal:
    """Withdraw entries (their confirmation is gone) or rows (they are not what they said), of one kind a call.

    rows: names as adtrace.export.row_lookup takes them; they are rejected as by a review.

    Raises:
        UsageError: both or neither are given, or a name is no row.
        CaseError: an entry is none or withdrawn already; there is no reason or role.
    """
    if bool(entries) == bool(rows):
        raise UsageError(
            "withdraw entries or rows.", do="Give the ones in one command, the others in another."
        )
    if not reason.strip() or not role.strip():
        raise CaseError("a withdrawal needs a reason and a role.", do="Say why, and as whom you withdraw.")
    lookup = RowLookup(case)
    before = _sizes(lookup)
    with case.transaction():
        if entries:
            case.withdraw(entries, reason, role=role)
        else:
            named = {number for name in rows for number in lookup.sightings(name)}
            case.review(named, "rejected", reason=reason, role=role, links=links_of)
        record = case.seq
    if entries:
        marks = ", ".join("?" * len(entries))
        found = case.rows(f"SELECT row FROM sightings WHERE entry IN ({marks}) ORDER BY row", tuple(entries))
        touched = [row["row"] for row in found]
    else:
        touched = sorted(number for number, review in case.reviews().items() if review.seq == record)
    after = _sizes(RowLookup(case))
    gone = set(touched)
    changed = tuple(
        ChangedRow(table, name, len(members), len(after[table].get(name, ())))
        for table, found_rows in before.items()
        for name, members in found_rows.items()
        if members & gone
    )
    (sealed,) = case.rows("SELECT type, time FROM ledger WHERE seq = ?", (record,))
    return Withdrawal(
        case.public_id(sealed["type"], record),
        sealed["time"],
        reason,
        tuple(entries),
        tuple(touched),
        changed,
        tuple(find_carriers(case, touched, entries)),
    )


def write_corrections(case: Case, withdrawn: Withdrawal, folder: Path) -> list[Path]:
    """Write one text a carrying export: what its readers are to strike out; the files, in the exports' order.

    Each says no more than its audience was told, and is itself on record before anybody can read it.

    Raises:
        IntegrityError: the case is damaged. CaseError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for export in withdrawn.exports:
        if export.audience not in AUDIENCES:
            continue
        path = (
            folder
            / f"correction-{case.public_id('export', export.seq)}-{withdrawn.record.rpartition('-')[2]}.txt"
        )
        audience: Audience = export.audience

        def make(source: Source, export: Carrier = export) -> bytes:
            return correction(source, withdrawn, export).encode()

        write_document(case, "correction", "text", path, audience, make)
        written.append(path)
    return written


def correction(source: Source, withdrawn: Withdrawal, export: Carrier) -> str:
    """The text for one export, in the words of its audience."""
    case, names = source.case, source.names
    domains = {row.seq: row.entry.domain for row in case.entries()}
    carried = set(export.sightings)
    affected = {
        row["domain"] for row in case.rows("SELECT row, domain FROM sightings") if row["row"] in carried
    }
    lines = [
        f"Correction to {case.public_id('export', export.seq)} of case {case.short}",
        "",
        f"Sent {export.time[:10]} to the {export.audience}: {', '.join(export.files)}.",
        f"Withdrawn {withdrawn.time[:10]} by record {withdrawn.record}: {names.text(withdrawn.reason)}",
        "",
    ]
    if not export.is_known:
        lines += [
            "What this export carried was not noted when it was made; it may have held what is withdrawn.",
            "",
        ]
    if export.entries:
        lines += ["These domains are no longer confirmed. Strike out every row that names them:"]
        lines += [f"  {names.domain(domains[seq])}" for seq in export.entries]
    else:
        lines += [
            "What was seen on these domains is corrected:",
            *(f"  {names.domain(one)}" for one in sorted(affected)),
        ]
    gone = [row for row in withdrawn.rows if not row.after]
    less = [row for row in withdrawn.rows if row.after]
    if gone:
        lines += ["", "Strike out these rows:", *(f"  {row.table}: {row.row}" for row in gone)]
    if less:
        lines += ["", "These rows stand on fewer sightings:"]
        lines += [f"  {row.table}: {row.row}: {row.after} instead of {row.before}" for row in less]
    if export.sightings:
        lines += ["", "Strike out these rows of sightings:"]
        lines += [f"  {case.public_id('sighting', number)}" for number in export.sightings]
    lines += [
        "",
        "Counts, links and pictures made of them are to be taken anew from a fresh export.",
        "Tell whoever you gave the export or anything made of it.",
        "",
    ]
    return "\n".join(lines)


def _sizes(lookup: RowLookup) -> dict[str, dict[str, frozenset[int]]]:
    """By table and name of row, the sightings it stands on."""
    return {
        table: {name: frozenset(row["members"]) for name, row in lookup.rows(table).items()}
        for table in ROW_KINDS
    }
