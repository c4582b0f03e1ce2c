"""Taking back what was said: rows or entries are withdrawn, and every export that carried them gets a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from adtrace.case.carried import Carrier, find_carriers
from adtrace.case.row_ids import ROW_KINDS
from adtrace.errors import CaseError, UsageError
from adtrace.export.row_lookup import RowLookup
from adtrace.relate.links import links_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adtrace.case import Case


class ChangedRow(msgspec.Struct, frozen=True):
    """A row of a table that stood on what was withdrawn.

    sightings: what it loses. before, after: how many it stood on and stands on; after 0: it is gone.
    """

    table: str
    row: str
    sightings: tuple[int, ...]
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
    touched = _of_entries(case, entries) if entries else _rejected_by(case, record)
    changed = tuple(_changed_rows(before, _sizes(RowLookup(case)), set(touched)))
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


def _of_entries(case: Case, entries: Sequence[int]) -> list[int]:
    """The sightings of these entries, of every generation."""
    marks = ", ".join("?" * len(entries))
    found = case.rows(f"SELECT row FROM sightings WHERE entry IN ({marks}) ORDER BY row", tuple(entries))
    return [row["row"] for row in found]


def _rejected_by(case: Case, record: int) -> list[int]:
    """The sightings whose newest judgement is this record."""
    return sorted(number for number, review in case.reviews().items() if review.seq == record)


_Sizes = dict[str, dict[str, frozenset[int]]]


def _changed_rows(before: _Sizes, after: _Sizes, gone: set[int]) -> Iterator[ChangedRow]:
    for table, rows in before.items():
        for name, members in rows.items():
            if lost := members & gone:
                left = len(after[table].get(name, ()))
                yield ChangedRow(table, name, tuple(sorted(lost)), len(members), left)


def _sizes(lookup: RowLookup) -> _Sizes:
    """By table and name of row, the sightings it stands on."""
    return {
        table: {name: frozenset(row["members"]) for name, row in lookup.rows(table).items()}
        for table in ROW_KINDS
    }
