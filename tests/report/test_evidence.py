"""Which sightings a page holds."""

from adtrace.relate.answer_rows import EVIDENCE
from adtrace.relate.denominators import Denominators
from adtrace.relate.questions import Answer
from adtrace.report.evidence import answered_by


def test_answers_name_sightings_and_a_record_is_none() -> None:
    """A document that an answer rests on has its place among the records; it takes no sighting's."""
    rows: list[list[str | int | list[str]]] = [[["db2b8058-sighting-1", "db2b8058-outcome-2"]], [[]]]
    answer = Answer("x", "", "", "", (EVIDENCE,), rows, [], Denominators(1, 1, 0, 0))
    assert answered_by([answer]) == [["db2b8058-sighting-1"], []]
