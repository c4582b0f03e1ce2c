"""How far an export may travel (TLP 2.0, FIRST 2022) and what may be done with it (PAP, MISP taxonomy 2020)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from adtrace.case.entry import Tlp

if TYPE_CHECKING:
    from adtrace.export.party import Reader

Pap = Literal["clear", "green", "amber", "red"]
PAPS: tuple[Pap, ...] = get_args(Pap)
# The narrowest first.
_TLP: tuple[Tlp, ...] = ("red", "amber+strict", "amber", "green", "clear")
_MEANS = {
    "red": "for the named recipients only",
    "amber+strict": "for the recipient's organisation only",
    "amber": "for the recipient's organisation and its clients who need to know",
    "green": "for the recipient's community, not public",
    "clear": "without limit",
}
_PERMITS = {
    "red": "look only, and so that nobody listed can notice",
    "amber": "check against what you hold; contact nothing that is listed",
    "green": "act on what is yours: close, block, stop paying; contact nothing that is listed",
    "clear": "no limit",
}


class Marking(msgspec.Struct, frozen=True):
    """The labels of one export."""

    tlp: Tlp
    pap: Pap

    @property
    def lines(self) -> tuple[str, str]:
        """The two labels, each with what it says."""
        return (
            f"TLP:{self.tlp.upper()} ({_MEANS[self.tlp]})",
            f"PAP:{self.pap.upper()} ({_PERMITS[self.pap]})",
        )


def narrowest(labels: Iterable[Tlp]) -> Tlp:
    """The label that binds all of these; the careful one of nothing.

    >>> narrowest(["green", "amber"])
    'amber'
    """
    found = set(labels)
    return next((label for label in _TLP if label in found), "amber+strict")


def marking_for(reader: Reader, labels: Iterable[Tlp], pap: Pap | None = None) -> Marking:
    """The marking of what rests on entries with these labels; whoever is outside is asked to act, nobody else is."""
    return Marking(narrowest(labels), pap or ("green" if reader.is_outside else "amber"))
