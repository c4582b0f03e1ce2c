"""Which contradictions may be a copied file's or a copied page's, so that they speak of the site it was taken from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from adtrace.relate.alike import find_alike
from adtrace.relate.copies import comparable_lines
from adtrace.relate.schema import load_schema

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.contradiction import Contradiction
    from adtrace.relate.declarations import Line

ALIKE = 0.9  # share of records two files have in common from which on they are copies
MIN_RECORDS = 5  # of a file of fewer records, being alike says nothing


def mark_copies(case: Case, lines: Sequence[Line], found: Iterable[Contradiction]) -> list[Contradiction]:
    """The same contradictions; `shown` of a domain's says "copied" where it has a file, or the page a tag stands on,
    that is near-identical to another listed domain's.

    Pages are compared where the same is said of them: of domains whose tags name one other site, or one account, up
    to the schema's cap of domains. Cost: that of find_alike for the files; each such page's text once.
    """
    found = list(found)
    files = _alike_files(lines)
    pages = _alike_pages(case, [one for one in found if one.is_of_page])
    return [
        replace(one, shown=one.shown | {"copied"})
        if "copied" in one.innocent and (one.domain in files or (one.is_of_page and one.domain in pages))
        else one
        for one in found
    ]


def _alike_files(lines: Iterable[Line]) -> set[str]:
    records: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        records[line.domain].add(f"{line.host},{line.account},{line.relation}")
    files = {domain: frozenset(lines) for domain, lines in records.items() if len(lines) >= MIN_RECORDS}
    return find_alike(files, ALIKE)


def _alike_pages(case: Case, found: Iterable[Contradiction]) -> set[str]:
    rules = load_schema().merge
    groups: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in found:
        groups[one.kind, one.system, one.account, one.other].add(one.domain)
    pages = {
        row["domain"]: row["seq"]
        for row in case.rows(
            "SELECT domain, max(seq) AS seq FROM captures WHERE document = 'page' AND skeleton_kept"
            " AND page_state = 'operator' AND entry_status <> 'withdrawn' GROUP BY domain"
        )
    }

    @cache
    def lines_of(domain: str) -> frozenset[str]:
        return comparable_lines(case.skeleton(pages[domain]) or "", domain)

    alike: set[str] = set()
    for domains in groups.values():
        if 1 < len(domains) <= rules.cap:
            texts = {domain: lines_of(domain) for domain in domains & pages.keys()}
            alike |= find_alike(texts, rules.alike)
    return alike
