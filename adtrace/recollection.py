"""A case's own memory of hosts, applied to it: what was unidentified gains an inferred network."""

from collections.abc import Iterator

import msgspec

from adtrace.case import Case
from adtrace.case.links import FEEDS_LINKS
from adtrace.case.sightings import FIELDS, sighting_of
from adtrace.extract.memory import Memory, Proof, proof_of
from adtrace.generations import CAPTURES, add_generation, day_of, kept_text
from adtrace.knowledge import Knowledge, load_knowledge

_FIELDS = ", ".join(f"seen.{name}" for name in FIELDS)


class Recalled(msgspec.Struct, frozen=True):
    """How many captures gained or lost inferred lines, and how many such lines the case has now."""

    captures: int
    inferred: int


def recall_hosts(case: Case, knowledge: Knowledge | None = None) -> Recalled:
    """Infer networks from the hosts this case saw proven; a capture whose inferences change gains a generation.

    What was inferred before is judged anew, so calling it twice changes nothing the second time. Captures of which
    only facts are kept are left alone. Older generations stay.
    """
    knowledge = knowledge or load_knowledge()
    memory = Memory(_proofs(case, knowledge))
    captures = inferred = 0
    # Read before writing: a generation changes what the view says.
    touched = case.rows(
        "SELECT DISTINCT capture FROM current_sightings WHERE kind = 'unidentified' OR basis = 'inferred'"
    )
    for row in list(touched):
        changed, count = _recall(case, memory, row["capture"])
        captures, inferred = captures + changed, inferred + count
    return Recalled(captures, inferred)


def _proofs(case: Case, knowledge: Knowledge) -> Iterator[Proof]:
    confirmed = frozenset(row.entry.domain for row in case.entries())
    rows = case.rows(
        f"SELECT captures.time AS seen_at, {_FIELDS} FROM current_sightings AS seen"
        " JOIN captures ON captures.seq = seen.capture"
        " WHERE seen.kind = 'network' AND seen.certainty = 'proven' AND seen.basis = 'embedded'"
        f" AND seen.host IS NOT NULL AND {FEEDS_LINKS}"
    )
    for row in rows:
        if proof := proof_of(sighting_of(row[1:]), day_of(row["seen_at"]), knowledge, confirmed):
            yield proof


def _recall(case: Case, memory: Memory, capture: int) -> tuple[bool, int]:
    """Whether the capture gained a generation, and how many inferred lines it has now."""
    (row,) = case.rows(f"{CAPTURES} WHERE captures.seq = ?", (capture,))
    seen = [
        sighting_of(tuple(found))
        for found in case.rows(
            f"SELECT {_FIELDS} FROM current_sightings AS seen WHERE capture = ? ORDER BY row", (capture,)
        )
    ]
    before = [sighting for sighting in seen if sighting.basis == "inferred"]
    skeleton = kept_text(case, row)
    if skeleton is None:
        return False, len(before)
    plain = [sighting for sighting in seen if sighting.basis != "inferred"]
    now = memory.infer(plain, day_of(row["time"]), row["skeleton_sha256"])
    if now == before:
        return False, len(now)
    add_generation(case, row, skeleton, [*plain, *now], row["knowledge"])
    return True, len(now)
