"""The loopback server of the invented web, as its user holds it; the work is done in a child process."""

import socket  # noqa: TID251 - a socket pair to our own child process
import subprocess
import sys
from collections.abc import Iterable
from multiprocessing.connection import Connection

import msgspec

from adtrace.demo.answers import Request, Site
from adtrace.demo.protocol import LOOPBACK, Plan, Ready
from adtrace.errors import AdtraceError
from adtrace.fetch.messages import EgressPlan, Peer


class DemoServer:
    """Serves sites over HTTP and HTTPS on loopback from `with` to its end, an hour at most.

    >>> from adtrace.demo.answers import Site, page
    >>> with DemoServer([Site(host="clip.example", answers={"/": page("<p>")})]) as server:
    ...     [peer.port for peer in server.plan().peers]
    [443, 80]
    """

    def __init__(self, sites: Iterable[Site], *, lifetime_s: float = 3600.0) -> None:
        self._plan = Plan(tuple(sites), lifetime_s)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "DemoServer":
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, nothing of the world in its arguments
                [sys.executable, "-P", "-m", "adtrace.demo.child", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Ctrl-C is for the tool that traces; the server ends with its `with`.
                start_new_session=True,
            )
        self._channel = Connection(ours.detach())
        try:
            self._channel.send_bytes(msgspec.msgpack.encode(self._plan))
            # It says that it is ready, however long that takes on a busy machine, or it ends.
            self._ready = msgspec.msgpack.decode(self._channel.recv_bytes(), type=Ready)
        except (OSError, EOFError):
            self.stop()
            raise AdtraceError(
                "the demo's server did not start.",
                do="Check that a program may listen on loopback (127.0.0.1).",
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def plan(self) -> EgressPlan:
        """The one egress that reaches this world: its exact peers and its in-memory trust root."""
        ports = {
            "good": self._ready.https_port,
            "wrong_name": self._ready.https_port,
            "closed": self._ready.closed_port,
        }
        peers = [
            peer
            for site in self._plan.sites
            for peer in (
                Peer(site.host, 443, LOOPBACK, ports[site.tls]),
                Peer(site.host, 80, LOOPBACK, self._ready.http_port),
            )
        ]
        return EgressPlan(kind="loopback", peers=tuple(peers), trust_pem=self._ready.trust_pem)

    def log(self) -> list[Request]:
        """Every request so far, in order of arrival."""
        self._channel.send_bytes(b"log")
        return msgspec.msgpack.decode(self._channel.recv_bytes(), type=list[Request])

    def stop(self) -> None:
        """End the child process; a second call does nothing."""
        if self._process is None:
            return
        self._channel.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
