"""What people judged of the sightings: confirmed, rejected, or to be looked at by somebody else."""

import sqlite3
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Literal, get_args

import msgspec

from adtrace.case.ledger import Ledger
from adtrace.errors import CaseError

Judgement = Literal["confirmed", "rejected", "second_look"]
JUDGEMENTS: tuple[str, ...] = get_args(Judgement)
# A fact: what a sighting's `id` names, on one domain.
Fact = tuple[str, str]
_AT_ONCE = 500


class Review(msgspec.Struct, frozen=True):
    """The newest judgement of a sighting. seq: its record. role: who judged, as a role or pseudonym."""

    seq: int
    time: str
    judgement: Judgement
    reason: str
    role: str


def read_reviews(database: sqlite3.Connection) -> dict[int, Review]:
    """The newest judgement of every sighting that has one, by the number of its row."""
    rows = database.execute("SELECT sighting, seq, time, judgement, reason, role FROM reviews")
    return {row[0]: Review(*row[1:]) for row in map(tuple, rows)}


def rejected_rows(database: sqlite3.Connection) -> set[int]:
    """The rows whose newest judgement is `rejected`: they leave tables, links and answers."""
    return {row[0] for row in database.execute("SELECT sighting FROM reviews WHERE judgement = 'rejected'")}


def rejected_facts(database: sqlite3.Connection) -> set[Fact]:
    """The facts behind them: what the next capture of the same text will find again."""
    return {
        (row[0], row[1])
        for row in database.execute(
            "SELECT DISTINCT domain, id FROM sightings JOIN reviews ON reviews.sighting = sightings.row"
            " WHERE judgement = 'rejected'"
        )
    }


def append_review(
    ledger: Ledger,
    database: sqlite3.Connection,
    sightings: Collection[int],
    judgement: Judgement,
    reason: str,
    role: str,
) -> list[int]:
    """Record a judgement of these rows; the captures in which the same facts stand.

    Raises:
        CaseError: no such judgement or row; reason or role is missing; or it was this role that asked for a second
            look.
    """
    if judgement not in JUDGEMENTS:
        raise CaseError(f'"{judgement}" is no judgement.', do=f"Use one of: {', '.join(JUDGEMENTS)}.")
    if not reason.strip() or not role.strip():
        raise CaseError("a review needs a reason and a role.", do="Say why, and as whom you judge.")
    chosen = sorted(set(sightings))
    places = _places(database, chosen)
    if not chosen or len(places) != len(chosen):
        missing = next((row for row in chosen if row not in places), "none")
        raise CaseError(f"there is no sighting {missing}.", do="Give ids of rows of the sightings table.")
    if judgement != "second_look":
        _refuse_same_eyes(database, chosen, role)
    refs = sorted({capture for capture, _ in places.values()})
    ledger.append(
        "review", {"judgement": judgement, "reason": reason, "role": role, "sightings": chosen}, refs
    )
    return captures_of(database, {fact for _, fact in places.values()})


def _refuse_same_eyes(database: sqlite3.Connection, rows: Sequence[int], role: str) -> None:
    """A second look is another's."""
    reviews = read_reviews(database)
    for row in rows:
        last = reviews.get(row)
        if last and last.judgement == "second_look" and last.role == role:
            raise CaseError(
                f"{role} asked for a second look at sighting {row}.", do="Let somebody else judge it."
            )


def _places(database: sqlite3.Connection, rows: Sequence[int]) -> dict[int, tuple[int, Fact]]:
    """(capture, fact) of each row that is there."""
    found = {}
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        for row in database.execute(
            f"SELECT row, capture, domain, id FROM sightings WHERE row IN ({marks})", some
        ):
            found[row[0]] = (row[1], (row[2], row[3]))
    return found


def captures_of(database: sqlite3.Connection, facts: Collection[Fact]) -> list[int]:
    """The captures in which any of these facts stands, of every generation; ascending."""
    found: set[int] = set()
    for domain, group in groupby(sorted(facts), key=lambda fact: fact[0]):
        ids = [fact for _, fact in group]
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = database.execute(
                f"SELECT DISTINCT capture FROM sightings WHERE domain = ? AND id IN ({marks})",
                (domain, *some),
            )
            found.update(row[0] for row in rows)
    return sorted(found)
