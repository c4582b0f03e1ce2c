"""From the name of an answer's row back to the row, in clear, and to every record it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from adtrace.errors import UsageError
from adtrace.relate.answer_rows import EVIDENCE, ROW, name_rows, records_behind
from adtrace.relate.findings import Findings, relate
from adtrace.relate.measures.measure import Cell
from adtrace.relate.questions import answer, load_questions

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.questions import Answer


class AnsweredRow(msgspec.Struct, frozen=True):
    """One row: of which question, its cells by column, and the public ids of the records behind it."""

    question: str
    cells: dict[str, Cell]
    records: tuple[str, ...]


class AnsweredRows:
    """Finds rows by name; the case is related once, and questions are asked until one has the row.

    folder: the questions, by default the shipped ones. Within one snapshot of the case.
    """

    def __init__(self, case: Case, folder: Path | None = None) -> None:
        self._case, self._folder = case, folder

    @cached_property
    def _findings(self) -> Findings:
        return relate(self._case)

    def find(self, name: str) -> list[AnsweredRow]:
        """The row, by its name or by the operator hypothesis it is about; two if they share a name.

        Raises:
            UsageError: no answer has a row of this name now.
        """
        for question in load_questions(self._folder).values():
            found = list(_rows(self._case, name_rows(self._case, answer(question, self._findings)), name))
            if found:
                return found
        raise UsageError(
            f"no answer has a row called {name[:80]} today.",
            do="Ask again: the answer says something else since a run, a review or newer cards; for a question of your"
            " own, name its folder with --questions.",
        )


def _rows(case: Case, found: Answer, name: str) -> Iterator[AnsweredRow]:
    columns = [column.name for column in found.columns]
    for row, behind in zip(found.rows, found.behind, strict=True):
        cells = dict(zip(columns, row, strict=True))
        if name in (cells.pop(ROW.name), cells.get("operator")):
            del cells[EVIDENCE.name]
            (records,) = records_behind(case, [behind])
            yield AnsweredRow(found.id, cells, records)
