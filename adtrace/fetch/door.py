"""The only way out: one GET, judged before it is sent, at its headers, and at every chunk of its body.

A body is kept only if every guard passed it. Of a refused one there is a reason and a count of bytes: no byte,
no hash, nothing in an exception or a log. The promise is not "zero bytes": at most one read (2 KiB, or one TLS
record) of it was in this process's memory.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, cast

import aiohttp  # noqa: TID251 - this is the door
from aiohttp.abc import AbstractResolver, ResolveResult  # noqa: TID251
from yarl import URL

from adtrace.extract.sighting import DocumentKind
from adtrace.fetch.egress import Egress
from adtrace.fetch.ending import Ending, LostError, answer_of, ending_of, redirected, refused, require
from adtrace.fetch.messages import Answer, Ask, Profile
from adtrace.fetch.policy import AdHosts, Scope, may_request
from adtrace.fetch.response import MAX_HEADER_BYTES, max_body_bytes, may_read
from adtrace.fetch.sniff import Sniffer
from adtrace.fetch.wire import CURRENT, Visit, open_wire

_ACCEPT: dict[str, str] = {
    "page": "text/html,application/xhtml+xml",
    "frame": "text/html,application/xhtml+xml",
    "script": "text/javascript,application/javascript",
    "worker": "text/javascript,application/javascript",
    "vast": "application/xml,text/xml",
    "ads_txt": "text/plain",
    "app_ads_txt": "text/plain",
    "adagents_json": "application/json",
    "sellers_json": "application/json",
}
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)
_AFTER_CLOSE_S = 0.5
_CLOSING_ROUNDS = 1000


class Arrival(NamedTuple):
    """How a visit ended, and the body if it was let through."""

    answer: Answer
    body: bytes | None


class Door:
    """One egress, one profile, one scope; any number of visits, `concurrency` at a time.

    Must be made, used and closed inside one event loop.
    """

    def __init__(
        self,
        egress: Egress,
        profile: Profile,
        *,
        scope: Scope,
        reach: str,
        knowledge: AdHosts,
        concurrency: int,
        timeout_s: float,
    ) -> None:
        self._egress, self._scope, self._reach, self._knowledge = egress, scope, reach, knowledge
        self._timeout_s = timeout_s
        self._places = asyncio.Semaphore(concurrency)
        self._closing: set[Visit] = set()
        self._headers = {
            document: {
                "Accept": accept,
                "Accept-Encoding": "identity",
                "Accept-Language": profile.language,
                "Connection": "close",
                "User-Agent": profile.user_agent,
            }
            for document, accept in _ACCEPT.items()
        }
        self._session = _session(egress)

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
        for _ in range(_CLOSING_ROUNDS):
            if not self._closing:
                break
            await asyncio.sleep(0.001)

    async def fetch(self, ask: Ask) -> Arrival:
        """Ask for one document. Never raises but for cancellation; a redirect is an answer, not followed."""
        async with self._places:
            began = time.monotonic()
            visit = Visit(self._egress)
            body, ending = None, Ending("received")
            try:
                async with asyncio.timeout(self._timeout_s) as deadline:
                    visit.on_close = lambda: _shorten(deadline)
                    try:
                        body = await self._visit(ask, visit)
                        ending = Ending("received", reason=visit.note)
                    finally:
                        self._leave(visit)
            except Exception as error:  # noqa: BLE001 - every way a visit can end is an answer
                ending = ending_of(error, visit, timeout_s=self._timeout_s)
            return Arrival(answer_of(ask, visit, ending, body, elapsed_s=time.monotonic() - began), body)

    def _leave(self, visit: Visit) -> None:
        visit.on_close = lambda: self._closing.discard(visit)
        if visit.is_open:
            self._closing.add(visit)
        visit.end()

    async def _visit(self, ask: Ask, visit: Visit) -> bytes:
        """The whole body that was let through; every other end is raised."""
        document = cast(DocumentKind, ask.document)  # may_request refuses every other
        require(
            may_request(
                ask.url,
                document,
                scope=self._scope,
                reach=self._reach,
                knowledge=self._knowledge,
                named_by=ask.named_by,
                origin=ask.origin,
                depth=ask.depth,
            )
        )
        visit.allow_body(max_body_bytes(document))
        url = URL(ask.url, encoded=True)
        if str(url) != ask.url:
            raise Ending("refused", "request", "form: Two parsers disagree about the address.")
        tls = self._egress.tls(verify=ask.verify_tls) if url.scheme == "https" else True
        CURRENT.set(visit)
        async with self._session.get(
            url, headers=self._headers[document], allow_redirects=False, ssl=tls
        ) as response:
            try:
                visit.headers_passed(response.status, response.raw_headers)
                return await _read(document, ask.url, visit, response)
            finally:
                response.close()


async def _read(document: DocumentKind, url: str, visit: Visit, response: aiohttp.ClientResponse) -> bytes:
    verdict = may_read(document, response.status, response.raw_headers)
    if verdict.rule == "redirect":
        raise redirected(url, response.raw_headers)
    if verdict.rule == "status":
        raise Ending("failed", "status", verdict.reason)
    require(verdict)
    sniffer, chunks, length, limit = Sniffer(document), [], 0, max_body_bytes(document)
    async for chunk in response.content.iter_any():
        require(sniffer.may_keep(chunk))
        length += len(chunk)
        if length > limit:
            raise Ending("refused", "body", f"length: More than {limit} bytes.")
        chunks.append(chunk)
        if sniffer.settled:
            visit.widen()
    if visit.refusal:
        raise refused(visit.refusal)
    if "Content-Length" not in response.headers and "Transfer-Encoding" not in response.headers:
        _end_with_the_connection(visit)
    return b"".join(chunks)


def _end_with_the_connection(visit: Visit) -> None:
    """The body ended where its connection did: with TLS that is its end or an attack, without it nobody can tell."""
    if visit.is_lost:
        raise LostError
    if visit.tls is None:
        visit.note = "No length was announced; the body ends where the connection ended, whole or not."
    elif not visit.said_goodbye():
        raise Ending("failed", "truncated", "The connection was cut off, and no length was announced.")


def _shorten(deadline: asyncio.Timeout) -> None:
    # aiohttp 3.14 waits for ever on a body whose chunks turned out malformed after it closed the connection.
    soon = asyncio.get_running_loop().time() + _AFTER_CLOSE_S
    if (when := deadline.when()) is not None and soon < when:
        deadline.reschedule(soon)


def _session(egress: Egress) -> aiohttp.ClientSession:
    """aiohttp without anything of its own: no cookie, proxy, password file, pool, cache, retry or decompression."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=_Resolver(egress),
            socket_factory=open_wire,
            use_dns_cache=False,
            force_close=True,
            limit=0,
            happy_eyeballs_delay=None,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        timeout=_NO_TIMEOUT,
        response_class=_Response,
        middlewares=(_once,),
        # One budget for all of them (wire.py): a policy of 20 kB, or 200 cookies, is no reason not to read a page.
        max_field_size=MAX_HEADER_BYTES,
        max_headers=MAX_HEADER_BYTES,
    )


class _Resolver(AbstractResolver):
    """aiohttp's resolver interface over the egress."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:  # noqa: ARG002
        targets = await self._egress.resolve(host, port)
        return [
            ResolveResult(hostname=host, host=address, port=target, family=0, proto=0, flags=0)
            for address, target in targets
        ]

    async def close(self) -> None:
        """Nothing is held."""


class _Response(aiohttp.ClientResponse):
    """Counts interim answers; notes the certificate of an unverified peer while the connection is still there."""

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        visit, protocol = CURRENT.get(), connection.protocol
        if connection.transport is not None:
            visit.tls = connection.transport.get_extra_info("ssl_object")
        if visit.tls and visit.tls.context.verify_mode == ssl.CERT_NONE:
            visit.leaf = visit.tls.getpeercert(binary_form=True)
        if protocol is not None:
            protocol.read = _counted(protocol.read, visit)  # type: ignore[assignment,method-assign]
        return await super().start(connection)


_Read = Callable[[], Awaitable[Any]]


def _counted(read: _Read, visit: Visit) -> _Read:
    """The protocol's read, which gives one head of an answer each time; aiohttp drops interim ones uncounted."""

    async def counted() -> Any:
        head = await read()
        visit.begin_answer()
        return head

    return counted


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Ask once: after the errors renamed here aiohttp would ask a second time by itself."""
    try:
        return await handler(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        raise LostError from None
