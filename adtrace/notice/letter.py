"""What a notice says, put together once for Markdown and e-mail: a network's own confirmed rows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.knowledge import load_knowledge
from adtrace.knowledge.route import describe_route
from adtrace.report.rows import read_rows

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.knowledge.card import Card

_PLAIN_ROW = ("domain", "authority", "reference", "basis", "state", "first_seen", "last_seen", "row")


class Placement(msgspec.Struct, frozen=True):
    """One row of the notice: an account of the network, or a tag that names none (account is "").

    domain: as this network may read it. seen: first and last day. row: the evidence id.
    """

    account: str
    account_kind: str
    scope: str
    domain: str
    authority: str
    reference: str
    basis: str
    state: str
    first_seen: str
    last_seen: str
    row: str

    @property
    def is_live(self) -> bool:
        """Whether it is what the notice is about; the rest is listed for completeness."""
        return self.state == "live" and self.basis in ("embedded", "served")


class Letter(msgspec.Struct, frozen=True):
    """One notice. route, limits: how the network can be reached, and what its ids do not prove, by the cards.

    waiting: sightings nobody has judged yet. labels: TLP and PAP. reveals: the sites stand in clear.
    """

    network: str
    name: str
    company: str
    route: str
    limits: str
    case: str
    operator: str
    labels: tuple[str, str]
    placements: tuple[Placement, ...]
    waiting: int
    reveals: bool

    @property
    def live(self) -> tuple[Placement, ...]:
        """The placements it is about."""
        return tuple(one for one in self.placements if one.is_live)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What its ids identify, each once."""
        return tuple(sorted({one.scope for one in self.placements if one.account}))

    @property
    def accounts(self) -> int:
        """How many accounts it names."""
        return count_accounts(self.placements)

    @property
    def domains(self) -> int:
        """On how many sites."""
        return count_domains(self.placements)

    @property
    def has_nameless(self) -> bool:
        """Whether a row is there without an id, so that only the site tells whose it is."""
        return not all(one.account for one in self.placements)


def write_letter(source: Source, waiting: int) -> Letter:
    """The notice to the source's party; waiting: how many of its sightings await review.

    source: of audience network, so that its tables hold confirmed rows of that network alone, and of no entry whose
    handling is no-notice or hold.
    """
    assert source.audience == "network"
    card = load_knowledge().cards[source.party]
    accounts = [_placement(row) for row in read_rows(source.rows("accounts")).rows]
    named = {one.domain for one in accounts}
    tags = [
        _placement(
            {**{name: row[name] for name in _PLAIN_ROW}, "account": "", "account_kind": "", "scope": ""}
        )
        for row in read_rows(source.rows("networks")).rows
        if row["domain"] not in named
    ]
    found = sorted(
        accounts + tags, key=lambda one: (not one.is_live, one.account_kind, one.account, one.domain, one.row)
    )
    return Letter(
        network=card.id,
        name=card.name,
        company=card.company or "",
        route=_route(card),
        limits=card.limits,
        case=source.case.short,
        operator=source.names.text(source.case.opening.operator),
        labels=source.marking.lines,
        placements=tuple(found),
        waiting=waiting,
        reveals=source.terms.reveal is not None,
    )


def count_accounts(placements: Iterable[Placement]) -> int:
    """How many ids these rows name."""
    return len({(one.account_kind, one.account) for one in placements if one.account})


def count_domains(placements: Iterable[Placement]) -> int:
    """On how many sites these rows are."""
    return len({one.domain for one in placements})


def _placement(row: dict[str, Any]) -> Placement:
    return Placement(**{field: row[field] or "" for field in Placement.__struct_fields__})


def _route(card: Card) -> str:
    return describe_route(card, load_knowledge().cards.values()) or (
        f"no route known: the card {card.id} names none. Look for the abuse or policy page of"
        f" {card.company or card.name}, and add it to the card."
    )
