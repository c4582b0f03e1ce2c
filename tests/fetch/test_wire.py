"""wire.py: a visit speaks over one connection, by the calls that are metered."""

import socket  # noqa: TID251 - listeners for the wires of a visit
from collections.abc import Iterator

import pytest

from adtrace.fetch import wire as module
from adtrace.fetch.egress import LoopbackEgress
from adtrace.fetch.messages import EgressPlan, Peer
from adtrace.fetch.response import MAX_HEADER_BYTES
from adtrace.fetch.wire import MAX_OVERHEAD, Visit, Wire, WireError, open_wire


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def connected(visit: Visit, port: int) -> Wire:
    wire = Wire(visit, socket.AF_INET, socket.SOCK_STREAM, 0)
    wire.connect(("127.0.0.1", port))
    return wire


def new_visit(port: int) -> Visit:
    peers = (Peer("clip.example", 80, "127.0.0.1", port),)
    return Visit(LoopbackEgress(EgressPlan(kind="loopback", peers=peers)))


def test_no_second_connection_is_asked(port: int) -> None:
    """Two may be tried; once one was sent a request, the other sends nothing, and the visit is refused."""
    visit = new_visit(port)
    with connected(visit, port) as first, connected(visit, port) as second:
        assert first.send(b"GET") == 3
        with pytest.raises(WireError):
            second.send(b"GET")
        assert visit.refusal is not None
        assert visit.refusal.rule == "wire/again"
        with pytest.raises(WireError):
            first.send(b"more")


def test_a_body_is_not_much_longer_on_the_wire(port: int) -> None:
    """Twice its limit and the headers: one of chunks or records of a byte each is cut off before it is six times."""
    visit = new_visit(port)
    visit.allow_body(1000)
    visit.headers_passed(200, ())
    visit.count(MAX_OVERHEAD * 1000 + MAX_HEADER_BYTES)
    with pytest.raises(WireError):
        visit.count(1)
    assert visit.refusal is not None
    assert visit.refusal.rule == "wire/length"
    with pytest.raises(WireError):
        visit.allowance(1)


def test_the_kernel_takes_in_little_before_the_verdict(port: int) -> None:
    """What nobody reads of a refused body waits with its server; afterwards the buffer grows."""
    visit = new_visit(port)
    module.CURRENT.set(visit)
    with open_wire((socket.AF_INET, socket.SOCK_STREAM, 0, "", ())) as wire:
        assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) <= 2 * 16 * 1024  # Linux doubles it
        wire.connect(("127.0.0.1", port))
        wire.send(b"GET")
        visit.widen()
        assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) > 2 * 16 * 1024


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("connect_ex", [("127.0.0.1", 9)]),
        ("sendall", [b"a"]),
        ("sendto", [b"a", ("127.0.0.1", 9)]),
        ("sendfile", [None]),
        ("recvfrom", [9]),
        ("recvfrom_into", [bytearray(9)]),
        ("recvmsg", [9]),
        ("recvmsg_into", [[bytearray(9)]]),
        ("listen", []),
        ("bind", [("127.0.0.1", 0)]),
        ("accept", []),
        ("makefile", []),
        ("dup", []),
    ],
)
def test_what_is_not_metered_is_not_offered(port: int, call: str, arguments: list[object]) -> None:
    """Every other way to read, send or connect by this socket is closed."""
    with connected(new_visit(port), port) as wire, pytest.raises(WireError, match="not a way"):
        getattr(wire, call)(*arguments)
