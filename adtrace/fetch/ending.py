"""How a visit ended, in words of ours: never in words of a server or of an exception, which may hold its bytes."""

import errno
import hashlib
import socket  # noqa: TID251 - the numbers of its errors; nothing here connects
import ssl
from collections.abc import Sequence

import aiohttp  # noqa: TID251 - its exceptions; nothing here connects

from adtrace.extract.scrub import scrub
from adtrace.fetch.egress import RefusedAddressError
from adtrace.fetch.messages import Answer, Ask
from adtrace.fetch.parts import MAX_URL_CHARS, canonical_url, recorded_url
from adtrace.fetch.verdict import Verdict
from adtrace.fetch.wire import Visit
from adtrace.names import display

# Response headers that are evidence: who serves, whose page it is, which hosts it may load from.
_KEPT_HEADERS = frozenset(
    b"""cf-mitigated content-language content-security-policy content-type date last-modified link refresh
    retry-after server service-worker-allowed via x-adblock-key x-amzn-waf-action x-frame-options x-generator
    x-powered-by x-redirect-by x-robots-tag x-vercel-mitigated""".split()
)
_MAX_HEADER_CHARS = 1024


# What the resolver said, by getaddrinfo's error (RFC 3493, 6.1); EAI_NODATA is not in every system.
_LOOK_UPS = {
    socket.EAI_NONAME: "There is no such name.",
    socket.EAI_AGAIN: "The resolver has no answer for now (SERVFAIL, or nobody answered it).",
    socket.EAI_FAIL: "The resolver failed for good.",
    getattr(socket, "EAI_NODATA", -5): "The name has no address.",
}


class Ending(Exception):  # noqa: N818 - the end of a visit, not always an error
    """Ends a visit with one of the outcomes of messages.Answer."""

    def __init__(
        self, outcome: str, layer: str = "", reason: str = "", *, location: str | None = None
    ) -> None:
        super().__init__(outcome)
        self.outcome, self.layer, self.reason, self.location = outcome, layer, reason, location


class LostError(Exception):
    """The connection was lost after it was made."""


def require(verdict: Verdict) -> None:
    """Return if allowed.

    Raises:
        Ending: refused, with the verdict's layer and reason.
    """
    if not verdict.allow:
        raise refused(verdict)


def refused(verdict: Verdict) -> Ending:
    """The refusal that this verdict is: the rule "headers/type" is layer "headers", reason "type: …"."""
    layer, _, what = verdict.rule.partition("/")
    return Ending("refused", layer, f"{what}: {verdict.reason}")


def redirected(url: str, headers: Sequence[tuple[bytes, bytes]]) -> Ending:
    """The redirect that these headers of this URL's answer are, its location absolute and canonical.

    Refused where it may not be written down: nothing is asked of which the record could not say what it was.
    """
    raw = next(value for name, value in headers if name.lower() == b"location")
    location = canonical_url(raw.decode("utf-8", "replace"), url)
    if location is None:
        fault = "Location is no address."
    elif len(location) > MAX_URL_CHARS:
        fault = f"Location has {len(location)} characters; {MAX_URL_CHARS} is the limit."
    elif recorded_url(location) is None:
        # Of 32,078 addresses on real pages 2 hold such a run, of 61 real redirects none (2026-11).
        fault = "Location holds embedded media, or a long run that decodes to no text."
    else:
        return Ending("redirected", location=location)
    return Ending("refused", "headers", f"redirect: {fault}")


def ending_of(error: Exception, visit: Visit, *, timeout_s: float) -> Ending:
    """What this exception of a visit means. A refusal by the visit's own sockets comes before all."""
    if visit.refusal:
        return refused(visit.refusal)
    match error:
        case Ending():
            return error
        case RefusedAddressError():
            return refused(error.verdict)
        case TimeoutError() if visit.peer and not visit.is_open:
            return Ending("failed", "truncated", "The connection ended within the body.")
        case TimeoutError():
            return Ending("failed", "timeout", f"No whole answer within {timeout_s:g} s.")
        case aiohttp.ClientConnectorDNSError():
            return Ending("failed", "dns", _LOOK_UPS.get(error.errno or 0, "The name does not resolve."))
        case aiohttp.ClientConnectorCertificateError():
            return Ending("failed", "tls", _certificate_fault(error.certificate_error))
        case aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            return Ending("failed", "tls", "The TLS handshake failed.")
        case aiohttp.ClientConnectorError():
            return Ending("failed", "connect", errno.errorcode.get(error.errno or 0, "No connection."))
        case aiohttp.ClientPayloadError():
            return Ending("failed", "truncated", "The body ended before its announced end.")
        case LostError() if visit.status is not None:
            return Ending("failed", "truncated", "The connection was lost within the body.")
        case LostError() | ConnectionError():
            return Ending("failed", "reset", "The connection ended before an answer.")
        case aiohttp.ClientResponseError():
            return Ending("failed", "protocol", "The answer is no HTTP/1.1.")
    return Ending("failed", "error", type(error).__name__)


def _certificate_fault(error: Exception) -> str:
    # OpenSSL's own words; they may name the host that was asked, never one of the certificate.
    reason = getattr(error, "verify_message", "") or "the certificate does not verify"
    return display(str(reason))[:200]


def answer_of(ask: Ask, visit: Visit, ending: Ending, body: bytes | None, *, elapsed_s: float) -> Answer:
    """The message that says it. Headers are told only with a body that was let through."""
    kept = _kept(visit.headers) if body is not None else []
    return Answer(
        decision=ask.decision,
        outcome=ending.outcome,
        layer=ending.layer,
        reason=ending.reason,
        status=visit.status,
        content_type=next((value for name, value in kept if name == "content-type"), None),
        headers=tuple(header for header in kept if header[0] != "content-type"),
        location=ending.location,
        bytes_seen=visit.bytes_seen,
        sha256_wire=None if body is None else hashlib.sha256(body).hexdigest(),
        peer=visit.peer,
        tls=_tls(visit) if ask.url.startswith("https:") else None,
        elapsed_ms=round(elapsed_s * 1000),
    )


def _tls(visit: Visit) -> str | None:
    if visit.leaf is not None:
        return f"unverified:{hashlib.sha256(visit.leaf).hexdigest()}"
    return "verified" if visit.status is not None else None


def _kept(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """The headers that are evidence, by name; embedded data is taken out, also where it goes on in the next one."""
    values: dict[bytes, list[str]] = {}
    for name, value in headers:
        if (key := name.lower()) in _KEPT_HEADERS:
            values.setdefault(key, []).append(value[:_MAX_HEADER_CHARS].decode("utf-8", "replace"))
    return [
        (name.decode("ascii"), display(line)[:_MAX_HEADER_CHARS])
        for name, lines in values.items()
        for line in scrub("\n".join(lines), "header")[0].split("\n")
    ]
