"""Which captures are copies of another domain's page, so that an id on them may be the victim's."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from adtrace.case.stored_text import original_text

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
    pages = {
        case.public_id("outcome", row["seq"]): (row["domain"], row["document"], row["skeleton_sha256"])
        for row in case.rows("SELECT seq, domain, document, skeleton_sha256 FROM captures")
    }

    @lru_cache(maxsize=512)
    def lines(domain: str, sha256: str) -> frozenset[str]:
        (row,) = case.rows("SELECT body FROM skeletons WHERE sha256 = ?", (sha256,))
        text = original_text(zlib.decompress(row["body"]).decode())
        return frozenset(mask_host(text, domain).splitlines())

    copied: set[str] = set()
    fallen: set[str] = set()
    compared: dict[tuple[str, str], bool] = {}
    for captures in accounts:
        by_domain = defaultdict(list)
        for capture in captures:
            domain, document, sha256 = pages[capture]
            if sha256 is None:
                copied.add(capture)
            elif document == "page":
                by_domain[domain].append((capture, sha256))
        for (one, ones), (other, others) in combinations(sorted(by_domain.items()), 2):
            for a, a_sha256 in ones:
                for b, b_sha256 in others:
                    if (a, b) not in compared:
                        same = a_sha256 == b_sha256
                        compared[a, b] = same or are_alike(
                            lines(one, a_sha256), lines(other, b_sha256), alike
                        )
                    if compared[a, b]:
                        copied |= {a, b}
                        fallen |= {one, other}
    copied |= {
        capture for capture, (domain, document, _) in pages.items() if domain in fallen and document != "page"
    }
    return frozenset(copied)


def are_alike(one: frozenset[str], other: frozenset[str], alike: float) -> bool:
    """Whether two sets of lines share at least `alike` of all their lines (Jaccard 1912)."""
    return len(one & other) >= alike * len(one | other)


def mask_host(text: str, domain: str) -> str:
    """The text with the page's own host, and its subdomains, written as one sign: a clone lives elsewhere."""
    return re.sub(rf"(?i)(?<![\w-])(?:[\w-]+\.)*{re.escape(domain)}(?![\w-])", "<self>", text)
