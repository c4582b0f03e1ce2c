"""A long table costs the rows the page shows."""

from collections.abc import Iterator

from adtrace.export.table_rows import Columns, TableRows
from adtrace.export.tables import find_table
from adtrace.report.rows import Row, read_some


def numbers(size: int) -> TableRows:
    """A table of one column, in batches of ten."""
    columns = find_table("sightings").columns[:1]

    def batches() -> Iterator[Columns]:
        for start in range(0, size, 10):
            yield [[str(number) for number in range(start, min(start + 10, size))]]

    return TableRows("sightings", columns, "investigator", batches())


def test_what_fits_is_kept_whole() -> None:
    """In its order, and every row is seen."""
    seen: list[Row] = []
    found = read_some(numbers(25), 25, lambda row: bool(seen.append(row)))
    assert found.rows == seen
    assert (len(seen), found.left_out) == (25, 0)


def test_of_what_does_not_fit_the_wanted_rows_are_kept() -> None:
    """At most so many; the others are counted."""
    (name,) = (column.name for column in find_table("sightings").columns[:1])
    found = read_some(numbers(100), 3, lambda row: row[name].endswith("7"))
    assert [row[name] for row in found.rows] == ["7", "17", "27"]
    assert found.left_out == 97
