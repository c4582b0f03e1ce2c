"""Files of a case's own: one from others may hold links that lead elsewhere, and no file takes another's place."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from adtrace.errors import CaseError

# What systems say where a disk, a stick mostly, knows no second name of a file (link(2)).
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


def require_own_file(path: Path) -> None:
    """Return if nothing is there, or a plain file that stands nowhere else.

    A lock file that is a link would have us write over what it leads to. A case.db that is one has a second name, and
    under each its own -wal and its own lock: two writers (https://www.sqlite.org/howtocorrupt.html, 2.4 and 2.5).

    Raises:
        CaseError: a link of either kind, or no plain file.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise CaseError(
            "is a link, or no plain file, and is not written.",
            where=str(path),
            do="Copy what it leads to into a folder of its own, and work on that copy.",
        )


@contextlib.contextmanager
def new_own_file(target: Path) -> Iterator[BinaryIO]:
    """A new file (0600), whole under its name or not at all; never in another's place.

    Raises:
        OSError: it cannot be written; FileExistsError: something has that name.
    """
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=".adtrace-")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(handle)
        _name_new(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _name_new(written: str, target: Path) -> None:
    try:
        os.link(written, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        Path(written).replace(target)
