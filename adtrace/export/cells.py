"""Text that any format can hold and any program may open, and the way back to what it was."""

import re

from adtrace.names import display

# What XML 1.0 cannot hold beside the control characters that display() writes out (section 2.2).
_NO_XML = re.compile("[\ufffe\uffff]")
_SHOWN = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
# What a spreadsheet takes for the beginning of a formula, also in its full-width form (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NOT_FIRST = (*_FORMULA, "'")
# Half of Europe's spreadsheets part cells at a semicolon, quoted or not, and so begin another one behind it.
_PARTS = re.compile(f';(?="*[{re.escape("".join(_FORMULA))}])')
_BEGINS = re.compile(rf"\|[{re.escape(''.join(_NOT_FIRST))}]")


def show(text: str) -> str:
    r"""The text with every control, invisible or unpaired character written as \u{…}; restore() undoes it.

    >>> show("a\x00b")
    'a\\u{0}b'
    """
    shown = display(text.replace("\\u{", "\\u{5c}u{"))
    return _NO_XML.sub(lambda m: f"\\u{{{ord(m[0]):x}}}", shown)


def restore(shown: str) -> str:
    """The text that show() was given."""
    return _SHOWN.sub(lambda m: chr(int(m[1], 16)), shown)


def spreadsheet_cell(text: str) -> str:
    r"""The text as a spreadsheet shows it without computing: show(), and a ' before what would be a formula.

    A semicolon before one is written out. Reversible: a text that begins with ' gets one more, so
    read_spreadsheet_cell() takes away exactly one.

    >>> spreadsheet_cell("=1+1"), spreadsheet_cell("a;=1+1;b")
    ("'=1+1", 'a\\u{3b}=1+1;b')
    """
    return ("'" if text.startswith(_NOT_FIRST) else "") + _PARTS.sub(r"\\u{3b}", show(text))


def read_spreadsheet_cell(cell: str) -> str:
    """The text that spreadsheet_cell() was given."""
    return restore(cell.removeprefix("'"))


def spreadsheet_cells(texts: list[str]) -> list[str]:
    """A column of them, each as spreadsheet_cell() writes it.

    Nearly no text needs a change, and that is asked of all of them together: each stands behind a bar.
    """
    joined = "|" + "|".join(texts)
    is_plain = joined.isascii() and joined.isprintable() and "\\u{" not in joined
    if is_plain and not _BEGINS.search(joined) and not (";" in joined and _PARTS.search(joined)):
        return texts
    return [spreadsheet_cell(text) for text in texts]
