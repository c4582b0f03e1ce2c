"""New files in a folder, whole or not at all, private to their owner."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from adtrace.errors import CaseError


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


@contextlib.contextmanager
def new_file(folder: Path, undo: contextlib.ExitStack) -> Iterator[tuple[Path, BinaryIO]]:
    """A new 0600 file in the folder, its bytes on the disk at the end; undo removes it unless it was renamed.

    Raises:
        CaseError: it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".export-")
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
