"""What a director reads first: how much was seen, what is placed most, whom to write to, what is not known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.relate.denominators import Denominators
from adtrace.report.cells import named_rows
from adtrace.report.words import NOT_CLEAN, count

if TYPE_CHECKING:
    from adtrace.knowledge import Knowledge
    from adtrace.relate.graph import Graph
    from adtrace.relate.questions import Answer
    from adtrace.report.brands import Brand

_MOST_BARS = 8
_MOST_LETTERS = 5


class Bar(msgspec.Struct, frozen=True):
    """One network and the domains it is placed on."""

    network: str
    domains: int


class Letter(msgspec.Struct, frozen=True):
    """One network to write to: what it reaches, alone and with those before it, and by which route."""

    network: str
    company: str
    domains: int
    alone: int
    reach: int
    accounts: int
    contact: str


class Overview(msgspec.Struct, frozen=True):
    """The first screen. Counts of domains are of the domains in `denominators`; bars and letters of the observable.

    placed_on: observable domains with a live tag; placed_elsewhere: others, where a file that is no page holds one.
    """

    denominators: Denominators
    placed_on: int
    placed_elsewhere: int
    networks: int
    accounts: int
    identity_accounts: int
    shared_accounts: int
    operators: int
    operator_domains: int
    brands: int
    leads: int
    bars: list[Bar]
    letters: list[Letter]
    unknown: list[str]


def look_over(
    graph: Graph,
    answers: Mapping[str, Answer],
    brands: Sequence[Brand],
    domains: Sequence[dict[str, Any]],
    networks: Sequence[dict[str, Any]],
    refusals: Sequence[dict[str, Any]],
    knowledge: Knowledge,
) -> Overview:
    """The overview of these answers, graph and tables, which all are as one audience may see them."""
    seen = {data["name"]: data["seen"] for _, data in graph.nodes(data=True) if data["kind"] == "domain"}
    placed = _ends(graph, "places", 0)
    operators: dict[str, int] = Counter(row["operator"] for row in domains if row["operator"])
    on = {domain for domain in placed if seen.get(domain) == "observable"}
    denominators = answers["hub-networks"].denominators
    hubs = named_rows(answers["hub-networks"])
    return Overview(
        denominators=denominators,
        placed_on=len(on),
        placed_elsewhere=len(placed - on),
        networks=len(_ends(graph, "places", 1)),
        accounts=len(_ends(graph, "carries", 1, advertising=True)),
        identity_accounts=len(
            _ends(graph, "carries", 1, advertising=False) - _ends(graph, "carries", 1, advertising=True)
        ),
        shared_accounts=len(answers["shared-account"].rows),
        operators=len(operators),
        operator_domains=sum(operators.values()),
        brands=sum(brand.is_headline for brand in brands),
        leads=sum(not brand.is_headline for brand in brands),
        bars=[Bar(row["network"], row["domains"]) for row in hubs[:_MOST_BARS] if row["domains"]],
        letters=_letters(hubs, graph, knowledge),
        unknown=_unknown(denominators, len(on), domains, networks, refusals, graph),
    )


def _ends(graph: Graph, edge: str, end: int, *, advertising: bool | None = None) -> set[str]:
    """Names of the nodes one kind of edge leaves (end 0) or enters (1)."""
    return {
        graph.nodes[ends[end]]["name"]
        for *ends, data in graph.edges(data=True)
        if data["edge"] == edge and advertising in (None, data["advertising"])
    }


def _letters(hubs: Sequence[dict[str, Any]], graph: Graph, knowledge: Knowledge) -> list[Letter]:
    """The networks in the answer's order that reach a domain which none before them reaches."""
    accounts: dict[str, set[str]] = defaultdict(set)
    live = {target for _, target, data in graph.edges(data=True) if data["edge"] == "carries"}
    for source, target, data in graph.edges(data=True):
        if data["edge"] == "belongs_to" and source in live:
            accounts[graph.nodes[target]["name"]].add(source)
    found: list[Letter] = []
    before = 0
    for row in hubs:
        if row["reach"] == before:
            continue
        before = row["reach"]
        card = knowledge.cards.get(row["network"])
        found.append(
            Letter(
                row["network"],
                row["company"],
                row["domains"],
                row["alone"],
                row["reach"],
                len(accounts[row["network"]]),
                (card.contact or "") if card else "",
            )
        )
    return found[:_MOST_LETTERS]


def _unknown(
    denominators: Denominators,
    placed_on: int,
    domains: Sequence[dict[str, Any]],
    networks: Sequence[dict[str, Any]],
    refusals: Sequence[dict[str, Any]],
    graph: Graph,
) -> list[str]:
    """What the numbers do not say, one sentence each, the widest gap first."""
    found = []
    if denominators.not_operator:
        states = Counter(_states(row["page_states"]) for row in domains if row["seen"] == "not_operator")
        found.append(
            f"{count(denominators.not_operator, 'domain')} showed a page that is not the operator's:"
            f" {_in_words(states)}."
        )
    if denominators.unobservable:
        found.append(
            f"{count(denominators.unobservable, 'domain')} showed no page: {_in_words(_why_unseen(domains, refusals))}."
        )
    bare = denominators.observable - placed_on
    if bare:
        found.append(f"On {count(bare, 'observable domain')} no advertising was observed. {NOT_CLEAN}")
    idle = {(row["domain"], row["network"]): row["state"] for row in networks if row["state"] != "live"}
    if idle:
        found.append(
            f"{count(len(idle), 'tag')} stood on pages without being live and "
            f"{'is' if len(idle) == 1 else 'are'} in no headline: {_in_words(Counter(idle.values()))}."
        )
    hidden = _ends(graph, "routes_through", 0)
    if hidden:
        found.append(
            f"Click URLs on {count(len(hidden), 'domain')} end at a tracker: the brand behind it is not known."
        )
    asked = Counter(row["rule"] for row in refusals if row["rule"] in ("request/reach", "request/effect"))
    if asked:
        found.append(
            f"{count(asked.total(), 'address', 'addresses')} of ad networks named by pages "
            f"{'was' if asked.total() == 1 else 'were'} not asked for: beyond this reach."
        )
    stale = sum(bool(row["stale"]) for row in domains)
    if stale:
        found.append(
            f"The confirmation of {count(stale, 'domain')} is older than the case's limit, or has no date."
        )
    return found


def _why_unseen(domains: Sequence[dict[str, Any]], refusals: Sequence[dict[str, Any]]) -> Counter[str]:
    last: dict[str, str] = {}
    for row in refusals:
        if row["document"] == "page":
            how = row["rule"].rsplit("/", 1)[-1] if row["rule"] else row["layer"]
            ended = f"{row['outcome']} ({how})" if how else row["outcome"]
            # A denied address is not the last word if another one was asked for.
            if row["outcome"] != "denied" or row["domain"] not in last:
                last[row["domain"]] = ended
    found: Counter[str] = Counter()
    for row in domains:
        if row["seen"] == "unobservable":
            idle = row["status"] if row["status"] != "active" else ""
            found[idle or last.get(row["domain"], "not asked")] += 1
    return found


def _states(page_states: str) -> str:
    """What a domain showed, if it showed several: "parked and soft_404" of "parked 1; soft_404 2"."""
    return " and ".join(part.rsplit(" ", 1)[0] for part in page_states.split("; "))


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {number:,}"
        for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
