"""A capture whose kept text is read again: what is known of it, and the generation of sightings it gains."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from adtrace.case import Case
from adtrace.extract.sighting import Extraction, PageState, Sighting
from adtrace.relate.links import links_of

# What kept_text() and add_generation() need of a capture; knowledge: the hash of the cards it was last read with.
CAPTURES = (
    "SELECT captures.seq, captures.time, url, document, skeleton_sha256, skeleton_kept, page_state,"
    " page_state_rule, parse_status, extractions.knowledge"
    " FROM captures JOIN extractions ON extractions.seq = captures.extraction"
)


def kept_text(case: Case, row: sqlite3.Row) -> str | None:
    """The skeleton of the capture of this row of CAPTURES; None if only facts were kept, or it was deleted."""
    return case.skeleton(row["seq"]) if row["skeleton_kept"] else None


def day_of(time: str) -> date:
    """The day (UTC) of a time of the ledger: cards are read as of the day of the capture."""
    return datetime.fromisoformat(time).date()


def add_generation(
    case: Case, row: sqlite3.Row, skeleton: str, sightings: Sequence[Sighting], knowledge: str
) -> None:
    """Give the capture of this row of CAPTURES a generation with these sightings, made with cards of this hash.

    The page state stays the one that was decided when the page itself was there.
    """
    extraction = Extraction(
        kind=row["document"],
        skeleton=skeleton,
        skeleton_sha256=row["skeleton_sha256"],
        page_state=PageState(row["page_state"], row["page_state_rule"]) if row["page_state"] else None,
        sightings=list(sightings),
        proposals=[],
        scrubbed=[],
        parse_status=row["parse_status"],
        knowledge=knowledge,
    )
    with case.transaction():
        case.add_generation(row["seq"], extraction, links_of)
