"""The drawn view: clusters of domains that live accounts tie together, as lines between two columns.

Two columns and not a cloud of springs: every label stands on a line of its own, on screen and on paper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph
    from adtrace.relate.questions import Answer
    from adtrace.report.labels import Labels

MAX_CLUSTERS = 6
MAX_ACCOUNTS = 10
MAX_DOMAINS = 14
WIDTH = 520
_LINE = 26
_TOP = 40
_LEFT, _RIGHT = 250, 390
_SWEEPS = 8


class Spot(msgspec.Struct, frozen=True):
    """A labelled node. note: what is said of it beside its label."""

    x: float
    y: float
    kind: str
    text: str
    whole: str
    note: str
    anchor: str


class Line(msgspec.Struct, frozen=True):
    """A curve from an account to a domain; bears: whether the account can bear an operator hypothesis."""

    path: str
    bears: bool


class Cluster(msgspec.Struct, frozen=True):
    """One picture; domains and accounts: how many there are, of which some may not be drawn."""

    title: str
    width: int
    height: float
    accounts: list[Spot]
    domains: list[Spot]
    lines: list[Line]
    sentence: str


class Drawing(msgspec.Struct, frozen=True):
    """The largest clusters, and how many there are in all."""

    clusters: list[Cluster]
    total: int


def draw_clusters(graph: Graph, shared: Answer, labels: Labels) -> Drawing:
    """The clusters of the answer to shared-account, largest first; the same for the same case.

    Order of lines by the barycentre heuristic (Sugiyama, Tagawa and Toda 1981), a fixed number of sweeps.
    """
    names = [column.name for column in shared.columns]
    ties: dict[str, list[str]] = {}
    bears: dict[str, bool] = {}
    for values in shared.rows:
        row = dict(zip(names, values, strict=True))
        account = f"account:{row['network']}/{row['account_kind']}/{row['account']}"
        ties[account] = [f"domain:{domain}" for domain in row["on"]]  # type: ignore[union-attr]
        bears[account] = str(row["bears_operator"]).startswith("yes")
    found = sorted(_components(ties), key=lambda part: (-len(part[1]), -len(part[0]), sorted(part[1])))
    drawn = [
        _draw(number, accounts, domains, ties, bears, graph, labels)
        for number, (accounts, domains) in enumerate(found[:MAX_CLUSTERS], start=1)
    ]
    return Drawing(drawn, len(found))


def _components(ties: Mapping[str, Sequence[str]]) -> list[tuple[set[str], set[str]]]:
    import networkx as nx

    tied: nx.Graph[str] = nx.Graph((account, domain) for account, on in ties.items() for domain in on)
    return [(part & ties.keys(), part - ties.keys()) for part in nx.connected_components(tied)]


def _draw(
    number: int,
    accounts: set[str],
    domains: set[str],
    ties: Mapping[str, Sequence[str]],
    bears: Mapping[str, bool],
    graph: Graph,
    labels: Labels,
) -> Cluster:
    left = sorted(accounts, key=lambda account: (-len(ties[account]), account))[:MAX_ACCOUNTS]
    on: dict[str, list[str]] = defaultdict(list)
    for account in left:
        for domain in ties[account]:
            on[domain].append(account)
    right = sorted(on, key=lambda domain: (-len(on[domain]), domain))[:MAX_DOMAINS]
    left, right = _order(left, right, {domain: on[domain] for domain in right})
    lines_needed = max(len(left), len(right))
    height = _TOP + lines_needed * _LINE + 8
    rows = {node: _place(index, len(left), lines_needed) for index, node in enumerate(left)}
    rows |= {node: _place(index, len(right), lines_needed) for index, node in enumerate(right)}
    operators = {domain: graph.nodes[domain].get("operator", "") for domain in right}
    spots = {
        node: Spot(
            _LEFT if node in accounts else _RIGHT,
            rows[node],
            graph.nodes[node]["kind"],
            labels.of(node).text,
            labels.of(node).title,
            labels.network(graph.nodes[node]["name"].split("/", 1)[0])
            if node in accounts
            else labels.shorten(operators[node]),
            labels.of(node).anchor,
        )
        for node in (*left, *right)
    }
    lines = [
        Line(_curve(spots[account], spots[domain]), bears[account])
        for domain in right
        for account in on[domain]
    ]
    missing = [
        f"{len(drawn):,} of {len(there):,} {what}"
        for drawn, there, what in ((left, accounts, "accounts"), (right, domains, "domains"))
        if len(drawn) < len(there)
    ]
    hypotheses = len({operator for operator in operators.values() if operator})
    words = f"{len(domains):,} domains, {len(accounts):,} shared accounts"
    if hypotheses:
        words += f", {hypotheses} operator {'hypothesis' if hypotheses == 1 else 'hypotheses'}"
    if missing:
        words += f"; drawn: {' and '.join(missing)}"
    return Cluster(
        f"Cluster {number}",
        WIDTH,
        height,
        [spots[node] for node in left],
        [spots[node] for node in right],
        lines,
        words + ".",
    )


def _order(left: list[str], right: list[str], on: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Both columns, each sorted by the mean place of its neighbours in the other, back and forth."""
    to: dict[str, list[str]] = defaultdict(list)
    for domain, accounts in on.items():
        for account in accounts:
            to[account].append(domain)
    for _ in range(_SWEEPS):
        right = _by_mean(right, left, on)
        left = _by_mean(left, right, to)
    return left, right


def _by_mean(column: list[str], other: list[str], near: Mapping[str, Sequence[str]]) -> list[str]:
    place = {node: index / max(len(other) - 1, 1) for index, node in enumerate(other)}
    return sorted(
        column, key=lambda node: (fmean(place[end] for end in near[node]) if near[node] else 1, node)
    )


def _place(index: int, size: int, rows: int) -> float:
    """The line's height: the shorter column spread over the longer one's."""
    return round(_TOP + (index + 0.5) * rows * _LINE / size, 1)


def _curve(account: Spot, domain: Spot) -> str:
    begin, end = account.x + 9, domain.x - 9
    middle = (begin + end) / 2
    return f"M{begin} {account.y}C{middle} {account.y} {middle} {domain.y} {end} {domain.y}"
