"""The only way out: one GET, judged before it is sent, at its headers, and at every chunk of its body.

A body is kept only if every guard passed it. Of a refused one there is a reason and a count of bytes: no byte,
no hash, nothing in an exception or a log. The promise is not "zero bytes": at most one read (2 KiB, or one TLS
record) of it was in this process's memory.
"""

import asyncio
import errno
import hashlib
import ssl
import time
from collections.abc import Sequence
from typing import NamedTuple, cast

import aiohttp  # noqa: TID251 - this is the door
from aiohttp.abc import AbstractResolver, ResolveResult  # noqa: TID251
from yarl import URL

from adtrace.extract.sighting import DocumentKind
from adtrace.fetch.egress import Egress, RefusedAddressError
from adtrace.fetch.messages import Answer, Ask, Profile
from adtrace.fetch.policy import (
    MAX_BODY_BYTES,
    MAX_URL_CHARS,
    AdHosts,
    Scope,
    canonical_url,
    may_read,
    may_request,
)
from adtrace.fetch.sniff import Sniffer
from adtrace.fetch.verdict import Verdict
from adtrace.fetch.wire import CURRENT, Visit, open_wire
from adtrace.names import display

_ACCEPT: dict[str, str] = {
    "page": "text/html,application/xhtml+xml",
    "frame": "text/html,application/xhtml+xml",
    "script": "text/javascript,application/javascript",
    "worker": "text/javascript,application/javascript",
    "ads_txt": "text/plain",
    "app_ads_txt": "text/plain",
    "sellers_json": "application/json",
}
# Response headers that are evidence: who serves, whose page it is, which hosts it may load from.
_KEPT_HEADERS = frozenset(
    (
        b"cf-mitigated",
        b"content-language",
        b"content-security-policy",
        b"content-type",
        b"date",
        b"last-modified",
        b"link",
        b"refresh",
        b"retry-after",
        b"server",
        b"service-worker-allowed",
        b"via",
        b"x-adblock-key",
        b"x-frame-options",
        b"x-generator",
        b"x-powered-by",
        b"x-redirect-by",
        b"x-robots-tag",
    )
)
_MAX_HEADER_CHARS = 1024
_AFTER_CLOSE_S = 0.5
_CLOSING_ROUNDS = 1000
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


class Arrival(NamedTuple):
    """How a visit ended, and the body if it was let through."""

    answer: Answer
    body: bytes | None


class _Ended(Exception):  # noqa: N818 - not an error: the visit is over and this is its answer
    """Ends a visit; carries words of ours only."""

    def __init__(self, outcome: str, layer: str, reason: str, *, location: str | None = None) -> None:
        super().__init__(outcome)
        self.outcome, self.layer, self.reason, self.location = outcome, layer, reason, location


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
        self._deadlines: set[asyncio.Timeout] = set()
        self._closing: set[Visit] = set()
        self._stopped = False
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
        self._session = aiohttp.ClientSession(
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
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
        for _ in range(_CLOSING_ROUNDS):
            if not self._closing:
                break
            await asyncio.sleep(0.001)

    def interrupt(self) -> None:
        """End every visit under way, and each later one at once, as interrupted."""
        self._stopped = True
        for deadline in self._deadlines:
            deadline.reschedule(0)

    async def fetch(self, ask: Ask) -> Arrival:
        """Ask for one document. Never raises but for cancellation; redirects are answers, not followed."""
        async with self._places:
            began = time.monotonic()
            visit = Visit(self._egress)
            response = _Noted()
            try:
                async with asyncio.timeout(self._timeout_s) as deadline:
                    self._deadlines.add(deadline)
                    visit.on_close = lambda: self._shorten(deadline)
                    try:
                        body = await self._visit(ask, visit, response)
                    finally:
                        self._leave(visit)
                        self._deadlines.discard(deadline)
                end = _Ended("received", "", "")
            except Exception as error:  # noqa: BLE001 - every way a visit can end is an answer
                body, end = None, self._end_of(error, visit)
            return Arrival(_answer(ask, visit, response, end, body, time.monotonic() - began), body)

    def _shorten(self, deadline: asyncio.Timeout) -> None:
        # aiohttp 3.14 waits for ever on a body whose chunks turned out malformed after it closed the connection.
        soon = asyncio.get_running_loop().time() + _AFTER_CLOSE_S
        if (when := deadline.when()) is not None and soon < when:
            deadline.reschedule(soon)

    def _leave(self, visit: Visit) -> None:
        visit.end()
        if visit.is_open:
            self._closing.add(visit)
            visit.on_close = lambda: self._closing.discard(visit)
        else:
            visit.on_close = lambda: None

    async def _visit(self, ask: Ask, visit: Visit, noted: "_Noted") -> bytes:
        if self._stopped:
            raise TimeoutError
        document = cast(DocumentKind, ask.document)  # may_request refuses every other
        _require(
            may_request(
                ask.url,
                document,
                scope=self._scope,
                reach=self._reach,
                knowledge=self._knowledge,
                named_by=ask.named_by,
            )
        )
        url = URL(ask.url, encoded=True)
        if str(url) != ask.url:
            raise _Ended("refused", "request", "form: Two parsers disagree about the address.")
        CURRENT.set(visit)
        async with self._session.get(
            url,
            headers=self._headers[document],
            allow_redirects=False,
            ssl=self._egress.tls(verify=ask.verify_tls) if url.scheme == "https" else True,
        ) as response:
            try:
                visit.headers_passed()
                return await self._read(document, ask.url, visit, response, noted)
            finally:
                response.close()

    async def _read(
        self,
        document: DocumentKind,
        url: str,
        visit: Visit,
        response: aiohttp.ClientResponse,
        noted: "_Noted",
    ) -> bytes:
        noted.status = response.status
        verdict = may_read(document, response.status, response.raw_headers)
        if verdict.rule == "redirect":
            raise _redirected(url, response.raw_headers)
        if verdict.rule == "status":
            raise _Ended("failed", "status", verdict.reason)
        _require(verdict)
        noted.headers = response.raw_headers
        sniffer, chunks, length = Sniffer(), [], 0
        async for chunk in response.content.iter_any():
            _require(sniffer.may_keep(chunk))
            length += len(chunk)
            if length > MAX_BODY_BYTES:
                raise _Ended("refused", "body", f"length: More than {MAX_BODY_BYTES} bytes.")
            chunks.append(chunk)
            if sniffer.settled:
                visit.widen()
        return b"".join(chunks)

    def _end_of(self, error: Exception, visit: Visit) -> _Ended:
        """What this exception means, in our own words: its text may hold what a server sent."""
        if visit.refusal:
            return _refused(visit.refusal)
        match error:
            case _Ended():
                return error
            case RefusedAddressError():
                return _refused(error.verdict)
            case TimeoutError() if self._stopped:
                return _Ended("interrupted", "stop", "Stopped by the operator.")
            case TimeoutError() if visit.peer and not visit.is_open:
                return _Ended("failed", "truncated", "The connection ended within the body.")
            case TimeoutError():
                return _Ended("failed", "timeout", f"No whole answer within {self._timeout_s:g} s.")
            case aiohttp.ClientConnectorDNSError():
                return _Ended("failed", "dns", "The name does not resolve.")
            case aiohttp.ClientConnectorCertificateError():
                return _Ended("failed", "tls", _certificate_fault(error.certificate_error))
            case aiohttp.ClientConnectorSSLError() | ssl.SSLError():
                return _Ended("failed", "tls", "The TLS handshake failed.")
            case aiohttp.ClientConnectorError():
                return _Ended("failed", "connect", errno.errorcode.get(error.errno or 0, "No connection."))
            case aiohttp.ClientPayloadError():
                return _Ended("failed", "truncated", "The body ended before its announced end.")
            case _LostError() | ConnectionError():
                return _Ended("failed", "reset", "The connection ended before an answer.")
            case aiohttp.ClientResponseError():
                return _Ended("failed", "protocol", "The answer is no HTTP/1.1.")
        return _Ended("failed", "error", type(error).__name__)


class _Noted:
    """What of a response may be told before its body has passed."""

    status: int | None = None
    headers: Sequence[tuple[bytes, bytes]] = ()


def _require(verdict: Verdict) -> None:
    if not verdict.allow:
        raise _refused(verdict)


def _refused(verdict: Verdict) -> _Ended:
    layer, _, what = verdict.rule.partition("/")
    return _Ended("refused", layer, f"{what}: {verdict.reason}")


def _redirected(url: str, headers: Sequence[tuple[bytes, bytes]]) -> _Ended:
    raw = next(value for name, value in headers if name.lower() == b"location")
    location = canonical_url(raw.decode("utf-8", "replace"), url)
    if location is None or len(location) > MAX_URL_CHARS:
        return _Ended("refused", "headers", "redirect: Location is no address.")
    return _Ended("redirected", "", "", location=location)


def _certificate_fault(error: Exception) -> str:
    reason = getattr(error, "verify_message", "") or "the certificate does not verify"
    return display(str(reason))[:200]


def _answer(
    ask: Ask, visit: Visit, noted: _Noted, end: _Ended, body: bytes | None, elapsed_s: float
) -> Answer:
    kept = _kept(noted.headers) if body is not None else []
    tls = None
    if visit.peer and ask.url.startswith("https:"):
        tls = f"unverified:{hashlib.sha256(visit.leaf).hexdigest()}" if visit.leaf else "verified"
    return Answer(
        decision=ask.decision,
        outcome=end.outcome,
        layer=end.layer,
        reason=end.reason,
        status=noted.status,
        content_type=next((value for name, value in kept if name == "content-type"), None),
        headers=tuple(header for header in kept if header[0] != "content-type"),
        location=end.location,
        bytes_seen=visit.bytes_seen,
        sha256_wire=None if body is None else hashlib.sha256(body).hexdigest(),
        peer=visit.peer,
        tls=tls,
        elapsed_ms=round(elapsed_s * 1000),
    )


def _kept(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """The headers that are evidence, fit to be shown."""
    return [
        (
            name.decode("ascii"),
            display(value[:_MAX_HEADER_CHARS].decode("utf-8", "replace"))[:_MAX_HEADER_CHARS],
        )
        for name, value in ((name.lower(), value) for name, value in headers)
        if name in _KEPT_HEADERS
    ]


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
    """Notes the certificate of an unverified peer while the connection is still there."""

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        tls = connection.transport and connection.transport.get_extra_info("ssl_object")
        if tls and tls.context.verify_mode == ssl.CERT_NONE:
            CURRENT.get().leaf = tls.getpeercert(binary_form=True)
        return await super().start(connection)


class _LostError(Exception):
    """The connection was lost after it was made; not one of the errors after which aiohttp asks a second time."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        raise _LostError from None
