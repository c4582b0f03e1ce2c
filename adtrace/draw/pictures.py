"""Which pictures there are, and how a source becomes one."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from adtrace.draw.layers import Layers, Line, Spot, arrange
from adtrace.errors import UsageError
from adtrace.names import defang, display

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.relate.graph import Graph

_LONGEST = 34
_PLACED = "A tag shows a placement, not a payment. Not observed is never clean."
_LIVE = ("places", "carries")


def draw(source: Source, picture: str, what: str, form: str) -> bytes:
    """One picture of what this audience may see, as the bytes of an SVG or PNG file; the same for the same case.

    picture: a name of PICTURES. what: the domain (in clear, or as the audience reads it), the brand, the number of the
    cluster, "" for the letters.

    Raises:
        UsageError: there is no such thing in the case, or matplotlib is not installed.
    """
    try:
        from adtrace.draw import canvas
    except ImportError:
        raise UsageError(
            "pictures need matplotlib, which is not installed.",
            do="Install it with: pip install 'adtrace[draw]'",
        ) from None
    figure = PICTURES[picture](source, what)
    drawn = canvas.draw_layers(figure) if isinstance(figure, Layers) else canvas.draw_curves(*figure)
    stream = io.BytesIO()
    canvas.save(drawn, stream, form)
    return stream.getvalue()


def _domain(source: Source, domain: str) -> Layers:
    """A domain's accounts, the networks they belong to, what stands inside their tags, and the brands offered."""
    graph = source.graph()
    node = f"domain:{domain}"
    if node not in graph:
        node = f"domain:{source.names.domain(domain.lower())}"
    if node not in graph:
        raise UsageError(f'there is no domain "{domain}" in this case.', do="Give a listed domain.")
    name = graph.nodes[node]["name"]
    spots: dict[str, dict[str, Spot]] = defaultdict(dict)
    lines = []
    spots["domain"][node] = _spot(source, graph, node)
    for _, target, data in graph.out_edges(node, data=True):
        if data["edge"] in _LIVE:
            spots[graph.nodes[target]["kind"]][target] = _spot(source, graph, target)
            if data["edge"] == "carries":
                lines.append(Line(node, target))
    held = set()
    for account in spots["account"]:
        for _, network, data in graph.out_edges(account, data=True):
            if data["edge"] == "belongs_to":
                spots["network"][network] = _spot(source, graph, network)
                lines.append(Line(account, network))
                held.add(network)
    for network in set(spots["network"]) - held:
        none = Spot(f"none {network}", "no account seen")
        spots["account"][none.id] = none
        lines += [Line(node, none.id), Line(none.id, network)]
    for brand, _, data in graph.in_edges(node, data=True):
        if data["edge"] == "offered_on":
            spots["brand"][brand] = _spot(source, graph, brand)
            sightings = set(data["sightings"])
            through = [
                network
                for _, network, offer in graph.out_edges(brand, data=True)
                if offer["edge"] == "offered_through" and sightings.intersection(offer["sightings"])
            ]
            for network in through:
                if network not in spots["network"]:
                    spots["network"][network] = _spot(source, graph, network, "seen in a click URL")
                lines.append(Line(network, brand, dashed=True))
            if not through:
                lines.append(Line(node, brand, dashed=True))
    declared = sum(data["edge"] == "declares" for _, _, data in graph.out_edges(node, data=True))
    notes = [
        _PLACED,
        "Dashed: offered, read from click URLs or ad responses; the brand may not know. Nothing was clicked.",
    ]
    if declared:
        notes.append(
            f"Its ads.txt declares {declared} sellers, which are not drawn: a line there proves no relation."
        )
    if graph.nodes[node]["seen"] != "observable":
        notes.append("The operator's page was not seen: what is drawn comes from a file that is no page.")
    title = f"What is placed on {_short(source, name)}"
    headings = {
        "domain": "Domain",
        "account": "Accounts carried",
        "network": "Networks",
        "brand": "Brands offered",
    }
    return arrange(title, [(words, spots[kind].values()) for kind, words in headings.items()], lines, notes)


def _cluster(source: Source, number: str) -> Layers:
    """An operator hypothesis: its domains, and every account that is live on two of them."""
    answered = _rows(source, "operator-hypotheses")
    if not number.isdigit() or not 0 < int(number) <= len(answered):
        raise UsageError(
            f"there is no cluster {number}; the case has {len(answered)}.",
            do="Clusters count from 1, largest first.",
        )
    operator = answered[int(number) - 1]
    graph = source.graph()
    domains = {f"domain:{domain}" for domain in operator["on"]}
    bearing = {f"account:{account}" for account in operator["accounts"]}
    on: dict[str, set[str]] = defaultdict(set)
    for domain in domains:
        for _, account, data in graph.out_edges(domain, data=True):
            if data["edge"] == "carries":
                on[account].add(domain)
    shared = {account: held for account, held in on.items() if len(held) > 1 or account in bearing}
    lines = [
        Line(account, domain, account not in bearing) for account, held in shared.items() for domain in held
    ]
    columns = [
        ("Accounts", [_spot(source, graph, account) for account in shared]),
        ("Domains", [_spot(source, graph, domain) for domain in domains]),
    ]
    notes = [
        "A hypothesis, not a finding: these domains may have one operator. Solid: accounts that may bear it.",
        f"Against it: {operator['against']}.",
    ]
    if any(line.dashed for line in lines):
        notes.append(
            "Dashed: shared as well, but of a kind that many share, or held by a manager or platform."
        )
    return arrange(f"Operator hypothesis {number}: {len(domains)} domains", columns, lines, notes)


def _brand(source: Source, brand: str) -> Layers:
    """A brand, the networks its offers came through, and the domains."""
    rows = [row for row in _rows(source, "brand-evidence") if row["brand"] == brand]
    if not rows:
        raise UsageError(
            f'no brand "{brand}" is offered in this case.', do="adtrace ask CASE brand-shares lists them."
        )
    graph = source.graph()
    spots: dict[str, dict[str, Spot]] = defaultdict(dict)
    node = f"brand:{brand}"
    lines = []
    for row in rows:
        domain = f"domain:{row['domain']}"
        spots["domain"][domain] = _spot(
            source, graph, domain, {"once": "one capture: a lead"}.get(row["sure"], row["sure"])
        )
        for name in row["through"] or [""]:
            network = f"network:{name}"
            spots["network"][network] = (
                _spot(source, graph, network) if name else Spot(network, "network not known")
            )
            lines += [Line(node, network, not name), Line(network, domain, not name)]
    columns = [
        ("Brand", [_spot(source, graph, node)]),
        ("Offered through", spots["network"].values()),
        ("On", spots["domain"].values()),
    ]
    notes = [
        "Offered, not paid: the brand may not know; an affiliate, a reseller or a user may have placed the link.",
        "Read from click URLs and ad responses that pages state; nothing was clicked.",
    ]
    return arrange(f"Where {_short(source, brand)} is offered", columns, lines, notes)


def _letters(source: Source, _: str) -> tuple[str, list[tuple[str, list[int]]], int, list[str], list[str]]:
    """The curve of the letters' order, the most that as many letters could reach, and the order by size."""
    from adtrace.relate.coverage import coverage_of, curve, order_by_size, rank
    from adtrace.relate.measures.letters import placements

    problem = coverage_of(placements(source.findings))
    found = rank(problem)
    if not found.order:
        raise UsageError("no live advertising was seen in this case.", do="Trace it first.")
    names = [source.names.text(name) for name in found.order]
    by_size = curve(problem, order_by_size(problem))[: len(found.order)]
    best = "the best of as many letters" if found.is_exact else "no choice reaches more"
    curves = [("in this order", found.covered), (best, found.at_most), ("largest networks first", by_size)]
    notes = [
        f"{found.total} of {len(source.findings.observable)} observable domains show live advertising.",
        "Reached is not removed: other networks may still stand on a domain.",
        _PLACED,
    ]
    return "Observable domains that letters reach", curves, found.total, names, notes


PICTURES: Mapping[str, Callable[[Source, str], Any]] = {
    "domain": _domain,
    "cluster": _cluster,
    "brand": _brand,
    "intervention": _letters,
}


def _rows(source: Source, question: str) -> list[dict[str, Any]]:
    from adtrace.relate.questions import load_questions

    found = source.answer(load_questions()[question])
    return [dict(zip((column.name for column in found.columns), row, strict=True)) for row in found.rows]


def _spot(source: Source, graph: Graph, node: str, note: str = "") -> Spot:
    kind, name = graph.nodes[node]["kind"], graph.nodes[node]["name"]
    if kind == "account":
        network, account_kind, account = name.split("/", 2)
        return Spot(node, _short(source, account), _short(source, f"{network} {account_kind}"))
    return Spot(node, _short(source, name), note)


def _short(source: Source, text: str) -> str:
    """As people read it: nothing that a program would make a link of, nothing invisible, not too long."""
    shown = display(defang(text) if source.audience == "investigator" else text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 12]}…{shown[-11:]}"
