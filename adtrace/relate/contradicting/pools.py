"""One seller id that domains of several owners declare as their own (dark pooling)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from adtrace.relate.contradicting.statements import DIRECT, Statements, is_direct
from adtrace.relate.contradiction import Contradiction
from adtrace.wording import count

MOST_SHOWN = 20  # sightings of further domains that one contradiction lists


def pooled(statements: Statements) -> Iterator[Contradiction]:
    """One seller declared DIRECT by domains of several owners."""
    groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for line in statements.declared.lines:
        system = line.network or line.host
        if system and is_direct(line):
            groups[system, line.account].setdefault(line.domain, line.row)
    for (system, account), rows in groups.items():
        if len(rows) > 1:
            yield from _pool(statements, system, account, dict(sorted(rows.items())))


def _pool(statements: Statements, system: str, account: str, rows: dict[str, int]) -> Iterator[Contradiction]:
    """For each of these domains, that others share its seller and name no owner or manager in common with it.

    rows: domain → sighting. Cost: linear in the domains, times how many different sets of sites are named in common.
    """
    declared = statements.declared
    naming: dict[str, set[str]] = defaultdict(set)
    for domain in rows:
        for site in declared.related(domain):
            naming[site].add(domain)
    seller = declared.sellers.get((system, account))
    shown = frozenset({"manager"} if seller and seller.type in ("INTERMEDIARY", "BOTH") else ())
    circles: dict[frozenset[str], tuple[frozenset[str], list[int]]] = {}
    for domain, number in rows.items():
        # What only this domain names ties it to nobody; who names the same sites shares the circle.
        common = frozenset(site for site in declared.related(domain) if len(naming[site]) > 1)
        if common not in circles:
            own = frozenset[str]().union(*(naming[site] for site in common))
            first = islice((row for other, row in rows.items() if other not in own), MOST_SHOWN + 1)
            circles[common] = own, list(first)
        own, first_others = circles[common]
        others = len(rows) - max(len(own), 1)
        if others:
            shared = [row for row in first_others if row != number][:MOST_SHOWN]
            against = f"also DIRECT on {count(others, 'domain')} with no owner or manager in common"
            evidence = tuple(map(statements.id, (number, *shared)))
            yield Contradiction(
                "dark_pooling", domain, system, account, DIRECT, against, evidence, shown=shown
            )
