"""Which captures are copies of another domain's page, so that an id on them may be the victim's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adtrace.case import Case


def find_copies(case: Case, accounts: Iterable[Sequence[str]], alike: float) -> frozenset[str]:
    """Public ids of the captures that cannot bear a merge: near-identical pages, and what cannot be compared.

    accounts: for each account in question, the public ids of the captures that carry it. Two pages of
    different domains are near-identical when they share `alike` of their distinct skeleton lines, each with
    its own host masked. A capture without a kept skeleton cannot be compared. What is not a page falls with
    its domain's page: who copies a page copies its worker too. Cost: pairs of pages that share an account,
    which the cap bounds.
    """
    known = {
        case.public_id("outcome", row["seq"]): (row["seq"], row["domain"], row["document"])
        for row in case.rows("SELECT seq, domain, document FROM captures")
    }

    @lru_cache(maxsize=512)
    def lines(capture: str) -> frozenset[str] | None:
        seq, domain, _ = known[capture]
        text = case.skeleton(seq)
        return None if text is None else comparable_lines(text, domain)

    copied: set[str] = set()
    fallen: set[str] = set()
    compared: dict[tuple[str, str], bool] = {}
    for captures in accounts:
        pages: dict[str, list[str]] = defaultdict(list)
        for capture in captures:
            _, domain, document = known[capture]
            if lines(capture) is None:
                copied.add(capture)
            elif document == "page":
                pages[domain].append(capture)
        for one, other in combinations(sorted(pages), 2):
            for pair in product(pages[one], pages[other]):
                if pair not in compared:
                    first, second = (lines(page) or frozenset() for page in pair)
                    compared[pair] = are_alike(first, second, alike)
                if compared[pair]:
                    copied.update(pair)
                    fallen |= {one, other}
    beside = (
        name for name, (_, domain, document) in known.items() if domain in fallen and document != "page"
    )
    return frozenset(copied.union(beside))


def are_alike(one: frozenset[str], other: frozenset[str], alike: float) -> bool:
    """Whether two sets of lines share at least `alike` of all their lines (Jaccard 1912)."""
    return len(one & other) >= alike * len(one | other)


def comparable_lines(skeleton: str, domain: str) -> frozenset[str]:
    """The distinct lines of a skeleton with all that follows from the page's own host taken out.

    A clone lives elsewhere: its host and subdomains become one sign, and so do the keyed hashes of their addresses
    and the counts of characters (skeleton-1's first line and its `#script N LENGTH` lines).
    """
    masked = re.sub(rf"(?i)(?<![\w-])(?:[\w-]+\.)*{re.escape(domain)}(?![\w-])", "<self>", skeleton)
    masked = re.sub(r"~<self>/[\w-]+", "~<self>", masked)
    return frozenset(line for line in masked.splitlines()[1:] if not line.startswith("#script "))
