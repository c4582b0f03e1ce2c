"""The second half of a deletion: once it is on record, no file of the case holds its bytes any more.

A mark beside case.db, made before the first half, says that the second is not done. Whoever opens the case for
writing next does it, so that a kill at any point leaves either what was not deleted or nothing of it.
"""

import contextlib
import os
import shutil
from pathlib import Path

from adtrace.case.database import FILE_NAME, backups
from adtrace.errors import CaseError

MARK = "case.deleting"
# How the names begin of what the case's writer makes of its content and has not yet put in its place.
UNFINISHED = ".export-"


def announce(folder: Path) -> None:
    """Make the mark, on the disk before anything is deleted.

    Raises:
        CaseError: the disk refuses.
    """
    try:
        _bring_to_disk(folder / MARK, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW)
        _bring_to_disk(folder)
    except OSError as error:
        raise CaseError(
            f"cannot be written ({error.strerror}), and nothing was deleted.",
            where=str(folder / MARK),
            do="Look at the disk and the rights of the folder.",
        ) from None


def sweep(folder: Path) -> None:
    """Remove from the case's folder what writers that were killed had begun to make; for its one writer."""
    for left in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()


def is_due(folder: Path) -> bool:
    """Whether a deletion was begun of which bytes may be left."""
    return (folder / MARK).exists()


def finish(folder: Path, *, is_recorded: bool) -> None:
    """Remove the mark, once nothing of what was deleted is left in case.db.

    is_recorded: whether anything was deleted at all. Copies that were made before a migration hold it, and go first.

    Raises:
        CaseError: one of these files cannot be removed; the mark stays.
    """
    copies = backups(folder / FILE_NAME) if is_recorded else []
    for file in (*copies, folder / MARK):
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise CaseError(
                f"cannot be removed ({error.strerror}), so that what was deleted may still be in a copy of the case.",
                where=str(file),
                do="Look at the rights of file and folder, and run `adtrace case compact`.",
            ) from None
    _bring_to_disk(folder)


def _bring_to_disk(path: Path, flags: int = os.O_RDONLY) -> None:
    handle = os.open(path, flags, 0o600)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
