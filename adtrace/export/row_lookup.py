"""The rows of tables by their names: which sightings a line of networks, accounts, brands or links stands for."""

from typing import TYPE_CHECKING

from adtrace.case.public_ids import read_public_id
from adtrace.case.row_ids import ROW_KINDS
from adtrace.errors import UsageError
from adtrace.export.rows import MAKERS, Facts, Row

if TYPE_CHECKING:
    from adtrace.case import Case


class RowLookup:
    """Finds rows by name; the tables are made when the first is asked for."""

    def __init__(self, case: "Case") -> None:
        self.case = case
        self._rows: dict[str, dict[str, Row]] = {}
        self._facts: Facts | None = None

    def find(self, name: str) -> Row:
        """The row, in clear; its `members` are the numbers of the sightings behind it.

        Raises:
            UsageError: no row has this name now: its evidence was withdrawn, rejected, or read otherwise since.
        """
        tables = {kind: table for table, kind in ROW_KINDS.items()}
        short = name.removeprefix(f"{self.case.short}-")
        kind = short.partition("-")[0]
        row = self.rows(tables[kind]).get(f"{self.case.short}-{short}") if kind in tables else None
        if row is None:
            raise UsageError(
                f"no row is called {name[:80]}.",
                do="Take names from a table of today: `adtrace export CASE --table accounts --audience investigator`.",
            )
        return row

    def sightings(self, name: str) -> list[int]:
        """The numbers of the sightings that a name stands for: of a row, of a sighting itself, or of a capture.

        Raises:
            UsageError: it names none.
        """
        kind, number = read_public_id(self.case, name) or ("", 0)
        if kind not in ("sighting", "outcome"):
            return list(self.find(name)["members"])
        column = "row" if kind == "sighting" else "capture"
        found = [
            row["row"]
            for row in self.case.rows(f"SELECT row FROM current_sightings WHERE {column} = ?", (number,))
        ]
        if not found:
            raise UsageError(
                f"{name} has no sightings that count now.", do=f"See `adtrace show {self.case.path} {name}`."
            )
        return found

    def rows(self, table: str) -> dict[str, Row]:
        """All rows of a table by name, in its order."""
        if table not in self._rows:
            self._facts = self._facts or Facts(self.case)
            self._rows[table] = {row["row"]: row for row in MAKERS[table](self._facts)}
        return self._rows[table]
