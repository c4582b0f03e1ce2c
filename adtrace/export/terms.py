"""On what terms something leaves a case: what is revealed, what may be done with it, and whose permission it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from adtrace.errors import UsageError
from adtrace.export.marking import Pap
from adtrace.export.reveal import Reveal

if TYPE_CHECKING:
    from adtrace.case import Case


class Terms(msgspec.Struct, frozen=True):
    """reveal: listed domains in clear. pap: another label than the audience's own (marking.py).

    permission: who of the source permitted it to travel further than its TLP label says, and when; "" if nobody did.
    """

    reveal: Reveal | None = None
    pap: Pap | None = None
    permission: str = ""

    def check(self, case: Case) -> None:
        """Nothing, if they are complete.

        Raises:
            UsageError: a reveal without a reason or a second person; a permission of blanks.
        """
        if self.permission and not self.permission.strip():
            raise UsageError(
                "a permission that names nobody is none.",
                do="Say with --permission who of its source gave it, and when.",
            )
        if self.reveal:
            self.reveal.check(case)

    def notes(self, export: int) -> Iterator[dict[str, object]]:
        """The notes that go into the ledger with the export of that number."""
        if self.reveal:
            yield self.reveal.note(export)
        if self.permission:
            yield {"event": "permission", "export": export, "said": self.permission}


PLAIN = Terms()
