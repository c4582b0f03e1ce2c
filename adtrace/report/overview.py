"""What a director reads first: how much was seen, what is placed most, whom to write to, what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from adtrace.relate.denominators import Denominators
from adtrace.report.gaps import find_gaps
from adtrace.report.rows import Row, Rows, answer_rows

if TYPE_CHECKING:
    from adtrace.relate.findings import Findings
    from adtrace.relate.graph import Graph
    from adtrace.relate.questions import Answer
    from adtrace.report.brands import Brand

_MOST_BARS = 8
_MOST_LETTERS = 5


class Bar(msgspec.Struct, frozen=True):
    """One network and the observable domains it is placed on."""

    network: str
    domains: int


class Letter(msgspec.Struct, frozen=True):
    """One network to write to: observable domains it is placed on, and those it reaches with the letters before it.

    accounts: its live ids, to be named in the letter.
    """

    network: str
    company: str
    domains: int
    reach: int
    accounts: int


class Overview(msgspec.Struct, frozen=True):
    """The first screen. Counts of domains are of the domains in `denominators`; bars and letters of the observable.

    placed_on: observable domains with a live tag; placed_elsewhere: others, where a file that is no page holds one.
    identity_accounts: ids of analytics and the like, beside the accounts. gaps: what is not known.
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
    gaps: list[str]


def look_over(
    graph: Graph,
    findings: Findings,
    answers: Mapping[str, Answer],
    tables: Mapping[str, Rows],
    brands: Sequence[Brand],
    unidentified: int,
) -> Overview:
    """The overview of these answers, graph and tables, which all are as one audience may see them.

    findings: in clear; only numbers are taken from them, of the whole case. unidentified: hosts that behave like ad
    tech and that no card knows.
    """
    placed = {link.source for link in findings.of("places")}
    on = placed & findings.observable
    # The headline is of pages that were read, as the summary of the run is.
    networks = {link.target for link in findings.of("places") if link.source in on}
    carries = [link for link in findings.of("carries") if link.source in findings.observable]
    carried = {link.target for link in carries}
    advertising = {link.target for link in carries if link.advertising}
    behind_trackers = {link.source for link in findings.of("routes_through")}
    operators = Counter(row["operator"] for row in tables["domains"].rows if row["operator"])
    hubs = answer_rows(answers["hub-networks"])
    denominators = answers["hub-networks"].denominators
    return Overview(
        denominators=denominators,
        placed_on=len(on),
        placed_elsewhere=len(placed - on),
        networks=len(networks),
        accounts=len(advertising),
        identity_accounts=len(carried - advertising),
        shared_accounts=len(answers["shared-account"].rows),
        operators=len(operators),
        operator_domains=operators.total(),
        brands=sum(brand.is_headline for brand in brands),
        leads=sum(not brand.is_headline for brand in brands),
        bars=[Bar(row["network"], row["domains"]) for row in hubs[:_MOST_BARS] if row["domains"]],
        letters=_letters(answer_rows(answers["first-letters"]), graph, carried),
        gaps=find_gaps(denominators, len(on), tables, len(behind_trackers), unidentified),
    )


def _letters(ranking: Sequence[Row], graph: Graph, carried: Iterable[str]) -> list[Letter]:
    """The first letters of the ranking, with what is needed to write them. carried: accounts, in clear."""
    accounts = Counter(account.split("/", 1)[0] for account in carried)
    companies = {
        graph.nodes[source]["name"]: graph.nodes[target]["name"]
        for source, target, data in graph.edges(data=True)
        if data["edge"] == "owned_by"
    }
    return [
        Letter(
            row["network"],
            companies.get(row["network"], ""),
            row["domains"],
            row["covered"],
            accounts[row["network"]],
        )
        for row in ranking[:_MOST_LETTERS]
    ]
