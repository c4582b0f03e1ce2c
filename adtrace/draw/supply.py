"""The supply path of one domain: its accounts, their networks, and the brands offered there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from adtrace.draw.layers import Layers, Line, Spot, arrange
from adtrace.draw.subject import OFFERED, PLACED, Subject
from adtrace.wording import count

_LIVE = ("places", "carries")
_HEADINGS = {
    "domain": "Domain",
    "account": "Accounts carried",
    "network": "Networks",
    "brand": "Brands offered",
}


def draw_domain(subject: Subject, domain: str) -> Layers:
    """A domain's live accounts and networks; the brands offered on it, dashed.

    Raises:
        UsageError: the case has no such domain.
    """
    graph, node = subject.graph, f"domain:{subject.source.names.domain(subject.listed(domain))}"
    spots: dict[str, dict[str, Spot]] = defaultdict(dict)
    lines = []
    spots["domain"][node] = subject.spot(node)
    for _, target, data in graph.out_edges(node, data=True):
        if data["edge"] in _LIVE:
            spots[graph.nodes[target]["kind"]][target] = subject.spot(target)
            if data["edge"] == "carries":
                lines.append(Line(node, target))
    accounts, networks = len(spots["account"]), len(spots["network"])
    held = set()
    for account in spots["account"]:
        for _, network, data in graph.out_edges(account, data=True):
            if data["edge"] == "belongs_to":
                spots["network"][network] = subject.spot(network)
                lines.append(Line(account, network))
                held.add(network)
    for network in set(spots["network"]) - held:
        none = Spot(f"none {network}", "no account seen")
        spots["account"][none.id] = none
        lines += [Line(node, none.id), Line(none.id, network)]
    lines += _offers(subject, node, spots)
    said = f"{count(networks, 'network')} placed, {count(accounts, 'account')} carried"
    if spots["brand"]:
        said += f", {count(len(spots['brand']), 'brand')} offered"
    name = subject.text("domain", graph.nodes[node]["name"])
    columns = [(words, spots[kind].values()) for kind, words in _HEADINGS.items()]
    notes = [PLACED, *([OFFERED] if spots["brand"] else []), *_notes(subject, node, is_bare=not networks)]
    return arrange(f"What is placed on {name}", f"{said}.", columns, lines, [*notes, subject.stamp])


def _offers(subject: Subject, node: str, spots: dict[str, dict[str, Spot]]) -> list[Line]:
    """The lines to the brands, whose boxes and whose networks' boxes are added."""
    graph, lines = subject.graph, []
    for brand, _, data in graph.in_edges(node, data=True):
        if data["edge"] != "offered_on":
            continue
        spots["brand"][brand] = subject.spot(brand)
        sightings = set(data["sightings"])
        through = [
            network
            for _, network, offer in graph.out_edges(brand, data=True)
            if offer["edge"] == "offered_through" and sightings.intersection(offer["sightings"])
        ]
        for network in through:
            spots["network"].setdefault(network, subject.spot(network, "seen in a click URL"))
            lines.append(Line(network, brand, dashed=True))
        if not through:
            lines.append(Line(node, brand, dashed=True))
    return lines


def _notes(subject: Subject, node: str, *, is_bare: bool) -> Iterator[str]:
    """What the picture leaves out, and whether a page of the operator's was seen at all."""
    declared = sum(data["edge"] == "declares" for _, _, data in subject.graph.out_edges(node, data=True))
    if declared:
        yield f"Its ads.txt declares {count(declared, 'seller')}, not drawn: a line there proves no relation."
    if subject.graph.nodes[node]["seen"] != "observable":
        rest = "nothing can be said of it" if is_bare else "what is drawn comes from a file that is no page"
        yield f"The operator's page was not seen: {rest}."
