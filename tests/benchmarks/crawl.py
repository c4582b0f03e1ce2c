"""Pages a second through the door, extraction and sealed commit, as a ratio to bare tuned Scrapy.

    python tests/benchmarks/crawl.py [--pages N] [--folder FOLDER]

Both fetch the same pages from the same loopback server, both held to the same one core with all their processes;
the server has another. Bare Scrapy: its own handler, cookies, retry, redirects, proxies, statistics and default
extensions off, a callback that counts, no parsing. Time runs from the first answer to the last.

Then once more with a stopwatch: the processor time of the writer and of its children (fetcher and worker, with all
that they load), and the share of sealing in all of it (target: less than 10 %): canonical payloads, hashes, chain,
tree and signatures, with the two INSERTs of each record.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from adtrace.case import Case, Entry, captures, ledger
from adtrace.case.ledger import Ledger
from adtrace.case.merkle import Tree
from adtrace.demo.answers import Site, page
from adtrace.demo.server import DemoServer
from adtrace.fetch.run import Pace, run_case

BARE = """
import sys, time, scrapy
from scrapy.crawler import CrawlerProcess
port, count = int(sys.argv[1]), int(sys.argv[2])
times = []
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for i in range(count):
            yield scrapy.Request(f"http://127.0.0.1:{port}/p{i}", headers={"Host": f"h{i}.example"}, dont_filter=True)
    def parse(self, response):
        times.append(time.perf_counter())
        return None
settings = dict(COOKIES_ENABLED=False, RETRY_ENABLED=False, REDIRECT_ENABLED=False, HTTPPROXY_ENABLED=False,
    DUPEFILTER_CLASS="scrapy.dupefilters.BaseDupeFilter", STATS_CLASS="scrapy.statscollectors.DummyStatsCollector",
    EXTENSIONS_BASE={}, SPIDER_MIDDLEWARES_BASE={}, CONCURRENT_ITEMS=1, CONCURRENT_REQUESTS=256,
    CONCURRENT_REQUESTS_PER_DOMAIN=32, LOG_ENABLED=False, TELNETCONSOLE_ENABLED=False, REMOTE_CONTROL_ENABLED=False)
process = CrawlerProcess(settings)
process.crawl(Bare)
process.start()
assert len(times) == count, len(times)
print(times[-1] - times[0], time.process_time())
"""


def bare(port: int, count: int) -> tuple[float, float]:
    """Seconds of bare tuned Scrapy, and its processor seconds, start included."""
    run = subprocess.run(
        [sys.executable, "-c", BARE, str(port), str(count)], capture_output=True, text=True, check=True
    )
    seconds, processor = map(float, run.stdout.split())
    return seconds, processor


def traced(server: DemoServer, count: int) -> float:
    """Seconds of adtrace over the same pages: decisions, door, extraction, sealed commits."""
    entries = [
        Entry(domain=f"h{i}.example", unit="url", url=f"http://h{i}.example/p{i}", authority="bench", reference=str(i),
              confirmed_at=date(2026, 1, 1))
        for i in range(count)
    ]  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        Case.create(Path(folder) / "case", operator="bench", purpose="to measure") as case,
    ):
        with case.transaction():
            case.add_entries(entries)
        summary = run_case(case, egress=server.plan(), pace=Pace(concurrency=32, delay_ms=0))
        assert summary.is_complete, summary
        rows = case.rows("SELECT time FROM ledger WHERE type = 'outcome' ORDER BY seq")
        times = [datetime.fromisoformat(row["time"]).astimezone(UTC) for row in rows]
    assert len(times) == count, len(times)
    return (times[-1] - times[0]).total_seconds()


@contextmanager
def stopwatch(spent: dict[str, float]) -> Iterator[None]:
    """Add the processor time of what seals, and of the writer and its children, to `spent`."""

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return function(*given, **named)
            finally:
                spent["sealing"] = spent.get("sealing", 0.0) + time.process_time() - start

        return call

    with ExitStack() as patches:
        # Each is called by none of the others.
        for owner, name in (
            (Ledger, "append"),
            (captures, "sightings_digest"),
            (captures, "sightings_bytes"),
            (Tree, "extend"),
            (ledger, "new_checkpoint"),
        ):
            patches.enter_context(patch.object(owner, name, timed(getattr(owner, name))))
        before = [resource.getrusage(who) for who in _WHO]
        yield
        for name, who, old in zip(("writer", "fetcher and worker"), _WHO, before, strict=True):
            new = resource.getrusage(who)
            spent[name] = new.ru_utime + new.ru_stime - old.ru_utime - old.ru_stime


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def main() -> None:
    """Print both rates and the standing ratio of the design (target 0.8)."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=800)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.folder:
        bodies = [p.read_bytes().decode("utf-8", "replace") for p in sorted(options.folder.iterdir())]
    else:
        from extraction import demo_pages

        bodies = demo_pages()
    count = options.pages
    sites = [
        Site(host=f"h{i}.example", answers={f"/p{i}": page(bodies[i % len(bodies)])}, tls="closed")
        for i in range(count)
    ]
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    best: dict[str, float] = {}
    with DemoServer(sites) as server:
        os.sched_setaffinity(0, {cores[0]})
        port = next(peer.peer_port for peer in server.plan().peers if peer.port == 80)
        for _ in range(options.rounds):
            time.sleep(0.5)
            seconds, processor = bare(port, count)
            best["bare Scrapy"] = min(best.get("bare Scrapy", 1e9), seconds)
            best["adtrace"] = min(best.get("adtrace", 1e9), traced(server, count))
        spent: dict[str, float] = {}
        with stopwatch(spent):
            traced(server, count)
    for name, seconds in best.items():
        print(f"{name:12} {count / seconds:7.1f} pages/s   ratio {best['bare Scrapy'] / seconds:.2f}")
    sealing = spent.pop("sealing")
    whole = sum(spent.values())
    print(
        f"processor ms a page, start included: bare Scrapy {processor / count * 1e3:.1f}, "
        + ", ".join(f"{name} {s / count * 1e3:.1f}" for name, s in spent.items())
    )
    print(f"of it sealing {sealing / count * 1e3:.2f}: {sealing / whole:.1%}")


if __name__ == "__main__":
    main()
