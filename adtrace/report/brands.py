"""Which brands may stand in a headline, and which are leads (a false accusation is the worst error here)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.export.formats.plain_rows import plain_rows

if TYPE_CHECKING:
    import pandas as pd

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


def find_brands(brands: pd.DataFrame, captures: pd.DataFrame) -> list[Brand]:
    """Every brand of the tables, headlines first, then by the number of domains.

    A headline needs role served, or two independent captures: of two domains, or in two runs.
    """
    runs = {row["id"]: row["run"] for row in _rows(captures)}
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(brands):
        groups[row["brand"]].append(row)
    found = [_brand(name, rows, runs) for name, rows in groups.items()]
    return sorted(found, key=lambda brand: (not brand.is_headline, -len(brand.domains), brand.name))


def _brand(name: str, rows: list[dict[str, Any]], runs: dict[str, str]) -> Brand:
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


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in plain_rows(frame)]
