"""What all kinds of contradiction are found in: a case's declarations, and what the cards know of systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from adtrace.knowledge import Knowledge
from adtrace.relate.declarations import Declarations, Line, Seller

if TYPE_CHECKING:
    from adtrace.case import Case

# What one side says, in the words of a contradiction.
DIRECT = "the domain's ads.txt: DIRECT"
PLACED = "a live tag of it stands on the page"
OTHERS = "sellers.json: the account is another site's"
INTERMEDIARY = "sellers.json: the seller is an INTERMEDIARY"
UNKNOWN = "sellers.json: no such seller"


class Statements(msgspec.Struct, frozen=True):
    """What a case says of who sells whose space, within one snapshot of it."""

    case: Case
    declared: Declarations
    knowledge: Knowledge

    def id(self, row: int) -> str:
        """The public id of a sighting."""
        return self.case.public_id("sighting", row)

    def address(self, network: str, system: str | None) -> str:
        """Where the list of this system stands; "" if nowhere."""
        card = self.knowledge.cards.get(network)
        return (card and card.sellers_address(system)) or ""

    def is_unlisted(self, network: str, system: str | None, account: str, capture: int) -> bool:
        """Whether the system's list was read whole after that capture, and no row of the network has the id.

        Of a list only the rows are kept whose ids the case held by then.
        """
        read = self.declared.lists.read.get(self.address(network, system))
        return read is not None and capture < read and (network, account) not in self.declared.sellers

    def named_as_owner(self, seller: Seller, domain: str, word: str) -> frozenset[str]:
        """The explanation, if the domain's own files call the seller its owner or manager."""
        return frozenset({word} if seller.domain in self.declared.owners(domain) else ())


def is_direct(line: Line) -> bool:
    """Whether the site says that it controls the account itself."""
    return line.relation == "DIRECT"
