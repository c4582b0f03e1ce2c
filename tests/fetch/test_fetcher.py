"""fetcher.py: the process, spoken to as the writer and a worker would."""

import contextlib
import socket  # noqa: TID251 - descriptors between our own processes
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from adtrace.errors import AdtraceError
from adtrace.fetch.fetcher import build_door
from adtrace.fetch.messages import Answer, Ask, Body, Profile, Rules, ScopeRule, Start, Stop
from adtrace.knowledge import load_knowledge
from tests.fetch.hostile_server import HostileServer, answer, raw

PAGE = b"<!doctype html><title>x</title><p>" + b"text " * 400
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(3000)
HOSTS = {
    "page.example": answer(PAGE),
    "media.example": answer(JPEG),
    "moved.example": answer(JPEG, status="302 Found", headers=("Location: https://page.example/",)),
    "silent.example": raw(canary=False, hang=True),
}
SCOPE = tuple(ScopeRule(n, "domain", host) for n, host in enumerate(HOSTS))
_encode, _decode = msgspec.msgpack.encode, msgspec.msgpack.decode


def start(server: HostileServer, **changes) -> Start:
    settings = {
        "run": 1,
        "profile": Profile(user_agent="adtrace test"),
        "egress": server.plan(),
        "reach": "page",
        "concurrency": 8,
        "delay_s": 0.0,
        "timeout_s": 60.0,
    }
    return Start(**{**settings, **changes})


class Fetcher:
    """A running fetcher process, its writer's channel and the desk of its workers."""

    def __init__(self, server: HostileServer, scope=SCOPE, **changes) -> None:
        (self.control, control), (self.desk, desk) = socket.socketpair(), socket.socketpair()
        self.writer = Connection(self.control.detach())
        self.process = subprocess.Popen(
            [sys.executable, "-m", "adtrace.fetch.fetcher", str(control.fileno()), str(desk.fileno())],
            pass_fds=[control.fileno(), desk.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        control.close()
        desk.close()
        self.send(Rules(scope[:1]))
        self.send(Rules(scope[1:]))
        self.send(start(server, **changes))

    def send(self, message: Rules | Start | Ask | Stop) -> None:
        self.writer.send_bytes(_encode(message))

    def ask(self, decision: int, host: str, path: str = "/") -> None:
        self.send(Ask(decision=decision, url=f"http://{host}{path}", document="page"))

    def answer(self) -> Answer:
        return _decode(self.writer.recv_bytes(), type=Answer)

    def worker(self) -> Connection:
        """The worker's end of a new body channel."""
        ours, theirs = socket.socketpair()
        socket.send_fds(self.desk, [b"w"], [theirs.fileno()])
        theirs.close()
        return Connection(ours.detach())

    def end(self) -> tuple[int, str]:
        """Exit code and everything it wrote."""
        output, _ = self.process.communicate()
        return self.process.returncode, output.decode()


def take(worker: Connection, *, acknowledge: bool = True) -> Body:
    body = _decode(worker.recv_bytes(), type=Body)
    if acknowledge:
        worker.send_bytes(b"ack")
    return replace(body, body=body.body + b"".join(worker.recv_bytes() for _ in range(body.pieces)), pieces=0)


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer(HOSTS) as running:
        yield running


@contextlib.contextmanager
def fetcher(server: HostileServer, **changes) -> Iterator[Fetcher]:
    running = Fetcher(server, **changes)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        for channel in (running.writer, running.desk, running.process.stdout):
            channel.close()


@pytest.fixture(scope="module")
def shared(server: HostileServer) -> Iterator[Fetcher]:
    """One for all that leave nothing under way; at the end it has said no word and has nothing left."""
    with fetcher(server) as running:
        yield running
        running.send(Stop())
        assert running.end() == (0, "")


def test_each_ask_ends_once_and_where_it_belongs(server, shared):
    """Pages go to the worker, one at a time; everything else to the writer; nothing of the list is in argv."""
    for decision, host in enumerate(
        ["page.example", "media.example", "moved.example", "other.example", "page.example"]
    ):
        shared.ask(decision, host, f"/{decision}")
    answers = {got.decision: got for got in (shared.answer() for _ in range(3))}
    assert {n: got.outcome for n, got in answers.items()} == {1: "refused", 2: "redirected", 3: "refused"}
    assert answers[3].layer == "request"
    with shared.worker() as worker:
        bodies = [take(worker, acknowledge=False)]
        assert not worker.poll(0.1)
        worker.send_bytes(b"ack")
        bodies.append(take(worker))
    assert {(body.answer.decision, body.url) for body in bodies} == {
        (0, "http://page.example/0"),
        (4, "http://page.example/4"),
    }
    assert all(body.body == PAGE + server.canary for body in bodies)
    told = Path(f"/proc/{shared.process.pid}/cmdline").read_bytes()
    with contextlib.suppress(PermissionError):  # of a process that may not be dumped, root alone reads it
        told += Path(f"/proc/{shared.process.pid}/environ").read_bytes()
    assert b"example" not in told


def test_stop_waits_for_the_last_acknowledgement(server):
    """Stop does not lose a body that no worker has yet."""
    with fetcher(server) as running:
        running.ask(1, "page.example")
        running.send(Stop())
        assert take(running.worker()).answer.decision == 1
        assert running.end() == (0, "")


def test_dead_worker_gives_its_body_back(shared):
    """Unacknowledged, the body goes to the next worker; acknowledged, it does not come again."""
    shared.ask(1, "page.example")
    shared.ask(2, "page.example", "/2")
    with shared.worker() as first:
        taken, lost = take(first).answer.decision, take(first, acknowledge=False).answer.decision
    assert {taken, lost} == {1, 2}
    with shared.worker() as second:
        assert take(second).answer.decision == lost
        shared.ask(3, "page.example", "/3")
        assert take(second).answer.decision == 3


def test_ask_that_is_no_address_ends_as_well(shared):
    """A mistake of the writer costs that ask alone."""
    for decision, url in enumerate(["nonsense", "", "https:///", "page.example/", "data:,a"]):
        shared.send(Ask(decision=decision, url=url, document="page"))
    answers = [shared.answer() for _ in range(5)]
    assert sorted(got.decision for got in answers) == list(range(5))
    assert {got.outcome for got in answers} <= {"failed", "refused"}
    shared.ask(9, "page.example")
    with shared.worker() as worker:
        assert take(worker).answer.decision == 9


def test_worker_that_says_more_than_its_word_is_heard_no_more(shared):
    """A page may have taken it over; its body goes to the next one."""
    shared.ask(1, "page.example")
    with shared.worker() as taken_over:
        assert take(taken_over, acknowledge=False).answer.decision == 1
        taken_over.send_bytes(b"a" * 65)
        with pytest.raises((EOFError, ConnectionError)):
            taken_over.recv_bytes()
    with shared.worker() as worker:
        assert take(worker).answer.decision == 1


def test_ids_of_a_network_are_heard_however_many_they_are(shared):
    """More than 64 MiB of them ended the process."""
    ids = tuple(f"{number:0200}" for number in range(340_000))
    shared.send(
        Ask(decision=1, url="https://page.example/sellers.json", document="sellers_json", sellers=ids)
    )
    assert shared.answer().outcome == "refused"


def test_without_a_writer_it_ends(server):
    """Nobody would record what it still contacts."""
    with fetcher(server) as running:
        running.ask(1, "silent.example")
        running.writer.close()
        running.process.communicate()
        assert running.process.returncode == 1


@pytest.mark.parametrize(
    "changes", [{"reach": "everything"}, {"concurrency": 0}, {"timeout_s": 0.0}, {"delay_s": -1.0}]
)
def test_a_bad_start_is_not_begun(server, changes):
    """What cannot be carried out as asked."""
    with pytest.raises(AdtraceError, match="cannot be carried out"):
        build_door(start(server, **changes), SCOPE, load_knowledge())


def test_bad_start_ends_in_one_sentence(server):
    """The process says why, and no more."""
    with fetcher(server, reach="everything") as running:
        code, words = running.end()
    assert code == 1
    assert words.startswith("adtrace: ")
    assert len(words.splitlines()) == 1
