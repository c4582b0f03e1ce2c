"""The names by which people call entries, and the lists in which they give them."""

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from adtrace.case.public_ids import read_public_id
from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.case import Case


def names_of(words: Iterable[str]) -> list[str]:
    """The names given, with those of standard input where `-` stands."""
    return [name for word in words for name in ([word] if word != "-" else sys.stdin.read().split())]


def entry_number(case: "Case", name: str) -> int:
    """The number of the entry that a number, public id, domain or URL names.

    Raises:
        UsageError: none that is not withdrawn has that name.
    """
    if name.isdecimal():
        return int(name)
    if re.fullmatch(r"(?:[0-9a-f]{8}-)?entry-\d+", name):
        kind_and_number = read_public_id(case, name)
        assert kind_and_number
        return kind_and_number[1]
    for row in case.entries():
        if row.status != "withdrawn" and row.entry.scope == name.lower().removesuffix("."):
            return row.seq
    raise UsageError(
        f'"{name[:80]}" is no entry of this case.', do="See `adtrace case list CASE` for the numbers."
    )
