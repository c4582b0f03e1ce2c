"""How far an export may travel (TLP 2.0, FIRST 2022) and what may be done with it (PAP, MISP taxonomy 2020)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

import msgspec

from adtrace.case.entry import Tlp
from adtrace.export.audience import OUTSIDE, Audience

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
# RED is for named recipients, AMBER+STRICT for the recipient's organisation, AMBER also for its clients, GREEN for its
# community: a network or a brand is neither organisation nor client of whoever was given the list (TLP 2.0, 1.h and 3).
_MAY_HAVE: Mapping[Audience, tuple[Tlp, ...]] = {
    "investigator": _TLP,
    "taskforce": _TLP[1:],
    "network": _TLP[3:],
    "brand": _TLP[3:],
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
    def labels(self) -> str:
        """Both labels, as every row of a table bears them.

        >>> Marking("amber+strict", "amber").labels
        'TLP:AMBER+STRICT PAP:AMBER'
        """
        return f"TLP:{self.tlp.upper()} PAP:{self.pap.upper()}"

    @property
    def lines(self) -> tuple[str, str]:
        """The two labels, each with what it says."""
        tlp, pap = self.labels.split()
        return f"{tlp} ({_MEANS[self.tlp]})", f"{pap} ({_PERMITS[self.pap]})"


def narrowest(labels: Iterable[Tlp]) -> Tlp:
    """The label that binds all of these; the careful one of nothing.

    >>> narrowest(["green", "amber"])
    'amber'
    """
    found = set(labels)
    return next((label for label in _TLP if label in found), "amber+strict")


def may_have(audience: Audience, label: Tlp) -> bool:
    """Whether this audience may be told of an entry with that label, unless its source permitted more.

    >>> may_have("taskforce", "red"), may_have("network", "amber"), may_have("network", "green")
    (False, False, True)
    """
    return label in _MAY_HAVE[audience]


def marking_for(audience: Audience, labels: Iterable[Tlp], pap: Pap | None = None) -> Marking:
    """The marking of what rests on entries with these labels; whoever is outside is asked to act, nobody else is."""
    return Marking(narrowest(labels), pap or ("green" if audience in OUTSIDE else "amber"))
