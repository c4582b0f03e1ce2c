"""What a measure is: a function from findings to rows, with its columns named once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from adtrace.relate.findings import Offer
    from adtrace.relate.seen import Seen

# What a cell holds, so that an audience's rewriting and a report's drawing need not guess. account: the id of the
# row's network and account_kind; accounts: whole names, network/kind/id. system: a network, or a host that no card has.
# share: a decimal from 0 to 1 as text ("0.125"), so that it is the same everywhere; empty where it cannot be said.
# record, records: public ids.
Holds = Literal[
    "domain",
    "domains",
    "network",
    "networks",
    "system",
    "account",
    "accounts",
    "operator",
    "company",
    "brand",
    "seller",
    "count",
    "share",
    "word",
    "text",
    "record",
    "records",
]
# Which number of the answer's denominators a count or a list stands on, and so never exceeds; "" if none.
Of = Literal["", "observable", "domains"]
Cell = str | int | list[str]
# What a row rests on: links and offers, by their sightings, or public ids of records.
Behind = Sequence["Seen | Offer | str"]


class Column(msgspec.Struct, frozen=True):
    """One column of an answer: its name, what a cell holds, what it means, and of how many domains it speaks."""

    name: str
    holds: Holds
    meaning: str
    of: Of = ""

    @property
    def title(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ")


class Result(msgspec.Struct, frozen=True):
    """Rows in the order they should be read, the numbers a headline may name, and what each row rests on.

    behind: as long as rows; () of a row that says nothing was seen.
    """

    rows: list[list[Cell]]
    numbers: dict[str, int | str]
    behind: list[Behind]


class Measure(msgspec.Struct, frozen=True):
    """A measure by name. find(findings, **parameters) → Result; parameters: their names and defaults."""

    name: str
    columns: tuple[Column, ...]
    find: Callable[..., Result]
    parameters: Mapping[str, Any] = {}


def share(part: int, whole: int) -> str:
    """A part of a whole as a decimal of three places; "" of nothing.

    >>> share(1, 8), share(0, 0)
    ('0.125', '')
    """
    return f"{part / whole:.3f}" if whole else ""
