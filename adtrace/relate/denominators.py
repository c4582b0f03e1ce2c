"""Of how many domains an answer can speak at all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.graph import Observability


class Denominators(msgspec.Struct, frozen=True):
    """Distinct domains of the entries that are not withdrawn; the three last add up to the first.

    observable: at least one page of the operator was read. not_operator: a page was read, but never the
    operator's (challenge, parked, seized, …). unobservable: no page was read (refused, failed, on hold, not
    contacted).
    """

    domains: int
    observable: int
    not_operator: int
    unobservable: int


def observe(case: Case) -> dict[str, Observability]:
    """Domain → whether its own page was seen, in order of name; {} for an empty case."""
    found: dict[str, Observability] = dict.fromkeys(
        (
            row["domain"]
            for row in case.rows(
                "SELECT DISTINCT domain FROM entries WHERE status <> 'withdrawn' ORDER BY domain"
            )
        ),
        "unobservable",
    )
    for row in case.rows(
        "SELECT domain, max(page_state = 'operator') AS own FROM captures"
        " WHERE document = 'page' AND entry_status <> 'withdrawn' GROUP BY domain"
    ):
        found[row["domain"]] = "observable" if row["own"] else "not_operator"
    return found


def count(domains: dict[str, Observability]) -> Denominators:
    """The denominators of these domains."""
    n = Counter(domains.values())
    return Denominators(len(domains), n["observable"], n["not_operator"], n["unobservable"])
