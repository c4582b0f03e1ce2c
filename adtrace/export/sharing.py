"""Which entries an audience may be told of: what its TLP label allows, and what the source permitted beyond it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from adtrace.errors import SharingError
from adtrace.export.audience import Audience
from adtrace.export.marking import may_have
from adtrace.export.terms import PLAIN, Terms
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.case.entry import EntryRow

_ASK = (
    "Make it for the investigator (--audience investigator); or ask who gave you the list, and say who permitted it"
    " with --permission (export, bundle, notice draft)."
)


class Told:
    """The entries that are not withdrawn, by number: those this audience may be told of, and those it may not."""

    def __init__(self, case: Case, audience: Audience, terms: Terms = PLAIN) -> None:
        self.entries: dict[int, EntryRow] = {}
        self.withheld: dict[int, EntryRow] = {}
        for row in case.entries():
            if row.status != "withdrawn":
                is_told = bool(terms.permission) or may_have(audience, row.entry.tlp)
                (self.entries if is_told else self.withheld)[row.seq] = row

    def among_withheld(self, entries: Iterable[int]) -> dict[int, EntryRow]:
        """Those of these entries that are withheld."""
        return {seq: self.withheld[seq] for seq in entries if seq in self.withheld}

    def refuse_withheld(self, audience: Audience) -> None:
        """Nothing, if nothing is withheld: what speaks of the whole case cannot leave an entry out and be true.

        Raises:
            SharingError: an entry's label does not allow it.
        """
        if self.withheld:
            raise SharingError(f"{withheld_entries(self.withheld)} may not go to the {audience}.", do=_ASK)


def withheld_entries(withheld: Mapping[int, EntryRow]) -> str:
    """How many entries with which labels, in words: "3 entries (TLP:AMBER 2, TLP:RED 1)"."""
    labels = Counter(row.entry.tlp for row in withheld.values())
    parts = ", ".join(f"TLP:{label.upper()} {number:,}" for label, number in sorted(labels.items()))
    return f"{count(len(withheld), 'entry', 'entries')} ({parts})"


def nothing_left(withheld: Mapping[int, EntryRow], reader: str) -> SharingError:
    """What is said when all that could be told rests on withheld entries."""
    return SharingError(
        f"all that is confirmed rests on {withheld_entries(withheld)}, which may not go to {reader}.", do=_ASK
    )
