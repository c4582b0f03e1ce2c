"""door.py: every way a server can misbehave ends in one answer, and nothing of a refused body is anywhere."""

import asyncio
import base64
import gzip
import logging
import ssl

import aiohttp  # noqa: TID251 - what the door's session is
import pytest

from adtrace.demo.authority import Authority
from adtrace.fetch import door as door_module
from adtrace.fetch.door import Arrival, Door
from adtrace.fetch.egress import LoopbackEgress, build_egress
from adtrace.fetch.messages import Ask, EgressPlan, Profile, ScopeRule
from adtrace.fetch.policy import Scope
from adtrace.fetch.wire import FIRST_READ_BYTES, READ_BYTES
from tests.fetch.hostile_server import HostileServer, answer, endless, raw

HOST = "clip.example"
PAGE = b"<!doctype html><title>x</title><p>" + b"text " * 400
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(3000)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


class NoCards:
    """Knowledge without a card."""

    def card_of_host(self, host: str, /) -> None:
        return None

    card_of_sellers_json = card_of_host

    def effect_of(self, url: str, /) -> str:
        return "unknown"


def make_door(plan: EgressPlan, *, timeout_s: float = 60, egress=None, **changes) -> Door:
    settings = {
        "scope": Scope([ScopeRule(1, "domain", peer.host) for peer in plan.peers]),
        "reach": "page",
        "knowledge": NoCards(),
        "concurrency": 4,
        "timeout_s": timeout_s,
    }
    return Door(egress or build_egress(plan), Profile(user_agent="adtrace test"), **{**settings, **changes})


def visit(behave, *, scheme="http", document="page", path="/", tls=None, trusted=True, ask=None, **changes):
    """(arrival, server) of one ask to one host that behaves so."""

    async def go() -> Arrival:
        door = make_door(server.plan(trusted=trusted), **changes)
        try:
            return await door.fetch(
                Ask(decision=7, url=f"{scheme}://{HOST}{path}", document=document, **(ask or {}))
            )
        finally:
            await door.close()

    with HostileServer({HOST: behave}, tls=tls) as server:
        return asyncio.run(go()), server


# name: behaviour, (outcome, layer, part of the reason). A row more is a case more.
REFUSED = {
    "media by type": (answer(JPEG, type_="image/jpeg"), "headers", "image/jpeg for a page"),
    "no type": (answer(JPEG, type_=None), "headers", "0 Content-Type"),
    "no type, html": (answer(PAGE, type_=None), "headers", "0 Content-Type"),
    "empty type": (answer(PAGE, type_=""), "headers", "type:"),
    "two types": (answer(PAGE, headers=("Content-Type: image/jpeg",)), "headers", "2 Content-Type"),
    "list of types": (answer(PAGE, type_="text/html, image/jpeg"), "headers", "type:"),
    "type no token": (answer(PAGE, type_="text/html\xff\xfe"), "headers", "type:"),
    "octets": (answer(PAGE, type_="application/octet-stream"), "headers", "octet-stream"),
    "svg": (answer(b"<svg/>", type_="image/svg+xml"), "headers", "svg"),
    "multipart": (answer(PAGE, type_="multipart/x-mixed-replace; boundary=a"), "headers", "multipart"),
    "mhtml by type": (answer(PAGE, type_="multipart/related"), "headers", "multipart"),
    "utf-16 by charset": (answer(PAGE, type_="text/html; charset=utf-16"), "headers", "charset"),
    "gzip": (answer(gzip.compress(PAGE), headers=("Content-Encoding: gzip",)), "headers", "encoding"),
    "chain of encodings": (answer(PAGE, headers=("Content-Encoding: gzip, gzip",)), "headers", "encoding"),
    "odd encoding": (answer(PAGE, headers=("Content-Encoding: \xff\x1b[31m",)), "headers", "encoding"),
    "gzip transfer": (
        raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n", canary=False),
        "headers",
        "transfer",
    ),
    "partial": (
        answer(PAGE, status="206 Partial Content", headers=("Content-Range: bytes 0-9/10",)),
        "headers",
        "206",
    ),
    "range in a whole answer": (answer(PAGE, headers=("Content-Range: bytes 0-9/10",)), "headers", "range"),
    "attachment": (
        answer(PAGE, headers=("Content-Disposition: attachment; filename=../../x.jpg",)),
        "headers",
        "attachment",
    ),
    "announced too long": (raw(OK + b"Content-Length: 209715200\r\n\r\n", PAGE), "headers", "209715200"),
    "error page with media type": (
        answer(JPEG, status="404 Not Found", type_="image/jpeg"),
        "headers",
        "image/jpeg",
    ),
    "error page with media": (answer(JPEG, status="500 Oops"), "body", "jpeg"),
    "jpeg as html": (answer(JPEG), "body", "jpeg"),
    "gif and script": (answer(b"GIF89a=1;/*..*/"), "body", "gif"),
    "media behind spaces": (answer(b" " * 3000 + JPEG), "body", "jpeg"),
    "media behind a page": (answer(PAGE + b" " * 3000 + JPEG), "body", "binary"),
    "mp4 as html": (answer(b"\x00\x00\x00\x20ftypisom" + bytes(99)), "body", "binary"),
    "gzip without saying so": (answer(gzip.compress(PAGE)), "body", "binary"),
    "hls as html": (answer(b"#EXTM3U\n#EXTINF:9,\na.ts\n"), "body", "hls"),
    "utf-16": (answer(PAGE.decode().encode("utf-16")), "body", "utf-16"),
    "one byte a time": (
        raw(
            OK + b"Transfer-Encoding: chunked\r\n\r\n",
            *(b"1\r\n%c\r\n" % byte for byte in JPEG[:40]),
            canary=False,
        ),
        "body",
        "jpeg",
    ),
    "redirect to nowhere": (answer(JPEG, status="302 Found"), "headers", "0 Location"),
    "redirect to no address": (
        answer(JPEG, status="302 Found", headers=("Location: http://[::",)),
        "headers",
        "redirect",
    ),
    "not modified": (raw(b"HTTP/1.1 304 Not Modified\r\n\r\n", canary=False), "headers", "304"),
    "endless headers": (endless(b"HTTP/1.1 200 OK\r\n", b"X-a: " + b"b" * 1000 + b"\r\n"), "wire", "headers"),
    "endless hints": (
        endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n", canary=False),
        "wire",
        "interim",
    ),
    "endless body": (endless(OK + b"\r\n", b"text " * 1000), "body", "4194304"),
    "endless chunks": (
        endless(
            OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"a" * 0x1000 + b"\r\n", canary=False
        ),
        "body",
        "4194304",
    ),
    "protocol upgrade": (
        raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", PAGE),
        "headers",
        "101",
    ),
}
FAILED = {
    "resets": (raw(OK + b"Content-Length: 9000\r\n\r\n", PAGE, reset=True), ("truncated", "reset")),
    "resets at once": (lambda talk: talk.reset(), ("reset",)),
    "closes at once": (lambda talk: None, ("reset",)),
    "truncated": (raw(OK + b"Content-Length: 9000\r\n\r\n", PAGE), ("truncated",)),
    "truncated chunks": (
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n", PAGE),
        ("truncated",),
    ),
    "malformed chunks": (
        raw(
            OK + b"Transfer-Encoding: chunked\r\n\r\n",
            *[b"1000\r\n" + b"a" * 0x1000 + b"\r\n"] * 4,
            hang=True,
        ),
        ("truncated", "protocol"),
    ),
    "no http": (raw(JPEG), ("protocol",)),
    "http 0.9": (raw(PAGE), ("protocol",)),
    "line without end": (raw(b"HTTP/1.1 200 " + b"x" * 20000), ("protocol",)),
    "bad length": (raw(OK + b"Content-Length: -5\r\n\r\n", PAGE), ("protocol",)),
    "two lengths": (
        raw(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n", PAGE),
        ("protocol",),
    ),
}


def assert_nothing_of_the_body(arrival: Arrival, canary: bytes, log: str) -> None:
    told = repr(arrival) + log
    assert canary.decode() not in told
    assert canary.hex() not in told
    assert "JFIF" not in told
    assert arrival.body is None
    assert arrival.answer.sha256_wire is None
    assert arrival.answer.headers == ()


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_refused(name, scheme, caplog):
    """Layer and reason are told, and of the body nothing; for both schemes the guards are the same."""
    behave, layer, reason = REFUSED[name]
    caplog.set_level(logging.DEBUG)
    arrival, server = visit(behave, scheme=scheme)
    assert (arrival.answer.outcome, arrival.answer.layer) == ("refused", layer)
    assert reason in arrival.answer.reason
    assert_nothing_of_the_body(arrival, server.canary, caplog.text)
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", FAILED)
def test_failed(name, caplog):
    """What is no whole HTTP answer is a failure; it is asked once, and no part of it is presented as a page."""
    behave, layers = FAILED[name]
    caplog.set_level(logging.DEBUG)
    arrival, server = visit(behave)
    assert arrival.answer.outcome == "failed"
    assert arrival.answer.layer in layers
    assert_nothing_of_the_body(arrival, server.canary, caplog.text)
    assert len(server.requests) == 1


def test_page_is_received():
    """A plain page comes through whole, with its hash, its peer and the headers that are evidence."""
    arrival, server = visit(answer(PAGE, headers=("Server: nginx\x1b[31m", "Set-Cookie: a=b", "X-Other: x")))
    got = arrival.answer
    assert (got.outcome, got.status, got.content_type) == ("received", 200, "text/html")
    assert arrival.body == PAGE + server.canary
    assert got.headers == (("server", "nginx\\u{1b}[31m"),)
    assert got.peer.startswith("127.0.0.1:")
    assert got.tls is None


def test_request_says_no_more_than_it_must():
    """GET, honest agent, no cookie, no referer, no compression, nothing that asks for more than text."""
    _, server = visit(answer(PAGE), path="/a%20b?c=%7E&d")
    lines = server.requests[0][1].decode().split("\r\n")
    assert lines[0] == "GET /a%20b?c=%7E&d HTTP/1.1"
    assert sorted(line for line in lines[1:] if line) == [
        "Accept-Encoding: identity",
        "Accept-Language: en",
        "Accept: text/html,application/xhtml+xml",
        "Connection: close",
        "Host: clip.example",
        "User-Agent: adtrace test",
    ]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_second_request_says_no_more_than_the_first(scheme):
    """What an answer asks to be remembered is not: cookies, passwords, other ways to the same host."""
    headers = (
        "Set-Cookie: a=b; Path=/",
        "Strict-Transport-Security: max-age=9999999",
        'Alt-Svc: h2=":9"',
        "Accept-CH: Sec-CH-UA",
        'WWW-Authenticate: Basic realm="x"',
        "Connection: keep-alive",
        "Keep-Alive: timeout=60",
    )

    async def go(plan) -> list[Arrival]:
        door = make_door(plan)
        try:
            return [
                await door.fetch(Ask(decision=n, url=f"{scheme}://{HOST}/", document="page"))
                for n in range(2)
            ]
        finally:
            await door.close()

    with HostileServer({HOST: answer(PAGE, headers=headers)}) as server:
        arrivals = asyncio.run(go(server.plan()))
    assert [arrival.answer.outcome for arrival in arrivals] == ["received"] * 2
    (_, first), (_, second) = server.requests
    assert first == second
    assert server.greeted == (2 if scheme == "https" else 0)  # each over a connection of its own


def test_session_is_bare():
    """What aiohttp could do by itself is off, also where another guard would refuse what comes of it."""

    async def go() -> None:
        async with door_module._session(build_egress(EgressPlan("direct"))) as session:
            assert not session.auto_decompress
            assert not session.trust_env
            assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)
            assert isinstance(session.connector, aiohttp.TCPConnector)
            assert session.connector.force_close
            assert not session.connector.use_dns_cache

    asyncio.run(go())


def test_environment_gives_no_proxy_and_no_password(monkeypatch, tmp_path):
    """Nothing of the environment changes where we go or what we say."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login a password b\n")
    for name, value in {
        "http_proxy": "http://127.0.0.1:9",
        "NETRC": str(netrc),
        "SSLKEYLOGFILE": str(tmp_path / "k"),
    }.items():
        monkeypatch.setenv(name, value)
    arrival, server = visit(answer(PAGE), scheme="https")
    assert arrival.answer.outcome == "received"
    assert b"Authorization" not in server.requests[0][1]
    assert not (tmp_path / "k").exists()


def test_large_page_is_read_whole():
    """The small first reads give way to large ones: nothing is lost on the way."""
    page = PAGE * 1000
    arrival, server = visit(answer(page))
    assert arrival.body == page + server.canary


@pytest.mark.parametrize("tail", [b"", b"x" * 100])
def test_redirect_is_an_answer_and_its_body_is_never_read(tail, caplog):
    """The door follows nothing; the location is absolute."""
    arrival, server = visit(
        answer(JPEG + tail, status="302 Found", headers=("Location: //other.example/a?b#c",))
    )
    assert (arrival.answer.outcome, arrival.answer.status) == ("redirected", 302)
    assert arrival.answer.location == "http://other.example/a?b"
    assert_nothing_of_the_body(arrival, server.canary, caplog.text)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://[/", "redirect: Location is no address."),
        (f"/{'a/' * 1100}", "redirect: Location has 2220 characters; 2083 is the limit."),
        (
            f"/?state={base64.urlsafe_b64encode(bytes(range(256)) * 2).decode()}",
            "redirect: Location holds embedded media, or a long run that decodes to no text.",
        ),
    ],
)
def test_redirect_that_cannot_be_written_down_says_why(location, reason):
    """Nothing is asked of which the record could not say what it was."""
    arrival, _ = visit(answer(PAGE, status="302 Found", headers=(f"Location: {location}",)))
    assert (arrival.answer.outcome, arrival.answer.reason) == ("refused", reason)


def test_redirect_with_a_signature_is_a_redirect():
    """What signed addresses and consent walls carry: a signature of 256 bytes, a policy that is text."""
    signature = base64.urlsafe_b64encode(bytes(range(256))).decode()
    policy = base64.urlsafe_b64encode(b'{"Resource": "https://clip.example/a", "Expires": 1}' * 8).decode()
    location = f"https://clip.example/?Policy={policy}&Signature={signature}"
    arrival, _ = visit(answer(PAGE, status="302 Found", headers=(f"Location: {location}",)))
    assert (arrival.answer.outcome, arrival.answer.location) == ("redirected", location)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "http://localhost/"]
)
def test_redirect_to_a_private_address_leads_nowhere(target):
    """It is recorded as a redirect; the ask that would follow it is refused before anything is contacted."""
    arrival, _ = visit(answer(PAGE, status="302 Found", headers=(f"Location: {target}",)))
    assert arrival.answer.outcome == "redirected"

    async def follow() -> Arrival:
        door = make_door(EgressPlan(kind="loopback"))
        next_arrival = await door.fetch(Ask(decision=8, url=arrival.answer.location, document="page"))
        await door.close()
        return next_arrival

    assert asyncio.run(follow()).answer.layer == "request"


@pytest.mark.parametrize("document", ["ads_txt", "worker", "script"])
def test_missing_file_is_a_failure_of_the_site(document):
    """Where a page was not asked for, a status other than 200 says it all; its body is not read."""
    arrival, _ = visit(answer(PAGE, status="404 Not Found"), document=document)
    assert (arrival.answer.outcome, arrival.answer.layer, arrival.answer.status) == ("failed", "status", 404)


def test_error_page_is_received():
    """Whose page comes back on an error is a question for page_state."""
    arrival, _ = visit(answer(PAGE, status="404 Not Found"))
    assert (arrival.answer.outcome, arrival.answer.status) == ("received", 404)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("head", [b"", OK, OK + b"\r\n", OK + b"\r\n" + b"a" * 200])
def test_server_that_never_answers(head, scheme):
    """The time budget covers connecting, headers and body together."""
    arrival, _ = visit(raw(head, canary=False, hang=True), scheme=scheme, timeout_s=0.3)
    assert (arrival.answer.outcome, arrival.answer.layer) == ("failed", "timeout")


def read_sizes(monkeypatch) -> list[int]:
    """The sizes of all reads of a visit, in order."""
    from adtrace.fetch import wire

    sizes: list[int] = []
    count = wire.Visit.count

    def counted(self, read):
        sizes.append(read)
        return count(self, read)

    monkeypatch.setattr(wire.Visit, "count", counted)
    return sizes


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "name", ["media by type", "jpeg as html", "gzip", "media behind spaces", "endless media"]
)
def test_at_most_one_read_beyond_what_can_be_recognised(name, scheme, monkeypatch):
    """Of a refused body, one read of 2 KiB (or one TLS record) past the recognisable point is ever in memory."""
    sizes = read_sizes(monkeypatch)
    behave = REFUSED[name][0] if name in REFUSED else endless(OK + b"\r\n" + JPEG, b"x" * 65536)
    arrival, _ = visit(behave, scheme=scheme)
    recognisable = 4096 if name == "media behind spaces" else 1024
    beyond = FIRST_READ_BYTES if scheme == "http" else HANDSHAKE_BYTES + TLS_RECORD_BYTES
    assert arrival.answer.outcome == "refused"
    assert max(sizes) <= FIRST_READ_BYTES
    assert arrival.answer.bytes_seen == sum(sizes) <= recognisable + beyond


def test_reads_grow_after_the_verdicts(monkeypatch):
    """A page that passed is read at full speed."""
    sizes = read_sizes(monkeypatch)
    visit(answer(PAGE * 1000))
    assert max(sizes) > FIRST_READ_BYTES
    assert max(sizes) <= READ_BYTES


HANDSHAKE_BYTES, TLS_RECORD_BYTES = 4096, 16 * 1024 + 256
GUARDS = ["may_request", "may_read", "Sniffer.may_keep", "LoopbackEgress.may_connect"]


@pytest.mark.parametrize("guard", GUARDS)
def test_guard_that_raises_refuses(guard, monkeypatch, caplog):
    """Scrapy's signals would let everything through where a handler raises; a guard of ours refuses."""
    from adtrace.fetch import verdict

    def broken(*_: object, **__: object) -> verdict.Verdict:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "hostile")

    targets = {
        "may_request": "adtrace.fetch.door.may_request",
        "may_read": "adtrace.fetch.door.may_read",
        "Sniffer.may_keep": "adtrace.fetch.door.Sniffer.may_keep",
        "LoopbackEgress.may_connect": "adtrace.fetch.egress.LoopbackEgress.may_connect",
    }
    monkeypatch.setattr(targets[guard], verdict.guard(broken))
    arrival, server = visit(answer(PAGE))
    assert (arrival.answer.outcome, arrival.answer.layer) == ("refused", "guard")
    assert_nothing_of_the_body(arrival, server.canary, caplog.text)


@pytest.mark.parametrize("guard", [*GUARDS, "Sniffer", "Visit.headers_passed"])
def test_even_an_unguarded_failure_lets_nothing_through(guard, monkeypatch, caplog):
    """What raises without the decorator ends the visit all the same."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("hostile")

    targets = {
        "may_request": "adtrace.fetch.door.may_request",
        "may_read": "adtrace.fetch.door.may_read",
        "Sniffer": "adtrace.fetch.door.Sniffer",
        "Sniffer.may_keep": "adtrace.fetch.door.Sniffer.may_keep",
        "LoopbackEgress.may_connect": "adtrace.fetch.egress.LoopbackEgress.may_connect",
        "Visit.headers_passed": "adtrace.fetch.wire.Visit.headers_passed",
    }
    monkeypatch.setattr(targets[guard], broken)
    arrival, server = visit(answer(PAGE))
    assert arrival.answer.outcome == "failed"
    assert_nothing_of_the_body(arrival, server.canary, caplog.text)


def test_out_of_scope_is_not_contacted():
    """The door asks the policy itself, whoever asked it."""
    arrival, server = visit(answer(PAGE), scope=Scope([]))
    assert (arrival.answer.outcome, arrival.answer.layer) == ("refused", "request")
    assert server.requests == []


def test_unknown_authority_fails_verified_and_is_recorded_unverified():
    """Verified first; only an ask that says so goes on without, and its leaf is recorded."""
    stranger = Authority()
    first, server = visit(answer(PAGE), scheme="https", tls=stranger.context)
    assert (first.answer.outcome, first.answer.layer) == ("failed", "tls")
    assert server.requests == []
    second, _ = visit(answer(PAGE), scheme="https", tls=stranger.context, ask={"verify_tls": False})
    assert second.answer.outcome == "received"
    kind, leaf = second.answer.tls.split(":")
    assert (kind, len(leaf)) == ("unverified", 64)


def test_certificate_for_another_name_fails():
    """The name of the host must be in the certificate."""
    other = Authority()
    arrival, _ = visit(answer(PAGE), scheme="https", tls=lambda host: other.context("other.example"))
    assert (arrival.answer.outcome, arrival.answer.layer) == ("failed", "tls")


def test_verified_is_said_so():
    """What verified is recorded as verified."""
    arrival, _ = visit(answer(PAGE), scheme="https")
    assert arrival.answer.tls == "verified"


def test_no_protocol_but_http_1_is_offered():
    """ALPN offers http/1.1 alone: no HTTP/2, so no server push."""
    for verify in (True, False):
        context = LoopbackEgress(EgressPlan(kind="loopback")).tls(verify=verify)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        with pytest.raises(ssl.SSLWantReadError):
            context.wrap_bio(incoming, outgoing, server_hostname=HOST).do_handshake()
        hello = outgoing.read()
        assert b"\x08http/1.1" in hello
        assert b"\x02h2" not in hello
