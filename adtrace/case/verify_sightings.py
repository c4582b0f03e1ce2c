"""The second pass of verify: every sighting is the one that was sealed, and the links are what they support."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from adtrace.case.canonical import sightings_bytes, sightings_digest
from adtrace.case.damage import damage, stale_links
from adtrace.case.links import LinkKey, LinksOf, derive_links, feeds_links
from adtrace.case.segments import SHIFTED_SIGHTINGS as SHIFTED
from adtrace.case.sightings import FIELDS, OWNERS, Cell, sighting_of
from adtrace.case.stored_text import is_stored_as_is, original_text
from adtrace.case.verify_ledger import LedgerCheck
from adtrace.extract.sighting import Sighting

Row = tuple[Cell, ...]
Pair = tuple[int, str]
# The rows that check_sightings reads of one case (base: what is added to its numbers), and check_links.
_COLUMNS = ", ".join(f"{name} - :base" if name in SHIFTED else name for name in (*OWNERS, *FIELDS))
SIGHTING_ROWS = f"SELECT {_COLUMNS} FROM sightings WHERE row BETWEEN :first AND :last ORDER BY row"
PAIR_ROWS = (
    "SELECT sighting - :base, link FROM link_sightings WHERE sighting BETWEEN :first AND :last"
    " ORDER BY sighting, link"
)
LINK_ROWS = "SELECT * FROM links"


class Seen(msgspec.Struct):
    """How often a link was seen, and when."""

    count: int
    first: str
    last: str


def check_sightings(
    ledger: LedgerCheck,
    rows: Iterable[Row],
    pairs: Iterator[Pair],
    links_of: LinksOf,
    links: dict[LinkKey, Seen],
    rejected: Collection[int] = (),
) -> int:
    """The number of sightings; the links they support are added to `links`, their pairs compared on the way.

    rejected: rows that support none, by the newest judgement of them.

    Raises:
        IntegrityError: names the first record whose sightings or links are not its own.
    """
    groups = groupby(rows, key=itemgetter(OWNERS.index("extraction")))
    count = 0
    for seq, sealed in ledger.extractions.items():
        found: list[Row] = []
        if sealed.sightings:
            owner, group = next(groups, (None, iter(())))
            found = list(group) if owner == seq else []
        text = sightings_bytes(found)
        if len(found) != sealed.sightings or sightings_digest(text) != sealed.digest:
            raise damage(f"the sightings of record {seq} are not those that were sealed")
        count += len(found)
        capture = ledger.captures[sealed.capture]
        if capture.newest != seq or capture.entry in ledger.withdrawn or not feeds_links(capture.page_state):
            continue
        kept = [row for row in found if row[0] not in rejected] if rejected else found
        sightings = _sightings(kept, is_as_given=is_stored_as_is(text))
        derived = derive_links(sightings, ledger.entries[capture.entry], links_of)
        expected = sorted((row, key[0]) for key, supporting in derived.items() for row in supporting)
        if [next(pairs, None) for _ in expected] != expected:
            raise stale_links(f"the links of record {sealed.capture} are not what its sightings support")
        _count(links, derived, capture.time)
    if next(groups, None) is not None:
        raise damage("sightings holds rows of no record")
    if next(pairs, None) is not None:
        raise stale_links("link_sightings holds more than the sightings support")
    return count


def check_links(rows: Iterable[Sequence[Any]], expected: dict[LinkKey, Seen]) -> None:
    """Whether the links are the expected ones.

    Raises:
        IntegrityError: names the first that is not.
    """
    found = {tuple(row) for row in rows}
    changed = found ^ {(*key, seen.count, seen.first, seen.last) for key, seen in expected.items()}
    if changed:
        raise stale_links(f"link {min(str(row[0]) for row in changed)} is not what the sightings support")


def _sightings(rows: list[Row], *, is_as_given: bool) -> list[tuple[int, Sighting]]:
    own = len(OWNERS)
    if is_as_given:
        return [(int(row[0] or 0), sighting_of(row[own:])) for row in rows]
    # Asked here and not by original_text: most cells are as they were given.
    given = (
        (
            row[0],
            [
                original_text(cell) if type(cell) is str and ("[:]" in cell or "\x1a" in cell) else cell
                for cell in row[own:]
            ],
        )
        for row in rows
    )
    return [(int(number or 0), sighting_of(cells)) for number, cells in given]


def _count(links: dict[LinkKey, Seen], derived: dict[LinkKey, set[int]], time: str) -> None:
    for key, supporting in derived.items():
        seen = links.setdefault(key, Seen(0, time, time))
        seen.count += len(supporting)
        # Captures come in the order of their records, re-extractions do not; and clocks go back.
        seen.first, seen.last = min(seen.first, time), max(seen.last, time)
