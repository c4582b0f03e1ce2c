"""The report of a reader outside: its own rows in tables people read, and what they do not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adtrace.export.limits import LIMITS
from adtrace.export.page import Section, render_page

if TYPE_CHECKING:
    from adtrace.export.source import Source

_ABOUT = {
    "network": "Your accounts and tags on domains that an authority confirmed as hostile. Account ids are yours and in"
    " clear; the domains are pseudonyms, which the sender can resolve for you if need be.",
    "brand": "Where your brand is offered on domains that an authority confirmed as hostile, and through which network."
    " The domains are pseudonyms; times are months and counts are lower bounds.",
}
# What a person needs first; the files beside hold every column.
_SHOWN = (
    "domain", "authority", "reference", "account", "account_kind", "scope", "brand", "role", "through", "basis",
    "state", "last_seen", "row",
)  # fmt: skip


def own_report(source: Source) -> bytes:
    """The page: what it is, the reader's tables, and how to check them."""
    sections = [
        Section(
            "What this is",
            (
                _ABOUT[source.audience],
                "Every row was judged and confirmed by a person before it left the case.",
                f"As of {source.as_of} (UTC).",
            ),
        )
    ]
    for table in source.tables():
        if table.name != "sightings":
            rows = source.rows(table.name)
            chosen = [number for number, name in enumerate(rows.names) if name in _SHOWN]
            header = [rows.names[number].replace("_", " ") for number in chosen]
            cells = [[row[number] for number in chosen] for row in rows.rows()]
            sections.append(Section(f"{table.name}: {table.meaning}", (), header, cells))
    sections += [
        Section("What this does not say", LIMITS),
        Section(
            "How to check it",
            (
                (
                    "`python3 verify_export.py` in this folder says whether the files are those the case recorded, and"
                    " by which key that was signed; it needs nothing but Python and contacts nobody."
                ),
                "To speak of a row, give its name from the column row.",
            ),
        ),
    ]
    return render_page(f"adtrace: for {source.party}", source, sections)
