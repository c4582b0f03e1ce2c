"""The rows of the threat table about media (door_rows.py): each lie refused, and nothing of it kept anywhere."""

import base64
import gc
import logging
import random
import types
from pathlib import Path

import pytest

from adtrace.extract import extract_page
from adtrace.fetch import writer
from adtrace.fetch.candidates import Candidate, named_documents, redirect_target
from adtrace.fetch.messages import Ask, ScopeRule
from adtrace.fetch.policy import Scope, may_request
from tests.fetch import gauntlet
from tests.fetch.disguises import DISGUISES, JPEG, PAGE
from tests.fetch.gauntlet import GENERATED, SEED, NoCards, Trial, all_trials, generated_trials, in_batches
from tests.fetch.hostile_server import answer, raw
from tests.fetch.test_door import HOST, OK, visit

IMAGE = "https://clip.example/a.jpg"


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, str], str | None]:
    """What is wrong with how the door took each disguise, by name and scheme; None where nothing is."""
    trials = [Trial(disguise, scheme) for disguise in DISGUISES.values() for scheme in ("http", "https")]
    run = gauntlet.run(trials)
    assert run.requests == len(trials)
    return {(t.disguise.name, t.scheme): gauntlet.fault_of(t, a, run.canary) for t, a in run.arrivals}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", DISGUISES)
def test_disguise(seen, name, scheme):
    """Refused by its layer for its reason, within the bytes allowed, with nothing of it in the answer."""
    assert seen[name, scheme] is None


def test_there_are_enough_disguises():
    """At least 150 kinds times transports times chunkings; it is many more."""
    assert len(DISGUISES) >= 150
    assert len(all_trials()) >= 4000


@pytest.mark.slow
def test_every_disguise_in_every_framing_and_cut(capsys):
    """With a length, in chunks or to the end of the connection; at once, headers first, byte by byte, in halves."""
    runs = list(in_batches(all_trials()))
    _tell(capsys, gauntlet.figures("disguises", runs))
    assert [fault for each in runs for fault in gauntlet.faults(each)] == []


@pytest.mark.slow
def test_ten_thousand_generated_lies(capsys):
    """Random containers behind random text under random types, framings and cuts: none is let through."""
    runs = list(in_batches(list(generated_trials(GENERATED, SEED))))
    _tell(capsys, gauntlet.figures("generated", runs))
    assert [fault for each in runs for fault in gauntlet.faults(each)] == []


def _tell(capsys, words: str) -> None:
    with capsys.disabled():
        print(f"\n{words}")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", ["CT1 jpeg", "CT2 jpeg as html", "PG1 behind a page", "ENC1 gzip4"])
def test_no_exception_and_no_frame_holds_a_byte(name, scheme, caplog):
    """After a refusal, no living exception, no frame of one, no log line and no object of ours holds the canary."""
    caplog.set_level(logging.DEBUG)
    found = gauntlet.run([Trial(DISGUISES[name], scheme)])
    assert found.canary.decode() not in caplog.text
    gc.collect()
    for thing in gc.get_objects():
        if isinstance(thing, BaseException):
            assert found.canary not in repr(thing.args).encode()
        elif isinstance(thing, types.TracebackType):
            held = [
                value for value in thing.tb_frame.f_locals.values() if isinstance(value, bytes | bytearray)
            ]
            assert not any(found.canary in value for value in held if value is not found.canary)


# What is no refusal at the door, by row: the answer, and that nothing else is asked.
_THUMBNAIL = b'{"sellers": [{"seller_id": "1", "comment": "data:image/png;base64,%s"}]}' % (
    b"iVBORw0KGgo" * 99
)
_DATA_URI = b'<p>a</p><img src="data:image/png;base64,' + b"iVBORw0KGgoAAAANSUhEUgAA" * 3500 + b'">'
TEXT = {
    "PG4 svg in a page": b"<!doctype html><svg viewBox='0 0 1 1'><path d='M0 0'/></svg>",
    "SVG1 image in an svg in a page": b"<!doctype html><svg><image href='https://clip.example/a.png'/></svg>",
    "RD4 meta refresh to an image": b'<meta http-equiv="refresh" content="0;url=/a.jpg">',
    "RD5 script to a blob": b'<script>location="data:image/png;base64,iVBORw0KGgo"</script>',
    "MF4 og:video": b'<meta property="og:video" content="https://clip.example/a.mp4">',
    "MF4 contentUrl": b'<script type="application/ld+json">{"contentUrl": "https://clip.example/a.mp4"}</script>',
    "JS2 data uri": _DATA_URI,
    "JS3 worker and manifest": b'<link rel="manifest" href="/m.json"><script>navigator.serviceWorker.register("/x.js")'
    b";new EventSource('/e');new WebSocket('wss://clip.example/')</script>",
    "LB1 odd schemes": b'<iframe src="file:///etc/hostname"></iframe><iframe src="blob:https://clip.example/a"></iframe>',
}


@pytest.mark.parametrize("name", TEXT)
def test_text_that_leads_to_media_is_text(name):
    """The page is read, nothing it names is asked for by the door, and the policy refuses what it names of media."""
    arrival, server = visit(answer(PAGE + TEXT[name]))
    assert arrival.answer.outcome == "received"
    assert len(server.requests) == 1
    page = Candidate(url=f"https://{HOST}/", document="page", entry=1)
    found = extract_page(arrival.body, url=page.url)
    assert "iVBORw0KGgo" not in found.skeleton
    scope = Scope([ScopeRule(1, "domain", HOST)])
    for named in named_documents(page, found.proposals):
        verdict = may_request(named.url, named.document, scope=scope, reach="ads", knowledge=NoCards())
        assert not verdict.allow or named.url.endswith("/x.js")  # a worker file is a text of the site


@pytest.mark.parametrize(
    "scheme",
    [
        "file",
        "data",
        "ftp",
        "s3",
        "blob",
        "filesystem",
        "javascript",
        "view-source",
        "ws",
        "wss",
        "about",
        "gopher",
    ],
)
def test_lb1_schemes_are_never_requested(scheme):
    """http and https alone; JS4: so no WebSocket either."""
    for tail in (":///etc/hostname", "://clip.example/", ":image/png;base64,iVBORw0KGgo"):
        for document in ("page", "script", "frame", "worker"):
            scope = Scope([ScopeRule(1, "domain", HOST)])
            verdict = may_request(scheme + tail, document, scope=scope, reach="ads", knowledge=NoCards())
            assert verdict.rule == "request/form"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_rd1_body_of_a_redirect_is_not_read(status):
    """Followed by a new decision, never read."""
    arrival, _ = visit(answer(JPEG * 100, status=f"{status} Moved", headers=("Location: /b",)))
    assert (arrival.answer.outcome, arrival.body, arrival.answer.sha256_wire) == ("redirected", None, None)
    assert arrival.answer.bytes_seen <= 2048


@pytest.mark.parametrize("location", ["/a.jpg", "//clip.example/v.mp4?x", "mailto:a@clip.example"])
def test_rd2_redirect_to_an_image_leads_nowhere(location):
    """The hop is recorded; its address is refused before anything is asked."""
    arrival, _ = visit(answer(PAGE, status="302 Found", headers=(f"Location: {location}",)))
    assert arrival.answer.outcome == "redirected"
    page = Candidate(url=f"http://{HOST}/", document="page", entry=1)
    target = redirect_target(page, arrival.answer.location)
    scope = Scope([ScopeRule(1, "domain", HOST)])
    verdict = may_request(target.url, "page", scope=scope, reach="ads", knowledge=NoCards())
    assert verdict.rule in ("request/media", "request/form")


_WRITTEN = base64.b64encode(JPEG[:12] + random.Random(7).randbytes(900)).decode()


@pytest.mark.parametrize(
    "location",
    [
        "data:image/png;base64,iVBORw0KGgo",
        "data:text/html,some%20words",
        f"https://clip.example/?d={_WRITTEN}",
        f"/{JPEG[:60].hex()}",
    ],
)
def test_rd2_picture_in_an_address_is_not_recorded(location):
    """A Location is written down wherever it leads: what embeds data is refused with no word of it."""
    arrival, _ = visit(answer(PAGE, status="302 Found", headers=(f"Location: {location}",)))
    assert (arrival.answer.outcome, arrival.answer.layer) == ("refused", "headers")
    assert arrival.answer.location is None
    assert location[-30:] not in repr(arrival)


@pytest.mark.parametrize("name", ["Server", "X-Generator", "Content-Security-Policy"])
@pytest.mark.parametrize("width", [900, 100])
def test_st9_picture_in_headers_is_not_kept(name, width):
    """Neither in one header that is kept of a page nor cut into several."""
    pieces = [_WRITTEN[at : at + width] for at in range(0, len(_WRITTEN), width)]
    arrival, _ = visit(answer(PAGE, headers=(*(f"{name}: {piece}" for piece in pieces), "Via: 1.1 x")))
    assert arrival.answer.outcome == "received"
    assert arrival.answer.headers[-1] == ("via", "1.1 x")
    assert not any(piece in repr(arrival.answer) for piece in pieces)


@pytest.mark.parametrize("type_", [f"image/{JPEG[:200].hex()}", f"{JPEG[:200].hex()}/x"])
def test_st9_picture_in_a_type_is_not_in_the_reason(type_):
    """A refusal names the type that was sent, if it can be one."""
    arrival, _ = visit(answer(PAGE, type_=type_))
    assert (arrival.answer.outcome, arrival.answer.layer) == ("refused", "headers")
    assert JPEG[:12].hex() not in repr(arrival)


@pytest.mark.parametrize("size", [20_000, 60_000])
def test_long_headers_are_no_fault_of_a_page(size):
    """A content security policy alone may have more than 8 KiB, and a page more than 128 headers."""
    headers = (f"Content-Security-Policy: {'a.example ' * (size // 10)}", *["Set-Cookie: a=b"] * 200)
    arrival, server = visit(answer(PAGE, headers=headers))
    assert arrival.body == PAGE + server.canary
    assert [(name, len(value)) for name, value in arrival.answer.headers] == [
        ("content-security-policy", 1024)
    ]


def test_rd6_rd8_headers_that_name_addresses_are_strings():
    """Refresh, Link, Alt-Svc, Content-Location: one request, and what is kept of them is text in its bounds."""
    headers = (
        "Refresh: 0;url=/a.jpg",
        "Link: </a.jpg>; rel=preload; as=image, </b>; rel=canonical",
        'Alt-Svc: h2="127.0.0.1:9"',
        "Content-Location: /a.jpg",
        f"Set-Cookie: a={'b' * 3000}",
    )
    arrival, server = visit(answer(PAGE, headers=headers))
    assert arrival.answer.outcome == "received"
    assert [name for name, _ in arrival.answer.headers] == ["refresh", "link"]
    assert len(server.requests) == 1


@pytest.mark.parametrize(("hints", "outcome"), [(8, "received"), (9, "refused")])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_rd7_eight_interim_answers_are_enough(hints, outcome, scheme):
    """More are refused, however small; what they say is nobody's."""
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a.jpg>; rel=preload; as=image\r\n\r\n"
    arrival, _ = visit(
        raw(hint * hints + OK + b"Content-Length: 5\r\n\r\nhello", canary=False), scheme=scheme
    )
    assert arrival.answer.outcome == outcome
    assert arrival.answer.headers == ()


def test_js1_picture_inside_json_is_not_kept():
    """A seller's row keeps its own fields, each short; a comment is none of them."""
    found = extract_page(_THUMBNAIL.decode(), kind="sellers_json", url="https://clip.example/sellers.json")
    assert "iVBORw0KGgo" not in found.skeleton


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_js4_upgrade_is_refused(scheme):
    """We ask for none; a server that switches all the same is not read."""
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
    arrival, server = visit(raw(head, JPEG), scheme=scheme)
    assert (arrival.answer.outcome, arrival.answer.layer) == ("refused", "headers")
    assert b"upgrade" not in server.requests[0][1].lower()


# How an answer is put on the wire, by row: outcome, layer.
CHUNKS = OK + b"Transfer-Encoding: chunked\r\n\r\n"
WIRE = {
    "ST3 HTTP/1.0 without length": (
        raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n", JPEG),
        "refused",
        "body",
    ),
    "ST4 HTTP/0.9": (raw(JPEG), "failed", "protocol"),
    "ST5 chunks and length": (
        raw(
            OK + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            canary=False,
        ),
        "failed",
        "protocol",
    ),
    "ST6 no colon": (raw(b"HTTP/1.1 200 OK\r\nnonsense\r\n" + OK[17:] + b"\r\n", PAGE), "failed", "protocol"),
    "ST6 folded type": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n image/jpeg\r\n\r\n", PAGE),
        "refused",
        "headers",
    ),
    "ST8 truncated": (raw(OK + b"Content-Length: 9000\r\n\r\n", PAGE), "failed", "truncated"),
    "ENC6 gzip, chunked": (
        raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n", canary=False),
        "refused",
        "headers",
    ),
    "ENC6 named with a space": (
        raw(OK + b"Transfer-Encoding : gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", canary=False),
        "refused",
        "headers",
    ),
    "ENC6 unknown": (raw(OK + b"Transfer-Encoding: x-odd\r\n\r\n", JPEG), "refused", "headers"),
    "smuggled second answer": (
        raw(OK + b"Content-Length: 5\r\n\r\nhello" + OK + b"\r\n", JPEG),
        "received",
        "",
    ),
    "ST9 media in a trailer": (
        raw(CHUNKS + b"5\r\nhello\r\n0\r\nX-a: " + JPEG[:4] + b"\r\n\r\n", canary=False),
        "received",
        "",
    ),
    "ST9 media in a header": (
        raw(OK + b"X-a: " + JPEG[:4] + b"\r\nContent-Length: 5\r\n\r\nhello", canary=False),
        "received",
        "",
    ),
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", WIRE)
def test_wire(name, scheme):
    """However the answer is put on the wire, a page is a whole page and nothing but it."""
    behave, outcome, layer = WIRE[name]
    arrival, server = visit(behave, scheme=scheme)
    assert (arrival.answer.outcome, arrival.answer.layer) == (outcome, layer)
    assert arrival.body == (b"hello" if outcome == "received" else None)
    assert server.canary.decode() not in repr(arrival)
    assert "\\xff" not in repr(arrival.answer)


@pytest.mark.parametrize(("says_goodbye", "outcome"), [(True, "received"), (False, "failed")])
def test_tls_truncation_is_no_page(says_goodbye, outcome):
    """Without a length, the goodbye of TLS is what tells a whole body from one that was cut off."""

    def behave(talk) -> None:
        talk.send(OK + b"\r\n" + PAGE)
        if says_goodbye:
            talk.sock.unwrap()

    arrival, _ = visit(behave, scheme="https")
    assert (arrival.answer.outcome, arrival.answer.layer) == (outcome, "" if says_goodbye else "truncated")
    assert arrival.body == (PAGE if says_goodbye else None)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_reset_is_no_end_of_a_body(scheme):
    """A body without a length whose connection is reset was cut off, however much of it had come."""
    arrival, _ = visit(raw(OK + b"\r\n", PAGE * 200, reset=True), scheme=scheme)
    assert (arrival.answer.outcome, arrival.body) == ("failed", None)
    assert arrival.answer.layer in ("truncated", "reset")


def test_body_that_ends_with_a_plain_connection_is_said_to():
    """Without TLS nobody can tell; the record says so."""
    arrival, server = visit(raw(OK + b"\r\n", PAGE))
    assert arrival.body == PAGE + server.canary
    assert "whole or not" in arrival.answer.reason


def test_unverified_second_try_is_nobodys_choice():
    """The door can be told to go on without verifying; nothing in a run ever tells it so."""
    assert Ask(decision=1, url="https://clip.example/", document="page").verify_tls
    sources = Path(writer.__file__).parent.glob("*.py")
    told = {path.name for path in sources if "verify_tls" in path.read_text()}
    assert told == {"messages.py", "door.py"}


def test_page_of_nothing_but_markup_passes():
    """The measure of the refusals: an honest page in each framing is let through whole."""
    for behave in (answer(PAGE), raw(CHUNKS + b"%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n", canary=False)):
        for scheme in ("http", "https"):
            arrival, _ = visit(behave, scheme=scheme)
            assert arrival.body is not None
            assert arrival.body.startswith(PAGE)
