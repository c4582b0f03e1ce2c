"""The second guard: after it, this process connects nowhere but through the door, and starts and writes nothing."""

import sys
from typing import Any

from adtrace.fetch.confined import refuse_deeds
from adtrace.fetch.egress import looking_up
from adtrace.fetch.wire import Wire

_REFUSED = ("socket.bind", "socket.gethostby", "socket.getnameinfo", "socket.sendto")


def lock_process() -> None:
    """Install the guard, for good: an audit hook cannot be taken out again."""
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
    elif event.startswith(_REFUSED):
        raise PermissionError(f"{event}: the door is the only way out")
    else:
        refuse_deeds(event, arguments)
