"""New files in a folder, whole or not at all, private to their owner."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from adtrace.case import database, lock
from adtrace.case.erasure import UNFINISHED
from adtrace.errors import CaseError
from adtrace.names import display

_log = logging.getLogger(__name__)

# How the names of a case's own files begin: the database and what SQLite keeps beside it, the lock.
_OF_A_CASE = (database.FILE_NAME, lock.FILE_NAME)


def make_folder(folder: Path) -> None:
    """Make it (0700) unless it is there.

    Raises:
        CaseError: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CaseError(
            f"is no folder ({error.strerror}).", where=str(folder), do="Give another place."
        ) from None


def tell_of_unfinished(folder: Path) -> None:
    """Log the files in it that an export has begun and not ended: nobody else would look for a hidden name.

    They are not removed: their writer may be another case's and still at work. Those in a case's own folder go with its
    next writer.
    """
    for left in sorted(folder.glob(f"{UNFINISHED}*")):
        _log.warning(
            "%s: is of an export that was killed, or still runs; it may hold parts of a case. Remove it, if none runs.",
            display(str(left)),
        )


def checked_place(target: Path) -> Path:
    """Where a file of that name will stand, its folder without links and ..; asked before it is on record.

    A new file takes the name of an older one. What is no plain file would be lost by that, and a case with its case.db.

    Raises:
        CaseError: there is no such folder, or a folder, link, device or a case's own file has the name.
    """
    try:
        place = target.parent.resolve(strict=True) / target.name
        with contextlib.suppress(FileNotFoundError):
            _refuse_all_but_files(place.lstat().st_mode, target)
    except (OSError, RuntimeError) as error:  # RuntimeError: of links in a circle, until Python 3.13
        reason = (error.strerror if isinstance(error, OSError) else None) or "links in a circle"
        raise CaseError(
            f"cannot be written ({reason}).", where=str(target), do="Give a file in a folder that is there."
        ) from None
    if place.name.startswith(_OF_A_CASE):
        raise CaseError("is a case's own file.", where=str(target), do="Give another name.")
    return place


def _refuse_all_but_files(mode: int, target: Path) -> None:
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a link" if stat.S_ISLNK(mode) else "no plain file"
        raise CaseError(f"is {what}.", where=str(target), do="Give the name of a file.")


def put_in_place(written: Path, place: Path) -> None:
    """Give the new file its name, in the place of an older one.

    Raises:
        CaseError: the older one cannot be replaced: it may be another user's.
    """
    try:
        written.replace(place)
    except OSError as error:
        raise CaseError(
            f"cannot be written ({error.strerror}).", where=str(place), do="Give another name."
        ) from None


@contextlib.contextmanager
def new_file(folder: Path, undo: contextlib.ExitStack) -> Iterator[tuple[Path, BinaryIO]]:
    """A new 0600 file in the folder, its bytes on the disk at the end; undo removes it unless it was renamed.

    Raises:
        CaseError: it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=UNFINISHED)
        undo.callback(Path(name).unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as stream:
            yield Path(name), stream
            stream.flush()
            os.fsync(handle)
    except OSError as error:
        raise CaseError(
            f"cannot be written ({error.strerror}).", where=str(folder), do="Give another folder."
        ) from None


def sha256_of(path: Path) -> str:
    """Of the file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make_durable(folder: Path) -> None:
    """Bring the folder's new names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
