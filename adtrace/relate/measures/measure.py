"""What a measure is: a function from findings to rows, with its columns named once."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from adtrace.relate.findings import Findings

# What a cell holds, so that an audience's rewriting and a report's drawing need not guess.
Holds = Literal[
    "domain", "domains", "network", "networks", "account", "company", "brand", "count", "word", "text"
]
Cell = str | int | list[str]


class Column(msgspec.Struct, frozen=True):
    """One column of an answer: its name, what a cell holds, and what it means."""

    name: str
    holds: Holds
    meaning: str


class Result(msgspec.Struct, frozen=True):
    """Rows in the order they should be read, and the numbers a headline may name."""

    rows: list[list[Cell]]
    numbers: dict[str, int]


class Measure(msgspec.Struct, frozen=True):
    """A measure by name. find(findings, **parameters) → Result; parameters: their names and defaults."""

    name: str
    columns: tuple[Column, ...]
    find: Callable[..., Result]
    parameters: Mapping[str, Any] = {}


def edges_of(findings: Findings, edge: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(source name, target name, data) of every edge of one kind, in order of names."""
    graph = findings.graph
    found = [
        (graph.nodes[source]["name"], graph.nodes[target]["name"], data)
        for source, target, data in graph.edges(data=True)
        if data["edge"] == edge
    ]
    return sorted(
        found, key=lambda one: (one[0], one[1], one[2]["basis"], one[2]["state"], one[2]["certainty"])
    )
