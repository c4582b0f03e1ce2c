"""Where on the page the evidence stands: anchors of sightings, captures, records and rules, "" for what is not here."""

from __future__ import annotations

from collections.abc import Iterable


class Anchors:
    """own: the case of the report, as its public ids begin; ids of cases that were merged in keep theirs.

    sightings, captures, records: public ids of what the page holds. rules: as sightings name them.
    """

    def __init__(
        self,
        own: str,
        sightings: Iterable[str] = (),
        captures: Iterable[str] = (),
        records: Iterable[str] = (),
        rules: Iterable[str] = (),
    ) -> None:
        self._own = own
        self._sightings, self._captures, self._records = map(frozenset, (sightings, captures, records))
        self._rules = {rule: f"r{number}" for number, rule in enumerate(rules, 1)}

    def sighting(self, public_id: str) -> str:
        """Of its row among the evidence.

        >>> Anchors("db2b8058", ["db2b8058-sighting-12"]).sighting("db2b8058-sighting-12")
        's12'
        """
        return self._anchor("s", public_id) if public_id in self._sightings else ""

    def capture(self, public_id: str) -> str:
        """Of its row in the table of captures."""
        return self._anchor("o", public_id) if public_id in self._captures else ""

    def record(self, public_id: str) -> str:
        """Of its row in the table of records: a capture has one there too, with its place in the chain."""
        return self._anchor("l", public_id) if public_id in self._records else ""

    def of(self, public_id: str) -> str:
        """Of its row, whether it is a sighting or a record."""
        return self.sighting(public_id) or self.record(public_id)

    def rule(self, rule: str) -> str:
        """Of its row in the table of rules."""
        return self._rules.get(rule, "")

    def short(self, public_id: str) -> str:
        """The id without its case, where that is the report's own.

        >>> Anchors("db2b8058").short("db2b8058-outcome-7"), Anchors("db2b8058").short("0a1b2c3d-outcome-7")
        ('outcome-7', '0a1b2c3d-outcome-7')
        """
        return public_id.removeprefix(f"{self._own}-")

    def _anchor(self, letter: str, public_id: str) -> str:
        case, _, number = public_id.split("-", 2)
        return f"{letter}{number}" if case == self._own else f"{letter}{number}-{case}"
