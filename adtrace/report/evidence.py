"""Which sightings a page holds: those that its rows and ties name, as many as fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from adtrace.relate.answer_rows import EVIDENCE
from adtrace.report.cells import MAX_ROWS
from adtrace.report.rows import Row, Rows, answer_rows, read_some

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.relate.questions import Answer

MAX_SIGHTINGS = 5000
MAX_CITED = 3000  # of a case that has more
_UNFOLDED = 20  # rows of an answer that are read first


def read_evidence(source: Source, named: Iterable[Sequence[str]]) -> tuple[Rows, set[str]]:
    """The sightings of the page, and of all sightings the hosts that behave like ad tech and that no card knows.

    named: what each row and each tie names. All of a small case; of a larger one the first that each names, then what
    they name beside it, up to MAX_CITED.
    """
    lists = list(named)
    ordered = chain((one[0] for one in lists if one), *(one[1:] for one in lists))
    wanted = set(islice(dict.fromkeys(ordered), MAX_CITED))
    unidentified: set[str] = set()

    def is_wanted(row: Row) -> bool:
        if row["kind"] == "unidentified":
            unidentified.add(row["ad_domain"])
        return row["id"] in wanted

    return read_some(source.rows("sightings"), MAX_SIGHTINGS, is_wanted), unidentified


def named_by(table: Rows) -> list[Sequence[str]]:
    """What each row of the table names, as far as the page shows the table; [] of one whose rows name nothing."""
    return [row["evidence"] for row in table.rows[:MAX_ROWS]] if "evidence" in table.columns else []


def answered_by(answers: Iterable[Answer]) -> list[Sequence[str]]:
    """What each of the first rows of the answers names: sightings alone."""
    return [
        [one for one in row[EVIDENCE.name] if "-sighting-" in one]
        for answer in answers
        for row in answer_rows(answer)[:_UNFOLDED]
    ]


def captures_first(captures: Rows, sightings: Rows) -> int:
    """How many captures the page shows, after those of its sightings were put before the others."""
    cited = {row["capture"] for row in sightings.rows}
    captures.rows.sort(key=lambda row: row["id"] not in cited)
    return max(MAX_ROWS, sum(row["id"] in cited for row in captures.rows))
