"""A supply chain against the lists of the systems it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adtrace.relate.contradicting.statements import INTERMEDIARY, OTHERS, UNKNOWN, Statements
from adtrace.relate.contradiction import Contradiction
from adtrace.relate.declarations import FILES, site_of


def supply_chains(statements: Statements) -> Iterator[Contradiction]:
    """A supply chain against the lists of the systems it names: its beginning, each seller, each handing on."""
    found: dict[tuple[str, ...], Contradiction] = {}
    before: Any = None
    for row in statements.case.rows(
        "SELECT row, capture, domain, network, host, account, declared ->> 'position' AS position,"
        " declared ->> 'complete' AS complete FROM current_sightings WHERE kind = 'declaration'"
        f" AND locator ->> 'part' NOT IN {FILES} AND position IS NOT NULL ORDER BY row"
    ):
        follows = before is not None and (before["capture"], before["position"] + 1) == (
            row["capture"], row["position"],
        )  # fmt: skip
        for one in _node(statements, row, before if follows else None):
            found.setdefault((one.kind, one.domain, one.system, one.account), one)
        before = row
    yield from found.values()


def _node(statements: Statements, row: Any, before: Any) -> Iterator[Contradiction]:
    """What the list of a node's system says of its seller; before: the node that handed on to it, if one did."""
    domain, network = row["domain"], row["network"]
    place = (domain, network, row["account"])
    shown: tuple[str, ...] = (statements.id(row["row"]),)
    seller = statements.declared.sellers.get((network, row["account"]))
    if seller is None:
        if network and statements.is_unlisted(network, row["host"], row["account"], row["capture"]):
            yield Contradiction(
                "unknown_seller", *place, "the supply chain names the seller", UNKNOWN, shown,
                is_of_page=True,
            )  # fmt: skip
        return
    shown = (*shown, statements.id(seller.row))
    if row["position"] == 1 and row["complete"] == 1:
        says = "the supply chain: complete, and this seller is its first"
        if seller.type == "INTERMEDIARY":
            yield Contradiction(
                "short_chain", *place, says, INTERMEDIARY, shown, is_of_page=True,
                shown=statements.named_as_owner(seller, domain, "owner"),
            )  # fmt: skip
        elif statements.declared.names_another(seller, domain):
            yield Contradiction(
                "other_domain", *place, says, OTHERS, shown, other=seller.domain, is_of_page=True
            )
    if before is not None and seller.domain and not _is_system(statements, seller.domain, before):
        handing = before["network"] or "a system that no card has"
        yield Contradiction(
            "broken_chain", *place, f"the supply chain: handed on by {handing}",
            "sellers.json: the account is another system's", (*shown, statements.id(before["row"])),
            other=seller.domain, is_of_page=True,
        )  # fmt: skip


def _is_system(statements: Statements, domain: str, node: Any) -> bool:
    """Whether the domain is that of a node's system, under this or another of its names."""
    card = statements.knowledge.system(domain)
    return domain == site_of(node["host"]) or (card is not None and card.id == node["network"])
