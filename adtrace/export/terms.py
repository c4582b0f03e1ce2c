"""On what terms something leaves a case: what is revealed, what may be done with it, and whose permission it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from adtrace.case.carried import REFERRED
from adtrace.errors import UsageError
from adtrace.export.marking import Pap
from adtrace.export.reveal import Reveal

if TYPE_CHECKING:
    from adtrace.case import Case


class Handover(msgspec.Struct, frozen=True):
    """To whom the investigator hands something over in clear, and why."""

    to: str
    reason: str


class Terms(msgspec.Struct, frozen=True):
    """reveal: listed domains in clear. pap: another label than the audience's own (marking.py). handover: a referral's.

    permission: who of the source permitted it to travel further than its TLP label says, and when; "" if nobody did.
    """

    reveal: Reveal | None = None
    pap: Pap | None = None
    permission: str = ""
    handover: Handover | None = None

    def check(self, case: Case) -> None:
        """Nothing, if they are complete.

        Raises:
            UsageError: a reveal without a reason or a second person; a permission of blanks; a handover without a
                recipient or a reason.
        """
        if self.permission and not self.permission.strip():
            raise UsageError(
                "a permission that names nobody is none.",
                do="Say with --permission who of its source gave it, and when.",
            )
        if self.handover and not (self.handover.to.strip() and self.handover.reason.strip()):
            raise UsageError(
                "a referral needs a recipient and a reason.",
                do="Say to whom it goes and why; both are recorded.",
            )
        if self.reveal:
            self.reveal.check(case)

    def notes(self, export: int) -> Iterator[dict[str, object]]:
        """The notes that go into the ledger with the export of that number."""
        if self.reveal:
            yield self.reveal.note(export)
        if self.permission:
            yield {"event": "permission", "export": export, "said": self.permission}
        if self.handover:
            yield {"event": REFERRED, "export": export, **msgspec.structs.asdict(self.handover)}


PLAIN = Terms()
