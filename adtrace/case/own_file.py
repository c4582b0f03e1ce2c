"""What is written of a case is a file of its own: one from others may hold links that lead elsewhere."""

import stat
from pathlib import Path

from adtrace.errors import CaseError


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
