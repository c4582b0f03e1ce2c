"""Sightings as tables read them: thousands at a time, a list a column; a million cost seconds, not gigabytes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case.canonical import with_characters

if TYPE_CHECKING:
    from adtrace.export.rows import Facts

# Column → its values; all lists are as long.
Batch = dict[str, list[Any]]
SIZE = 1024
# What is read out of JSON columns, under a name of its own where the column is shown as well.
_NESTED = {"locator": "json(locator)", "declared_object": "json(declared)"}


def read_sightings(facts: Facts, columns: Collection[str], where: str = "TRUE") -> Iterator[Batch]:
    """The sightings of the newest generations that the reader may be told of, in the order they were found.

    columns: of the table sightings, or of current_sightings; `row` is always there. where: a condition on
    current_sightings.
    """
    derived = {name: _DERIVED[name] for name in columns if name in _DERIVED}
    needed = ("row", *columns, *(need for needs, _ in derived.values() for need in needs))
    stored = [name for name in dict.fromkeys(needed) if name not in _DERIVED]
    # As one JSON text a row: a third of the time of a cell each, and what is JSON already needs no second reading.
    cells = ", ".join(_NESTED.get(name, name) for name in stored)
    rows = facts.case.rows(f"SELECT json_array({cells}) FROM current_sightings WHERE {where} ORDER BY row")
    while texts := [row[0] for row in islice(rows, SIZE)]:
        whole = f"[{','.join(texts)}]"
        found: Any = msgspec.json.decode(whole)
        if "\\u001a" in whole:
            found = with_characters(found)
        if facts.allowed is not None:
            found = [cells for cells in found if cells[0] in facts.allowed]
        if found:
            batch: Batch = dict(zip(stored, map(list, zip(*found, strict=True)), strict=True))
            batch |= {name: make(facts, batch) for name, (_, make) in derived.items()}
            yield batch


def as_batches(rows: Iterator[dict[str, Any]]) -> Iterator[Batch]:
    """Rows given one by one, in batches; a row that lacks a column has None there."""
    while some := list(islice(rows, SIZE)):
        names = dict.fromkeys(name for row in some for name in row)
        yield {name: [row.get(name) for row in some] for name in names}


_Maker = Callable[["Facts", Batch], list[Any]]


def _of_capture(part: int) -> tuple[tuple[str, ...], _Maker]:
    return ("capture",), lambda facts, batch: [facts.captures[seq][part] for seq in batch["capture"]]


def _of_domain(part: str) -> tuple[tuple[str, ...], _Maker]:
    return ("domain",), lambda facts, batch: [facts.authority[name][part] for name in batch["domain"]]


def _of_locator(part: str) -> tuple[tuple[str, ...], _Maker]:
    return ("locator",), lambda _, batch: [place[part] for place in batch["locator"]]


def _declared(part: str) -> tuple[tuple[str, ...], _Maker]:
    return ("declared_object",), lambda _, batch: [said.get(part) for said in batch["declared_object"]]


def _of_seller(part: str) -> tuple[tuple[str, ...], _Maker]:
    return (
        ("declared_object", "kind"),
        lambda _, batch: [
            said.get(part) if kind == "declaration" else None
            for said, kind in zip(batch["declared_object"], batch["kind"], strict=True)
        ],
    )


# What a column is made of that is not stored as it is shown: the columns it needs, and how.
_DERIVED: Mapping[str, tuple[tuple[str, ...], _Maker]] = {
    "seen": _of_capture(0),
    "document": _of_capture(1),
    "page_state": _of_capture(2),
    "authority": _of_domain("authority"),
    "reference": _of_domain("reference"),
    "part": _of_locator("part"),
    "path": _of_locator("path"),
    "start": _of_locator("start"),
    "end": _of_locator("end"),
    "relation": _declared("relation"),
    "seller_type": _declared("seller_type"),
    "position": _declared("position"),
    "seller_name": _of_seller("name"),
    "seller_domain": _of_seller("domain"),
}
