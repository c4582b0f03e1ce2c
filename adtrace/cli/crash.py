"""A process that holds a list leaves nothing behind if it fails: no core, no file for others, no word of the list."""

import errno
import os
import sys

from adtrace.fetch.traceless import leave_no_trace, place_of, tell_faults


def keep_to_ourselves() -> None:
    """From here on: no core dump, files for their owner alone, and a fault is told by its place.

    A traceback ends in the words of an exception, which may be a domain of the list or text of a page.
    """
    leave_no_trace()
    tell_faults(say_where)


def say_where(error: BaseException | None) -> None:
    """One line on stderr: what the system refuses, else the exception's type; and the line of ours it came from.

    Nothing of a reader who left, as head does.
    """
    if isinstance(error, OSError) and error.errno:
        if error.errno != errno.EPIPE:
            _say_refused(error)
        return
    sys.stderr.write(
        f"adtrace: a fault of its own: {type(error).__name__} in {place_of(error)}. What was acknowledged is kept;"
        " run the command again, and report this line, which holds nothing of your list.\n"
    )


def _say_refused(error: OSError) -> None:
    sys.stderr.write(
        f"adtrace: {os.strerror(error.errno or 0)} (at {place_of(error)}). What was acknowledged is kept, what was"
        " being written is cut. Make room or mend what stands in the way, and run the command again.\n"
    )
