"""The ids outside readers were given ("rec-…"), back to the case's own: they come back in what a network answers."""

from adtrace.case import Case
from adtrace.case.carried import read_carried
from adtrace.case.row_ids import ROW_KINDS
from adtrace.errors import UsageError
from adtrace.export.audience import OUTSIDE, Names
from adtrace.export.row_lookup import RowLookup
from adtrace.knowledge import load_knowledge

PREFIX = "rec-"


class RecordNames:
    """Finds the case's id behind a reader's; the ids of each reader are made when the first is asked for."""

    def __init__(self, case: Case, lookup: RowLookup) -> None:
        self.case, self._lookup = case, lookup
        self._known: dict[str, str] | None = None

    def find(self, name: str) -> str:
        """The id behind a "rec-" one; any other as it is.

        Raises:
            UsageError: no export of this case gave it to anybody.
        """
        if not name.startswith(PREFIX):
            return name
        self._known = self._known or dict(self._all())
        if name not in self._known:
            raise UsageError(f"{name[:40]} was given to nobody.", do="Look whether it is of another case.")
        return self._known[name]

    def _all(self) -> "list[tuple[str, str]]":
        public = self.case.public_id
        ids = [public(row["type"], row["seq"]) for row in self.case.rows("SELECT type, seq FROM ledger")]
        ids += [public("sighting", row["row"]) for row in self.case.rows("SELECT row FROM sightings")]
        ids += [name for table in ROW_KINDS for name in self._lookup.rows(table)]
        readers = {(one.audience, one.party) for one in read_carried(self.case)}
        named = [
            Names(self.case, audience, load_knowledge(), party)
            for audience in OUTSIDE
            for given, party in sorted(readers)
            if given == audience
        ]
        return [(names.record(one), one) for names in named for one in ids]
