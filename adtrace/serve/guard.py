"""What stands before every page: whose question it is, what may be asked, and what a browser may do with it."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

OPEN_PATH = "/-/open"
_COOKIE = "adtrace"
_CSP = b"content-security-policy"
# Nothing from anywhere else, no script at all, no frame around it. A page with scripts brings a policy of its own.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    b"cache-control": b"no-store",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"browsing-topics=(), interest-cohort=()",
}


class Guard:
    """An ASGI application before another one: it lets through what its own reader asks, and nothing else.

    hosts: the exact Host headers that are answered; any other name for this address is somebody's trick (DNS
    rebinding). mount: the path all of it lies under, "/…/", which nobody can guess. paths: what may be asked for there.
    token: opens the door once, in exchange for a cookie of this session.
    """

    def __init__(
        self, app: App, *, hosts: Iterable[str], mount: str, paths: re.Pattern[str], token: str
    ) -> None:
        self._app, self._mount, self._paths = app, mount, paths
        self._hosts = frozenset(hosts)
        self._token: str | None = token
        self._session = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # a websocket: never accepted
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1").lower()
            # Two Host headers are two opinions of where this goes; neither is taken.
            headers[key] = (
                headers[key] + "\n" + value.decode("latin-1") if key in headers else value.decode("latin-1")
            )
        if headers.get("host") not in self._hosts:
            await _say(
                send, 421, "This address is served under its own name alone. Use the one that was printed."
            )
        elif scope["method"] not in ("GET", "HEAD"):
            await _say(send, 405, "Nothing can be changed here.")
        elif headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            await _say(send, 403, "Another site asked for this page. Open it from its own address.")
        elif self._within(scope) == OPEN_PATH and _looks_ahead(scope["method"], headers):
            await _say(send, 403, "This address opens one browser, once; it is not spent on a preview.")
        elif self._within(scope) == OPEN_PATH:
            await self._open(scope, send)
        elif not self._is_ours(headers.get("cookie", "")):
            await _say(send, 403, "Use the address that `adtrace serve` printed; it opens one browser, once.")
        elif not self._paths.fullmatch(self._within(scope)):
            await _say(send, 404, "There is no such page.")
        else:
            await self._app(scope, receive, _guarded(send))

    async def _open(self, scope: Scope, send: Send) -> None:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if self._token is None or not hmac.compare_digest(given.encode(), self._token.encode()):
            await _say(
                send, 403, "This address has been used, or is not complete. Start `adtrace serve` again."
            )
            return
        self._token = None
        # A browser sends a cookie to every port of a host (RFC 6265, 8.5): to another server here, only if that one
        # knew this path.
        cookie = f"{_COOKIE}={self._session}; Path={self._mount}; HttpOnly; SameSite=Strict"
        headers = [(b"location", self._mount.encode()), (b"set-cookie", cookie.encode())]
        await _say(send, 303, "", headers)

    def _within(self, scope: Scope) -> str:
        """The path below the mount, "" if it is not below it."""
        path: str = scope["path"]
        return f"/{path.removeprefix(self._mount)}" if path.startswith(self._mount) else ""

    def _is_ours(self, cookies: str) -> bool:
        try:
            given = SimpleCookie(cookies).get(_COOKIE)
        except CookieError:
            return False
        return given is not None and hmac.compare_digest(given.value.encode(), self._session.encode())


def _looks_ahead(method: str, headers: Mapping[str, str]) -> bool:
    """Whether nobody has gone there yet: a preview of the link, or a browser that guesses what comes next.

    Source: wicg.github.io/nav-speculation/prefetch.html, Sec-Purpose (2026-11); Purpose is the older form.
    """
    purpose = f"{headers.get('sec-purpose')} {headers.get('purpose')}"
    return method == "HEAD" or "prefetch" in purpose


def _guarded(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            # No cookie of what stands behind: there is nothing to log into and no form that changes anything.
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if name.lower() not in {b"set-cookie", b"link", *_HEADERS}
            ]
            message = {**message, "headers": _with_policy(kept)}
        await send(message)

    return guarded


def _with_policy(headers: Headers) -> Headers:
    if all(name.lower() != _CSP for name, _ in headers):
        headers = [*headers, (_CSP, _POLICY.encode())]
    return [*headers, *_HEADERS.items()]


async def _say(send: Send, status: int, words: str, headers: Headers | None = None) -> None:
    head = [(b"content-type", b"text/plain; charset=utf-8"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": _with_policy(head)})
    await send({"type": "http.response.body", "body": words.encode()})
