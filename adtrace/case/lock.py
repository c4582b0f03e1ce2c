"""One writer at a time: a lock the kernel lets go when its holder dies, in a file that says who holds it."""

import fcntl
import os
import sys
import weakref
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from adtrace.case.own_file import require_own_file
from adtrace.errors import CaseBusyError, CaseError
from adtrace.names import display

FILE_NAME = "case.lock"


class Holder(msgspec.Struct, frozen=True):
    """Who writes: process id, since when (UTC), and the command; its arguments may name the list."""

    pid: int
    since: str
    command: str


class WriterLock:
    """The right to write to a case, held until close() or the death of the process.

    Raises:
        CaseBusyError: another process holds it; the error names that process.
        CaseError: the file is not the case's own, or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / FILE_NAME
        self._fd = -1
        require_own_file(path)
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # What a dead holder left is overwritten: the kernel has freed its lock.
            me = Holder(os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"), _command())
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, msgspec.json.encode(me), 0)
        except BlockingIOError:
            holder = _read(self._fd)
            self.close()
            raise CaseBusyError(
                f"{holder} writes to this case.",
                where=str(folder),
                do="Wait until it has ended, or end it, and repeat the command. Reading works meanwhile.",
            ) from None
        except OSError as error:
            self.close()
            raise CaseError(
                f"cannot be written ({error.strerror}).",
                where=str(path),
                do="Look at the disk and the rights of the folder. Reading works.",
            ) from None
        _held.add(self)

    @property
    def is_held(self) -> bool:
        """Whether it has not been let go."""
        return self._fd >= 0

    def close(self) -> None:
        """Let go; twice is once."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


_held: weakref.WeakSet[WriterLock] = weakref.WeakSet()


def _close_in_child() -> None:
    # A forked child shares the lock: it would hold the case after its parent's death.
    for lock in list(_held):
        lock.close()


os.register_at_fork(after_in_child=_close_in_child)


def _read(fd: int) -> str:
    try:
        holder = msgspec.json.decode(os.pread(fd, 4096, 0), type=Holder)
    except msgspec.DecodeError:
        return "another process, which has not yet written its name,"
    return f"process {holder.pid} ({display(holder.command)}, since {display(holder.since)})"


def _command() -> str:
    name = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"
    verb = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1].isalpha() else ""
    return f"{name} {verb}".strip()
