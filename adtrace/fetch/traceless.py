"""A process that holds a list or a page leaves nothing behind if it fails: no core dump, no file for others."""

import ctypes
import os
import resource
import sys

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
