"""The second guard: after it, this process connects nowhere but through the door, and starts and writes nothing."""

import os
import sys
from typing import Any

from adtrace.fetch.egress import looking_up
from adtrace.fetch.wire import Wire

_REFUSED = (
    "socket.bind",
    "socket.gethostby",
    "socket.getnameinfo",
    "socket.sendto",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pty.",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def lock_process() -> None:
    """Install the guard, for good: an audit hook cannot be taken out again.

    It sees what Python code does by Python's own modules; a C library that connects by itself it does not see.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        sock, address = arguments
        if type(sock) is not Wire or not sock.visit.egress.may_connect(address, None).allow:
            raise PermissionError("connect: the door is the only way out")
    elif event == "socket.getaddrinfo":
        if not getattr(looking_up, "here", False):
            raise PermissionError("look-up: the door is the only way out")
    elif event == "socket.sendmsg":
        if arguments[1] is not None:
            raise PermissionError("sendmsg: the door is the only way out")
    elif event == "open":
        if isinstance(arguments[2], int) and arguments[2] & _WRITING:
            raise PermissionError("open for writing: the fetcher keeps nothing")
    elif event.startswith(_REFUSED):
        raise PermissionError(f"{event}: the fetcher does nothing of the kind")
