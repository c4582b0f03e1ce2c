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
    """One line on stderr: the exception's type, and the line of ours it came from."""
    if isinstance(error, OSError) and error.errno:
        say_refused(error)
        return
    sys.stderr.write(
        f"adtrace: a fault of its own: {type(error).__name__} in {place_of(error)}. What was acknowledged is kept;"
        " run the command again, and report this line, which holds nothing of your list.\n"
    )


def say_refused(error: OSError) -> None:
    """One line on stderr: what the system does not let us do, in its own words; nothing of a reader who left."""
    if error.errno and error.errno != errno.EPIPE:
        sys.stderr.write(
            f"adtrace: {os.strerror(error.errno)} (at {place_of(error)}). What was acknowledged is kept, what was being"
            " written is cut. Make room or mend what stands in the way, and run the command again.\n"
        )
