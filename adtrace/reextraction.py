"""A case read again with the cards of today: new sightings beside the old ones, which stay."""

import sqlite3
from datetime import datetime

import msgspec

from adtrace.case import Case, original_text
from adtrace.extract.document import find_sightings
from adtrace.extract.sighting import Extraction, PageState
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.recollection import recall_hosts
from adtrace.relate.links import links_of


class Again(msgspec.Struct, frozen=True):
    """What a re-extraction did: captures read anew, read with these very cards already, and without a skeleton.

    sightings: how many the captures that were read anew have now. inferred: lines the case's own memory of hosts
    gives it, in all.
    """

    read: int
    current: int
    unkept: int
    sightings: int
    inferred: int = 0


def extract_again(case: Case, knowledge: Knowledge | None = None) -> Again:
    """Read every kept skeleton of the case with these cards; each capture gains a generation, none is rewritten.

    Captures whose newest generation was made with the same cards are left alone. The page state stays the one that
    was decided when the page itself was there. Of entries with handling=facts there is no skeleton to read.
    """
    knowledge = knowledge or load_knowledge()
    current = unkept = 0
    found: list[int] = []
    # Read before writing: a generation changes what the view says.
    rows = case.rows(
        "SELECT captures.seq, captures.time, url, document, skeleton_sha256, skeleton_kept, page_state,"
        " page_state_rule, parse_status, extractions.knowledge"
        " FROM captures JOIN extractions ON extractions.seq = captures.extraction"
    )
    for row in list(rows):
        if row["knowledge"] == knowledge.hash:
            current += 1
        elif (skeleton := case.skeleton(row["seq"]) if row["skeleton_kept"] else None) is None:
            unkept += 1
        else:
            found.append(_read_again(case, row, skeleton, knowledge))
    return Again(len(found), current, unkept, sum(found), recall_hosts(case, knowledge).inferred)


def _read_again(case: Case, row: sqlite3.Row, skeleton: str, knowledge: Knowledge) -> int:
    """Give the capture of this row a generation; how many sightings it has."""
    found = find_sightings(
        skeleton,
        url=original_text(row["url"]),
        at=datetime.fromisoformat(row["time"]).date(),
        knowledge=knowledge,
    )
    extraction = Extraction(
        kind=row["document"],
        skeleton=skeleton,
        skeleton_sha256=row["skeleton_sha256"],
        page_state=PageState(row["page_state"], row["page_state_rule"]) if row["page_state"] else None,
        sightings=found,
        proposals=[],
        scrubbed=[],
        parse_status=row["parse_status"],
        knowledge=knowledge.hash,
    )
    with case.transaction():
        case.add_generation(row["seq"], extraction, links_of)
    return len(found)
