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
    _Text = tuple[str | None, str]


class _Document(msgspec.Struct, frozen=True):
    """One capture; skeleton: the hash of its text, None if only facts were kept."""

    seq: int
    domain: str
    is_page: bool
    skeleton: str | None

    @property
    def text(self) -> _Text:
        """What it is compared by: its text, and the domain whose own host is masked in it."""
        return self.skeleton, self.domain


def find_copies(case: Case, accounts: Iterable[Sequence[str]], alike: float) -> frozenset[str]:
    """Public ids of the captures that cannot bear a merge: near-identical pages, and what cannot be compared.

    accounts: for each account in question, the public ids of the captures that carry it. Two pages of different
    domains are near-identical when they share `alike` of their distinct skeleton lines, each with its own host masked.
    A capture without a kept skeleton cannot be compared. What is not a page falls with its domain's page: who copies
    a page copies its worker too. Cost: each page's text once, and pairs of pages that share an account, which the
    cap bounds.
    """
    comparison = _Comparison(case, alike)
    known = comparison.known
    copied: set[str] = set()
    fallen: set[str] = set()
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
                if comparison.says_alike(*pair):
                    copied.update(pair)
                    fallen |= {one, other}
    beside = (name for name, document in known.items() if document.domain in fallen and not document.is_page)
    return frozenset(copied.union(beside))


class _Comparison:
    """Pairs of pages, each text read and each pair of texts compared once. known: every capture, by public id."""

    def __init__(self, case: Case, alike: float) -> None:
        self._case, self._alike = case, alike
        rows = case.rows("SELECT seq, domain, document, skeleton_sha256, skeleton_kept FROM captures")
        self.known = {
            case.public_id("outcome", row["seq"]): _Document(
                row["seq"],
                row["domain"],
                row["document"] == "page",
                row["skeleton_sha256"] if row["skeleton_kept"] else None,
            )
            for row in rows
        }
        self._lines: dict[_Text, Lines] = {}
        self._compared: dict[tuple[_Text, _Text], bool] = {}

    def says_alike(self, one: str, other: str) -> bool:
        """Whether the pages of these two captures are near-identical."""
        pair = self.known[one], self.known[other]
        # A page that came back unchanged need not be compared again.
        texts = pair[0].text, pair[1].text
        if texts not in self._compared:
            one_lines, other_lines = map(self._lines_of, pair)
            self._compared[texts] = are_alike(one_lines, other_lines, self._alike)
        return self._compared[texts]

    def _lines_of(self, document: _Document) -> Lines:
        if document.text not in self._lines:
            skeleton = self._case.skeleton(document.seq) or ""
            self._lines[document.text] = numbered(comparable_lines(skeleton, document.domain))
        return self._lines[document.text]


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
