"""One dossier for each chosen node: what is known of it, and every tie with the evidence it rests on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.knowledge.route import describe_route
from adtrace.limits import OFFERED
from adtrace.names import defang, display
from adtrace.relate.schema import load_schema
from adtrace.report.cells import Piece
from adtrace.report.rows import Row
from adtrace.report.words import KINDS

if TYPE_CHECKING:
    from adtrace.knowledge import Knowledge
    from adtrace.knowledge.card import Card
    from adtrace.relate.graph import Graph
    from adtrace.report.anchors import Anchors
    from adtrace.report.labels import Label, Labels

# Ties of one kind that a dossier shows: the most that leaves the page's dossiers with so many together.
MOST_TIES = (25, 18, 12, 8, 5, 3, 2)
MAX_TIES = 20_000
MAX_EVIDENCE = 3


class Tie(msgspec.Struct, frozen=True):
    """One edge as its end's dossier shows it; more: sightings beyond those that are linked."""

    other: Label
    basis: str
    state: str
    certainty: str
    detail: str
    count: int
    evidence: list[Piece]
    more: int
    last_seen: str

    @property
    def how(self) -> str:
        """Basis, state, certainty, and what it identifies or stands as."""
        return ", ".join(word for word in (self.basis, self.state, self.certainty, self.detail) if word)


class Ties(msgspec.Struct, frozen=True):
    """The edges of one kind (its id in graphs/schema.toml) and direction, most sightings first.

    total: how many there are.
    """

    edge: str
    caption: str
    ties: list[Tie]
    total: int


class Dossier(msgspec.Struct, frozen=True):
    """All about one node. facts: (what, value). records: of the entries of a domain."""

    label: Label
    kind: str
    facts: list[tuple[str, str]]
    records: list[Piece]
    groups: list[Ties]


def make_dossiers(
    graph: Graph,
    labels: Labels,
    nodes: list[str],
    most: int,
    domains: Mapping[str, Row],
    holders: Mapping[str, str],
    entries: Mapping[str, Sequence[str]],
    knowledge: Knowledge,
    anchors: Anchors,
) -> list[Dossier]:
    """A dossier for each of these nodes, in their order.

    most: ties of one kind that each shows. domains: rows of that table by domain. holders: account node → holder_role.
    entries: domain → its entries.
    """
    return [
        Dossier(
            labels.of(node),
            KINDS[graph.nodes[node]["kind"]][0],
            _facts(graph.nodes[node], domains, holders.get(node, ""), knowledge),
            _records(graph.nodes[node], entries, anchors),
            _groups(graph, node, labels, most, anchors),
        )
        for node in nodes
    ]


def ties_each(graph: Graph, nodes: list[str]) -> int:
    """How many ties of one kind each dossier of these nodes may show."""
    kinds: Counter[tuple[str, str, bool]] = Counter()
    for node in nodes:
        kinds.update((node, data["edge"], True) for _, _, data in graph.out_edges(node, data=True))
        kinds.update((node, data["edge"], False) for _, _, data in graph.in_edges(node, data=True))
    numbers = kinds.values()
    return next(
        (most for most in MOST_TIES if sum(min(number, most) for number in numbers) <= MAX_TIES),
        MOST_TIES[-1],
    )


def cited(graph: Graph, nodes: list[str], most: int) -> Iterator[list[str]]:
    """Public ids of the sightings that each tie of these nodes' dossiers names."""
    for node in nodes:
        for edges in _by_kind(graph, node).values():
            yield from (data.get("sightings", [])[:MAX_EVIDENCE] for _, data in edges[:most])


def _facts(
    data: Mapping[str, Any], domains: Mapping[str, Row], holder: str, knowledge: Knowledge
) -> list[tuple[str, str]]:
    """(what, text) in a reader's order, without what is empty; every text safe on a page and in a terminal."""
    kind, name = data["kind"], data["name"]
    found: list[tuple[str, str]] = []
    if kind == "domain" and name in domains:
        found = [(what, _plain(text)) for what, text in _domain_facts(domains[name])]
    elif kind == "account":
        network, account_kind, _ = name.split("/", 2)
        found = [
            ("Network", _network_name(network, knowledge)),
            ("The network calls it", _plain(account_kind)),
            ("Held by", holder or "unknown"),
        ]
    elif kind == "seller":
        system = name.split("/", 1)[0]
        found = [("Selling system", _network_name(system, knowledge)), ("Declared", "not observed")]
    elif kind == "network" and (card := knowledge.cards.get(name)):
        found = [(what, _own(text)) for what, text in _card_facts(card, knowledge)]
    elif kind == "brand":
        found = [("Reading", OFFERED)]
    return [(what, text) for what, text in found if text]


def _domain_facts(row: Row) -> list[tuple[str, str]]:
    states = f" ({row['page_states']})" if row["page_states"] else ""
    return [
        ("Confirmed by", f"{row['authority']}, {row['reference']}"),
        ("Category", row["category"]),
        ("Seen", f"{row['seen'].replace('_', ' ')}{states}"),
        ("Site role", row["site_role"]),
        ("Handling", row["handling"]),
        ("Status", row["status"] + (", confirmation stale" if row["stale"] else "")),
        ("May travel", f"TLP:{row['tlp'].upper()}"),
        ("Operator hypothesis", row["operator"]),
    ]


def _card_facts(card: Card, knowledge: Knowledge) -> list[tuple[str, str]]:
    owner = card.owner()
    return [
        ("Card", card.id),
        ("What", card.what),
        ("Roles", ", ".join(role.replace("_", " ") for role in card.roles)),
        ("Company", card.company or ""),
        ("Belongs to", owner if owner and owner != card.company else ""),
        ("Contact", describe_route(card, knowledge.cards.values())),
        ("Limits", card.limits),
    ]


def _records(data: Mapping[str, Any], entries: Mapping[str, Sequence[str]], anchors: Anchors) -> list[Piece]:
    if data["kind"] != "domain":
        return []
    return [Piece(anchors.short(entry), anchors.record(entry)) for entry in entries.get(data["name"], ())]


def _own(text: str) -> str:
    """What a card says: its addresses to be read and written to, and no links even so."""
    return re.sub(r"(?i)\bhttps?://", "", display(text))


def _plain(text: str) -> str:
    """What a page or a list says."""
    return defang(display(text))


def _network_name(system: str, knowledge: Knowledge) -> str:
    card = knowledge.cards.get(system)
    return _own(card.name) if card else _plain(system)


def _groups(graph: Graph, node: str, labels: Labels, most: int, anchors: Anchors) -> list[Ties]:
    schema = {edge.id: edge for edge in load_schema().edge}
    found = []
    for (edge, direction), edges in _by_kind(graph, node).items():
        words = schema[edge].sentence.split()
        verb = " ".join(word for word in words if not word.isupper())
        caption = f"{verb} {words[-1].lower()}" if direction == "out" else f"{words[0].lower()} {verb} this"
        ties = [_tie(labels.of(other), data, anchors) for other, data in edges[:most]]
        total = graph.nodes[node].get("ties", {}).get((edge, direction == "out"), len(edges))
        found.append(Ties(edge, caption, ties, total))
    return found


def _by_kind(graph: Graph, node: str) -> dict[tuple[str, str], list[tuple[str, dict[str, Any]]]]:
    """(edge, direction) → other end and data, in the schema's order; observed before declared within it."""
    order = {edge.id: number for number, edge in enumerate(load_schema().edge)}
    found: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for _, target, data in graph.out_edges(node, data=True):
        found[data["edge"], "out"].append((target, data))
    for source, _, data in graph.in_edges(node, data=True):
        found[data["edge"], "in"].append((source, data))
    for edges in found.values():
        edges.sort(
            key=lambda one: (-one[1]["count"], one[0], one[1]["basis"], one[1]["state"], one[1]["certainty"])
        )
    return {key: found[key] for key in sorted(found, key=lambda key: (order[key[0]], key[1] == "in"))}


def _tie(other: Label, data: Mapping[str, Any], anchors: Anchors) -> Tie:
    sightings = data.get("sightings", ())[:MAX_EVIDENCE]
    return Tie(
        other,
        data["basis"],
        data["state"],
        data["certainty"],
        data["role"] or data["scope"],
        data["count"],
        [Piece(one.rpartition("-")[2], anchors.sighting(one)) for one in sightings],
        data["count"] - len(sightings),
        data["last_seen"],
    )
