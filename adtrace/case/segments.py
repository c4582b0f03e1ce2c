"""Numbers of a case that others were merged into: record n of the k-th one stands at n - k * 1,000,000,000.

The numbers of its own begin at 1, as ever; those of merged cases are negative. views.sql says the same for the views.
"""

import sqlite3

import msgspec

from adtrace.case.canonical import read_json

SIZE = 1_000_000_000
EVENT = "merge"
# Each table's columns that hold numbers of records or rows.
SHIFTED_SIGHTINGS = ("row", "extraction", "capture", "entry")
_SHIFTED = {"ledger": ("seq",), "payloads": ("seq",), "sightings": SHIFTED_SIGHTINGS}


class Merged(msgspec.Struct, frozen=True):
    """A case that was merged in, as a note of this one says. number: the k-th. records, head: its whole chain."""

    number: int
    case: str
    records: int
    head: str

    @property
    def base(self) -> int:
        """What is added to its numbers."""
        return -self.number * SIZE


def base_of(seq: int) -> int:
    """What was added to a record's or a row's own number; 0 for this case's own.

    >>> base_of(7), base_of(7 - SIZE), base_of(-1), base_of(7 - 2 * SIZE)
    (0, -1000000000, -1000000000, -2000000000)
    """
    return 0 if seq >= 0 else seq // SIZE * SIZE


def span_of(base: int) -> tuple[int, int]:
    """The first and the last number that a record may have of the case at this base.

    >>> span_of(0), span_of(-SIZE)
    ((1, 999999999), (-999999999, -1))
    """
    return base + 1, base + SIZE - 1


def read_merged(database: sqlite3.Connection) -> list[Merged]:
    """The cases that were merged in, in their order; [] for nearly every case."""
    # Of the tables themselves: this is read before anybody has verified the views.
    rows = database.execute(
        "SELECT payload FROM ledger JOIN payloads USING (seq)"
        " WHERE type = 'note' AND seq > 0 AND json_extract(payload, '$.event') = ? ORDER BY seq",
        (EVENT,),
    )
    return [msgspec.convert(read_json(row[0]), Merged) for row in rows]


def copy_rows(connection: sqlite3.Connection, merged: Merged) -> None:
    """Copy the tables of the attached file `source`, numbers shifted; texts are there once however often."""
    for table, shifted in _SHIFTED.items():
        names = [row[1] for row in connection.execute(f"PRAGMA main.table_info ({table})")]
        cells = ", ".join(f"{name} + {merged.base}" if name in shifted else name for name in names)
        connection.execute(
            f"INSERT INTO main.{table} SELECT {cells} FROM source.{table} WHERE {shifted[0]} < {SIZE}"
        )
    connection.execute("INSERT OR IGNORE INTO main.skeletons SELECT * FROM source.skeletons")
