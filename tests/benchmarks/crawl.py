"""Processor time of a page through the door, extraction and sealed commit, as a ratio to bare tuned Scrapy.

    python tests/benchmarks/crawl.py [--pages N] [--folder FOLDER] [--rounds N]

Both fetch the same pages from the same loopback server, both held to the same one core with all their processes;
the server has another. Bare Scrapy: its own handler, cookies, retry, redirects, proxies, statistics and default
extensions off, a callback that counts, no parsing; from its first request to its last answer, for it makes its
requests before the first answer. adtrace: from a tenth of the answers to the last, so that no start is in it. Of
each the best round counts. On one core, processor time is what a page takes: the standing ratio (target 0.8) is of
all processes' together, and pages a second show what else was waited for.

Then once more with a stopwatch: the share of sealing in all of it (target: less than 10 %): canonical payloads,
hashes, chain, tree and signatures, with the two INSERTs of each record; and how many records a commit holds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from adtrace.case import Case, Entry, captures, ledger
from adtrace.case.ledger import Ledger
from adtrace.case.merkle import Tree
from adtrace.demo.answers import Site, page
from adtrace.demo.server import DemoServer
from adtrace.fetch import processes
from adtrace.fetch.progress import Progress
from adtrace.fetch.run import Pace, run_case
from adtrace.fetch.sniff import Sniffer

BARE = """
import sys, time, scrapy
from scrapy.crawler import CrawlerProcess
port, count = int(sys.argv[1]), int(sys.argv[2])
times = []
def clocks():
    times.append((time.perf_counter(), time.process_time()))
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        clocks()
        for i in range(count):
            yield scrapy.Request(f"http://127.0.0.1:{port}/p{i}", headers={"Host": f"h{i}.example"}, dont_filter=True)
    def parse(self, response):
        clocks()
settings = dict(COOKIES_ENABLED=False, RETRY_ENABLED=False, REDIRECT_ENABLED=False, METAREFRESH_ENABLED=False,
    HTTPPROXY_ENABLED=False,
    DUPEFILTER_CLASS="scrapy.dupefilters.BaseDupeFilter", STATS_CLASS="scrapy.statscollectors.DummyStatsCollector",
    EXTENSIONS_BASE={}, SPIDER_MIDDLEWARES_BASE={}, CONCURRENT_ITEMS=1, CONCURRENT_REQUESTS=256,
    CONCURRENT_REQUESTS_PER_DOMAIN=32, LOG_ENABLED=False, TELNETCONSOLE_ENABLED=False, REMOTE_CONTROL_ENABLED=False)
process = CrawlerProcess(settings)
process.crawl(Bare)
process.start()
assert len(times) == 1 + count, len(times)
print(*((b - a) / count for a, b in zip(times[0], times[-1])))
"""


class Cost(NamedTuple):
    """Of one page: seconds that passed, and processor seconds by process."""

    seconds: float
    processor: dict[str, float]


def bare(port: int, count: int) -> Cost:
    """What a page costs bare tuned Scrapy."""
    run = subprocess.run(
        [sys.executable, "-c", BARE, str(port), str(count)], stdout=subprocess.PIPE, text=True, check=True
    )
    seconds, processor = map(float, run.stdout.split())
    return Cost(seconds, {"bare Scrapy": processor})


class Clocks:
    """The clocks of a run's three processes, read at a tenth of the captures and at the last."""

    def __init__(self, count: int) -> None:
        self._first, self._last = count // 10, count
        self._pids = {"writer": os.getpid()}
        self._marks: list[tuple[int, float, dict[str, float]]] = []

    def started(self, module: str, *channels: Any) -> "subprocess.Popen[bytes]":
        """processes.start_module, which says who was started."""
        process = _START(module, *channels)
        self._pids[module.rpartition(".")[2]] = process.pid
        return process

    def show(self, progress: Progress) -> None:
        """Read the clocks if it is time to."""
        if progress.captures >= (self._last if self._marks else self._first) and len(self._marks) < 2:
            # The processor clock of another process, as clock_getcpuclockid(3) of Linux numbers it.
            clocks = {name: time.clock_gettime(~pid << 3 | 2) for name, pid in self._pids.items()}
            self._marks.append((progress.captures, time.perf_counter(), clocks))

    def cost(self) -> Cost:
        """Of one page between both readings."""
        (before, began, old), (after, ended, new) = self._marks
        count = after - before
        return Cost((ended - began) / count, {name: (new[name] - old[name]) / count for name in new})


_START = processes._start_module


def traced(server: DemoServer, count: int) -> tuple[Cost, float]:
    """What a page costs adtrace: decisions, door, extraction, sealed commits; and records a commit."""
    entries = [
        Entry(domain=f"h{i}.example", unit="url", url=f"http://h{i}.example/p{i}", authority="bench", reference=str(i),
              confirmed_at=date(2026, 1, 1))
        for i in range(count)
    ]  # fmt: skip
    clocks, commits = Clocks(count), 0

    def committed(case: Case) -> None:
        nonlocal commits
        commits += 1
        _COMMIT(case)

    with (
        tempfile.TemporaryDirectory() as folder,
        Case.create(Path(folder) / "case", operator="bench", purpose="to measure") as case,
        patch.object(processes, "_start_module", clocks.started),
        patch.object(Case, "_commit", committed),
    ):
        with case.transaction():
            case.add_entries(entries)
        before, commits = case.seq, 0
        summary = run_case(
            case, egress=server.plan(), pace=Pace(concurrency=32, delay_ms=0), progress=clocks.show
        )
        assert summary.outcomes == {"captured": count}, summary
        return clocks.cost(), (case.seq - before) / commits


_COMMIT = Case._commit


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """The processor times of what seals, while it lasts."""
    spent: list[float] = []

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return function(*given, **named)
            finally:
                spent.append(time.process_time() - start)

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
        yield spent


def main() -> None:
    """Print both costs, the standing ratio of the design, and the share of sealing."""
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

        # Not those that hold media: the door refuses them.
        bodies = [body for body in demo_pages() if Sniffer().may_keep(body.encode()).allow]
    count = options.pages
    sites = [
        Site(host=f"h{i}.example", answers={f"/p{i}": page(bodies[i % len(bodies)])}, tls="closed")
        for i in range(count)
    ]
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    with DemoServer(sites) as server:
        os.sched_setaffinity(0, {cores[0]})
        port = next(peer.peer_port for peer in server.plan().peers if peer.port == 80)
        rounds = [(bare(port, count), traced(server, count)) for _ in range(options.rounds)]
        with stopwatch() as spent:
            watched, _ = traced(server, count)
    best = min((cost for cost, _ in rounds), key=_total), min((cost for _, (cost, _) in rounds), key=_total)
    for name, cost in zip(("bare Scrapy", "adtrace"), best, strict=True):
        print(
            f"{name:12} {_total(cost) * 1e3:6.2f} ms of processor a page   ratio {_total(best[0]) / _total(cost):.2f}"
            f"   {1 / cost.seconds:6.1f} pages/s   ratio {best[0].seconds / cost.seconds:.2f}"
        )
    print("of it " + ", ".join(f"{name} {s * 1e3:.2f}" for name, s in best[1].processor.items()))
    print(f"records a commit: {rounds[0][1][1]:.1f}")
    sealing = sum(spent) / count
    print(f"sealing {sealing * 1e3:.2f} ms a page: {sealing / _total(watched):.1%}")


def _total(cost: Cost) -> float:
    return sum(cost.processor.values())


if __name__ == "__main__":
    main()
