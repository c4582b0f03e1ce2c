"""A misbehaving server on loopback: each host answers in its own bad way. Bounded in time; ends with its `with`."""

import contextlib
import os
import socket  # noqa: TID251 - a listener for tests
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

from adtrace.demo.authority import Authority
from adtrace.fetch.messages import EgressPlan, Peer

LOOPBACK = "127.0.0.1"
_PATIENCE_S = 10.0


class Conversation:
    """One accepted connection, after the request has come in."""

    def __init__(self, sock: socket.socket, request: bytes, canary: bytes) -> None:
        self.sock, self.request, self.canary = sock, request, canary

    def send(self, *parts: bytes) -> int:
        """Send each part by itself; the bytes the kernel took, until the other end is gone."""
        sent = 0
        with contextlib.suppress(OSError):
            for part in parts:
                self.sock.sendall(part)
                sent += len(part)
        return sent

    def send_for_ever(self, part: bytes, limit: int = 200_000_000) -> int:
        """Send the part again and again, up to limit bytes; what the kernel took."""
        sent = 0
        with contextlib.suppress(OSError):
            while sent < limit:
                sent += self.sock.send(part)
        return sent

    def hang(self) -> None:
        """Say nothing until the other end goes."""
        with contextlib.suppress(OSError):
            self.sock.recv(1)

    def reset(self) -> None:
        """End with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Behaviour = Callable[[Conversation], object]


class HostileServer:
    """Serves behaviours by host, over HTTP (port 80 of the plan) and TLS (443); `canary` is in every body it sends.

    tls: the context of a host, once its name is known. greet: the one a connection begins with, which decides about
    versions and ciphers.
    """

    def __init__(
        self,
        behaviours: dict[str, Behaviour],
        *,
        tls: Callable[[str], ssl.SSLContext] | None = None,
        greet: Callable[[], ssl.SSLContext] = lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
    ) -> None:
        self.canary = b"canary-" + os.urandom(8).hex().encode()
        self.requests: list[tuple[str, bytes]] = []
        self.asked = threading.Event()
        self._behaviours, self._authority = behaviours, Authority()
        self._tls, self._greet = tls or self._authority.context, greet
        self.greeted = 0  # connections to port 443, whatever became of them
        self._listeners = [socket.create_server((LOOPBACK, 0), backlog=64) for _ in range(2)]
        self._stopping = False

    def __enter__(self) -> "HostileServer":
        for listener, secure in zip(self._listeners, (False, True), strict=True):
            # Small, so that what the kernels took of a body nobody reads is small as well.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            threading.Thread(target=self._accept, args=(listener, secure), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def plan(self, *, trusted: bool = True) -> EgressPlan:
        """The egress that reaches this server by the names of its hosts."""
        plain, secure = (listener.getsockname()[1] for listener in self._listeners)
        ports = ((80, plain), (443, secure))
        return EgressPlan(
            kind="loopback",
            peers=tuple(
                Peer(host, port, LOOPBACK, ours) for host in self._behaviours for port, ours in ports
            ),
            trust_pem=self._authority.pem if trusted else "",
        )

    def _accept(self, listener: socket.socket, secure: bool) -> None:
        while not self._stopping:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(sock, secure), daemon=True).start()

    def _converse(self, sock: socket.socket, secure: bool) -> None:
        sock.settimeout(_PATIENCE_S)
        with contextlib.suppress(OSError):
            if secure:
                sock = self._wrap(sock)
            request = _read_request(sock)
            host = next(_header(request, b"host")).decode()
            self.requests.append((host, request))
            self.asked.set()
            self._behaviours[host](Conversation(sock, request, self.canary))
        with contextlib.suppress(OSError):
            sock.close()

    def _wrap(self, sock: socket.socket) -> ssl.SSLSocket:
        named: list[str] = []
        context = self._greet()
        self.greeted += 1

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            named.append(name or "")
            connection.context = self._tls(name or "")

        context.sni_callback = choose  # type: ignore[assignment]
        return context.wrap_socket(sock, server_side=True)


def _read_request(sock: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        part = sock.recv(65536)
        if not part:
            raise ConnectionError
        request += part
    return request


def _header(request: bytes, name: bytes) -> Iterator[bytes]:
    for line in request.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            yield value.strip()


def answer(
    body: bytes = b"",
    *,
    type_: str | None = "text/html",
    status: str = "200 OK",
    headers: tuple[str, ...] = (),
    length: bool = True,
) -> Behaviour:
    """Send this; the canary is put behind the body."""

    def behave(talk: Conversation) -> int:
        whole = body + talk.canary
        lines = [f"HTTP/1.1 {status}", *headers]
        if type_ is not None:
            lines.append(f"Content-Type: {type_}")
        if length:
            lines.append(f"Content-Length: {len(whole)}")
        return talk.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + whole)

    return behave


def raw(*parts: bytes, hang: bool = False, reset: bool = False, canary: bool = True) -> Behaviour:
    """Send these bytes as they are, with the canary behind them."""

    def behave(talk: Conversation) -> int:
        sent = talk.send(*parts, *([talk.canary] if canary else []))
        if hang:
            talk.hang()
        if reset:
            talk.reset()
        return sent

    return behave


def endless(head: bytes, part: bytes, *, canary: bool = True) -> Behaviour:
    """Send head, then part for ever (200 MB at most)."""
    return lambda talk: talk.send(head) + talk.send_for_ever(part + talk.canary if canary else part)
