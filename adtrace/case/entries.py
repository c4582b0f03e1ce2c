"""The entries of a case: added, updated, withdrawn, and read with their status."""

import sqlite3
from collections.abc import Sequence
from datetime import date

import msgspec

from adtrace.case.cells import read_host
from adtrace.case.entry import Entry, EntryRow, Limits
from adtrace.case.ledger import Ledger
from adtrace.errors import CaseError

_FIELDS = tuple(field.name for field in msgspec.structs.fields(Entry))


def read_entries(database: sqlite3.Connection, limits: Limits) -> list[EntryRow]:
    """All entries of the case in the order of their numbers, withdrawn ones too."""
    found = []
    for row in database.execute("SELECT * FROM entries ORDER BY seq"):
        cells = {field: row[field] for field in _FIELDS}
        cells["include_subdomains"] = bool(row["include_subdomains"])
        entry = msgspec.convert(cells, Entry)
        facts_only = entry.is_facts_only(limits.facts_categories)
        found.append(EntryRow(row["seq"], entry, row["status"], bool(row["stale"]), facts_only))
    return found


def add_entries(
    ledger: Ledger,
    known: Sequence[EntryRow],
    entries: Sequence[Entry],
    limits: Limits,
    *,
    as_given: bool = False,
) -> list[int]:
    """The numbers of these entries, in their order: new ones are added, changed ones updated.

    Entries are the same if they confirm the same scope and it has not been withdrawn: adding a list twice
    adds nothing, and a list with a new date or handling updates what is there, whose captures stay. What it leaves at
    its default keeps what the case has: a list without that column lifts no hold and widens no label. as_given: a
    default counts as said.

    Raises:
        CaseError: an entry is malformed.
    """
    present = {row.entry.scope: (row.seq, row.entry) for row in known if row.status != "withdrawn"}
    numbers = []
    for given in entries:
        entry = _checked(given)
        before = present.get(entry.scope)
        if before and not as_given:
            entry = _completed(entry, before[1])
        entry = entry.with_forced_handling(limits.facts_categories)
        payload = msgspec.to_builtins(entry)
        if before is None:
            ledger.append("entry", payload, ())
            number = ledger.seq
        else:
            number, confirmed = before
            # Which line of which list says it changes nothing that was confirmed.
            if msgspec.structs.replace(entry, source=confirmed.source) != confirmed:
                ledger.append("entry", {**payload, "updates": number}, (number,))
        present[entry.scope] = (number, entry)
        numbers.append(number)
    return numbers


def withdraw(
    ledger: Ledger, known: Sequence[EntryRow], numbers: Sequence[int], reason: str, role: str
) -> None:
    """Record that these entries are no longer confirmed; never undone, a new list adds them anew.

    role: who records it, "" if that is not known.

    Raises:
        CaseError: no reason, or a number that is no entry or is withdrawn already.
    """
    status = {row.seq: row.status for row in known}
    for number in numbers:
        if status.get(number, "withdrawn") == "withdrawn":
            state = "withdrawn already" if number in status else "no entry of this case"
            raise CaseError(f"{number} is {state}.", do="See `adtrace case list CASE` for the numbers.")
    if not reason.strip():
        raise CaseError("a withdrawal needs a reason.", do="Say who withdrew the confirmation, and why.")
    chosen = sorted(set(numbers))
    said: dict[str, object] = {"event": "withdraw", "entries": chosen, "reason": reason}
    if role:
        said["role"] = role
    ledger.append("note", said, chosen)


def _completed(entry: Entry, before: Entry) -> Entry:
    """The entry, with what was known before where it says the default alone."""
    open_fields = (
        field.name
        for field in msgspec.structs.fields(Entry)
        if not field.required and getattr(entry, field.name) == field.default
    )
    return msgspec.structs.replace(entry, **{name: getattr(before, name) for name in open_fields})


def is_expired(entry: Entry, today: date) -> bool:
    """Whether the last day on which it may be contacted is over."""
    return entry.expires_at is not None and entry.expires_at < today


def _checked(entry: Entry) -> Entry:
    """The entry, if a list could have held it: types and words of every field, a canonical name."""
    try:
        checked = msgspec.convert(msgspec.to_builtins(entry), Entry)
    except msgspec.ValidationError as error:
        raise CaseError(
            f"this entry is malformed ({error}).", where=str(entry.domain), do="See adtrace.case.Entry."
        ) from None
    if read_host(checked.domain) != checked.domain or (checked.url is not None) != (checked.unit == "url"):
        raise CaseError(
            "this entry is not canonical.",
            where=checked.domain,
            do="Give lists to read_list, which makes entries.",
        )
    if not checked.authority.strip() or not checked.reference.strip():
        raise CaseError("this entry names no authority or reference.", where=checked.domain, do="Give both.")
    return checked
