"""Whose rows an export for a network or a brand may carry: its own, judged confirmed, of the operators' own pages."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from adtrace.case.links import FEEDS_LINKS
from adtrace.errors import UsageError
from adtrace.export.audience import AUDIENCES, OUTSIDE, Audience
from adtrace.export.sharing import nothing_left, withheld_entries
from adtrace.knowledge import load_knowledge
from adtrace.knowledge.brand import fold
from adtrace.names import defang, display, refang
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.export.sharing import Told

_SEPARATOR = ":"


class Reader(msgspec.Struct, frozen=True):
    """Whom an export is for. party: the card id of a network, or a brand as the table brands names it; else ""."""

    audience: Audience
    party: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether it is one of those who get their own rows alone."""
        return self.audience in OUTSIDE

    @property
    def folder(self) -> str:
        """Its name as that of a folder: one part of a path, whatever a brand is called.

        >>> Reader("brand", "../shop.example").folder
        'brand-..-shop.example'
        """
        return re.sub(r"[^\w.-]", "-", str(self))

    @property
    def words(self) -> str:
        """Whom it is for, in a sentence.

        >>> Reader("network", "exoclick").words, Reader("taskforce").words
        ('network exoclick', 'the taskforce')
        """
        return f"{self.audience} {display(defang(self.party))}" if self.party else f"the {self.audience}"

    def __str__(self) -> str:
        return f"{self.audience}{_SEPARATOR}{self.party}" if self.party else self.audience


def read_reader(text: str) -> Reader:
    """The reader that `investigator`, `taskforce`, `network:ID` or `brand:DOMAIN` names.

    >>> read_reader("network:exoclick")
    Reader(audience='network', party='exoclick')

    Raises:
        UsageError: no such audience or network, or an outside one without its name.
    """
    kind, _, party = text.partition(_SEPARATOR)
    audience = next((known for known in AUDIENCES if known == kind), None)
    if audience is None:
        raise UsageError(
            f'there is no audience "{display(kind)}".',
            do="Use investigator, taskforce, network:ID or brand:DOMAIN.",
        )
    return checked_reader(audience, party)


def as_reader(audience: Audience | Reader) -> Reader:
    """The reader, also where an audience without a party is named.

    Raises:
        UsageError: as read_reader().
    """
    return audience if isinstance(audience, Reader) else read_reader(audience)


def checked_reader(audience: Audience, party: str) -> Reader:
    """That reader, a network by its card's own id, whatever of its names is given; a brand in small letters.

    Raises:
        UsageError: as read_reader().
    """
    if audience not in OUTSIDE:
        if party:
            raise UsageError(f"{audience} has no party.", do=f"Give {audience} alone.")
        return Reader(audience)
    if not party:
        raise UsageError(
            f"which {audience}?",
            do="Give network:ID, as `adtrace knowledge list` names it."
            if audience == "network"
            else "Give brand:DOMAIN, as the table brands names it.",
        )
    if audience == "brand":
        return Reader(audience, fold(refang(party)))
    card = load_knowledge().card_called(refang(party))
    if card is None:
        raise UsageError(
            f'no card is called "{display(party)}".', do="See `adtrace knowledge list` for the ids."
        )
    return Reader(audience, card.id)


def confirmed_rows(case: Case, reader: Reader, told: Told) -> Collection[int]:
    """The sightings an outside reader may be told of; see the SQL for what each line keeps out.

    Raises:
        UsageError: none of them is confirmed; it says how many wait for a judgement.
        SharingError: they rest on entries alone that this reader may not be told of.
    """
    found = {row["row"]: row for row in _own_rows(case, reader)}
    confirmed = {number: row["entry"] for number, row in found.items() if row["judgement"] == "confirmed"}
    if not confirmed:
        raise UsageError(
            f"nothing is confirmed that is {reader.words}'s own;"
            f" {count(len(found), 'sighting')} to be judged.",
            do="Judge them with `adtrace review`: what nobody confirmed does not leave."
            if found
            else "`adtrace ask CASE hub-networks` names the networks of a case, `brand-shares` its brands.",
        )
    rows = {number for number, entry in confirmed.items() if entry in told.entries}
    if not rows:
        raise nothing_left(told.among_withheld(confirmed.values()), defang(str(reader)))
    return rows


def left_out(case: Case, reader: Reader, told: Told) -> str:
    """What an outside reader is not given though it is confirmed, and why; "" if nothing is left out."""
    entries = {row["entry"] for row in _own_rows(case, reader) if row["judgement"] == "confirmed"}
    withheld = told.among_withheld(entries)
    whom = display(defang(str(reader)))
    return f"Left out: {withheld_entries(withheld)}, which may not go to {whom}." if withheld else ""


def _own_rows(case: Case, reader: Reader) -> Iterator[sqlite3.Row]:
    named = [reader.party]
    if reader.audience == "brand":
        # One that an ad response names is written as there.
        every = case.rows("SELECT DISTINCT brand FROM sightings WHERE kind = 'brand'")
        named = [row["brand"] for row in every if fold(row["brand"]) == reader.party]
    marks = ", ".join("?" * len(named))
    return case.rows(f"{_ROWS} AND s.{reader.audience} IN ({marks}) AND {_OWN_ROWS[reader.audience]}", named)


class OwnRows(NamedTuple):
    """Of a network's own sightings: how many are confirmed, how many await a judgement; whether any is advertising."""

    confirmed: int
    waiting: int
    advertising: bool


def count_own_rows(case: Case) -> dict[str, OwnRows]:
    """By network; {} if a case shows none."""
    found = case.rows(
        "SELECT network, sum(judgement IS 'confirmed') AS confirmed,"
        " sum(judgement IS NULL OR judgement = 'second_look') AS waiting, max(advertising) AS advertising"
        f" FROM ({_ROWS} AND {_NETWORKS_OWN}) WHERE network IS NOT NULL GROUP BY network ORDER BY network"
    )
    return {
        row["network"]: OwnRows(row["confirmed"], row["waiting"], bool(row["advertising"])) for row in found
    }


# On documents that speak of the operator, of entries that may be told of; not rejected, not withdrawn, newest reading.
_ROWS = f"""
SELECT s.row, s.network, s.entry, s.advertising, r.judgement FROM current_sightings AS s
  JOIN captures AS c ON c.seq = s.capture
  JOIN entries AS e ON e.seq = s.entry
  LEFT JOIN reviews AS r ON r.sighting = s.row
WHERE {FEEDS_LINKS} AND e.handling NOT IN ('no-notice', 'hold')"""
_NETWORKS_OWN = "s.kind IN ('network', 'account', 'declaration') AND c.document <> 'sellers_json'"
_OWN_ROWS = {
    "network": _NETWORKS_OWN,
    "brand": "s.kind = 'brand'",
}
