"""The lines of a list as cells with their line numbers; what a cell may say is read_list's matter."""

import json
from collections.abc import Iterator

from adtrace.case.csv_text import read_csv
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


def csv_rows(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column → cell) of each row that is not blank; empty cells are left out."""
    rows = read_csv(text, name)
    line, header = next(rows, (0, []))
    if header:
        _check_header(header, f"{name}, line {line}")
    for number, cells in rows:
        yield number, {column: cell for column, cell in zip(header, cells, strict=True) if cell}


def _check_header(header: list[str], where: str) -> None:
    for column in header:
        _refuse_unknown(column, where)
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        raise ListError(
            f"names no column {' or '.join(missing)}.",
            where=where,
            do=f"The first line names the columns: {', '.join(COLUMNS)}.",
        )
    if len(set(header)) != len(header):
        raise ListError("names a column twice.", where=where, do="Keep one of them.")


def _refuse_unknown(column: str, where: str) -> None:
    if column not in COLUMNS:
        raise ListError(
            f'column "{display(column)}" is unknown.', where=where, do=f"Known are: {', '.join(COLUMNS)}."
        )


def jsonl_rows(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column → cell) of each line that is not blank; null and empty cells are left out."""
    for line, content in enumerate(text.split("\n"), 1):
        if not content.strip():
            continue
        where = f"{name}, line {line}"
        try:
            row = json.loads(content, object_pairs_hook=_without_repeats)
        except (ValueError, RecursionError) as error:
            raise ListError(f"is no JSON ({error}).", where=where, do="Write one object a line.") from None
        if not isinstance(row, dict):
            raise ListError("is no JSON object.", where=where, do='Write {"domain": "…", …} on each line.')
        yield line, dict(_json_cells(row, where))


def _json_cells(row: dict[str, object], where: str) -> Iterator[tuple[str, str]]:
    for column, value in row.items():
        _refuse_unknown(column, where)
        if isinstance(value, bool) and column == "include_subdomains":
            value = "yes" if value else "no"
        if value is not None and not isinstance(value, str):
            raise ListError(f"{column} is no text.", where=where, do="Put it in double quotes.")
        if value and value.strip():
            yield column, value.strip()


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands in it twice")
    return found
