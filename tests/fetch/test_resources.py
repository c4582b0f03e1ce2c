"""Memory and time are bounded whatever a server does: the fetcher's peak is read from the kernel, not from a clock."""

import re
from pathlib import Path

import pytest

from adtrace.fetch.messages import Ask, ScopeRule, Stop
from adtrace.fetch.response import MAX_BODY_BYTES, MAX_SELLERS_BYTES
from tests.fetch.disguises import PAGE
from tests.fetch.hostile_server import HostileServer, endless, raw
from tests.fetch.test_door import OK
from tests.fetch.test_fetcher import fetcher, take

CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
# Each could fill any memory; the answer it ends in (by size, or as the parser finds it cut off, where both are near).
EXHAUSTING = {
    "headers.example": (endless(b"HTTP/1.1 200 OK\r\n", b"X-a: " + b"b" * 1000 + b"\r\n"), "refused"),
    "line.example": (endless(b"HTTP/1.1 200 OK\r\nX-a: ", b"b" * 65536), "refused"),
    "hints.example": (endless(b"", b"HTTP/1.1 103 Early\r\n\r\n" * 50, canary=False), "refused"),
    "body.example": (endless(OK + b"\r\n", b"text " * 13000), "refused"),
    "chunks.example": (endless(CHUNKED, b"1000\r\n" + b"a" * 4096 + b"\r\n", canary=False), "refused"),
    "tiny-chunks.example": (endless(CHUNKED, b"1\r\na\r\n" * 5000, canary=False), "refused or failed"),
    "extension.example": (endless(CHUNKED + b"5;", b"a" * 65536), "refused"),
    "trailers.example": (endless(CHUNKED + b"0\r\n", b"X-a: " + b"b" * 1000 + b"\r\n"), "refused or failed"),
    "announced.example": (raw(OK + b"Content-Length: 209715200\r\n\r\n", PAGE), "refused"),
}
# What a fetcher that fetched nothing needs, plus the largest document and its copies, plus the pages on their way.
MEMORY_MB = 450


def peak_mb(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nothing_a_server_sends_fills_the_memory(scheme):
    """All at once: each ends in its answer, the honest page beside them is read, the peak stays below the cap."""
    honest = raw(OK + b"Content-Length: %d\r\n\r\n" % len(PAGE), PAGE, canary=False)
    hosts = {host: behave for host, (behave, _) in EXHAUSTING.items()} | {"page.example": honest}
    scope = tuple(ScopeRule(number, "domain", host) for number, host in enumerate(hosts))
    with (
        HostileServer(hosts) as server,
        fetcher(server, scope=scope, timeout_s=60.0, concurrency=16) as running,
    ):
        names = list(hosts)
        for number, host in enumerate(names):
            running.send(Ask(decision=number, url=f"{scheme}://{host}/", document="page"))
        assert take(running.worker()).body == PAGE
        answers = {names[got.decision]: got for got in (running.answer() for _ in EXHAUSTING)}
        peak = peak_mb(running.process.pid)
        running.send(Stop())
        assert running.end() == (0, "")
    for host, (_, outcome) in EXHAUSTING.items():
        assert answers[host].outcome in outcome, host
        assert answers[host].bytes_seen <= 3 * MAX_BODY_BYTES
    assert peak < MEMORY_MB, peak


@pytest.mark.slow
def test_large_lists_of_sellers_come_one_at_a_time():
    """Eight files of the largest size at once: one is in memory until a worker has it."""
    row = b'{"sellers": [' + b'{"seller_id": "1"},' * 100
    from adtrace.knowledge import load_knowledge

    cards = [card for card in load_knowledge().cards.values() if card.sellers_json][:8]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

    def send(talk) -> None:
        talk.send(head + b"Content-Length: %d\r\n\r\n" % (30 << 20))
        talk.send(row, *[b" " * (1 << 20)] * 30)

    hosts = {card.sellers_json.split("/")[2]: send for card in cards}
    assert len(hosts) > 4
    assert MAX_SELLERS_BYTES > (30 << 20)
    scope = (ScopeRule(1, "domain", "clip.example"),)
    with (
        HostileServer(hosts) as server,
        fetcher(server, scope=scope, reach="tags", timeout_s=60.0) as running,
    ):
        asked = {card.sellers_json.split("/")[2]: card.sellers_json for card in cards}
        for number, url in enumerate(asked.values()):
            named_by = "https://clip.example/"
            running.send(Ask(decision=number, url=url, document="sellers_json", named_by=named_by))
        worker = running.worker()
        for _ in asked:
            assert len(take(worker).body) == 30 << 20
        peak = peak_mb(running.process.pid)
        running.send(Stop())
        assert running.end() == (0, "")
    assert peak < MEMORY_MB
