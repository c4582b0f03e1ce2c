"""Public ids (`<case8>-<type>-<number>`), back to what they name here: also those of cases that were merged in."""

import re

from adtrace.case.reader import CaseReader
from adtrace.errors import UsageError

_ID = re.compile(r"(?:([0-9a-f]{8})-)?([a-z]+)-([0-9a-f]+)")
_NUMBERED = frozenset(
    {
        "open",
        "entry",
        "decision",
        "outcome",
        "extraction",
        "review",
        "export",
        "note",
        "checkpoint",
        "sighting",
    }
)


def read_public_id(case: CaseReader, name: str) -> tuple[str, int] | None:
    """(type, number) of a record or sighting; None if it is another row's. The case's part may be left out.

    Raises:
        UsageError: no id, or one of another case.
    """
    found = _ID.fullmatch(name)
    bases = case.bases
    if not found or (found[1] or case.short) not in bases:
        what = "is of another case" if found else "is no id of a row"
        raise UsageError(f'"{name[:80]}" {what}.', do=f"Give one such as {case.public_id('sighting', 1)}.")
    if found[2] not in _NUMBERED:
        return None
    if not found[3].isdecimal():
        raise UsageError(f'"{name}" has no number.', do="Give the id as a table shows it.")
    return found[2], int(found[3]) + bases[found[1] or case.short]
