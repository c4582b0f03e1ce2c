"""The lines of a list as cells with their line numbers; what a cell may say is read_list's matter."""

import codecs
import csv
import io
import json
from collections.abc import Iterator

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


def decode(raw: bytes, name: str) -> str:
    """The list as text; a byte order mark and CRLF line ends are read as if absent."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ListError("is UTF-16.", where=name, do="Save it as UTF-8.")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ListError("is no UTF-8.", where=f"{name}, line {line}", do="Save the list as UTF-8.") from None


def csv_rows(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column → cell) of each row that is not blank; empty cells are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    line = 1
    try:
        for row in reader:
            if any(item.strip() for item in row):
                if not header:
                    header = _checked_header([item.strip() for item in row], f"{name}, line {line}")
                elif len(row) != len(header):
                    raise ListError(
                        f"has {len(row)} cells, the header names {len(header)}.",
                        where=f"{name}, line {line}",
                        do="Put a cell that holds a comma in double quotes.",
                    )
                else:
                    yield (
                        line,
                        {key: item.strip() for key, item in zip(header, row, strict=True) if item.strip()},
                    )
            line = reader.line_num + 1
    except csv.Error as error:
        raise ListError(
            f"is no CSV ({error}).", where=f"{name}, line {line}", do="Check its quotes."
        ) from None


def _checked_header(header: list[str], where: str) -> list[str]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise ListError(
            "separates its cells by something else than a comma.", where=where, do="Save it with commas."
        )
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
    return header


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
