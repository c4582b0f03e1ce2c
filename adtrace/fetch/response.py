"""May this response be read on, given its headers, and how much of it? Pure: no network, no clock."""

import re
from collections.abc import Sequence

from adtrace.extract.sighting import DocumentKind
from adtrace.fetch.verdict import Verdict, guard

MAX_BODY_BYTES = 4 * 1024 * 1024
# A sellers.json is read by the worker as a stream; the fetcher's memory holds one at a time, whole, as no worker may
# begin before the last byte was let through. The longest public one is Google's (110 MB, 2025-10-15).
MAX_SELLERS_BYTES = 256 * 1024 * 1024
MAX_HEADER_BYTES = 64 * 1024

# Types by the kind of document asked for: what a server says it sends must be what was asked.
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_JAVASCRIPT = frozenset(
    # WHATWG mimesniff, "JavaScript MIME type".
    {
        "application/ecmascript",
        "application/javascript",
        "application/x-ecmascript",
        "application/x-javascript",
    }
    | {"text/ecmascript", "text/javascript", "text/jscript", "text/livescript"}
    | {"text/x-ecmascript", "text/x-javascript"}
    | {f"text/javascript1.{minor}" for minor in range(6)}
)
CONTENT_TYPES: dict[DocumentKind, frozenset[str]] = {
    "page": _HTML,
    "frame": _HTML,
    "script": _JAVASCRIPT,
    "worker": _JAVASCRIPT,
    "vast": frozenset({"application/xml", "text/xml"}),
    "ads_txt": frozenset({"text/plain"}),
    "app_ads_txt": frozenset({"text/plain"}),
    "adagents_json": frozenset({"application/json"}),
    "sellers_json": frozenset({"application/json"}),
}

# int() of more than 4300 digits raises; no body of more than 15 digits is read anyway.
_LENGTH_DIGITS = 15
# With parameters, but without a comma: behind it another type may stand, which browsers take instead. Names are
# shorter than 65 characters (RFC 6838, 4.2): a refusal says the type, and a picture would fit into a longer one.
_ESSENCE = re.compile(
    rb"([a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64})[ \t]*(;[\x20-\x2b\x2d-\x7e\t]*)?", re.IGNORECASE
)
# RFC 9110, 5.1. aiohttp hands over "Transfer-Encoding " and goes by it.
_NAME = re.compile(rb"[a-z0-9!#$%&'*+.^_`|~-]+", re.IGNORECASE)
_WHITE_SPACE = b" \t"  # RFC 9110, 5.6.3: no other is cut off a value
# https://fetch.spec.whatwg.org/#redirect-status (2026-01): other statuses with a Location lead no browser anywhere.
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Not ASCII-compatible, or hiding ASCII: the byte rules of sniff.py would see nothing.
_WIDE_CHARSET = re.compile(
    rb"charset\s*=\s*[\"']?\s*(utf-?(16|32|7)|ucs|unicode|csunicode|hz|iso-2022-cn)", re.IGNORECASE
)


def max_body_bytes(document: str) -> int:
    """How much of a document of this kind is read; a longer one is refused whole."""
    return MAX_SELLERS_BYTES if document == "sellers_json" else MAX_BODY_BYTES


@guard
def may_read(document: DocumentKind, status: int, headers: Sequence[tuple[bytes, bytes]]) -> Verdict:
    """Whether the body that follows these headers may be read at all.

    A redirect never has its body read: with one Location, its verdict is a refusal with rule "redirect". A refusal
    with rule "status" is a failure of the site, not a refusal of ours.
    """
    if sum(len(name) + len(value) + 4 for name, value in headers) > MAX_HEADER_BYTES:
        return Verdict(False, "headers/budget", f"More than {MAX_HEADER_BYTES} bytes of headers.")
    if not all(_NAME.fullmatch(name) for name, _ in headers):
        return Verdict(False, "headers/name", "A header whose name is none.")
    if status in _REDIRECTS:
        locations = _values(headers, b"location")
        if len(locations) != 1:
            return Verdict(
                False, "headers/redirect", f"Status {status} with {len(locations)} Location headers."
            )
        return Verdict(False, "redirect")
    if not 200 <= status <= 599 or 300 <= status <= 399 or status == 206:
        return Verdict(False, "headers/status", f"Status {status} answers no plain request.")
    if status != 200 and CONTENT_TYPES[document] is not _HTML:
        return Verdict(False, "status", f"Status {status}.")
    return _type_refusal(document, headers) or _form_refusal(document, headers) or Verdict(True, "headers/ok")


def _values(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key.lower() == name]


def _type_refusal(document: DocumentKind, headers: Sequence[tuple[bytes, bytes]]) -> Verdict | None:
    types = _values(headers, b"content-type")
    if len(types) != 1:
        return Verdict(False, "headers/type", f"{len(types)} Content-Type headers; exactly one is read.")
    match = _ESSENCE.fullmatch(types[0].strip(_WHITE_SPACE))
    if not match:
        return Verdict(False, "headers/type", "Content-Type is not of the form type/subtype.")
    essence = match[1].decode("ascii").lower()
    if essence not in CONTENT_TYPES[document]:
        return Verdict(False, "headers/type", f"{essence} for a {document}.")
    if _WIDE_CHARSET.search(types[0]):
        return Verdict(False, "headers/charset", "A charset that is not ASCII-compatible.")
    return None


def _form_refusal(document: DocumentKind, headers: Sequence[tuple[bytes, bytes]]) -> Verdict | None:
    limit = max_body_bytes(document)
    for name, value in headers:
        key, text = name.lower(), value.strip(_WHITE_SPACE).lower()
        if key == b"content-encoding" and text not in (b"", b"identity"):
            return Verdict(False, "headers/encoding", "A Content-Encoding although none was asked for.")
        if key == b"transfer-encoding" and text != b"chunked":
            return Verdict(False, "headers/transfer", "A Transfer-Encoding other than chunked.")
        if key == b"content-range":
            return Verdict(False, "headers/range", "A Content-Range although no range was asked for.")
        if key == b"content-disposition" and text.partition(b";")[0].strip(_WHITE_SPACE) != b"inline":
            return Verdict(False, "headers/attachment", "Sent as an attachment.")
        if key == b"content-length" and not text.isdigit():
            return Verdict(False, "headers/length", "Content-Length is no number.")
        if key == b"content-length" and len(text) > _LENGTH_DIGITS:
            reason = f"Content-Length has {len(text)} digits; {_LENGTH_DIGITS} is the limit."
            return Verdict(False, "headers/length", reason)
        if key == b"content-length" and int(text) > limit:
            return Verdict(False, "headers/length", f"{int(text)} bytes announced; {limit} is the limit.")
    lengths = _values(headers, b"content-length")
    transfers = _values(headers, b"transfer-encoding")
    if len(lengths) > 1 or len(transfers) > 1 or (lengths and transfers):
        return Verdict(False, "headers/length", "Two contradictory lengths of the body.")
    return None
