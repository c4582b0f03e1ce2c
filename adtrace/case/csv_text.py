"""Lists as people and their spreadsheets save them: the text of a file, and the rows of a CSV."""

import codecs
import csv
import io
from collections.abc import Iterator

from adtrace.errors import ListError
from adtrace.wording import count

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


def decode(raw: bytes, name: str) -> str:
    """The file as text: UTF-8, or UTF-16 that says so by its mark; the mark and CRLF line ends are read as if absent.

    Raises:
        ListError: it is in another encoding, which nobody can tell from its bytes.
    """
    is_wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        encoding = "UTF-16" if is_wide else "UTF-8"
        raise ListError(
            f"is no {encoding}.",
            where=f"{name}, line {line}",
            do="Save it as UTF-8 (of a spreadsheet: CSV UTF-8).",
        ) from None
    return text.replace("\r\n", "\n")


def read_csv(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each row that is not blank, the header, in lower case, first; none if all are.

    Cells stand between commas, semicolons or tabs, whichever the header has most of, and come without the blanks
    around them; every row has as many as the header. Empty cells behind these, as spreadsheets fill up rows, are
    passed over. A row that goes over several lines has the number of its first.

    Raises:
        ListError: a row with another number of cells, or no CSV.
    """
    first = text.lstrip("\r\n ").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width, line = 0, 1
    try:
        for row in reader:
            where = f"{name}, line {line}"
            cells = [cell.strip() for cell in row]
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if any(cells):
                if width and len(cells) != width:
                    mark = _DELIMITERS[delimiter]
                    raise ListError(
                        f"has {count(len(cells), 'cell')}, the header names {width}.",
                        where=where,
                        do=f"Put a cell that holds a {mark} in double quotes."
                        if len(cells) > width
                        else f"Leave the others empty, but keep the {mark} between them.",
                    )
                yield line, cells if width else [cell.lower() for cell in cells]
                width = len(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise ListError(
            f"is no CSV ({error}).", where=f"{name}, line {line}", do="Check its quotes."
        ) from None
