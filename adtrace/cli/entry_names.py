"""The names by which people call entries."""

import re
from typing import TYPE_CHECKING

from adtrace.case.public_ids import read_public_id
from adtrace.errors import UsageError
from adtrace.names import refang

if TYPE_CHECKING:
    from adtrace.case import Case, EntryRow


def entries_of(case: "Case", name: str) -> "list[EntryRow]":
    """All entries of a domain or URL, withdrawn ones too, also if it is written defanged; [] if none."""
    text = refang(name)
    names = {text, text.lower().removesuffix(".")}
    return [row for row in case.entries() if names & {row.entry.domain, row.entry.scope}]


def site_named(name: str) -> str:
    """The host of an address, also of a defanged one; any other name as it is.

    >>> site_named("hxxps://clip[.]example/a"), site_named("clip[.]example")
    ('clip.example', 'clip.example')
    """
    from adtrace.extract.attributes import host_of

    return host_of(refang(name)) or refang(name)


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
    for row in entries_of(case, name):
        if row.status != "withdrawn" and (row.entry.unit != "url" or row.entry.scope == refang(name)):
            return row.seq
    raise UsageError(
        f'"{name[:80]}" is no entry of this case.', do="See `adtrace case list CASE` for the numbers."
    )
