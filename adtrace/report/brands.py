"""Which brands may stand in a headline, and which are leads (a false accusation is the worst error here)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from adtrace.report.cells import MAX_ROWS, Cell, Heading, PageRow, PageTable, Piece, linked
from adtrace.report.rows import Row

if TYPE_CHECKING:
    from adtrace.report.labels import Labels

# Roles that say nothing of an advertiser, however often they are seen.
_NEVER = ("content_link", "look_alike")


class Brand(msgspec.Struct, frozen=True):
    """One brand: where it was offered, through whom, and why it is, or is not, in the headline."""

    name: str
    is_headline: bool
    why: str
    roles: list[str]
    bases: list[str]
    through: list[str]
    domains: list[str]
    captures: int


def find_brands(brands: Sequence[Row], captures: Sequence[Row]) -> list[Brand]:
    """Every brand of the tables, headlines first, then by the number of domains.

    A headline needs role served, or two independent captures: of two domains, or in two runs.
    """
    runs = {row["id"]: row["run"] for row in captures}
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in brands:
        groups[row["brand"]].append(row)
    found = [_brand(name, rows, runs) for name, rows in groups.items()]
    return sorted(found, key=lambda brand: (not brand.is_headline, -len(brand.domains), brand.name))


def _brand(name: str, rows: list[Row], runs: dict[str, str]) -> Brand:
    telling = [row for row in rows if row["role"] not in _NEVER and row["state"] == "live"]
    is_served = any(row["role"] == "served" for row in telling)
    domains = {row["domain"] for row in telling}
    in_runs = {runs.get(capture, "") for row in telling for capture in row["captures"]}
    if is_served:
        is_headline, why = True, "an ad response names it"
    elif len(domains) > 1:
        is_headline, why = True, f"captures of {len(domains)} domains"
    elif len(in_runs) > 1:
        is_headline, why = True, f"captures of {len(in_runs)} runs"
    else:
        is_headline, why = False, "one capture alone" if telling else "no advertiser's place"
    return Brand(
        name,
        is_headline,
        why,
        sorted({row["role"] or "unknown" for row in rows}),
        sorted({row["basis"] for row in rows}),
        sorted({row["through"] for row in rows if row["through"]}),
        sorted({row["domain"] for row in rows}),
        len({capture for row in rows for capture in row["captures"]}),
    )


_COLUMNS = (
    Heading("brand", "The advertiser a click URL or an ad response leads to or names."),
    Heading("standing", "headline or lead."),
    Heading("why", "What puts it there."),
    Heading("role", "How it stands on the pages."),
    Heading("basis", "Grade of evidence."),
    Heading("through", "Networks it came through."),
    Heading("domains", "Domains it was offered on.", is_number=True),
    Heading("captures", "Captures it was seen in.", is_number=True),
)


def brand_table(brands: Sequence[Brand], labels: Labels) -> PageTable:
    """The brands as a table of the page, in their order."""
    rows = []
    for brand in brands[:MAX_ROWS]:
        words = (
            "headline" if brand.is_headline else "lead",
            brand.why,
            *map(", ".join, (brand.roles, brand.bases)),
        )
        rows.append(
            PageRow(
                [
                    linked([labels.find("brand", brand.name)]),
                    *(Cell((Piece(word),)) for word in words),
                    linked([labels.find("network", network) for network in brand.through]),
                    *(Cell((Piece(f"{number:,}"),)) for number in (len(brand.domains), brand.captures)),
                ]
            )
        )
    return PageTable("brands-and-leads", "Brands and leads", "One row a brand.", _COLUMNS, rows, len(brands))
