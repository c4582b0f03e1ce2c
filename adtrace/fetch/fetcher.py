"""The fetcher process: the only one with a way out. It parses nothing and has no database.

Started by the writer as `python -m adtrace.fetch.fetcher WRITER_FD DESK_FD` (both inherited; nothing of the
list is in argv or environment). It ignores SIGINT: the writer alone decides when to stop.

WRITER_FD, one end of a socketpair: frames as of multiprocessing.connection (send_bytes, recv_bytes),
each the MessagePack of one message of messages.py.
  writer → fetcher   Rules, any number; Start once; Ask, any number, at any time; Stop at last.
  fetcher → writer   Answer for everything that ends here: redirected, refused, failed.
                     A document let through ends at the worker instead, which tells the writer.
  Every Ask ends in exactly one Answer or one Body.

DESK_FD, one end of a socketpair, without frames: each started worker's body channel arrives here as one byte
and one file descriptor (writer: socket.send_fds(desk, [b"w"], [fd]), then it closes its own copy of fd).
The first worker comes the same way as its replacements. While there is no worker, bodies wait in memory.

Body channel, one end of a socketpair, the worker has the other; frames as above.
  fetcher → worker   Body, one at a time; after one of several pieces those, as fast as the worker takes them.
  worker → fetcher   b"ack", at once after it has sent Begun to the writer and before it parses: from then on
                     the document is the writer's and the worker's affair, and the fetcher sends the next,
                     which waits in the channel while the worker still parses.
A channel that ends (the worker died) gives back its unacknowledged body, which goes to the next worker. So
after a death between Begun and ack one document can come twice: the writer drops what it hears of a decision
that already has its outcome.

The end.
  Stop               no more Ask follows; everything under way is finished, every body acknowledged; exit 0.
  WRITER_FD closed   the writer is gone: exit at once.
A setting weaker than it must be, or a bad Start, ends the process with one sentence on stderr and exit 1
before any contact.
"""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from scrapy.crawler import AsyncCrawlerRunner

from adtrace.errors import AdtraceError
from adtrace.fetch.desk import WriterDesk
from adtrace.fetch.door import Door
from adtrace.fetch.egress import build_egress
from adtrace.fetch.lock import lock_process
from adtrace.fetch.messages import ScopeRule, Start
from adtrace.fetch.policy import REACHES, AdHosts, Scope
from adtrace.fetch.settings import fetcher_settings
from adtrace.fetch.spider import FetchSpider, WhereOnly
from adtrace.fetch.traceless import leave_no_trace, say_where_alone
from adtrace.names import display


async def serve(writer: int, desk_descriptor: int, knowledge: AdHosts) -> None:
    """Run one crawl for the writer at the other end, to its Stop.

    Raises:
        AdtraceError: the Start cannot be carried out, or a setting in force is weaker than it must be.
    """
    desk = WriterDesk()
    await desk.open(writer, desk_descriptor)
    start = await desk.start
    door = build_door(start, desk.scope, knowledge)
    settings = fetcher_settings(
        concurrency=start.concurrency, delay_s=start.delay_s, timeout_s=start.timeout_s
    )
    crawler = AsyncCrawlerRunner(settings).create_crawler(FetchSpider)
    lock_process()
    try:
        await crawler.crawl_async(desk=desk, door=door)
    finally:
        await door.close()
    assert isinstance(crawler.spider, FetchSpider)
    if crawler.spider.fault:
        raise crawler.spider.fault
    await desk.finish()


def build_door(start: Start, scope: Sequence[ScopeRule], knowledge: AdHosts) -> Door:
    """The door as this Start wants it; inside a running event loop.

    Raises:
        AdtraceError: it cannot be carried out.
    """
    if start.reach not in REACHES or start.concurrency < 1 or start.timeout_s <= 0 or start.delay_s < 0:
        raise AdtraceError("the run's settings cannot be carried out.", do="Nothing was contacted.")
    return Door(
        build_egress(start.egress),
        start.profile,
        scope=Scope(scope),
        reach=start.reach,
        knowledge=knowledge,
        concurrency=start.concurrency,
        timeout_s=start.timeout_s,
    )


def main() -> None:
    """The process: see the module."""
    writer, desk = map(int, sys.argv[1:3])
    leave_no_trace()
    say_where_alone("fetcher")
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    handler = logging.StreamHandler()
    handler.setFormatter(WhereOnly())
    logging.basicConfig(handlers=[handler], level=logging.ERROR)
    from adtrace.knowledge import load_knowledge

    try:
        knowledge = load_knowledge().on(datetime.now(UTC).date())
        gc.freeze()  # what is loaded stays; the collector need not look at it again and again
        asyncio.run(serve(writer, desk, knowledge))
    except AdtraceError as error:
        sys.stderr.write(f"adtrace: {display(str(error))}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
