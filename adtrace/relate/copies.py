"""Which captures are copies of another domain's page, so that an id on them may be the victim's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import numpy as np

    from adtrace.case import Case

    Lines = np.ndarray[tuple[int], np.dtype[np.int64]]


class _Document(msgspec.Struct, frozen=True):
    """One capture; skeleton: the hash of its text, None if only facts were kept."""

    seq: int
    domain: str
    is_page: bool
    skeleton: str | None


def find_copies(case: Case, accounts: Iterable[Sequence[str]], alike: float) -> frozenset[str]:
    """Public ids of the captures that cannot bear a merge: near-identical pages, and what cannot be compared.

    accounts: for each account in question, the public ids of the captures that carry it. Two pages of different
    domains are near-identical when they share `alike` of their distinct skeleton lines, each with its own host masked.
    A capture without a kept skeleton cannot be compared. What is not a page falls with its domain's page: who copies
    a page copies its worker too. Cost: each page's text once, and pairs of pages that share an account, which the
    cap bounds.
    """
    known = {
        case.public_id("outcome", row["seq"]): _Document(
            row["seq"],
            row["domain"],
            row["document"] == "page",
            row["skeleton_sha256"] if row["skeleton_kept"] else None,
        )
        for row in case.rows("SELECT seq, domain, document, skeleton_sha256, skeleton_kept FROM captures")
    }
    texts: dict[tuple[str, str], Lines] = {}

    def lines(name: str) -> Lines:
        document = known[name]
        key = document.skeleton or "", document.domain
        if key not in texts:
            texts[key] = numbered(comparable_lines(case.skeleton(document.seq) or "", document.domain))
        return texts[key]

    copied: set[str] = set()
    fallen: set[str] = set()
    compared: dict[tuple[str | None, ...], bool] = {}
    for captures in accounts:
        pages: dict[str, list[str]] = defaultdict(list)
        for capture in captures:
            document = known[capture]
            if document.skeleton is None:
                copied.add(capture)
            elif document.is_page:
                pages[document.domain].append(capture)
        for one, other in combinations(sorted(pages), 2):
            for pair in product(pages[one], pages[other]):
                # A page that came back unchanged need not be compared again.
                texts_of = (one, known[pair[0]].skeleton, other, known[pair[1]].skeleton)
                if texts_of not in compared:
                    compared[texts_of] = are_alike(lines(pair[0]), lines(pair[1]), alike)
                if compared[texts_of]:
                    copied.update(pair)
                    fallen |= {one, other}
    beside = (name for name, document in known.items() if document.domain in fallen and not document.is_page)
    return frozenset(copied.union(beside))


def are_alike(one: Lines, other: Lines, alike: float) -> bool:
    """Whether two texts share at least `alike` of all their distinct lines (Jaccard 1912)."""
    import numpy as np

    small, large = sorted((len(one), len(other)))
    if small < alike * large:
        return False
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= alike * (small + large - shared)


def comparable_lines(skeleton: str, domain: str) -> frozenset[str]:
    """The distinct lines of a skeleton with all that follows from the page's own host taken out.

    A clone lives elsewhere: its host and subdomains become one sign, and so do the keyed hashes of their addresses
    and the counts of characters (skeleton-1's first line and its `#script N LENGTH` lines).
    """
    own: re.Pattern[str] | None = None
    found = set()
    for line in set(skeleton.splitlines()[1:]):
        if line.startswith("#script "):
            continue
        if domain in line.lower():
            # Only where it is there: a pattern made for each of many thousand pages costs more than reading them.
            own = own or re.compile(rf"(?i)(?<![\w-])(?:[\w-]+\.)*{re.escape(domain)}(?![\w-])")
            line = _HASH.sub("~<self>", own.sub("<self>", line))
        found.add(line)
    return frozenset(found)


_HASH = re.compile(r"~<self>/[\w-]+")


def numbered(lines: frozenset[str]) -> Lines:
    """The lines as 64-bit numbers in order, equal only within this process: eight bytes a line, quickly compared."""
    import numpy as np

    return np.unique(np.fromiter(map(hash, lines), np.int64, len(lines)))
