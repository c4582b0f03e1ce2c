"""How long a case is kept, as its writer says it: retention, legal hold, closing and deletion."""

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from adtrace.case import deletion, erasure, retention
from adtrace.case.checkpoints import read_checkpoints
from adtrace.case.links import LinksOf, relink
from adtrace.case.reviews import captures_of, rejected_facts
from adtrace.case.timestamps import Stamped, find_stamped, read_reply, timestamp_note
from adtrace.case.writer import CaseWriter
from adtrace.errors import CaseError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


class CaseKeeper(CaseWriter):
    """What may be said of keeping the case; `Case` adds opening and closing the file."""

    def retain(self, until: date | None, *, reason: str, role: str) -> None:
        """Say until when the case is kept, None: nobody knows; see retention.py for what follows.

        Raises:
            CaseError: reason or role is missing.
        """
        self._say(retention.RETAIN, reason, role, {"until": until.isoformat() if until else None})

    def hold(self, *, on: bool, reason: str, role: str) -> None:
        """Put the case on legal hold, under which nothing is deleted, or lift it.

        Raises:
            CaseError: reason or role is missing.
        """
        self._say(retention.HOLD, reason, role, {"on": on})

    def finish(self, *, reason: str, role: str) -> None:
        """Close the case for ever: nothing new is recorded of any site; what leaves, errors and deletion still are.

        Raises:
            CaseError: reason or role is missing, an allowed request has no outcome yet, or it is closed already.
        """
        self._refuse_collecting("note", retention.CLOSE)
        if self._open_decisions:
            raise CaseError(
                f"{len(self._open_decisions)} allowed requests have no outcome yet.",
                do="Run `adtrace trace` or `fetch` once more, which ends them, and then close the case.",
            )
        self._say(retention.CLOSE, reason, role, {})

    def delete(
        self, plan: deletion.Plan, links: LinksOf, *, reason: str, role: str, early: bool = False
    ) -> None:
        """Delete what a plan of deletion.py names: texts, or all that records said; the chain holds, and says so.

        A transaction of its own, for afterwards the file is written anew. Copies of it that were made before a
        migration go as well. early: before the day until which the case is to be kept.

        Raises:
            CaseError: the case is on hold, or its time is not over; reason or role is missing; the plan is empty.
        """
        retention.refuse_deletion(self.retention(), early=early)
        if not plan.records and not plan.captures:
            raise CaseError("there is nothing of that to delete.", do="See `adtrace case list CASE`.")
        more = deletion.deletion_note(plan)
        if 1 in plan.records:
            more["opening"] = {
                **msgspec.to_builtins(self.opening),
                "operator": "",
                "purpose": "",
                "secret": "",
            }
        note = retention.checked_note(retention.DELETE, reason, role, more)
        erasure.announce(self.path)
        with self.transaction():
            before = rejected_facts(self._db)
            deletion.carry_out(self._db, plan)
            self._ledger.append("note", note, ())
            # A judgement that is gone no longer holds where the same fact stands on another entry.
            relink(self._db, captures_of(self._db, before - rejected_facts(self._db)), links)
        self._reload()
        self.compact()

    def compact(self) -> None:
        """Write the file anew, so that no byte of what was ever moved or deleted is left in any file of the case.

        Raises:
            CaseError: somebody reads it just now, the disk refuses, or a copy cannot be removed; what was recorded
                stands, and this is to be done again.
        """
        try:
            self._db.execute("PRAGMA query_only = OFF")
            self._db.execute("VACUUM")
            busy, _, _ = self._db.execute("PRAGMA wal_checkpoint (TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            busy = str(error)
        finally:
            self._db.execute("PRAGMA query_only = ON")
        if busy:
            raise CaseError(
                "what was deleted is recorded and cannot be read, but traces may be left in the file.",
                where=str(self.path),
                do="End whatever else reads the case, see that there is space, and run `adtrace case compact`.",
            )
        if erasure.is_due(self.path):
            erasure.finish(self.path, is_recorded=bool(self.deletions()))

    def add_timestamp(self, reply: bytes, roots: "Sequence[Certificate]") -> Stamped:
        """Keep an authority's timestamp of one of the case's checkpoints, and the roots it was checked by.

        Raises:
            CaseError: as transaction(). TimestampError: it is of none of them, or nobody trusted stands behind it.
        """
        with self._whole():
            checkpoint = find_stamped(reply, read_checkpoints(self._db))
            found = read_reply(reply, checkpoint, roots)
            self._ledger.append("note", timestamp_note(checkpoint, reply, roots), ())
        return found

    def _say(self, event: str, reason: str, role: str, more: dict[str, object]) -> None:
        with self._whole():
            self._ledger.append("note", retention.checked_note(event, reason, role, more), ())
            self._closed = self.retention().closed
