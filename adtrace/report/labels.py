"""How each node of the graph is written in the report, and where its dossier is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from adtrace.names import defang, display

if TYPE_CHECKING:
    from adtrace.knowledge import Knowledge
    from adtrace.relate.graph import Graph

# The stand-ins of export/audience.py: a prefix and 20 characters of base32.
_STAND_IN = re.compile(r"\b(dom|acc|out|op|sub)-([a-z2-7]{20})(?![a-z0-9])")
_LEAST_SHOWN = 6
_LONGEST = 38


class Label(msgspec.Struct, frozen=True):
    """A node as people read it.

    name: in full. text: short enough for a cell. title: text with what is needed to read it alone
    ("Monetag, zone_id acc-zdydos"). anchor: of its dossier; "" if it has none.
    """

    id: str
    kind: str
    name: str
    text: str
    title: str
    anchor: str = ""


class Labels:
    """The label of every node; pseudonyms are cut to what still tells them apart in this graph."""

    def __init__(
        self, graph: Graph, knowledge: Knowledge, with_dossier: Sequence[str], operators: Sequence[str] = ()
    ) -> None:
        """with_dossier: nodes, in the order of their anchors. operators: hypotheses, likewise."""
        self._knowledge = knowledge
        anchors = {node: f"n{number}" for number, node in enumerate(with_dossier, start=1)}
        named = (data.get("operator", "") for _, data in graph.nodes(data=True))
        self._length = telling_length([*graph.nodes, *named, *operators])
        # Names and words come back in thousands of cells.
        self.shorten = lru_cache(maxsize=65536)(self._shorten)
        self._labels = {
            node: self._label(node, data["kind"], data["name"], anchors.get(node, ""))
            for node, data in graph.nodes(data=True)
        }
        self._labels |= {
            f"operator:{name}": self._label(f"operator:{name}", "operator", name, f"h{number}")
            for number, name in enumerate(operators, start=1)
        }

    def of(self, node: str) -> Label:
        """The label of a node of the graph."""
        return self._labels[node]

    def find(self, kind: str, name: str) -> Label:
        """The label of a node by kind and name, also of one that the graph does not have."""
        return self._labels.get(f"{kind}:{name}") or self._label(f"{kind}:{name}", kind, name, "")

    def system(self, name: str) -> Label:
        """The label of a selling system: a network's, or the host's if no card has it."""
        return self.find("network" if name in self._knowledge.cards else "system", name)

    def _shorten(self, text: str, longest: int = _LONGEST) -> str:
        """Any text safe, defanged, its pseudonyms and then its middle cut."""
        return _cut(cut_stand_ins(defang(display(text)), self._length), longest)

    def network(self, card: str) -> str:
        """A network's name by its card, without what the card adds in brackets; the text itself if none has it."""
        return _cut(self._own_name(card).partition(" (")[0])

    def _own_name(self, card: str) -> str:
        known = self._knowledge.cards.get(card)
        return display(known.name if known else card)

    def _label(self, node: str, kind: str, name: str, anchor: str) -> Label:
        if kind == "network":
            text = self.network(name)
            return Label(node, kind, self._own_name(name), text, text, anchor)
        if kind == "company":
            return Label(node, kind, display(name), _cut(display(name)), _cut(display(name)), anchor)
        full = defang(display(name))
        if kind == "account":
            network, account_kind, account = name.split("/", 2)
            text = self.shorten(account)
            title = f"{self.network(network)}, {display(account_kind)} {text}"
            return Label(node, kind, defang(display(account)), text, title, anchor)
        if kind == "seller":
            system, account = name.split("/", 1)
            known = system in self._knowledge.cards
            where = self.network(system) if known else self.shorten(system)
            text = self.shorten(account)
            return Label(node, kind, defang(display(account)), text, f"{where}, seller {text}", anchor)
        text = self.shorten(name)
        return Label(node, kind, full, text, text, anchor)


def cut_stand_ins(text: str, length: int) -> str:
    """The text with so many characters of each pseudonym.

    >>> cut_stand_ins("on dom-ka56xi5jq5euqwtwecwp", 6)
    'on dom-ka56xi'
    """
    return _STAND_IN.sub(lambda m: f"{m[1]}-{m[2][:length]}", text)


def telling_length(texts: Iterable[str]) -> int:
    """The fewest characters, at least six, that tell all stand-ins in these texts apart."""
    found = {(m[1], m[2]) for text in texts for m in _STAND_IN.finditer(text)}
    length = _LEAST_SHOWN
    while len({(prefix, rest[:length]) for prefix, rest in found}) < len(found):
        length += 1
    return length


def _cut(text: str, longest: int = _LONGEST) -> str:
    """The text, its middle left out if it is long: both ends tell names apart."""
    half = (longest - 1) // 2
    return text if len(text) <= longest else f"{text[:half]}…{text[-half:]}"
