"""What the door's guards cost of a capture's processor time: `python tests/benchmarks/door.py [DIR_OF_PAGES]`.

A capture is policy on the address (by writer and door), headers, sniffing in chunks as they come, decoding,
skeleton and sightings. Prints the share of the guards; the target is below 5 %.
"""

import sys
import time
from pathlib import Path

from adtrace.extract import extract_page
from adtrace.fetch.addresses import may_connect
from adtrace.fetch.charset import decode_text
from adtrace.fetch.messages import ScopeRule
from adtrace.fetch.policy import Scope, may_request
from adtrace.fetch.response import may_read
from adtrace.fetch.sniff import Sniffer
from adtrace.fetch.wire import FIRST_READ_BYTES, READ_BYTES
from adtrace.knowledge import load_knowledge

ROUNDS = 3
_HEADERS = [
    (b"Date", b"Sun, 22 Nov 2026 10:00:00 GMT"),
    (b"Content-Type", b"text/html; charset=utf-8"),
    (b"Server", b"nginx"),
    (b"Cache-Control", b"no-cache"),
    (b"Content-Length", b"80000"),
]


def _guards(body: bytes, number: int, scope: Scope, knowledge: object) -> None:
    host = f"d{number}.example"
    for _ in ("writer", "door"):
        assert may_request(f"https://{host}/", "page", scope=scope, reach="page", knowledge=knowledge).allow  # type: ignore[arg-type]
    for _ in ("resolver", "socket", "peer"):
        assert may_connect("1.1.1.1").allow
    assert may_read("page", 200, _HEADERS).allow
    sniffer, at = Sniffer(), 0
    while at < len(body):
        size = READ_BYTES if sniffer.settled else FIRST_READ_BYTES
        sniffer.may_keep(body[at : at + size])
        at += size


def _extraction(body: bytes, number: int) -> None:
    _, text = decode_text(body, "text/html; charset=utf-8", markup=True)
    extract_page(text, url=f"https://d{number}.example/", key=b"benchmark")


def main() -> int:
    """1 if the guards cost more than the target."""
    paths = sorted(Path(sys.argv[1]).rglob("*.html")) if len(sys.argv) > 1 else []
    bodies = [path.read_bytes() for path in paths] or [
        b"<!doctype html>" + b"<p class=a>some words</p>" * 4000
    ] * 50
    knowledge = load_knowledge()
    scope = Scope(ScopeRule(number, "domain", f"d{number}.example") for number in range(len(bodies)))
    extract_page("<p>", url="https://warm.example/")
    spent: dict[str, float] = {}
    for _ in range(ROUNDS):
        for what in ("guards", "extraction"):
            began = time.process_time()
            for number, body in enumerate(bodies):
                if what == "guards":
                    _guards(body, number, scope, knowledge)
                else:
                    _extraction(body, number)
            spent[what] = min(spent.get(what, float("inf")), time.process_time() - began)
    share = spent["guards"] / sum(spent.values())
    size = sum(map(len, bodies)) / 1e6
    print(
        f"{len(bodies)} pages, {size:.1f} MB: guards {spent['guards']:.3f} s, extraction {spent['extraction']:.3f} s"
    )
    print(
        f"guards' share of the two: {share:.2%} (target below 5 %; the fetching itself is not even counted)"
    )
    return 0 if share < 0.05 else 1


if __name__ == "__main__":
    sys.exit(main())
