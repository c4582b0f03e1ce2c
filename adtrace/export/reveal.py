"""Listed domains in clear where an audience reads pseudonyms: only with a reason and a second person, on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.case import Case


class Reveal(msgspec.Struct, frozen=True):
    """Why, and who agreed beside the one who exports; as a role or pseudonym."""

    reason: str
    second: str

    def check(self, case: Case) -> None:
        """Nothing, if it is complete.

        Raises:
            UsageError: no reason, or no second person: the case's own operator is none.
        """
        if not self.reason.strip():
            raise UsageError(
                "domains are revealed only for a reason.",
                do="Give it with --reason.",
            )
        second = self.second.strip().casefold()
        if not second or second == case.opening.operator.strip().casefold():
            raise UsageError(
                "domains are revealed only if a second person agrees.",
                do="Name that person with --second, as a role or pseudonym; not the one who answers for the case.",
            )

    def note(self, export: int) -> dict[str, object]:
        """The note that goes into the ledger with the export."""
        return {"event": "reveal", "export": export, "reason": self.reason, "second": self.second}
