"""What neither the fetcher nor a worker does, for their audit hooks: start a process, or keep anything."""

import os
from typing import Any

_REFUSED = (
    *("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty."),
    *("os.link", "os.mkdir", "os.remove", "os.rename", "os.symlink", "os.truncate", "sqlite3.connect"),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def refuse_deeds(event: str, arguments: tuple[Any, ...]) -> None:
    """Return if this audit event is of neither kind (https://docs.python.org/3/library/audit_events.html).

    It sees what Python code does by Python's own modules; a C library that does it by itself it does not see.

    Raises:
        PermissionError: it is.
    """
    if event.startswith(_REFUSED):
        raise PermissionError(f"{event}: this process starts nothing and keeps nothing")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
        raise PermissionError("open for writing: this process starts nothing and keeps nothing")
