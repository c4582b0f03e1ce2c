"""What is otherwise: between two generations of the same captures, and between two runs over the same domains."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from typing import Literal

import msgspec

from adtrace.case.links import feeds_links
from adtrace.case.reader import CaseReader
from adtrace.case.sightings import FIELDS, sighting_of
from adtrace.errors import UsageError
from adtrace.extract.sighting import Sighting

Change = Literal["added", "gone", "changed", "unobserved"]
# What makes two sightings of two runs the same fact about a domain; where on the page it stood is not part of it.
_FACT = ("kind", "network", "account_kind", "account", "brand", "role", "basis", "state")
# What a rule or its card renames without saying anything else of the world.
_NOT_COMPARED = ("id", "via", "rule", "source")


class Difference(msgspec.Struct, frozen=True):
    """One row that is otherwise. before, after: public ids of a sighting that shows it, None if there is none.

    added, gone: only later, only earlier. changed: the same place says something else; fields: name → (before, after).
    unobserved: seen earlier, and the later run read no such document of the domain: it says nothing about it.
    """

    change: Change
    domain: str
    kind: str
    what: str
    before: str | None
    after: str | None
    fields: dict[str, tuple[object, object]] = {}


class _Row(msgspec.Struct, frozen=True):
    number: int
    domain: str
    sighting: Sighting


def compare_generations(case: CaseReader) -> Iterator[Difference]:
    """What the newest generation of each capture says otherwise than the one before it; captures with one are left.

    The text is the same: all of it is what newer knowledge changed.
    """
    extractions: dict[int, list[int]] = defaultdict(list)
    for row in case.rows("SELECT capture, seq FROM extractions ORDER BY generation"):
        extractions[row["capture"]].append(row["seq"])
    for capture, made in sorted(extractions.items()):
        if len(made) > 1:
            before, after = (_rows(case, capture, extraction) for extraction in made[-2:])
            yield from _compare_places(case, before, after)


def compare_runs(case: CaseReader, first: int, second: int) -> Iterator[Difference]:
    """What run `second` saw otherwise than run `first` on the domains that the first one read, by newest generations.

    Only the operators' own pages and files count, as for the graph. "gone" says that the second run read the same
    kind of document there and the fact was not in it; it is not said where that document could not be read.

    Raises:
        UsageError: one of them is no run of this case, or both are the same.
    """
    runs = {row["seq"] for row in case.rows("SELECT seq FROM runs")}
    for run in (first, second):
        if run not in runs or first == second:
            raise UsageError(
                f"{run} is no other run of this case.",
                do=f"Give two of: {', '.join(map(str, sorted(runs)))}.",
            )
    before, after = _facts(case, first), _facts(case, second)
    read = _documents(case, second)
    for key in sorted(before.keys() - after.keys(), key=str):
        row = before[key]
        is_read = (row.domain, row.sighting.locator.part) in read
        yield _difference(case, "gone" if is_read else "unobserved", row, None)
    for key in sorted(after.keys() - before.keys(), key=str):
        yield _difference(case, "added", None, after[key])


def _compare_places(case: CaseReader, before: list[_Row], after: list[_Row]) -> Iterator[Difference]:
    """Equal rows pair off first, then rows of one place and kind; what is left was added or is gone."""
    _, before, after = _pair_off(before, after, lambda row: msgspec.json.encode(_compared(row.sighting)))
    changed, lost, new = _pair_off(before, after, _place)
    for old in lost:
        yield _difference(case, "gone", old, None)
    for old, row in changed:
        yield _difference(case, "changed", old, row)
    for row in new:
        yield _difference(case, "added", None, row)


def _pair_off(
    before: list[_Row], after: list[_Row], key: Callable[[_Row], Hashable]
) -> tuple[list[tuple[_Row, _Row]], list[_Row], list[_Row]]:
    """(pairs of equal key, rest of before, rest of after), each in order."""
    waiting: dict[Hashable, list[_Row]] = defaultdict(list)
    for row in before:
        waiting[key(row)].append(row)
    pairs, rest = [], []
    for row in after:
        if waiting.get(key(row)):
            pairs.append((waiting[key(row)].pop(0), row))
        else:
            rest.append(row)
    paired = {old.number for old, _ in pairs}
    return pairs, [row for row in before if row.number not in paired], rest


def _compared(sighting: Sighting) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(sighting)
    return {name: value for name, value in found.items() if name not in _NOT_COMPARED}


def _place(row: _Row) -> Hashable:
    return row.sighting.kind, row.sighting.locator


def _difference(case: CaseReader, change: Change, before: _Row | None, after: _Row | None) -> Difference:
    row = after or before
    assert row
    fields = {}
    if before and after:
        old, new = _compared(before.sighting), _compared(after.sighting)
        fields = {name: (old[name], new[name]) for name in old if old[name] != new[name]}
    names = ("network", "account_kind", "account", "brand", "role", "host", "basis", "state")
    what = " ".join(str(value) for name in names if (value := getattr(row.sighting, name)))
    ids = [case.public_id("sighting", one.number) if one else None for one in (before, after)]
    return Difference(change, row.domain, row.sighting.kind, what, ids[0], ids[1], fields)


def _rows(case: CaseReader, capture: int, extraction: int) -> list[_Row]:
    columns = ", ".join(("row", "domain", *FIELDS))
    # By capture, which has an index.
    found = case.rows(
        f"SELECT {columns} FROM sightings WHERE capture = ? AND extraction = ? ORDER BY row",
        (capture, extraction),
    )
    return [_Row(row[0], row[1], sighting_of(tuple(row)[2:])) for row in found]


def _facts(case: CaseReader, run: int) -> dict[Hashable, _Row]:
    """The first sighting of each fact a run saw on a domain's own pages and files."""
    columns = ", ".join(("s.row", "s.domain", *(f"s.{name}" for name in FIELDS), "captures.page_state"))
    found: dict[Hashable, _Row] = {}
    for row in case.rows(
        f"SELECT {columns} FROM current_sightings AS s JOIN captures ON captures.seq = s.capture"
        " WHERE captures.run = ? ORDER BY s.row",
        (run,),
    ):
        cells = tuple(row)
        if feeds_links(cells[-1]):
            one = _Row(cells[0], cells[1], sighting_of(cells[2:-1]))
            sighting = one.sighting
            # A network that no card has is known by its host alone.
            host = None if sighting.network else sighting.host
            key = (one.domain, sighting.locator.part, host, *(getattr(sighting, name) for name in _FACT))
            found.setdefault(key, one)
    return found


def _documents(case: CaseReader, run: int) -> set[tuple[str, str]]:
    """(domain, kind of document) of what a run read of the domains' own."""
    rows = case.rows("SELECT DISTINCT domain, document, page_state FROM captures WHERE run = ?", (run,))
    return {(row["domain"], row["document"]) for row in rows if feeds_links(row["page_state"])}
