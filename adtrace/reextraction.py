"""A case read again with the cards of today: new sightings beside the old ones, which stay."""

import msgspec

from adtrace.case import Case
from adtrace.extract.document import find_sightings
from adtrace.generations import CAPTURES, add_generation, day_of, kept_text
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.recollection import recall_hosts


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
    for row in list(case.rows(CAPTURES)):
        if row["knowledge"] == knowledge.hash:
            current += 1
        elif (skeleton := kept_text(case, row)) is None:
            unkept += 1
        else:
            sightings = find_sightings(skeleton, url=row["url"], at=day_of(row["time"]), knowledge=knowledge)
            add_generation(case, row, skeleton, sightings, knowledge.hash)
            found.append(len(sightings))
    return Again(len(found), current, unkept, sum(found), recall_hosts(case, knowledge).inferred)
