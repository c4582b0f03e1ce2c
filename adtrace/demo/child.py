"""The invented web's server process: `python -m adtrace.demo.child FD`.

Its own process, so that it shares no interpreter lock with the tool it is traced by. It listens on loopback
only and ends with its parent or after its lifetime, whichever comes first.

Frames on the socket pair FD, MessagePack: first a Plan, answered with Ready; then each "log" is answered with
all requests so far. Closing the channel ends the process.
"""

import asyncio
import contextlib
import logging
import socket  # noqa: TID251 - a listener, on loopback only
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from multiprocessing.connection import Connection
from ssl import SSLContext, SSLObject

import msgspec

from adtrace.demo.answers import MAX_BYTES, MAX_SECONDS, Answer, Request, Site
from adtrace.demo.authority import Authority
from adtrace.demo.protocol import LOOPBACK, Plan, Ready

_CHUNK = 65536
_HEAD_LIMIT = 65536
_OTHER_NAME = "another-name.example"  # On the certificate of a host that has none of its own.


class Web:
    """The sites behind two listeners; every request is logged before it is answered."""

    def __init__(self, sites: tuple[Site, ...], authority: Authority) -> None:
        self.log: list[Request] = []
        self._sites = {site.host: site for site in sites}
        self._authority = authority

    def choose_certificate(self, tls: SSLObject, name: str | None, _context: SSLContext) -> None:
        """Present the leaf of the host asked for, or another's where the site is planned that way."""
        site = self._sites.get(name or "")
        known = name if site and site.tls == "good" else None
        tls.context = self._authority.context(known or _OTHER_NAME)

    async def serve(self, scheme: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests in turn until either side has had enough."""
        try:
            async with asyncio.timeout(MAX_SECONDS):
                while await self._serve_one(scheme, reader, writer):
                    pass
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # The client has gone, or is no client of ours.
        except asyncio.CancelledError:
            pass  # The server ends; asyncio would print every connection that is still open.
        finally:
            writer.transport.abort()

    async def _serve_one(
        self, scheme: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, _, rest = head[0].partition(" ")
        target = rest.rpartition(" ")[0]
        fields = [line.partition(":") for line in head[1:] if line]
        headers = tuple((name.strip(), value.strip()) for name, _, value in fields)
        hosts = [value for name, value in headers if name.lower() == "host"]
        host = hosts[0].partition(":")[0].lower() if hosts else ""
        self.log.append(Request(scheme, method, host, target, headers))
        site = self._sites.get(host)
        answer = site.answer(target) if site else Answer(status=421, content_type=None)
        if answer.manner == "plain":
            writer.write(_head(answer, len(answer.body)) + answer.body)
            await writer.drain()
            return True
        async for piece in _MANNERS[answer.manner](answer):
            if piece is None:
                _reset(writer)
                return False
            if writer.is_closing():
                return False  # The client has gone; under TLS drain() does not say so.
            writer.write(piece)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
        return False


def _head(answer: Answer, length: int | None) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {'OK' if answer.status < 300 else 'Other'}"]
    if answer.content_type is not None:
        lines.append(f"Content-Type: {answer.content_type}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the client gets a RST, not a FIN."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# Each manner yields what to send in turn; None means: reset the connection now.


async def _silent(_answer: Answer) -> AsyncIterator[bytes | None]:
    await asyncio.sleep(MAX_SECONDS)
    yield None


async def _reset_at_once(_answer: Answer) -> AsyncIterator[bytes | None]:
    yield None


async def _reset_mid(answer: Answer) -> AsyncIterator[bytes | None]:
    yield _head(answer, len(answer.body)) + answer.body[: len(answer.body) // 2]
    await asyncio.sleep(0.05)  # So that what was sent arrives before the reset overtakes it.
    yield None


async def _short(answer: Answer) -> AsyncIterator[bytes | None]:
    yield _head(answer, len(answer.body) + 1000) + answer.body


async def _endless_body(answer: Answer) -> AsyncIterator[bytes | None]:
    yield _head(answer, None)
    piece = (answer.body * (_CHUNK // max(1, len(answer.body)) + 1))[:_CHUNK]
    for _ in range(MAX_BYTES // _CHUNK):
        yield b"%x\r\n" % len(piece) + piece + b"\r\n"
    yield b"0\r\n\r\n"


_MANNERS: dict[str, Callable[[Answer], AsyncIterator[bytes | None]]] = {
    "silent": _silent,
    "reset": _reset_at_once,
    "reset_mid": _reset_mid,
    "short": _short,
    "endless_body": _endless_body,
}


async def _run(channel: Connection) -> None:
    plan = msgspec.msgpack.decode(channel.recv_bytes(), type=Plan)
    authority = Authority()
    web = Web(plan.sites, authority)
    context = authority.context(_OTHER_NAME)
    context.sni_callback = web.choose_certificate

    def serve(scheme: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        return lambda reader, writer: web.serve(scheme, reader, writer)

    http = await asyncio.start_server(serve("http"), LOOPBACK, 0, limit=_HEAD_LIMIT)
    https = await asyncio.start_server(serve("https"), LOOPBACK, 0, limit=_HEAD_LIMIT, ssl=context)
    # Bound but not listening: a port that refuses every connection for as long as we live.
    with socket.socket() as closed:
        closed.bind((LOOPBACK, 0))
        ports = (http.sockets[0].getsockname()[1], https.sockets[0].getsockname()[1], closed.getsockname()[1])
        channel.send_bytes(msgspec.msgpack.encode(Ready(*ports, authority.pem)))
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_reader(channel.fileno(), _obey, channel, web, stopped)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(plan.lifetime_s):
                await stopped.wait()


def _obey(channel: Connection, web: Web, stopped: asyncio.Event) -> None:
    try:
        word = channel.recv_bytes()
        if word == b"log":
            channel.send_bytes(msgspec.msgpack.encode(web.log))
            return
    except (OSError, EOFError):
        pass  # The parent has gone.
    asyncio.get_running_loop().remove_reader(channel.fileno())
    stopped.set()


if __name__ == "__main__":
    # asyncio warns of every piece that is sent to a client which has gone; clients of this server often do.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    asyncio.run(_run(Connection(int(sys.argv[1]))))
