"""The names by which people call entries, and the lists in which they give them."""

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

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
    if found := re.fullmatch(rf"(?:(?:{case.short}-)?entry-)?(\d+)", name):
        return int(found[1])
    for row in case.entries():
        if row.status != "withdrawn" and row.entry.scope == name.lower().removesuffix("."):
            return row.seq
    raise UsageError(
        f'"{name[:80]}" is no entry of this case.', do="See `adtrace case list CASE` for the numbers."
    )
