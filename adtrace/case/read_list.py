"""A confirmed list, CSV or JSON lines, to entries: all of it or nothing."""

import sys
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from adtrace.case import cells
from adtrace.case.csv_text import decode
from adtrace.case.entry import HANDLINGS, SITE_ROLES, TLPS, UNITS, Entry
from adtrace.case.list_faults import Faults
from adtrace.case.list_rows import REQUIRED, csv_rows, jsonl_rows
from adtrace.errors import ListError
from adtrace.names import registrable_domain


class Default(msgspec.Struct, frozen=True):
    """What was taken because the list does not say: in how many entries, and what it means."""

    column: str
    value: str
    entries: int
    meaning: str

    def __str__(self) -> str:
        return f"{self.column} = {self.value} ({self.entries}): {self.meaning}"


class EntryList(msgspec.Struct, frozen=True):
    """The entries of a list in its order, and the defaults that filled what it leaves open."""

    entries: list[Entry]
    defaults: list[Default]


def read_list(
    stream: IO[bytes],
    *,
    name: str,
    format: Literal["csv", "jsonl"] | None = None,  # noqa: A002 - the option's name
    today: date,
    facts_categories: Collection[str] = (),
) -> EntryList:
    """The entries of a list.

    name: how messages and the case call the list. format: None looks at the name, then at the text.
    today: confirmed_at may not lie after it. A byte order mark and CRLF line ends are read as if absent.

    Raises:
        ListError: lines that cannot become entries, each named by its number (FaultyListError if there are several); no
            line of the list is taken.
    """
    text = decode(stream.read(), name)
    if format is None:
        format = "jsonl" if name.endswith((".jsonl", ".ndjson")) or text.lstrip().startswith("{") else "csv"  # noqa: A001
    faults = Faults(name)
    entries: list[Entry] = []
    filled: Counter[tuple[str, str, str]] = Counter()
    lines_of: dict[str, int] = {}
    for line, cell in (jsonl_rows if format == "jsonl" else csv_rows)(text, name, faults):
        where = f"{name}, line {line}"
        with faults.gathered(where):
            entry, defaults = _read_entry(cell, today, where, facts_categories)
            _refuse_repeat(entry, lines_of.setdefault(entry.scope, line), line)
            entries.append(entry)
            filled.update(defaults)
    faults.refuse()
    if not entries:
        raise ListError(
            "holds no entry; nothing was contacted.", where=name, do="Give one line for each domain."
        )
    return EntryList(entries, [Default(*key[:2], count, key[2]) for key, count in filled.items()])


def read_list_file(
    path: str,
    *,
    format: Literal["csv", "jsonl"] | None = None,  # noqa: A002 - the option's name
    facts_categories: Collection[str] = (),
) -> EntryList:
    """The entries of a file, or of standard input for "-"; as read_list with the day it is now somewhere on Earth.

    Raises:
        ListError: as read_list, or the file cannot be read.
    """
    # An authority fourteen hours ahead may have confirmed on a day that has not begun in UTC.
    today = (datetime.now(UTC) + timedelta(hours=14)).date()
    if path == "-":
        stream: IO[bytes] = sys.stdin.buffer
        return read_list(stream, name="stdin", format=format, today=today, facts_categories=facts_categories)
    try:
        with Path(path).open("rb") as stream:
            name = Path(path).name
            return read_list(stream, name=name, format=format, today=today, facts_categories=facts_categories)
    except OSError as error:
        raise ListError(
            f"cannot be read ({error.strerror}).", where=path, do="Give a CSV or JSON lines file, or -."
        ) from None


def _read_entry(
    cell: dict[str, str], today: date, where: str, facts_categories: Collection[str]
) -> tuple[Entry, list[tuple[str, str, str]]]:
    """The entry of one row, and (column, value, meaning) of each default it needed."""
    faults = Faults()
    if missing := [column for column in REQUIRED if column not in cell]:
        empty = f"{' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} empty."
        faults.note(ListError(empty, do="Every entry needs domain, authority and reference."))
    read: dict[str, Any] = {}
    for column, text in cell.items():
        with faults.gathered():
            cells.check_text(text, column)
            if column in _READERS:
                read[column] = _READERS[column](text)
            elif column == "domain":
                read |= _read_scope(text, cell.get("unit"))
    faults.refuse()
    entry = Entry(**read, source=where)
    _refuse_contradictions(entry, today)
    forced = entry.with_forced_handling(facts_categories)
    return forced, _defaults(cell, entry, forced)


# What a row says beside its scope; the domain is read as its unit wants it.
_READERS: dict[str, Callable[[str], Any]] = {
    "authority": str,
    "reference": str,
    "category": str.lower,
    "confirmed_at": partial(cells.read_date, column="confirmed_at"),
    "expires_at": partial(cells.read_date, column="expires_at"),
    "site_role": partial(cells.read_word, allowed=SITE_ROLES, column="site_role"),
    "handling": partial(cells.read_word, allowed=HANDLINGS, column="handling"),
    "include_subdomains": partial(cells.read_yes, column="include_subdomains"),
    "tlp": partial(cells.read_tlp, allowed=TLPS),
}


def _read_scope(name: str, unit: str | None) -> dict[str, Any]:
    """domain, unit and url: what exactly was confirmed."""
    unit = cells.read_word(unit, UNITS, "unit") if unit else None
    if unit == "url":
        host, url = cells.read_url(name)
        return {"domain": host, "unit": unit, "url": url}
    host = cells.read_host(name)
    root = registrable_domain(host)
    if unit == "domain" and host != root:
        raise ListError(
            f'"{host}" is a host under {root}.', do=f"Write unit=host, or give {root} if that is confirmed."
        )
    return {"domain": host, "unit": unit or ("domain" if host == root else "host")}


def _refuse_repeat(entry: Entry, first: int, line: int) -> None:
    if first != line:
        raise ListError(f'"{entry.scope}" stands in line {first} already.', do="Keep one of them.")


def _refuse_contradictions(entry: Entry, today: date) -> None:
    if entry.confirmed_at and entry.confirmed_at > today:
        raise ListError(
            f"confirmed_at {entry.confirmed_at} lies in the future.", do="Give the day of confirmation."
        )
    if entry.confirmed_at and entry.expires_at and entry.expires_at < entry.confirmed_at:
        raise ListError(
            f"expires_at {entry.expires_at} lies before confirmed_at.", do="Correct one of the two days."
        )
    if entry.unit == "url" and entry.include_subdomains:
        raise ListError("include_subdomains=yes widens a single URL.", do="Write no, or confirm the domain.")


# Column, and what its default means for the user; None: the value depends on the row.
_MEANINGS = {
    "unit": "as the name is written: domain if it is registrable, else that host alone",
    "category": "no category of the case applies",
    "confirmed_at": "marked stale: nobody says when it was confirmed",
    "expires_at": "does not expire by itself",
    "site_role": "not taken for the operator's own site",
    "handling": "contacted, and a skeleton without prose or media is kept",
    "include_subdomains": "this host alone, with and without www.",
    "tlp": "within the organisation on a need-to-know basis",
}


def _defaults(cell: dict[str, str], entry: Entry, forced: Entry) -> list[tuple[str, str, str]]:
    found = []
    for column, meaning in _MEANINGS.items():
        value = getattr(entry, column)
        if column == "handling" and forced is not entry:
            found.append(
                (column, "facts", "forced by unit=url or the category: sightings and hashes alone are kept")
            )
        elif column not in cell:
            shown = "none" if value is None else {True: "yes", False: "no"}.get(value, value)
            found.append((column, shown, meaning))
    return found
