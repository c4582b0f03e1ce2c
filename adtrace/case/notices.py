"""The register of notices: which were drafted, when one was said to be sent, by whom, until when, and what came of it.

Each line is a sealed note of the ledger; nothing is rewritten, the newest note counts.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case.canonical import read_json
from adtrace.case.segments import base_of
from adtrace.errors import CaseError, UsageError
from adtrace.names import display

if TYPE_CHECKING:
    from adtrace.case.reader import CaseReader
    from adtrace.case.writer import CaseWriter

DRAFTED, SENT, OUTCOME = "notice_drafted", "notice_sent", "notice_outcome"
# What the network said or did, as somebody tells it; what is seen on the sites, relate/aftermath.py says.
OUTCOMES = ("acted", "partly", "refused", "no-answer")


class Registered(msgspec.Struct, frozen=True):
    """One notice with the newest that is known of it; "" for what is not.

    seq: number of its draft's record. export: of the export that its files are. sent: the day somebody named; sent_at:
    the time of the note that says so. overdue: its deadline has passed without an outcome.
    """

    id: str
    seq: int
    network: str
    export: int
    drafted: str
    accounts: int
    domains: int
    sent: str = ""
    sent_at: str = ""
    by: str = ""
    deadline: str = ""
    outcome: str = ""
    outcome_on: str = ""
    note: str = ""
    overdue: bool = False


def note_draft(case: CaseWriter, network: str, export: int, *, accounts: int, domains: int) -> int:
    """Put a draft on record; its number, inside the caller's transaction.

    export: number of the export that its files are. accounts, domains: how many it names.
    """
    said: dict[str, object] = {
        "event": DRAFTED,
        "network": network,
        "export": export,
        "accounts": accounts,
        "domains": domains,
    }
    return case.append("note", said, (export,))


def note_sent(case: CaseWriter, notice: str, *, on: date, by: str, deadline: date | None = None) -> None:
    """Put on record that somebody says they sent it.

    on: the day. by: a role or pseudonym. deadline: until when an answer is awaited.

    Raises:
        CaseError: there is no such notice, or nobody is named.
        UsageError: the deadline is before the day.
    """
    found = find_notice(case, notice)
    _named(by)
    if deadline is not None and deadline < on:
        raise UsageError(f"the deadline {deadline} is before {on}.", do="Give a later --deadline.")
    until = deadline.isoformat() if deadline else ""
    said: dict[str, object] = {"event": SENT, "on": on.isoformat(), "by": by, "deadline": until}
    with case.transaction():
        case.append("note", {**said, "notice": found.seq}, _refs(found))


def note_outcome(case: CaseWriter, notice: str, outcome: str, *, on: date, by: str, note: str = "") -> None:
    """Put on record what came of it, one of OUTCOMES; note: in words.

    Raises:
        CaseError: there is no such notice, nobody is named, or it was never said to be sent.
        UsageError: no such outcome.
    """
    found = find_notice(case, notice)
    _named(by)
    if outcome not in OUTCOMES:
        raise UsageError(
            f'no outcome is called "{display(outcome)}".', do=f"Use one of: {', '.join(OUTCOMES)}."
        )
    if not found.sent:
        raise CaseError("was never said to be sent.", where=found.id, do="Say so first: adtrace notice sent.")
    said: dict[str, object] = {
        "event": OUTCOME,
        "outcome": outcome,
        "on": on.isoformat(),
        "by": by,
        "note": note,
    }
    with case.transaction():
        case.append("note", {**said, "notice": found.seq}, _refs(found))


def read_register(case: CaseReader, today: date) -> list[Registered]:
    """Every notice, oldest first, as of that day; [] if none was drafted."""
    found: dict[int, Registered] = {}
    events = f"'{DRAFTED}', '{SENT}', '{OUTCOME}'"
    for row in case.rows(
        f"SELECT seq, time, event, payload FROM notes WHERE event IN ({events}) ORDER BY seq"
    ):
        said: Any = read_json(row["payload"])
        base = base_of(row["seq"])  # a case that was merged in names records by its own numbers
        seq = row["seq"] if row["event"] == DRAFTED else said["notice"] + base
        if row["event"] == DRAFTED:
            found[seq] = Registered(
                case.public_id("note", seq),
                seq,
                said["network"],
                said["export"] + base,
                row["time"][:10],
                said["accounts"],
                said["domains"],
            )
        elif row["event"] == SENT:
            changed = {
                "sent": said["on"],
                "sent_at": row["time"],
                "by": said["by"],
                "deadline": said["deadline"],
            }
            found[seq] = msgspec.structs.replace(found[seq], **changed)
        else:
            changed = {"outcome": said["outcome"], "outcome_on": said["on"], "note": said["note"]}
            found[seq] = msgspec.structs.replace(found[seq], **changed)
    return [_as_of(notice, today) for notice in found.values()]


def find_notice(case: CaseReader, notice: str) -> Registered:
    """The notice of that id, with or without the case's part, or of the number at its end.

    Raises:
        UsageError: there is none.
    """
    for known in read_register(case, date.min):
        if notice in (known.id, known.id.partition("-")[2], str(known.seq)):
            return known
    raise UsageError(
        f'there is no notice "{display(notice)}".',
        where=str(case.path),
        do="See `adtrace notice register CASE` for the ids.",
    )


def _as_of(notice: Registered, today: date) -> Registered:
    overdue = bool(notice.deadline) and not notice.outcome and notice.deadline < today.isoformat()
    return msgspec.structs.replace(notice, overdue=overdue)


def _named(by: str) -> None:
    if not by.strip():
        raise UsageError("who says so?", do="Name yourself with --role, as a role or pseudonym.")


def _refs(notice: Registered) -> tuple[int, ...]:
    """Its record; of a case that was merged in, whose records stand in a chain of their own, none."""
    return (notice.seq,) if notice.seq > 0 else ()
