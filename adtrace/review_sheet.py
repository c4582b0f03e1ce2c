"""What awaits review, as rows of the tables; and judgements read from a sheet that somebody filled in."""

import csv
from collections.abc import Iterator, Sequence
from typing import IO, cast

import msgspec

from adtrace.case.csv_text import decode, read_csv
from adtrace.case.list_faults import Faults
from adtrace.case.reviews import JUDGEMENTS, Judgement, Review
from adtrace.errors import ListError
from adtrace.export.cells import read_spreadsheet_cell, spreadsheet_cell
from adtrace.export.row_lookup import RowLookup
from adtrace.export.rows import Row
from adtrace.names import defang

# The tables whose rows go to networks and brands, and so are judged.
TABLES = ("networks", "accounts", "brands")
COLUMNS = ("row", "judgement", "reason", "domain", "what", "evidence", "sightings", "waiting", "second_look")


class Waiting(msgspec.Struct, frozen=True):
    """A row of a table that nobody has judged in full.

    row: its name. waiting: how many of its sightings have no judgement; second_look: how many wait for another person.
    """

    row: str
    table: str
    domain: str
    what: str
    evidence: str
    sightings: int
    waiting: int
    second_look: int


class Judged(msgspec.Struct, frozen=True):
    """One line of a filled sheet: the name of a row or sighting, what was judged of it, and why."""

    row: str
    judgement: Judgement
    reason: str


def awaiting(lookup: RowLookup, tables: Sequence[str] = TABLES) -> Iterator[Waiting]:
    """The rows that wait for a judgement, table by table in their order."""
    reviews = lookup.case.reviews()
    for table in tables:
        for name, row in lookup.rows(table).items():
            found = [reviews.get(number) for number in row["members"]]
            new = sum(review is None for review in found)
            second = sum(_is_second(review) for review in found)
            if new or second:
                yield Waiting(name, table, row["domain"], _what(row), _evidence(row), len(found), new, second)


def write_sheet(waiting: Sequence[Waiting], stream: IO[str]) -> None:
    """The rows as CSV with empty columns `judgement` and `reason`; nothing a spreadsheet would compute or follow."""
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for one in waiting:
        counts = (one.sightings, one.waiting, one.second_look)
        texts = (defang(one.domain), defang(one.what), one.evidence)
        writer.writerow([one.row, "", "", *map(spreadsheet_cell, texts), *counts])


def read_sheet(stream: IO[bytes], *, name: str, reason: str | None = None) -> list[Judged]:
    """The lines in which a judgement was filled in, in their order; [] if none.

    reason: for lines that give none. Needed are the columns row and judgement; others are left alone.

    Raises:
        ListError: no such column, or lines that cannot be read, each named by its number; nothing is taken then.
    """
    faults = Faults(name)
    rows = read_csv(decode(stream.read(), name), name, faults)
    _, header = next(rows, (0, []))
    if not {"row", "judgement"} <= {*header}:
        raise ListError(
            "has no columns row and judgement.", where=name, do="Fill in what `adtrace review --sheet` wrote."
        )
    found: dict[str, Judged] = {}
    for line, cells in rows:
        with faults.gathered(f"{name}, line {line}"):
            one = _judged(dict(zip(header, cells, strict=True)), reason)
            if one and found.setdefault(one.row, one) != one:
                raise ListError(f"{one.row} was judged otherwise above.", do="Keep one of them.")
    faults.refuse()
    return list(found.values())


def _judged(cells: dict[str, str], reason: str | None) -> Judged | None:
    judgement = cells["judgement"].lower().replace(" ", "_").replace("-", "_")
    if not judgement:
        return None
    if judgement not in JUDGEMENTS:
        raise ListError(f'"{judgement[:40]}" is no judgement.', do=f"Use one of: {', '.join(JUDGEMENTS)}.")
    why = read_spreadsheet_cell(cells.get("reason", "")) or reason
    if not why:
        raise ListError("gives no reason.", do="Fill in the column reason, or give --reason.")
    return Judged(cells["row"], cast("Judgement", judgement), why)


def _is_second(review: Review | None) -> bool:
    return review is not None and review.judgement == "second_look"


def _what(row: Row) -> str:
    """What the row says is there, in a few words."""
    names = ("network", "system", "account_kind", "account", "brand", "role", "through")
    return " ".join(str(row[name]) for name in names if row.get(name))


def _evidence(row: Row) -> str:
    return f"{row['basis']}, {row['state']}, {row['certainty']}"
