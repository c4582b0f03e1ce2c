"""Packs in the user's data folder: kept once, read at each start."""

import os
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import msgspec
import platformdirs

from adtrace.errors import CardError, UsageError
from adtrace.knowledge.folder import hash12
from adtrace.knowledge.packs.pack import Pack, Packs


def packs_folder() -> Path:
    """Where imported packs lie: ADTRACE_PACKS, or the user's data folder."""
    return Path(os.environ.get("ADTRACE_PACKS") or platformdirs.user_data_path("adtrace") / "packs")


def keep_pack(pack: Pack) -> None:
    """Write the pack to the folder, in place of its namesake.

    Raises:
        UsageError: it cannot be written there.
    """
    folder = packs_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as undo:
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as made:
                undo.callback(Path(made.name).unlink, missing_ok=True)
                made.write(msgspec.json.format(msgspec.json.encode(pack)))
            # Whole or not at all; 0600 as temporary files are.
            Path(made.name).replace(folder / f"{pack.name}.json")
    except OSError as error:
        raise UsageError(
            f"the pack cannot be kept ({error.strerror}).",
            where=str(folder),
            do="Let ADTRACE_PACKS name a folder you may write in.",
        ) from None
    load_packs.cache_clear()


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
            why = error.strerror if isinstance(error, OSError) else error
            raise CardError(f"{why}.", where=str(file), do="Import it again, or remove the file.") from None
    return Packs(found)
