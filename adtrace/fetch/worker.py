"""The worker process: hostile pages are read here, without sockets and within limits.

`python -m adtrace.fetch.worker BODIES RESULTS` with two inherited descriptors of socket pairs.
  RESULTS, writer to worker: Setup. Worker to writer: Begun before a document is parsed, Done after.
  BODIES, fetcher to worker: Body. Worker to fetcher: b"ack" right after Begun (fetcher.py has the protocol).
The worker ends when either channel ends. One that dies over a page costs that page alone: the writer records
it and starts another (processes.py).
"""

import codecs
import os
import resource
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any

import msgspec
from msgspec.structs import replace

from adtrace.extract.sellers_json import Wanted
from adtrace.extract.sighting import Extraction, PageState
from adtrace.fetch.charset import decode_text
from adtrace.fetch.confined import refuse_deeds
from adtrace.fetch.messages import Begun, Body, Done, Setup
from adtrace.fetch.traceless import leave_no_trace, place_of, say_where_alone

CPU_S = 20  # for one document
MEMORY_BYTES = 2 << 30
EXIT_MEMORY = 12
UNREAD = "unread"  # the page_state_rule of a page that could not be read
_MARKUP = frozenset({"page", "frame"})
Extract = Callable[..., Extraction]


def confine() -> None:
    """From here on: no socket, no process, no file opened for writing, no dump of its memory, which is bounded.

    The audit hook cannot be taken out again; it raises PermissionError where the act is tried.
    """
    leave_no_trace()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith("socket."):
        raise PermissionError(f"{event}: a worker reads pages and does nothing else")
    refuse_deeds(event, arguments)


def serve(bodies: "Connection[Any, Any]", results: "Connection[Any, Any]", extract: Extract) -> None:
    """Read documents until a channel ends.

    A page that runs out of memory or time ends the process (exit EXIT_MEMORY, signal SIGXCPU).
    """
    decode = msgspec.msgpack.Decoder(Body).decode
    try:
        setup = msgspec.msgpack.decode(results.recv_bytes(), type=Setup)
        while True:
            body = decode(bodies.recv_bytes())
            results.send_bytes(msgspec.msgpack.encode(Begun(answer=body.answer, document=body.document)))
            bodies.send_bytes(b"ack")
            _allow_cpu(CPU_S)
            rest = Rest(bodies, body.pieces)
            extraction = read_document(body, setup, extract, rest)
            rest.drop()
            results.send_bytes(_frame(body, extraction))
    except (EOFError, OSError):  # the other end is gone, between two frames or within one
        return
    except MemoryError:
        os._exit(EXIT_MEMORY)


def _frame(body: Body, extraction: Extraction) -> bytes:
    done = Done(answer=body.answer, document=body.document, extraction=extraction)
    try:
        return msgspec.msgpack.encode(done)
    except UnicodeEncodeError:  # half a surrogate pair, from an escape in a script: no text can carry it
        extraction = unread(body.document, "failed: lone surrogate in a sighting")
        return msgspec.msgpack.encode(replace(done, extraction=extraction))


class Rest:
    """The pieces of a body that are still to come on the channel."""

    def __init__(self, bodies: "Connection[Any, Any]", pieces: int) -> None:
        self._bodies, self._pieces = bodies, pieces

    def next(self) -> bytes:
        """The next piece; b"" after the last."""
        if not self._pieces:
            return b""
        self._pieces -= 1
        return self._bodies.recv_bytes()

    def drop(self) -> None:
        """Take what was not read off the channel, so that the next document follows."""
        while self._pieces:
            self.next()


class Utf8Stream:
    """A body as it arrives, as UTF-8 whatever it was written in; what does not fit becomes U+FFFD."""

    def __init__(self, first: bytes, content_type: str | None, rest: Rest) -> None:
        encoding, _ = decode_text(first, content_type, markup=False)
        self._decode = codecs.getincrementaldecoder(encoding)("replace").decode
        self._rest, self._ahead, self._at = rest, self._utf8(first), 0

    def _utf8(self, piece: bytes) -> bytes:
        return self._decode(piece, not piece).encode("utf-8", "replace")

    def read(self, size: int, /) -> bytes:
        """At most size bytes; b"" at the end, and for size 0."""
        while self._at >= len(self._ahead):
            piece = self._rest.next()
            self._ahead, self._at = self._utf8(piece), 0
            if not piece:
                break
        self._at += size
        return self._ahead[self._at - size : self._at]


def read_document(body: Body, setup: Setup, extract: Extract, rest: Rest) -> Extraction:
    """What the document holds; a fault of ours in reading it is an empty extraction that says so."""
    content_type = body.answer.content_type
    document: Utf8Stream | str
    keep = None
    if body.document == "sellers_json":
        keep = Wanted(frozenset(body.sellers), setup.domains)
        document = Utf8Stream(body.body, content_type, rest)
    else:
        whole = b"".join([body.body, *iter(rest.next, b"")])
        _, document = decode_text(whole, content_type, markup=body.document in _MARKUP)
    try:
        return extract(
            document,
            kind=body.document,
            url=body.url,
            headers=body.answer.headers,
            status=body.answer.status,
            at=datetime.now(UTC).date(),
            key=setup.key,
            keep=keep,
            links=setup.links,
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the page is hostile, the record must be made
        return unread(body.document, f"failed: {type(error).__name__} in {place_of(error)}")


def unread(document: Any, parse_status: str) -> Extraction:
    """The extraction of a document of which nothing could be read, with the reason."""
    return Extraction(
        kind=document,
        skeleton="",
        skeleton_sha256="",
        page_state=PageState("unknown", UNREAD) if document == "page" else None,
        sightings=[],
        proposals=[],
        scrubbed=[],
        parse_status=parse_status,
        knowledge="",
    )


def _allow_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main(arguments: Sequence[str]) -> None:
    """Load everything while files may still be opened freely, then read."""
    from adtrace.extract import extract_page

    say_where_alone("worker")
    bodies, results = (Connection(int(number)) for number in arguments)
    extract_page("<p>", url="https://warm.example/", key=b"warm")
    confine()
    serve(bodies, results, extract_page)


if __name__ == "__main__":
    main(sys.argv[1:])
