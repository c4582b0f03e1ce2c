"""Packs in the user's data folder: imported once, read at each start."""

import os
import re
import tempfile
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Protocol

import msgspec
import platformdirs

from adtrace.errors import CardError, UsageError
from adtrace.knowledge.folder import hash12
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
from adtrace.knowledge.packs.pack import Pack, PackEntry, Packs
from adtrace.knowledge.packs.reading import sha256_of


class Reader(Protocol):
    """A module that reads one real file format: its kind on the command line, what it is, and its entries."""

    KIND: str
    WHAT: str

    def read(self, path: Path, skipped: list[str], /) -> Iterable[PackEntry]:
        """The entries of the database; files of a folder that are of another form are named in skipped."""


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


def packs_folder() -> Path:
    """Where imported packs lie: ADTRACE_PACKS, or the user's data folder."""
    return Path(os.environ.get("ADTRACE_PACKS") or platformdirs.user_data_path("adtrace") / "packs")


def import_pack(
    kind: str, path: Path, *, licence: str, source: str, today: date, name: str | None = None
) -> tuple[Pack, list[str]]:
    """The database at path, normalised and kept as a pack, and the files of a folder that were passed over.

    name: by default the kind; a pack of the same name is replaced. Entries that name no host, site, vendor id or
    bidder code are left out: nothing can be compared with them.

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
    entries = [e for e in reader.read(path, skipped) if e.hosts or e.sites or e.gvl is not None or e.codes]
    if not entries:
        raise UsageError("the database names nothing.", where=str(path), do="Check the file and the kind.")
    pack = Pack(name, kind, licence.strip(), source, today, sha256_of(path), entries)
    _write(packs_folder() / f"{name}.json", msgspec.json.format(msgspec.json.encode(pack)))
    load_packs.cache_clear()
    return pack, skipped


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as made:
        made.write(data)
    Path(made.name).replace(file)  # whole or not at all; 0600 as temporary files are


@cache
def load_packs() -> Packs:
    """The packs of this user, by name; read once a process. Without any it is empty, and nothing changes.

    Raises:
        CardError: a pack that cannot be read.
    """
    found = []
    for file in sorted(packs_folder().glob("*.json")):
        try:
            data = file.read_bytes()
            found.append((msgspec.json.decode(data, type=Pack), hash12(data)))
        except (msgspec.DecodeError, OSError) as error:
            raise CardError(f"{error}.", where=str(file), do="Import it again, or remove the file.") from None
    return Packs(found)
