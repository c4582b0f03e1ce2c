"""CSV as people and their spreadsheets save it."""

import pytest

from adtrace.case.csv_text import read_csv
from adtrace.case.list_faults import Faults
from adtrace.errors import ListError


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("\r\n\n", []),
        ("\n\nA;b\n1;2", [(3, ["a", "b"]), (4, ["1", "2"])]),
        ("a\tb\n1\t2", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("\ta\n1\t2", [(1, ["", "a"]), (2, ["1", "2"])]),
        ("a,b,\n1,2,,\n,,\n3,", [(1, ["a", "b"]), (2, ["1", "2"]), (4, ["3", ""])]),
        ('a;b\n"x\ny";2\n3;4', [(1, ["a", "b"]), (2, ["x\ny", "2"]), (4, ["3", "4"])]),
    ],
)
def test_rows_come_with_the_line_they_begin_on(text: str, rows: list[tuple[int, list[str]]]) -> None:
    """Whatever stands between cells, blank lines before or between, and empty cells behind."""
    faults = Faults()
    assert list(read_csv(text, "list.csv", faults)) == rows
    faults.refuse()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,2,3", "has 3 cells, the header names 2. Put a cell that holds a comma in double quotes."),
        ("1", "has 1 cell, the header names 2. Leave the others empty, but keep the comma between them."),
    ],
)
def test_a_row_of_another_length_is_a_fault(row: str, words: str) -> None:
    """By its line, with what to do: too many cells come of a comma in one, too few of a line cut short."""
    faults = Faults()
    assert [cells for _, cells in read_csv(f"a,b\n{row}\n3,4\n", "list.csv", faults)] == [
        ["a", "b"],
        ["3", "4"],
    ]
    with pytest.raises(ListError) as error:
        faults.refuse()
    assert str(error.value) == f"list.csv, line 2: {words}"
