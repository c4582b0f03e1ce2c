"""The sockets of the door. Each belongs to one visit, which says where it may go and how much it may read."""

import contextlib
import socket  # noqa: TID251 - the door's own sockets
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from adtrace.fetch.egress import Egress
from adtrace.fetch.response import MAX_HEADER_BYTES, MAX_SELLERS_BYTES
from adtrace.fetch.verdict import Verdict

# Before the verdict on headers and first bytes, one read of this is all that is ever in memory of a refused
# body (one TLS record of 16 KiB where it is encrypted); after it, 64 KiB at a time.
FIRST_READ_BYTES = 2048
READ_BYTES = 65536
# What the kernel may take in beyond that: with 16 KiB a server got rid of 32 KiB of a body nobody read, without
# 2.9 MB. Set before connect: later it does not hold. Less would cost more than it spares (4 KiB: 0.2 ms a page).
_FIRST_KERNEL_BYTES = 16 * 1024
_KERNEL_BYTES = 256 * 1024
# How much longer a body may be on the wire, by the framing of chunks and of TLS; an honest server's is 1 % longer.
MAX_OVERHEAD = 2
# Of any visit, whatever length of a body it was allowed.
MAX_WIRE_BYTES = MAX_OVERHEAD * MAX_SELLERS_BYTES + MAX_HEADER_BYTES
# Answers of status 1xx before the one that counts (RFC 9110, 15.2); none is of use to us.
MAX_INTERIM = 8

_Address = tuple[Any, ...]


class WireError(OSError):
    """The visit is over or its budget is spent; the visit knows why. Without a word of what was read."""


class Visit:
    """The meter of one request: what its sockets have read, and the refusal that ends them."""

    def __init__(self, egress: Egress) -> None:
        self.egress = egress
        self._max_bytes = MAX_HEADER_BYTES  # on the wire, whatever becomes of them
        self.bytes_seen = 0
        self.refusal: Verdict | None = None
        self.peer: str | None = None
        self.status: int | None = None
        self.headers: Sequence[tuple[bytes, bytes]] = ()
        self.note = ""  # what the record must say of a body that was let through
        self.tls: ssl.SSLObject | None = None  # of the connection over which the answer came
        self.leaf: bytes | None = None  # certificate of an unverified peer
        self.is_lost = False  # its connection was reset, or ended by us
        self.is_open = False  # the socket over which the request was sent
        self.on_close: Callable[[], None] = lambda: None
        self._over = False
        self._in_headers = True
        self._answers = 0
        self._read_bytes = FIRST_READ_BYTES
        self._wire: Wire | None = None  # the one over which the request was sent

    def allow_body(self, max_bytes: int) -> None:
        """A body of this length may follow; before, nothing longer than headers is read."""
        self._max_bytes = min(MAX_OVERHEAD * max_bytes + MAX_HEADER_BYTES, MAX_WIRE_BYTES)

    def refuse(self, verdict: Verdict) -> WireError:
        """Close every socket of this visit to reading and sending; the first refusal stays."""
        self.refusal = self.refusal or verdict
        return WireError("refused")

    def end(self) -> None:
        """Read and send no more, whatever the outcome: TLS would go on reading until the peer says goodbye."""
        self._over = True
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)

    def begin_answer(self) -> None:
        """The head of an answer, interim or not, is about to be taken."""
        self._answers += 1
        if self._answers > MAX_INTERIM + 1:
            reason = f"More than {MAX_INTERIM} interim answers."
            raise self.refuse(Verdict(False, "wire/interim", reason))

    def headers_passed(self, status: int, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """The headers are whole: their budget counts no more."""
        self.status, self.headers = status, headers
        self._in_headers = False

    def widen(self) -> None:
        """Headers and first bytes have passed: read at full speed."""
        if self._read_bytes == READ_BYTES or self._wire is None:
            return
        self._read_bytes = READ_BYTES
        with contextlib.suppress(OSError):  # the connection may have ended with the last chunk
            self._wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BYTES)

    def allowance(self, wanted: int) -> int:
        """How many of the wanted bytes may be read now."""
        if self._over or self.refusal:
            raise WireError("over")
        return min(wanted or self._read_bytes, self._read_bytes)

    def count(self, read: int) -> None:
        """Book what was read; a budget that is spent ends the visit."""
        self.bytes_seen += read
        if self._in_headers and self.bytes_seen > MAX_HEADER_BYTES:
            reason = f"More than {MAX_HEADER_BYTES} bytes before the end of the headers."
            raise self.refuse(Verdict(False, "wire/headers", reason))
        if self.bytes_seen > self._max_bytes:
            # Of these the body is a small part: extensions of chunks, trailers, records of one byte.
            raise self.refuse(Verdict(False, "wire/length", f"More than {self._max_bytes} bytes in all."))

    def said_goodbye(self) -> bool:
        """Whether the other end itself ended the TLS connection; without TLS, or cut off by a third, False."""
        if self.tls is None:
            return False
        try:
            return self.tls.read(1) == b""
        except ssl.SSLZeroReturnError:
            return True
        except ssl.SSLError:
            return False

    def closed(self, wire: "Wire") -> None:
        """A socket is closed: if it is the one that was asked, nothing more can come."""
        if wire is self._wire:
            self.is_open = False
            self.on_close()

    def check_peer(self, wire: "Wire") -> None:
        """Before a byte is sent: the peer is one the egress allows, and not an address of our own."""
        if self._over or self.refusal:
            raise WireError("over")
        if wire is self._wire:
            return
        if self._wire is not None:
            raise self.refuse(Verdict(False, "wire/again", "A second connection after the request was sent."))
        peer = wire.getpeername()
        verdict = self.egress.may_connect(peer, wire.getsockname())
        if not verdict.allow:
            raise self.refuse(verdict)
        self.peer, self._wire, self.is_open = f"{peer[0]}:{peer[1]}", wire, True


class Wire(socket.socket):
    """A stream socket that connects, reads and sends only as its visit allows."""

    __slots__ = ("visit",)

    def __init__(self, visit: Visit, family: int, kind: int, protocol: int) -> None:
        super().__init__(family, kind, protocol)
        self.visit = visit

    def connect(self, address: Any, /) -> None:
        verdict = self.visit.egress.may_connect(address, None)
        if not verdict.allow:
            raise self.visit.refuse(verdict)
        super().connect(address)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        with self._noting_loss():
            data = super().recv(self.visit.allowance(size), flags)
        self.visit.count(len(data))
        return data

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0, /) -> int:
        with self._noting_loss():
            read = super().recv_into(buffer, self.visit.allowance(size or len(buffer)), flags)
        self.visit.count(read)
        return read

    @contextlib.contextmanager
    def _noting_loss(self) -> Iterator[None]:
        # A body without a length ends with its connection, and aiohttp does not tell an end from a loss.
        try:
            yield
        except BlockingIOError:
            raise
        except OSError:
            self.visit.is_lost = True
            raise

    def send(self, data: Any, flags: int = 0, /) -> int:
        self.visit.check_peer(self)
        return super().send(data, flags)

    def sendmsg(self, *arguments: Any) -> int:
        self.visit.check_peer(self)
        return super().sendmsg(*arguments)

    def close(self) -> None:
        super().close()
        self.visit.closed(self)

    def _unused(self, *arguments: Any, **named: Any) -> Any:  # noqa: ARG002
        raise WireError("not a way of this socket")

    # asyncio uses none of these; what is not metered is not offered.
    connect_ex = sendall = sendto = sendfile = _unused
    recvfrom = recvfrom_into = recvmsg = recvmsg_into = listen = bind = accept = makefile = dup = _unused


CURRENT: ContextVar[Visit] = ContextVar("visit")


def open_wire(address_info: tuple[Any, ...]) -> socket.socket:
    """A socket for the visit under way, small in its kernel buffer (aiohttp's socket_factory)."""
    family, kind, protocol, _, _ = address_info
    wire = Wire(CURRENT.get(), family, kind, protocol)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _FIRST_KERNEL_BYTES)
    return wire
