"""The drawn view: clusters of domains that live accounts tie together, as lines between two columns.

Two columns and not a cloud of springs: every label stands on a line of its own, on screen and on paper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING

import msgspec

from adtrace.relate.graph import node_id
from adtrace.report.rows import answer_rows
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.relate.graph import Graph
    from adtrace.relate.questions import Answer
    from adtrace.report.labels import Labels

MAX_PICTURES = 6
MAX_ACCOUNTS = 12
MAX_DOMAINS = 16
_LINE, _TOP = 26, 34
_BETWEEN = 140  # of the columns
_LETTER = 7.4  # width of one, at the size and weight the labels are written in
_LEAST = (200, 100, 90)  # room for the labels of accounts, domains and brackets
_LONGEST = 24  # letters of an id that are drawn
_SWEEPS = 8


class Spot(msgspec.Struct, frozen=True):
    """A labelled node; note: the network of an account."""

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


class Bracket(msgspec.Struct, frozen=True):
    """Domains of one operator hypothesis, which stand together."""

    path: str
    x: float
    y: float
    text: str


class Cluster(msgspec.Struct, frozen=True):
    """One picture, and a sentence that says how many domains and accounts it has, and how many are drawn."""

    title: str
    width: float
    height: float
    accounts: list[Spot]
    domains: list[Spot]
    lines: list[Line]
    brackets: list[Bracket]
    sentence: str


class Drawing(msgspec.Struct, frozen=True):
    """The largest clusters, and a sentence that says which part this is."""

    clusters: list[Cluster]
    sentence: str


class _Part(msgspec.Struct, frozen=True):
    """What one picture shows; of: number of domains of the cluster it is a part of, if it is not all of it."""

    accounts: set[str]
    domains: set[str]
    of: int = 0


class _Ties:
    """Which account stands on which domains, and whether it can bear a hypothesis; all as nodes of the graph."""

    def __init__(self, shared: Answer) -> None:
        self.domains: dict[str, list[str]] = {}
        self.bears: dict[str, bool] = {}
        for row in answer_rows(shared):
            account = node_id("account", f"{row['network']}/{row['account_kind']}/{row['account']}")
            self.domains[account] = [node_id("domain", domain) for domain in row["on"]]
            self.bears[account] = row["bears_operator"].startswith("yes")

    def components(self) -> list[tuple[set[str], set[str]]]:
        """(accounts, domains) that hang together, largest first."""
        import networkx as nx

        tied: nx.Graph[str] = nx.Graph(
            (account, domain) for account, on in self.domains.items() for domain in on
        )
        parts = [
            (part & self.domains.keys(), part - self.domains.keys()) for part in nx.connected_components(tied)
        ]
        return sorted(parts, key=lambda part: (-len(part[1]), -len(part[0]), sorted(part[1])))


def draw_clusters(graph: Graph, shared: Answer, labels: Labels) -> Drawing:
    """The clusters of the answer to shared-account, largest first; the same for the same case.

    Of a cluster too large for one picture, its operator hypotheses are drawn, each with the accounts that tie it.
    """
    ties = _Ties(shared)
    clusters = ties.components()
    parts = [part for accounts, domains in clusters for part in _parts(accounts, domains, ties, graph)]
    parts.sort(key=lambda part: (-len(part.domains), -len(part.accounts), sorted(part.domains)))
    shown = parts[:MAX_PICTURES]
    sentence = f"{count(len(clusters), 'cluster')} in all."
    if len(parts) > len(clusters):
        sentence += " Of those too large for one picture, the operator hypotheses are drawn."
    if len(shown) < len(parts):
        sentence += f" Here are the {len(shown)} largest of {len(parts):,} pictures."
    return Drawing(
        [_draw(number, part, ties, graph, labels) for number, part in enumerate(shown, 1)], sentence
    )


def _parts(accounts: set[str], domains: set[str], ties: _Ties, graph: Graph) -> list[_Part]:
    whole = _Part(accounts, domains)
    if len(accounts) <= MAX_ACCOUNTS and len(domains) <= MAX_DOMAINS:
        return [whole]
    groups = defaultdict(set)
    for domain in domains:
        if operator := graph.nodes[domain].get("operator"):
            groups[operator].add(domain)
    return [
        _Part(
            {account for account in accounts if len(group & set(ties.domains[account])) > 1},
            group,
            len(domains),
        )
        for group in groups.values()
    ] or [whole]


def _draw(number: int, part: _Part, ties: _Ties, graph: Graph, labels: Labels) -> Cluster:
    accounts, on = _chosen(part, ties)
    operators = {domain: graph.nodes[domain].get("operator", "") for domain in on}
    left, right = _order(accounts, on, operators)
    notes = {account: labels.network(graph.nodes[account]["name"].split("/", 1)[0]) for account in left}
    texts = {node: labels.shorten(labels.of(node).text, _LONGEST) for node in left} | {
        node: labels.of(node).text for node in right
    }
    room = max(_room(f"{notes[account]} {texts[account]}" for account in left), _LEAST[0])
    edge = room + _BETWEEN + max(_room(texts[domain] for domain in right), _LEAST[1])
    beyond = max(_room(labels.shorten(operator) for operator in operators.values()), _LEAST[2])
    height = max(len(left), len(right)) * _LINE
    spots = {
        node: Spot(
            x=x,
            y=round(_TOP + (index + 0.5) * height / len(column), 1),
            kind=graph.nodes[node]["kind"],
            text=texts[node],
            whole=labels.of(node).title,
            note=notes.get(node, ""),
            anchor=labels.of(node).anchor,
        )
        for column, x in ((left, room), (right, room + _BETWEEN))
        for index, node in enumerate(column)
    }
    return Cluster(
        title=f"{number}.",
        width=edge + beyond,
        height=_TOP + height + 6,
        accounts=[spots[node] for node in left],
        domains=[spots[node] for node in right],
        lines=[
            Line(_curve(spots[account], spots[domain]), ties.bears[account])
            for domain in right
            for account in on[domain]
        ],
        brackets=[
            _bracket([spots[domain] for domain in group], edge, labels.shorten(operator))
            for operator, group in groupby(right, key=lambda domain: operators[domain])
            if operator
        ],
        sentence=_sentence(part, left, right, graph),
    )


def _chosen(part: _Part, ties: _Ties) -> tuple[list[str], dict[str, list[str]]]:
    """The accounts that find room, those on the most domains; and the domains, likewise, with their accounts."""
    accounts = sorted(part.accounts, key=lambda account: (-len(ties.domains[account]), account))[
        :MAX_ACCOUNTS
    ]
    on: dict[str, list[str]] = defaultdict(list)
    for account in accounts:
        for domain in ties.domains[account]:
            if domain in part.domains:
                on[domain].append(account)
    domains = sorted(on, key=lambda domain: (-len(on[domain]), domain))[:MAX_DOMAINS]
    return accounts, {domain: on[domain] for domain in domains}


def _sentence(part: _Part, left: Sequence[str], right: Sequence[str], graph: Graph) -> str:
    words = [count(len(part.domains), "domain"), count(len(part.accounts), "shared account")]
    if operators := {graph.nodes[domain].get("operator", "") for domain in part.domains} - {""}:
        words.append(count(len(operators), "operator hypothesis", "operator hypotheses"))
    sentence = ", ".join(words)
    if part.of:
        sentence += f"; part of a cluster of {part.of:,} domains"
    if len(left) < len(part.accounts) or len(right) < len(part.domains):
        sentence += f"; drawn: the {len(right)} domains and {len(left)} accounts with the most ties"
    return sentence + "."


def _order(
    left: list[str], on: Mapping[str, Sequence[str]], operators: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Both columns, each sorted by the mean place of its neighbours in the other, back and forth.

    The barycentre heuristic (Sugiyama, Tagawa and Toda 1981); domains of one hypothesis stay together.
    """
    right = list(on)
    to: dict[str, list[str]] = defaultdict(list)
    for domain, accounts in on.items():
        for account in accounts:
            to[account].append(domain)
    for _ in range(_SWEEPS):
        means = _means(right, left, on)
        groups = defaultdict(list)
        for domain in right:
            groups[operators[domain] or domain].append(means[domain])
        right.sort(
            key=lambda domain: (
                fmean(groups[operators[domain] or domain]),
                operators[domain],
                means[domain],
                domain,
            )
        )
        means = _means(left, right, to)
        left.sort(key=lambda account: (means[account], account))
    return left, right


def _means(
    column: Sequence[str], other: Sequence[str], near: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    place = {node: index / max(len(other) - 1, 1) for index, node in enumerate(other)}
    return {node: fmean(place[end] for end in near[node]) if near[node] else 1.0 for node in column}


def _curve(account: Spot, domain: Spot) -> str:
    begin, end = account.x + 9, domain.x - 9
    middle = (begin + end) / 2
    return f"M{begin} {account.y}C{middle} {account.y} {middle} {domain.y} {end} {domain.y}"


def _bracket(spots: Sequence[Spot], x: float, text: str) -> Bracket:
    top, bottom = spots[0].y - 9, spots[-1].y + 9
    return Bracket(f"M{x - 5} {top}H{x}V{bottom}H{x - 5}", x + 7, (top + bottom) / 2 + 4, text)


def _room(texts: Iterable[str]) -> float:
    """Pixels that the longest of these takes, with its distance from the mark."""
    return round(max(map(len, texts)) * _LETTER + 16)
