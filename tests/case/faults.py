"""The n-th write, truncation or sync fails, or is the process's last: SQLite's own calls, and Python's.

SQLite reaches its files through a table of functions (https://sqlite.org/c3ref/io_methods.html). Each file that is
opened gets a copy of that table in which three of them are ours; they are found in the library that Python's own
sqlite3 uses, so that nothing need be compiled.
"""

import _sqlite3
import ctypes
import errno
import os
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any

MODES = ("fail once", "fail from then on", "kill", "kill halfway")
IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE, FULL = 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8, 13


class _Methods(Structure):
    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("rest", c_void_p * 13),  # up to version 3: file size to unfetch
    ]


class _File(Structure):
    _fields_ = [("methods", POINTER(_Methods))]


class _Vfs(Structure):
    _fields_ = [
        ("version", c_int),
        ("file_size", c_int),
        ("max_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
    ]


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class Faults:
    """The calls of this process that change files, counted; made once, for it can not be taken away again.

    Raises:
        AttributeError: this Python keeps its SQLite to itself.
    """

    def __init__(self) -> None:
        self.calls, self._at, self._mode = 0, -1, MODES[0]
        library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
        library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        vfs = library.sqlite3_vfs_find(None).contents
        real_open = _OPEN(vfs.open)
        tables: dict[int, _Methods] = {}
        self._kept: list[Any] = [tables]

        def opened(own: int, name: int, file: Any, flags: int, out: int) -> int:
            result: int = real_open(own, name, file, flags, out)
            if result == 0 and file.contents.methods:
                real = file.contents.methods
                place = ctypes.addressof(real.contents)
                if place not in tables:
                    tables[place] = self._table(real.contents)
                file.contents.methods = ctypes.pointer(tables[place])
            return result

        self._kept.append(_OPEN(opened))
        vfs.open = ctypes.cast(self._kept[-1], c_void_p).value
        for name in ("pwrite", "ftruncate", "fsync"):
            setattr(os, name, self._wrapped(getattr(os, name)))

    def arm(self, call: int, mode: str) -> None:
        """Let that call, counted from 0 now, fail; -1 for none."""
        self.calls, self._at, self._mode = 0, call, mode

    def _is_due(self) -> bool:
        if self._at < 0:
            return False
        call = self.calls
        self.calls += 1
        if call < self._at or (call > self._at and self._mode != "fail from then on"):
            return False
        if self._mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    def _fails(self, code: int) -> int:
        """What SQLite is told; where the process is to die halfway, it does."""
        if self._mode == "kill halfway":
            os.kill(os.getpid(), signal.SIGKILL)
        return code if self._mode == "fail once" else FULL

    def _table(self, real: _Methods) -> _Methods:
        write, truncate, sync = _WRITE(real.write), _TRUNCATE(real.truncate), _SYNC(real.sync)

        def written(file: int, data: int, size: int, place: int) -> int:
            if not self._is_due():
                return int(write(file, data, size, place))
            if self._mode == "kill halfway":
                write(file, data, size // 2, place)
            return self._fails(IOERR_WRITE)

        def truncated(file: int, size: int) -> int:
            return self._fails(IOERR_TRUNCATE) if self._is_due() else int(truncate(file, size))

        def synced(file: int, flags: int) -> int:
            return self._fails(IOERR_FSYNC) if self._is_due() else int(sync(file, flags))

        ours = _Methods()
        ctypes.pointer(ours)[0] = real
        for name, function in (
            ("write", _WRITE(written)),
            ("truncate", _TRUNCATE(truncated)),
            ("sync", _SYNC(synced)),
        ):
            self._kept.append(function)
            setattr(ours, name, ctypes.cast(function, c_void_p).value)
        return ours

    def _wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(fd: int, *more: Any) -> Any:
            if not stat.S_ISREG(os.fstat(fd).st_mode) or not self._is_due():
                return real(fd, *more)
            self._fails(0)
            code = errno.EIO if self._mode == "fail once" else errno.ENOSPC
            raise OSError(code, os.strerror(code))

        return called


def count_survived(made: Path, mode: str, first: int, step: int, survive: Callable[[Path, int], bool]) -> int:
    """How many calls, each `step` after the one before, were failed in turn, each on a copy of this case.

    survive: does the work on the copy with that call failing, checks what is left, and says whether the call came.
    """
    call = first
    while True:
        folder = made.parent / "copy"
        shutil.copytree(made, folder)
        try:
            came = survive(folder, call)
        except Exception:
            print(f"{mode} at call {call}", file=sys.stderr)
            raise
        shutil.rmtree(folder)
        if not came:
            return (call - first) // step
        call += step
