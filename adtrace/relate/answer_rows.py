"""The rows of an answer by names of their own, and the records each rests on: what `adtrace show` is given."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from adtrace.case.row_ids import answer_row_id
from adtrace.relate.measures.measure import Column
from adtrace.relate.seen import Seen, with_evidence

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.measures.measure import Behind
    from adtrace.relate.questions import Answer

MOST_NAMED = 3  # of what a row rests on; `adtrace show` has all
ROW = Column("row", "record", "Name of this row for `adtrace show`.")
EVIDENCE = Column("evidence", "records", f"Ids of the first records behind it, {MOST_NAMED} at most.")


def name_rows(case: Case, found: Answer) -> Answer:
    """The answer with two more columns: each row's name, and the first of the records behind it.

    Of the answer in clear, within the snapshot it was made in: a name is keyed with the case's own secret, and is the
    same for as long as the row says the same.
    """
    first = records_behind(case, [list(islice(behind, MOST_NAMED)) for behind in found.behind])
    rows = [
        [*row, answer_row_id(case, found.id, row), list(records[:MOST_NAMED])]
        for row, records in zip(found.rows, first, strict=True)
    ]
    return msgspec.structs.replace(found, columns=(*found.columns, ROW, EVIDENCE), rows=rows)


def records_behind(case: Case, rows: Iterable[Behind]) -> list[tuple[str, ...]]:
    """For each of these rows, the public ids of the records it rests on, each once. Cost: the links' sightings."""
    rows = list(rows)
    links = [one for behind in rows for one in behind if isinstance(one, Seen) and not one.sightings]
    looked_up = {
        id(one): found.sightings for one, found in zip(links, with_evidence(case, links), strict=True)
    }
    return [tuple(dict.fromkeys(_ids(behind, looked_up))) for behind in rows]


def _ids(behind: Behind, looked_up: dict[int, tuple[str, ...]]) -> Iterable[str]:
    for one in behind:
        if isinstance(one, str):
            yield one
        else:
            yield from one.sightings or looked_up[id(one)]
