"""From a foreign database to a pack of one form."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import structs

from adtrace.errors import UsageError
from adtrace.knowledge.packs import (
    adguard,
    disconnect,
    duckduckgo,
    filter_list,
    ghostery,
    gvl,
    prebid,
    sellers,
    third_party_web,
)
from adtrace.knowledge.packs.pack import Pack, PackEntry
from adtrace.knowledge.packs.reading import sha256_of
from adtrace.knowledge.packs.store import keep_pack


class Reader(Protocol):
    """A module that reads one real file format: its kind on the command line, what it is, and its entries."""

    KIND: str
    WHAT: str

    def read(self, path: Path, skipped: list[str], /) -> Iterable[PackEntry]:
        """The entries of the database; files and entries of another form are named in skipped, with the reason."""


READERS: tuple[Reader, ...] = (
    ghostery,
    duckduckgo,
    disconnect,
    adguard,
    third_party_web,
    filter_list,
    gvl,
    prebid,
    sellers,
)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
MAX_TEXT = 200  # characters of a name, company or category


def import_pack(
    kind: str, path: Path, *, licence: str, source: str, today: date, name: str | None = None
) -> tuple[Pack, list[str]]:
    """The database at path, normalised and kept as a pack, and what of it was passed over, each with its reason.

    name: by default the kind; a pack of the same name is replaced.

    Raises:
        UsageError: no such kind, a name that cannot be a file's, no licence, a file that is not of the kind.
    """
    reader = next((reader for reader in READERS if kind == reader.KIND), None)
    if reader is None:
        known = ", ".join(reader.KIND for reader in READERS)
        raise UsageError(f'there is no kind "{kind}".', do=f"Choose from {known}.")
    name = name or kind
    if not _NAME.fullmatch(name):
        raise UsageError(f'"{name}" cannot name a pack.', do="Use lower-case letters, digits and hyphens.")
    if not licence.strip():
        raise UsageError("no licence was named.", do="Say under which licence you use this database.")
    skipped: list[str] = []
    entries = list(_plain(reader.read(path, skipped)))
    if not entries:
        why = f" Passed over: {skipped[0]}" if skipped else ""
        raise UsageError(
            f"the database names nothing.{why}", where=str(path), do="Check the file and the kind."
        )
    pack = Pack(name, kind, licence.strip(), source, today, sha256_of(path), entries)
    keep_pack(pack)
    return pack, skipped


def _plain(entries: Iterable[PackEntry]) -> Iterator[PackEntry]:
    """Each entry once, its words in one line of bounded length.

    One that names no host, site, vendor id or bidder code is left out: nothing can be compared with it.
    """
    seen: set[bytes] = set()
    for entry in entries:
        if not (entry.hosts or entry.sites or entry.gvl is not None or entry.codes):
            continue
        plain = structs.replace(
            entry,
            name=_one_line(entry.name) or "unnamed",
            company=_one_line(entry.company),
            category=_one_line(entry.category),
        )
        key = msgspec.json.encode(plain)
        if key not in seen:
            seen.add(key)
            yield plain


def _one_line(text: str | None) -> str | None:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_TEXT] if text else None
