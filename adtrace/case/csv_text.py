"""Lists as people and their spreadsheets save them: the text of a file, and the rows of a CSV."""

import codecs
import csv
import io
from collections.abc import Iterator

from adtrace.case.list_faults import Faults
from adtrace.errors import ListError
from adtrace.wording import count

_UTF_8 = (
    'Save it again: in Excel as "CSV UTF-8", in LibreOffice with the character set "Unicode (UTF-8)",'
    " or with iconv -f WINDOWS-1252 -t UTF-8 if that is what it is in."
)
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


def decode(raw: bytes, name: str) -> str:
    """The file as text: UTF-8, or UTF-16 that says so by its mark; the mark and CRLF line ends are read as if absent.

    Raises:
        ListError: it is a workbook, or in another encoding, which nobody can tell from its bytes.
    """
    if raw.startswith(b"PK\x03\x04"):
        raise ListError("is a workbook or another archive.", where=name, do="Save its sheet as CSV UTF-8.")
    is_wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        encoding = "UTF-16" if is_wide else "UTF-8"
        where = f"{name}, line {line}"
        raise ListError(
            f"is no {encoding} (byte 0x{raw[error.start]:02x}).", where=where, do=_UTF_8
        ) from None
    return text.replace("\r\n", "\n")


def read_csv(text: str, name: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each row that is not blank, the header, in lower case, first; none if all are.

    Cells stand between commas, semicolons or tabs, whichever the header has most of, and come without the blanks
    around them; every row has as many as the header. Empty cells behind these, as spreadsheets fill up rows, are
    passed over. A row that goes over several lines has the number of its first. faults: takes the rows with another
    number of cells, and the place from which on it is no CSV; none of them comes out.
    """
    first = text.lstrip("\r\n ").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width, line = 0, 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if any(cells) and width in (0, len(cells)):
                yield line, cells if width else [cell.lower() for cell in cells]
                width = len(cells)
            elif any(cells):
                faults.note(_other_width(len(cells), width, _DELIMITERS[delimiter]), f"{name}, line {line}")
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"is no CSV ({error}); what follows was not read."
        faults.note(ListError(what, do="Check its quotes."), f"{name}, line {line}")


def _other_width(cells: int, width: int, mark: str) -> ListError:
    return ListError(
        f"has {count(cells, 'cell')}, the header names {width}.",
        do=f"Put a cell that holds a {mark} in double quotes."
        if cells > width
        else f"Leave the others empty, but keep the {mark} between them.",
    )
