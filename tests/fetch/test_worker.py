"""The worker process: reads pages, reaches nothing, and dies alone."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from multiprocessing.connection import Pipe
from types import SimpleNamespace

import msgspec
import pytest
from msgspec.structs import replace

from adtrace.extract.sighting import PageState
from adtrace.fetch import worker as worker_module
from adtrace.fetch.messages import Answer, Begun, Body, Done, FromWorker, Setup
from adtrace.fetch.worker import EXIT_MEMORY, Rest, Utf8Stream, read_document, unread
from tests.fetch.test_resources import peak_mb

PAGE = b'<script async src="https://a.magsrv.com/ad-provider.js"></script>'
SELLERS = b"""{"version": "1.0", "sellers": [
  {"seller_id": "11", "seller_type": "PUBLISHER", "name": "One", "domain": "one.example"},
  {"seller_id": "22", "seller_type": "PUBLISHER", "name": "Two", "domain": "two.example"},
  {"seller_id": "33", "seller_type": "PUBLISHER", "name": "Three", "domain": "three.example"}]}"""

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


FORBIDDEN = """socket.__new__ socket.connect subprocess.Popen os.exec os.fork os.forkpty os.spawn os.posix_spawn
    os.system pty.spawn os.link os.mkdir os.remove os.rename os.symlink os.truncate sqlite3.connect""".split()


@pytest.mark.parametrize("event", FORBIDDEN)
def test_each_way_out_is_refused(event):
    """As Python's audit events name them."""
    with pytest.raises(PermissionError, match=event):
        worker_module._refuse(event, ())


def body_of(body, content_type="text/html", document="page"):
    answer = Answer(
        decision=1, outcome="received", status=203, content_type=content_type, headers=(("server", "x"),)
    )
    return Body(answer=answer, url="https://clip.example/", document=document, body=body)


def told_to_extractor(body):
    told = {}

    def extract(document, **more):
        told.update(more, document=document)
        return unread("page", "complete")

    read_document(body, Setup(key=b"key", links=7), extract, Rest(None, 0))
    return told


def test_the_extractor_is_told_what_the_door_saw():
    """Address, headers, status, kind; the case's key; how many links a page may propose."""
    before = datetime.now(UTC).date()
    told = told_to_extractor(body_of(b"<p>"))
    assert before <= told.pop("at") <= datetime.now(UTC).date()
    assert told == {
        "document": "<p>",
        "kind": "page",
        "url": "https://clip.example/",
        "headers": (("server", "x"),),
        "status": 203,
        "key": b"key",
        "keep": None,
        "links": 7,
    }


@pytest.mark.parametrize(
    ("body", "content_type", "document"),
    [
        ("фильм".encode("windows-1251"), "text/html; charset=windows-1251", "page"),
        ('<meta charset="windows-1251">фильм'.encode("windows-1251"), "text/html", "page"),
        ('<meta charset="windows-1251">фильм'.encode("windows-1251"), "text/html", "frame"),
        ("var a = '<meta charset=\"windows-1251\">'; // фильм".encode(), "text/javascript", "script"),
    ],
)
def test_a_document_is_read_in_its_own_letters(body, content_type, document):
    """By the header, or the page's own word; what is no markup has no such word."""
    assert "фильм" in told_to_extractor(body_of(body, content_type, document))["document"]


class Pieces:
    """A Rest of given pieces."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def next(self):
        return self.pieces.pop(0) if self.pieces else b""


def test_a_stream_is_utf_8_whatever_it_was():
    """What fits no letter becomes U+FFFD, also at the very end; nothing is asked for, nothing is read."""
    stream = Utf8Stream(b'["\xff', "application/json", Pieces(b'"]', b"\xc3"))
    assert stream.read(0) == b""
    assert b"".join(iter(lambda: stream.read(3), b"")).decode() == '["\ufffd"]\ufffd'
    assert stream.read(0) == stream.read(3) == b""


def test_half_a_surrogate_pair_is_told():
    """No text can carry it: the document says so, and the channel goes on."""
    extraction = replace(unread("page", "complete"), skeleton="\ud800")
    done = msgspec.msgpack.decode(worker_module._frame(body_of(b"<p>"), extraction), type=FromWorker)
    assert done.extraction == unread("page", "failed: lone surrogate in a sighting")
    assert done.answer.decision == 1


def test_what_could_not_be_read_has_no_state():
    """A page's is unknown, with the rule that says why; a file has none."""
    assert unread("page", "x").page_state == PageState("unknown", "unread")
    assert unread("script", "x").page_state is None


def test_processor_time_is_counted_from_each_document(monkeypatch):
    """What earlier ones took is theirs."""
    limits = []
    monkeypatch.setattr(worker_module.resource, "setrlimit", lambda _, limit: limits.append(limit[0]))
    used = SimpleNamespace(ru_utime=100.0, ru_stime=100.0)
    monkeypatch.setattr(worker_module.resource, "getrusage", lambda _: used)
    worker_module._allow_cpu(20)
    assert limits == [221]


def test_the_process_is_set_up_before_it_reads(monkeypatch):
    """Before it is confined all is loaded."""
    done = []
    monkeypatch.setattr("adtrace.extract.extract_page", lambda *_, **__: done.append("loaded"))
    monkeypatch.setattr(worker_module, "say_where_alone", done.append)
    monkeypatch.setattr(worker_module, "confine", lambda: done.append("confined"))
    monkeypatch.setattr(worker_module, "serve", lambda *_: done.append("serves"))
    ours, theirs = Pipe()
    with ours, theirs:
        worker_module.main([str(os.dup(ours.fileno())), str(os.dup(theirs.fileno()))])
    assert done == ["worker", "loaded", "confined", "serves"]


SETUP = Setup(key=b"key", links=0, domains=frozenset({"two.example"}))


class Worker:
    """A started worker with our ends of its channels."""

    def __init__(self, *command):
        self.bodies, bodies = Pipe()
        self.results, results = Pipe()
        numbers = [bodies.fileno(), results.fileno()]
        self.process = subprocess.Popen([sys.executable, *command, *map(str, numbers)], pass_fds=numbers)
        bodies.close()
        results.close()
        self.results.send_bytes(msgspec.msgpack.encode(SETUP))

    def give(self, body, document="page", decision=1, **more):
        answer = Answer(decision=decision, outcome="received", status=200, content_type="text/html")
        url = "https://clip.example/"
        whole = Body(answer=answer, url=url, document=document, body=body, **more)
        self.bodies.send_bytes(msgspec.msgpack.encode(whole))

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
        return self.process.wait()


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
    """Of a sellers.json only the rows leave the worker whose ids the case holds, or that list one of its domains."""
    extraction = worker.read(SELLERS, document="sellers_json", sellers=("33",))
    assert {s.account for s in extraction.sightings if s.account} == {"22", "33"}
    assert "one.example" not in extraction.skeleton


def test_a_long_list_of_sellers_comes_in_pieces(worker):
    """Cut anywhere, also within a letter, it is read as it arrives; the next document follows on the channel."""
    body = SELLERS.replace(b'"Two"', '"Zwölf"'.encode())
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    answer = Answer(decision=6, outcome="received", status=200, content_type="application/json")
    url = "https://a.example/sellers.json"
    first = Body(answer, url, "sellers_json", pieces[0], len(pieces) - 1, ("22",))
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
    answer = Answer(decision=7, outcome="received", status=200, content_type="application/json")
    url, begin = "https://a.example/sellers.json", b'{"sellers":['
    first = Body(answer, url, "sellers_json", begin, count + 1, ("0000022",))
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
    assert fake.bodies.recv_bytes() == b"ack"
    with pytest.raises(EOFError):
        fake.hear()
    assert fake.process.wait() == code


def test_pieces_nobody_read_are_taken_off_the_channel(enduring):
    """A list that is given up half way does not stand before the next document."""
    answer = Answer(decision=8, outcome="received", status=200, content_type="application/json")
    enduring.bodies.send_bytes(
        msgspec.msgpack.encode(Body(answer, "https://a.example/sellers.json", "sellers_json", b"{", 2))
    )
    for _ in range(2):
        enduring.bodies.send_bytes(b"never read")
    assert isinstance(enduring.hear(), Begun)
    assert enduring.bodies.recv_bytes() == b"ack"
    assert isinstance(enduring.hear(), Done)
    assert enduring.read(b"<p>").parse_status == "complete"


@pytest.mark.parametrize("last", [b"", b"\0\0\1\0" + b"the beginning of a body"])
def test_worker_ends_with_its_channels(fake, last):
    """A writer or fetcher that was killed, wherever in a frame, leaves no worker behind, and nothing to complain of."""
    os.write(fake.bodies.fileno(), last)
    fake.bodies.close()
    assert fake.process.wait() == 0
