"""The worker process: reads pages, reaches nothing, and dies alone."""

import subprocess
import sys
from multiprocessing.connection import Pipe

import msgspec
import pytest

from adtrace.fetch.messages import Answer, Begun, Body, Done, FromWorker, Keep, Setup
from adtrace.fetch.worker import EXIT_MEMORY
from tests.fetch.test_resources import peak_mb

PAGE = b'<script async src="https://a.magsrv.com/ad-provider.js"></script>'
SELLERS = b"""{"version": "1.0", "sellers": [
  {"seller_id": "11", "seller_type": "PUBLISHER", "name": "One", "domain": "one.example"},
  {"seller_id": "22", "seller_type": "PUBLISHER", "name": "Two", "domain": "two.example"}]}"""

# A stand-in for the extractor, chosen by the page's own words.
FAKE = """
import os, socket, sys
from multiprocessing.connection import Connection
from adtrace.fetch import worker

def extract(text, kind, **more):
    if "raise" in text:
        raise ValueError(text)
    if "memory" in text:
        bytearray(8 << 30)
    if "die" in text:
        os.abort()
    if "socket" in text:
        socket.socket()
    if "write" in text:
        open("/tmp/kept", "w")
    if "spin" in text:
        while True: pass
    return worker.unread(kind, "complete")

worker.CPU_S = 1
bodies, results = (Connection(int(n)) for n in sys.argv[1:])
worker.confine()
worker.serve(bodies, results, extract)
"""


class Worker:
    """A started worker with our ends of its channels."""

    def __init__(self, *command):
        self.bodies, bodies = Pipe()
        self.results, results = Pipe()
        numbers = [bodies.fileno(), results.fileno()]
        self.process = subprocess.Popen([sys.executable, *command, *map(str, numbers)], pass_fds=numbers)
        bodies.close()
        results.close()
        self.tell(Setup(key=b"key", links=0))

    def tell(self, message):
        self.results.send_bytes(msgspec.msgpack.encode(message))

    def give(self, body, document="page", decision=1):
        answer = Answer(decision=decision, outcome="received", status=200, content_type="text/html")
        url = "https://clip.example/"
        self.bodies.send_bytes(
            msgspec.msgpack.encode(Body(answer=answer, url=url, document=document, body=body))
        )

    def hear(self):
        return msgspec.msgpack.decode(self.results.recv_bytes(), type=FromWorker)

    def read(self, body, **more):
        self.give(body, **more)
        assert isinstance(self.hear(), Begun)
        assert self.bodies.recv_bytes() == b"ack"
        done = self.hear()
        assert isinstance(done, Done)
        return done.extraction

    def close(self):
        self.bodies.close()
        self.results.close()
        return self.process.wait(timeout=10)


@pytest.fixture(scope="module")
def worker():
    one = Worker("-m", "adtrace.fetch.worker")
    yield one
    assert one.close() == 0


@pytest.fixture
def fake():
    one = Worker("-c", FAKE)
    yield one
    one.close()


@pytest.fixture(scope="module")
def enduring():
    """A fake that is not killed by what it is given."""
    one = Worker("-c", FAKE)
    yield one
    assert one.close() == 0


def test_page_is_read(worker):
    """A body becomes Begun, an acknowledgement, and Done with its sightings."""
    extraction = worker.read(PAGE)
    assert extraction.parse_status == "complete"
    assert "exoclick" in {sighting.network for sighting in extraction.sightings}


def test_next_page_is_taken_while_one_is_read(worker):
    """The fetcher may send the next body at once; results come in order."""
    worker.give(PAGE, decision=1)
    worker.give(b"<p>", decision=2)
    heard = [worker.hear() for _ in range(4)]
    assert [(type(m), m.answer.decision) for m in heard] == [(Begun, 1), (Done, 1), (Begun, 2), (Done, 2)]
    assert [worker.bodies.recv_bytes() for _ in range(2)] == [b"ack"] * 2


def test_only_held_sellers_are_kept(worker):
    """Of a sellers.json only the rows whose ids the case holds leave the worker."""
    worker.tell(Keep(decision=5, sellers=("22",)))
    extraction = worker.read(SELLERS, document="sellers_json", decision=5)
    assert {s.account for s in extraction.sightings if s.account} == {"22"}
    assert "one.example" not in extraction.skeleton


def test_a_long_list_of_sellers_comes_in_pieces(worker):
    """Cut anywhere, also within a letter, it is read as it arrives; the next document follows on the channel."""
    worker.tell(Keep(decision=6, sellers=("22",)))
    body = SELLERS.replace(b'"Two"', '"Zwölf"'.encode())
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    answer = Answer(decision=6, outcome="received", status=200, content_type="application/json")
    first = Body(answer, "https://a.example/sellers.json", "sellers_json", pieces[0], len(pieces) - 1)
    worker.bodies.send_bytes(msgspec.msgpack.encode(first))
    for piece in pieces[1:]:
        worker.bodies.send_bytes(piece)
    assert isinstance(worker.hear(), Begun)
    assert worker.bodies.recv_bytes() == b"ack"
    assert [s.declared["name"] for s in worker.hear().extraction.sightings] == ["Zwölf"]
    assert worker.read(PAGE).sightings


@pytest.mark.slow
def test_a_list_of_110_mb_is_read_in_bounded_memory(worker):
    """The worker never holds the file: a few MB more than before, for the longest public one."""
    row = (
        b'{"seller_id":"%07d","seller_type":"PUBLISHER","name":"A seller of some kind","domain":"s.example"},'
    )
    piece = b"".join(row % number for number in range(2_500))
    count = (110 << 20) // len(piece)
    assert worker.read(PAGE).sightings  # it has everything that reading needs
    before = peak_mb(worker.process.pid)
    worker.tell(Keep(decision=7, sellers=("0000022",)))
    answer = Answer(decision=7, outcome="received", status=200, content_type="application/json")
    first = Body(answer, "https://a.example/sellers.json", "sellers_json", b'{"sellers":[', count + 1)
    worker.bodies.send_bytes(msgspec.msgpack.encode(first))
    for _ in range(count):
        worker.bodies.send_bytes(piece)
    worker.bodies.send_bytes(b"{}]}")
    assert isinstance(worker.hear(), Begun)
    assert worker.bodies.recv_bytes() == b"ack"
    assert len(worker.hear().extraction.sightings) == count
    assert peak_mb(worker.process.pid) - before < 32


def test_fault_in_reading_is_a_parse_status(enduring):
    """An exception of ours is recorded by kind and place, without a word of the page."""
    status = enduring.read(b"raise secret").parse_status
    assert status.startswith("failed: ValueError")
    assert "secret" not in status


@pytest.mark.parametrize("act", [b"socket", b"write"])
def test_worker_reaches_nothing(enduring, act):
    """No socket can be made and no file written, whatever the page makes the code do."""
    assert enduring.read(act).parse_status.startswith("failed: PermissionError")


@pytest.mark.parametrize(("page", "code"), [(b"memory", EXIT_MEMORY), (b"die", -6), (b"spin", -24)])
def test_deadly_page_ends_the_process(fake, page, code):
    """Memory, processor time and a crash each end the worker with their own code, after Begun."""
    fake.give(page)
    assert isinstance(fake.hear(), Begun)
    with pytest.raises(EOFError):
        fake.hear()
    assert fake.process.wait(timeout=10) == code


def test_worker_ends_with_its_channels(fake):
    """A killed writer or fetcher leaves no worker behind."""
    fake.bodies.close()
    assert fake.process.wait(timeout=10) == 0
