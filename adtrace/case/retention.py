"""How long a case is kept: until when, held or not, closed or not; of each, the newest sealed note counts."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from adtrace.case.canonical import read_json
from adtrace.errors import CaseError

# Notes of merged cases do not count: this one decides for itself.
RETAIN, HOLD, CLOSE, DELETE = "retain", "hold", "close", "delete"
EVENTS = (RETAIN, HOLD, CLOSE, DELETE)
# What a closed case takes no more: all by which it would learn something new. Duties outlive it: what leaves is still
# recorded, errors are still corrected, and what is no longer needed is still deleted.
COLLECTING = frozenset({"entry", "decision", "outcome", "extraction"})


class Said(msgspec.Struct, frozen=True):
    """Who said it, when and why; seq: its record."""

    seq: int
    time: str
    reason: str
    role: str


class Retention(msgspec.Struct, frozen=True):
    """What holds now. until: the day before which nothing is deleted, and from which all of it is to be."""

    until: date | None = None
    until_said: Said | None = None
    held: Said | None = None
    closed: Said | None = None

    @property
    def is_due(self) -> bool:
        """Whether its time is over and nothing holds it."""
        return bool(self.until and self.until <= datetime.now(UTC).date() and not self.held)

    @property
    def sentences(self) -> list[str]:
        """The same for people; [] if nothing was said."""
        said = []
        if self.closed:
            said.append(f"Closed {_by(self.closed)}. Nothing new is recorded of any site.")
        if self.until and self.until_said:
            due = " That day has come: `adtrace case delete --all`." if self.is_due else ""
            said.append(f"Kept until {self.until} {_by(self.until_said)}.{due}")
        if self.held:
            said.append(f"On legal hold {_by(self.held)}: nothing is deleted.")
        return said


def read_retention(database: sqlite3.Connection) -> Retention:
    """What the notes of the case say."""
    until = until_said = held = closed = None
    for seq, time, event, text in database.execute(
        "SELECT seq, time, event, payload FROM notes WHERE event IN (?, ?, ?) AND seq > 0 ORDER BY seq",
        EVENTS[:3],
    ):
        payload: Any = read_json(text)
        said = Said(seq, time, payload["reason"], payload["role"])
        if event == RETAIN:
            until = date.fromisoformat(payload["until"]) if payload["until"] else None
            until_said = said
        elif event == HOLD:
            held = said if payload["on"] else None
        else:
            closed = said
    return Retention(until, until_said, held, closed)


def checked_note(event: str, reason: str, role: str, more: Mapping[str, object]) -> dict[str, object]:
    """The payload of such a note.

    Raises:
        CaseError: reason or role is missing.
    """
    if not reason.strip() or not role.strip():
        raise CaseError("this needs a reason and a role.", do="Say why, and as whom you do it.")
    return {"event": event, "reason": reason, "role": role, **more}


def refuse_deletion(kept: Retention, *, early: bool) -> None:
    """Refuse what may not be deleted now.

    Raises:
        CaseError: the case is on hold, or its time is not over and early is not given.
    """
    if kept.held:
        raise CaseError(
            f"is on legal hold {_by(kept.held)}.",
            where="the case",
            do="Nothing is deleted until that is lifted.",
        )
    if kept.until and not kept.is_due and not early:
        raise CaseError(
            f"is to be kept until {kept.until}.",
            where="the case",
            do="If something must go before, such as what was confirmed by mistake, say so: --early.",
        )


def _by(said: Said) -> str:
    return f"since {said.time[:10]} by {said.role} ({said.reason})"
