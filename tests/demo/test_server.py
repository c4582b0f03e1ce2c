"""The loopback server answers exactly what is planned, logs every request, and ends with its user."""

import contextlib
import re
import shutil
import socket  # noqa: TID251 - the server's own client, on loopback
import ssl
from collections.abc import Iterator

import pytest

from adtrace.demo.answers import MAX_BYTES, Answer, Site, page
from adtrace.demo.server import DemoServer
from adtrace.errors import AdtraceError
from adtrace.fetch.messages import EgressPlan

SITES = [
    Site(host="clip.example", answers={"/": page("<p>clip"), "/q?a=1": page("one")}),
    Site(host="wrong.example", answers={"/": page("<p>")}, tls="wrong_name"),
    Site(host="plain.example", answers={"/": page("<p>plain")}, tls="closed"),
    Site(
        host="bad.example",
        answers={
            "/reset": Answer(manner="reset"),
            "/mid": Answer(manner="reset_mid", body=b"x" * 5000),
            "/short": Answer(manner="short", body=b"x" * 10),
            "/silent": Answer(manner="silent"),
            "/body": Answer(manner="endless_body", body=b"<p>"),
        },
    ),
]


@contextlib.contextmanager
def connected(plan: EgressPlan, url: str, *, timeout_s: float | None = None) -> Iterator[socket.socket]:
    """A connection on which the URL has been asked for, to the peer the plan maps its host to."""
    scheme, _, rest = url.partition("://")
    host, _, target = rest.partition("/")
    [peer] = [p for p in plan.peers if (p.host, p.port) == (host, 443 if scheme == "https" else 80)]
    with (
        socket.create_connection((peer.address, peer.peer_port), timeout=timeout_s) as plain,
        contextlib.ExitStack() as stack,
    ):
        stream = plain
        if scheme == "https":
            context = ssl.create_default_context(cadata=plan.trust_pem)
            stream = stack.enter_context(
                context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)
            )
        stream.sendall(f"GET /{target} HTTP/1.1\r\nHost: {host}\r\nX-Test: yes\r\n\r\n".encode())
        yield stream


def read_until_end(stream: socket.socket) -> bytes:
    """All that comes before the other side closes."""
    pieces = []
    while piece := stream.recv(1 << 20):
        pieces.append(piece)
    return b"".join(pieces)


def read_until(stream: socket.socket, words: bytes) -> None:
    """Read on until this has come."""
    heard = b""
    while words not in heard:
        piece = stream.recv(4096)
        assert piece, heard
        heard += piece


def test_pages_are_served_over_both_schemes_and_logged() -> None:
    """The log holds scheme, method, host, target and headers of each request in order."""
    with DemoServer(SITES) as server:
        for url, body in [
            ("https://clip.example/", b"<p>clip"),
            ("http://clip.example/q?a=1", b"one"),
            ("https://clip.example/?utm=2", b"<p>clip"),
            ("https://clip.example/none", b"404"),
        ]:
            with connected(server.plan(), url) as stream:
                read_until(stream, body)
        log = server.log()
    assert [(r.scheme, r.method, r.host, r.target) for r in log] == [
        ("https", "GET", "clip.example", "/"),
        ("http", "GET", "clip.example", "/q?a=1"),
        ("https", "GET", "clip.example", "/?utm=2"),
        ("https", "GET", "clip.example", "/none"),
    ]
    assert log[0].headers == (("Host", "clip.example"), ("X-Test", "yes"))


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("https://wrong.example/", ssl.SSLCertVerificationError),
        ("https://plain.example/", ConnectionRefusedError),
        ("https://bad.example/reset", (ConnectionResetError, ssl.SSLEOFError)),  # OpenSSL may lose the errno
        ("http://bad.example/reset", ConnectionResetError),
        ("http://bad.example/mid", ConnectionResetError),
    ],
)
def test_misbehaviour_is_what_a_client_meets(url: str, error: type[Exception]) -> None:
    """Each manner fails a client in the way it is planned to."""
    with DemoServer(SITES) as server, pytest.raises(error), connected(server.plan(), url) as stream:
        read_until_end(stream)


def test_silence_is_met_by_the_clients_patience_alone() -> None:
    """The connection stays open, and nothing comes."""
    with (
        DemoServer(SITES) as server,
        pytest.raises(TimeoutError),
        connected(server.plan(), "https://bad.example/silent", timeout_s=1) as stream,
    ):
        read_until_end(stream)


def test_a_short_answer_announces_more_than_it_sends() -> None:
    """And closes as if all were said."""
    with DemoServer(SITES) as server, connected(server.plan(), "http://bad.example/short") as stream:
        head, _, body = read_until_end(stream).partition(b"\r\n\r\n")
    assert b"Content-Length: 1010" in head
    assert body == b"x" * 10


def test_an_endless_answer_begins_at_once_and_stays_bounded() -> None:
    """What never ends for a client without limits ends with the server's own bound."""
    seen = 0
    with DemoServer(SITES) as server, connected(server.plan(), "http://bad.example/body") as stream:
        while seen < 1 << 20:
            seen += len(stream.recv(1 << 16))
    assert seen <= MAX_BYTES


def test_a_server_that_ends_at_once_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for until it says something or is gone, however long that takes."""
    monkeypatch.setattr("adtrace.demo.server.sys.executable", shutil.which("false"))
    with pytest.raises(AdtraceError, match="the demo's server did not start"), DemoServer(SITES):
        pass


def test_the_server_ends_with_its_user() -> None:
    """By itself, as soon as it hears no more of it, also where a connection is still open."""
    with DemoServer(SITES) as server, connected(server.plan(), "http://bad.example/silent"):
        assert server._process is not None
        server._channel.close()
        assert server._process.wait() == 0


def test_the_server_ends_after_its_lifetime() -> None:
    """A forgotten server does not outlive its bound."""
    with DemoServer(SITES, lifetime_s=0.2) as server:
        assert server._process is not None
        assert server._process.wait() == 0


def test_nothing_of_the_world_is_in_the_child_s_arguments() -> None:
    """What is served travels over a socket pair, so that no process list shows it."""
    with DemoServer(SITES) as server:
        assert server._process is not None
        assert not re.search("example", " ".join(map(str, server._process.args)))
