"""What a system's own list of sellers says against an ads.txt line or a tag; and that it has none."""

from __future__ import annotations

from collections.abc import Iterator

from adtrace.case.links import FEEDS_LINKS
from adtrace.relate.contradicting.statements import (
    DIRECT,
    INTERMEDIARY,
    OTHERS,
    PLACED,
    UNKNOWN,
    Statements,
    is_direct,
)
from adtrace.relate.contradiction import Contradiction
from adtrace.relate.declarations import Line


def declared_lines(statements: Statements) -> Iterator[Contradiction]:
    """What a system's own rows say against an ads.txt line."""
    lines: dict[tuple[str, str, str], int] = {}
    for line in statements.declared.lines:
        if line.network and is_direct(line):
            lines.setdefault((line.domain, line.network, line.account), line.row)
    for place, row in lines.items():
        seller = statements.declared.sellers.get((place[1], place[2]))
        if seller is None:
            continue
        shown = (statements.id(row), statements.id(seller.row))
        if seller.type == "INTERMEDIARY":
            yield Contradiction(
                "direct_intermediary", *place, DIRECT, INTERMEDIARY, shown,
                shown=statements.named_as_owner(seller, place[0], "manager"),
            )  # fmt: skip
        if seller.is_confidential:
            yield Contradiction(
                "confidential_seller", *place, DIRECT, "sellers.json: the seller is confidential", shown
            )
        elif statements.declared.names_another(seller, place[0]):
            yield Contradiction("other_domain", *place, DIRECT, OTHERS, shown, other=seller.domain)


def embedded_accounts(statements: Statements) -> Iterator[Contradiction]:
    """A live tag's account whose row in sellers.json names another site's publisher."""
    sellers = statements.declared.sellers
    networks = sorted({network for network, _ in sellers})
    for row in statements.case.rows(
        "SELECT min(s.row) AS row, s.domain AS domain, s.network AS network, s.account AS account"
        " FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture"
        f" WHERE s.kind = 'account' AND s.basis = 'embedded' AND s.state = 'live' AND {FEEDS_LINKS}"
        f" AND s.network IN ({', '.join('?' * len(networks))}) GROUP BY s.domain, s.network, s.account",
        networks,
    ):
        seller = sellers.get((row["network"], row["account"]))
        if seller and statements.declared.names_another(seller, row["domain"]):
            yield Contradiction(
                "other_domain", row["domain"], row["network"], row["account"],
                "a live tag carries the account", OTHERS, (statements.id(row["row"]), statements.id(seller.row)),
                other=seller.domain, is_of_page=True,
            )  # fmt: skip


def unknown_sellers(statements: Statements) -> Iterator[Contradiction]:
    """A declared id that the system's own list, read afterwards and to its end, does not have."""
    lines: dict[tuple[str, str, str, str | None], Line] = {}
    for line in statements.declared.lines:
        if line.network:
            lines.setdefault((line.domain, line.network, line.account, line.relation), line)
    for (domain, network, account, relation), line in lines.items():
        if statements.is_unlisted(network, line.host, account, line.capture):
            yield Contradiction(
                "unknown_seller", domain, network, account, f"the domain's ads.txt: {relation}", UNKNOWN,
                (statements.id(line.row),),
            )  # fmt: skip


def no_list(statements: Statements) -> Iterator[Contradiction]:
    """A system declared DIRECT, or placed live, whose list of sellers was asked for and is not there."""
    missing = statements.declared.lists.missing
    for domain, networks in statements.declared.named(is_direct).items():
        for network, line in networks.items():
            if outcome := missing.get(statements.address(network, line.host)):
                yield _listless(statements, domain, network, DIRECT, line.row, outcome)
    for domain, placed in statements.declared.observed.items():
        for network, row in placed.items():
            if outcome := missing.get(statements.address(network, None)):
                yield _listless(statements, domain, network, PLACED, row, outcome)


def _listless(
    statements: Statements, domain: str, network: str, says: str, row: int, outcome: int
) -> Contradiction:
    shown = (statements.id(row), statements.case.public_id("outcome", outcome))
    return Contradiction(
        "no_list", domain, network, "", says, "its sellers.json: 404, there is none", shown,
        is_of_page=says == PLACED,
    )  # fmt: skip
