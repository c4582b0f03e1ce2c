"""Who may ask, under which name, for what, and what the browser is told."""

import asyncio
import re
from collections.abc import Iterable
from typing import Any

import pytest

from adtrace.serve.guard import Guard

PATHS = re.compile("/|/page")
MOUNT = "/secret/"
Answer = tuple[int, dict[str, str]]


async def _app(scope: Any, receive: Any, send: Any) -> None:
    headers = [(b"set-cookie", b"theirs=1"), (b"cache-control", b"public"), (b"content-type", b"text/html")]
    if scope["path"] == f"{MOUNT}page":
        headers.append((b"Content-Security-Policy", b"default-src 'none'; script-src 'sha256-x'"))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"words"})


def _ask(
    guard: Guard,
    path: str = "/",
    query: str = "",
    mount: str = MOUNT,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
) -> Answer:
    heard: list[Any] = []

    async def send(message: Any) -> None:
        heard.append(message)

    async def receive() -> Any:
        raise AssertionError

    given = [(name.encode(), value.encode()) for name, value in (headers or [("host", "127.0.0.1:9")])]
    whole = f"{mount.rstrip('/')}{path}"
    scope = {
        "type": "http",
        "method": method,
        "path": whole,
        "query_string": query.encode(),
        "headers": given,
    }
    asyncio.run(guard(scope, receive, send))
    start = heard[0]
    return start["status"], {name.decode().lower(): value.decode() for name, value in start["headers"]}


@pytest.fixture
def guard() -> Guard:
    return Guard(_app, hosts=["127.0.0.1:9"], mount=MOUNT, paths=PATHS, token="once")


def _cookie(guard: Guard) -> str:
    return _ask(guard, "/-/open", "token=once")[1]["set-cookie"].partition(";")[0]


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:9", "127.0.0.1", "127.0.0.1:80", "localhost:9", "", "127.0.0.1:9\n"]
)
def test_another_name_for_this_address_is_refused(guard: Guard, host: str) -> None:
    """DNS rebinding: the page of evil.test asks 127.0.0.1 under its own name, with or without our cookie."""
    cookie = _cookie(guard)
    assert _ask(guard, headers=[("host", host), ("cookie", cookie)])[0] == 421


def test_two_names_at_once_are_refused(guard: Guard) -> None:
    """Neither is taken: two programs could read them differently."""
    assert _ask(guard, headers=[("host", "127.0.0.1:9"), ("host", "evil.test")])[0] == 421


def test_the_address_opens_one_browser_once(guard: Guard) -> None:
    """The token is of no use to who reads it later from a history or a screen."""
    assert _ask(guard)[0] == 403
    status, headers = _ask(guard, "/-/open", "token=once")
    assert (status, headers["location"]) == (303, MOUNT)
    assert headers["set-cookie"].endswith(f"; Path={MOUNT}; HttpOnly; SameSite=Strict")
    assert _ask(guard, "/-/open", "token=once")[0] == 403
    cookie = headers["set-cookie"].partition(";")[0]
    assert _ask(guard, headers=[("host", "127.0.0.1:9"), ("cookie", cookie)])[0] == 200


@pytest.mark.parametrize("query", ["", "token=", "token=twice", "token=once%00", "token=%ff", "x=once"])
def test_a_wrong_token_opens_nothing_and_costs_nothing(guard: Guard, query: str) -> None:
    """Whoever guesses does not shut the reader out."""
    assert _ask(guard, "/-/open", query)[0] == 403
    assert _ask(guard, "/-/open", "token=once")[0] == 303


@pytest.mark.parametrize(
    ("method", "more"),
    [("HEAD", ()), ("GET", (("sec-purpose", "prefetch;prerender"),)), ("GET", (("purpose", "prefetch"),))],
)
def test_who_only_looks_ahead_does_not_open(
    guard: Guard, method: str, more: tuple[tuple[str, str], ...]
) -> None:
    """A preview of the link, or a browser's guess of what comes next, does not shut the reader out."""
    asked = [("host", "127.0.0.1:9"), *more]
    status, headers = _ask(guard, "/-/open", "token=once", method=method, headers=asked)
    assert (status, "set-cookie" in headers) == (403, False)
    assert _ask(guard, "/-/open", "token=once")[0] == 303


@pytest.mark.parametrize(
    "path",
    ["/", "/page", "/other/page", "/secre/page", "/secret", "/secretpage", "//secret/page", "/SECRET/page"],
)
def test_outside_its_own_path_nothing_is_there(guard: Guard, path: str) -> None:
    """Nor is the cookie sent there: a browser gives it to every port of this machine, but for this path alone."""
    asked = [("host", "127.0.0.1:9"), ("cookie", _cookie(guard))]
    assert _ask(guard, path, mount="", headers=asked)[0] == 404


def test_it_is_not_opened_without_its_path(guard: Guard) -> None:
    """Who has the token and not the path has half of the address."""
    for path in ("/-/open", "-/open"):
        assert _ask(guard, path, "token=once", mount="")[0] == 403
    assert _ask(guard, "/-/open", "token=once")[0] == 303


def test_another_cases_cookie_opens_nothing(guard: Guard) -> None:
    """Two are served side by side; a browser tells their cookies apart by their paths."""
    other = Guard(_app, hosts=["127.0.0.1:9"], mount="/other/", paths=PATHS, token="once")
    theirs = _ask(other, "/-/open", "token=once", mount="/other/")[1]["set-cookie"].partition(";")[0]
    assert _ask(guard, headers=[("host", "127.0.0.1:9"), ("cookie", theirs)])[0] == 403


@pytest.mark.parametrize(
    "cookie", ["", "adtrace=", "adtrace=x", "other=y", "adtrace=\xe9", "=;;=", 'adtrace="']
)
def test_without_our_cookie_nothing_is_shown(guard: Guard, cookie: str) -> None:
    """Also not with something like one."""
    name = _cookie(guard).partition("=")[0]
    cookie = cookie.replace("adtrace", name)
    assert _ask(guard, headers=[("host", "127.0.0.1:9"), ("cookie", cookie)])[0] == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT"])
def test_nothing_can_be_changed(guard: Guard, method: str) -> None:
    """Reading alone."""
    assert _ask(guard, method=method)[0] == 405


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_gets_no_page_of_ours(guard: Guard, site: str) -> None:
    """same-site is another port of this machine, to which SameSite cookies are sent."""
    asked = [("host", "127.0.0.1:9"), ("cookie", _cookie(guard)), ("sec-fetch-site", site)]
    assert _ask(guard, headers=asked)[0] == 403


def test_what_is_not_listed_is_not_there(guard: Guard) -> None:
    """The allow-list decides, whatever stands behind."""
    asked = [("host", "127.0.0.1:9"), ("cookie", _cookie(guard))]
    assert [_ask(guard, path, headers=asked)[0] for path in ("/", "/page", "/page/", "/other", "/page\n")] == [
        200, 200, 404, 404, 404,
    ]  # fmt: skip


def test_every_answer_says_what_a_browser_may_do(guard: Guard) -> None:
    """No script, nothing from elsewhere, no frame, no trace; a page's own policy stays; no cookie but ours."""
    asked = [("host", "127.0.0.1:9"), ("cookie", _cookie(guard))]
    for path, status in (("/", 200), ("/other", 404)):
        found, headers = _ask(guard, path, headers=asked)
        assert found == status
        assert headers["content-security-policy"].startswith(
            "default-src 'none'; style-src 'self'; img-src 'self'"
        )
        assert "script" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "set-cookie" not in headers
    assert _ask(guard, "/page", headers=asked)[1]["content-security-policy"].endswith("'sha256-x'")


def test_a_websocket_is_not_accepted(guard: Guard) -> None:
    """There is none."""

    async def nobody(message: Any = None) -> Any:
        raise AssertionError

    asyncio.run(guard({"type": "websocket", "path": "/"}, nobody, nobody))
