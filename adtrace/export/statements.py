"""What the tables say, one sentence each: formats of objects and relations (STIX, MISP, …) are made of these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from adtrace.limits import HOLDER, OFFERED, PLACED

if TYPE_CHECKING:
    from adtrace.export.source import Source

Kind = Literal["network", "account", "brand"]
LIMIT: dict[Kind, str] = {
    "network": PLACED,
    "account": HOLDER,
    "brand": OFFERED,
}
_TABLES: dict[Kind, str] = {"network": "networks", "account": "accounts", "brand": "brands"}


class Statement(msgspec.Struct, frozen=True):
    """One row of networks, accounts or brands as a reader may see it.

    network: of what it is an id, or through what a brand is offered; None if no card knows. what: the network,
    account or brand itself. times: as the tables give them, rounded for those outside.
    """

    kind: Kind
    domain: str
    network: str | None
    what: str
    sentence: str
    basis: str
    state: str
    certainty: str
    sightings: int
    first_seen: str
    last_seen: str
    row: str
    account_kind: str = ""
    scope: str = ""
    advertising: bool = True
    is_seller: bool = False
    role: str = ""

    @property
    def grade(self) -> str:
        """The evidence in one line."""
        return f"basis {self.basis}, state {self.state}, certainty {self.certainty}"

    @property
    def limit(self) -> str:
        """What the sentence does not say."""
        return LIMIT[self.kind]


def make_statements(source: Source) -> Iterator[Statement]:
    """The statements this reader may have, table by table; a table that is not for it has none."""
    mine = {table.name for table in source.tables()}
    for kind, table in _TABLES.items():
        if table in mine:
            rows = source.rows(table)
            for row in rows.rows():
                yield _statement(kind, dict(zip(rows.names, row, strict=True)))


def _statement(kind: Kind, row: dict[str, Any]) -> Statement:
    domain, network = row["domain"], row.get("through") if kind == "brand" else row.get("network")
    network = network or row.get("system") or None
    where = f" of {network}" if network else ""
    if kind == "network":
        what, sentence = network or "", f"A tag{where} stands on {domain}."
    elif kind == "account":
        what = row["account"]
        told = "declares" if row["basis"] == "declared" else "carries a tag that names"
        sentence = f"{domain} {told} the {row['account_kind'] or 'id'} {what}{where}."
    else:
        what = row["brand"]
        through = f", through {network}" if network else ""
        sentence = f"{what} is offered on {domain}{through}."
    return Statement(
        kind,
        domain,
        network,
        what,
        sentence,
        row["basis"],
        row["state"],
        row["certainty"],
        row["sightings"],
        row["first_seen"],
        row["last_seen"],
        row["row"],
        row.get("account_kind") or "",
        row.get("scope") or "",
        row.get("advertising") is not False,
        bool(row.get("system")),
        row.get("role") or "",
    )
