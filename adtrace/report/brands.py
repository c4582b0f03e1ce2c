"""Which brands may stand in a headline, and which are leads (a false accusation is the worst error here)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from adtrace.relate.standing import HEADLINES
from adtrace.report.cells import MAX_ROWS, Cell, Heading, PageRow, PageTable, Piece, linked
from adtrace.report.rows import Row
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.report.labels import Labels

_WORDS: dict[str, str] = {
    "served": "an ad response names it",
    "once": "one look at one domain alone",
    "no_offer": "no advertiser's place, or not live",
}


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


def find_brands(brands: Sequence[Row], evidence: Sequence[Row]) -> list[Brand]:
    """Every brand of the table, headlines first, then by the number of domains.

    evidence: the answer to brand-evidence, whose `sure` says what may stand in a headline. What stands in a place that
    is no advertiser's (a link in the text, a look-alike), or is not live, is not in that answer.
    """
    sure: dict[str, set[str]] = defaultdict(set)
    for row in evidence:
        sure[row["brand"]].add(row["sure"])
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in brands:
        groups[row["brand"]].append(row)
    found = [_brand(name, rows, sure[name]) for name, rows in groups.items()]
    return sorted(found, key=lambda brand: (not brand.is_headline, -len(brand.domains), brand.name))


def _brand(name: str, rows: list[Row], sure: set[str]) -> Brand:
    captures = {capture for row in rows for capture in row["captures"]}
    domains = sorted({row["domain"] for row in rows})
    standing = next((word for word in (*HEADLINES, "once") if word in sure), "no_offer")
    several = f"captures of {len(domains)} domains" if len(domains) > 1 else count(len(captures), "capture")
    return Brand(
        name,
        standing in HEADLINES,
        _WORDS.get(standing, several),
        sorted({row["role"] or "unknown" for row in rows}),
        sorted({row["basis"] for row in rows}),
        sorted({row["through"] for row in rows if row["through"]}),
        domains,
        len(captures),
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
