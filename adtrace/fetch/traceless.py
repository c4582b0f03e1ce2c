"""A process that holds a list or a page leaves nothing behind if it fails: no dump, no file for others, no word."""

import ctypes
import os
import resource
import sys
import threading
from collections.abc import Callable
from typing import Any

# linux/prctl.h. A core pattern that is a pipe takes the dump of any process that may be dumped, whatever
# RLIMIT_CORE says (core(5)); one that may not be dumped gives none, and no other process of the user can read it.
_PR_SET_DUMPABLE = 4


def leave_no_trace() -> None:
    """From here on, for good: files for their owner alone, no core file, and on Linux no dump of any kind.

    A program that is started from here is dumpable again until it does the same.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def tell_faults(say: Callable[[BaseException | None], None]) -> None:
    """From here on whatever nobody caught is told by say alone, also in a thread or a destructor.

    Python's own words would show what an exception says, which may be an address of the list or a page's text; of
    what fails in a destructor, the object itself.
    """

    def say_of(failed: Any) -> None:
        if failed.exc_type is not SystemExit:  # how a thread ends itself, no fault
            say(failed.exc_value)

    sys.excepthook = lambda _, error, __: say(error)
    sys.unraisablehook = threading.excepthook = say_of


def say_where_alone(process: str) -> None:
    """From here on a fault of this process is one line on stderr, by its kind and place."""

    def say(error: BaseException | None) -> None:
        sys.stderr.write(f"adtrace {process}: {type(error).__name__} in {place_of(error)}\n")

    tell_faults(say)


def place_of(error: BaseException | None) -> str:
    """The last module and line of ours that this error came through; "?" if none."""
    place, trace = "?", error.__traceback__ if error else None
    while trace:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] == "adtrace":
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
