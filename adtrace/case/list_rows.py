"""The lines of a list as cells with their line numbers; what a cell may say is read_list's matter."""

import json
from collections.abc import Iterator

from adtrace.case.csv_text import read_csv
from adtrace.case.list_faults import Faults
from adtrace.errors import ListError
from adtrace.names import display

COLUMNS = (
    "domain",
    "unit",
    "authority",
    "reference",
    "category",
    "confirmed_at",
    "expires_at",
    "site_role",
    "handling",
    "include_subdomains",
    "tlp",
)
REQUIRED = ("domain", "authority", "reference")


def csv_rows(text: str, name: str, faults: Faults) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column → cell) of each row that is not blank; empty cells are left out.

    faults: takes the rows that are none. Cells of an unknown column are passed over, once it is noted.

    Raises:
        ListError: the header does not say which column is which.
    """
    rows = read_csv(text, name, faults)
    line, header = next(rows, (0, []))
    if header:
        _check_header(header, faults, f"{name}, line {line}")
    for number, cells in rows:
        found = zip(header, cells, strict=True)
        yield number, {column: cell for column, cell in found if cell and column in COLUMNS}


def _check_header(header: list[str], faults: Faults, where: str) -> None:
    if not {*header} & {*COLUMNS}:
        do = f"Write {','.join(REQUIRED)} as the first line. Known are: {', '.join(COLUMNS)}."
        faults.note(ListError("names no column that is known.", do=do), where)
        faults.refuse()
    for column in header:
        if column not in COLUMNS:
            faults.note(_unknown(column), where)
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        do = f"The first line names the columns: {', '.join(COLUMNS)}."
        faults.note(ListError(f"names no column {' or '.join(missing)}.", do=do), where)
    doubled = len({*header}) != len(header)
    if doubled:
        faults.note(ListError("names a column twice.", do="Keep one of them."), where)
    if missing or doubled:
        faults.refuse()


def _unknown(column: str) -> ListError:
    do = f"Rename it or take it out; known are: {', '.join(COLUMNS)}."
    return ListError(f'column "{display(column)}" is unknown.', do=do)


def jsonl_rows(text: str, name: str, faults: Faults) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column → cell) of each line that is not blank; null and empty cells are left out.

    faults: takes the lines that are none.
    """
    for line, content in enumerate(text.split("\n"), 1):
        if content.strip():
            with faults.gathered(f"{name}, line {line}"):
                yield line, _json_row(content)


def _json_row(content: str) -> dict[str, str]:
    try:
        row = json.loads(content, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise ListError(f"is no JSON ({error}).", do="Write one object a line.") from None
    if not isinstance(row, dict):
        raise ListError("is no JSON object.", do='Write {"domain": "…", …} on each line.')
    faults, found = Faults(), {}
    for column, value in row.items():
        with faults.gathered():
            if cell := _json_cell(column, value):
                found[column] = cell
    faults.refuse()
    return found


def _json_cell(column: str, value: object) -> str:
    if column not in COLUMNS:
        raise _unknown(column)
    if isinstance(value, bool) and column == "include_subdomains":
        value = "yes" if value else "no"
    if value is not None and not isinstance(value, str):
        raise ListError(f"{column} is no text.", do="Put it in double quotes.")
    return (value or "").strip()


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands in it twice")
    return found
