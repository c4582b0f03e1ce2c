"""How the fetcher process is set up, and in which order one crawl goes, without a crawl."""

import asyncio
import logging
import sys
from types import SimpleNamespace

import pytest

from adtrace.errors import AdtraceError
from adtrace.fetch import fetcher as module
from adtrace.fetch.settings import fetcher_settings
from adtrace.fetch.spider import FetchSpider, WhereOnly
from adtrace.knowledge import load_knowledge


@pytest.fixture
def crawl(monkeypatch):
    """A function: one serve() over stand-ins, whose spider has this fault; what was done, in order."""

    def run(fault=None):
        done = []

        class Desk:
            def __init__(self):
                self.start, self.scope = asyncio.get_running_loop().create_future(), []

            async def open(self, writer, desk):
                done.append(("listens", writer, desk))
                self.start.set_result(SimpleNamespace(concurrency=3, delay_s=0.5, timeout_s=7.0))

            async def finish(self):
                done.append("finished")

        class Door:
            async def close(self):
                done.append("door closed")

        async def crawl_async(**given):
            done.append("crawls")
            assert set(given) == {"desk", "door"}

        def crawler(settings):
            done.append(settings)
            spider = FetchSpider(desk=None, door=None)
            spider.fault = fault
            made = SimpleNamespace(spider=spider, crawl_async=crawl_async)
            return SimpleNamespace(create_crawler=lambda spider: made)

        monkeypatch.setattr(module, "WriterDesk", Desk)
        monkeypatch.setattr(module, "build_door", lambda *_: Door())
        monkeypatch.setattr(module, "AsyncCrawlerRunner", crawler)
        monkeypatch.setattr(module, "lock_process", lambda: done.append("locked"))
        try:
            asyncio.run(module.serve(5, 6, None))
        except AdtraceError as error:
            done.append(str(error))
        return done

    return run


SETTINGS = fetcher_settings(concurrency=3, delay_s=0.5, timeout_s=7.0)


def test_the_process_is_locked_before_it_crawls(crawl):
    """With the settings the writer gave; at the end every connection and every channel is closed."""
    assert crawl() == [("listens", 5, 6), SETTINGS, "locked", "crawls", "door closed", "finished"]


def test_a_setting_that_is_weaker_is_told(crawl):
    """Nothing is waited for that never began."""
    assert crawl(AdtraceError("weaker"))[-2:] == ["door closed", "weaker"]


def test_the_process_is_set_up_before_it_serves(monkeypatch, capsys):
    """No trace, no Ctrl-C, no value in a log line; an error is one sentence without a control character."""
    done = []

    async def serve(*given):
        done.append(given)
        raise AdtraceError("no \x1b[2J")

    monkeypatch.setattr(module, "serve", serve)
    monkeypatch.setattr(module, "leave_no_trace", lambda: done.append("no trace"))
    monkeypatch.setattr(module, "say_where_alone", done.append)
    # asyncio asks the true one.
    ours = SimpleNamespace(SIGINT=2, SIG_IGN="ignored", signal=lambda *given: done.append(given))
    monkeypatch.setattr(module, "signal", ours)
    monkeypatch.setattr(module.logging, "basicConfig", lambda **given: done.append(given))
    monkeypatch.setattr(module.gc, "freeze", lambda: None)
    monkeypatch.setattr("adtrace.knowledge.load_knowledge", lambda: SimpleNamespace(on=lambda _: "cards"))
    monkeypatch.setattr(sys, "argv", ["fetcher", "7", "8"])
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    with pytest.raises(SystemExit) as ended:
        module.main()
    trace, process, interrupt, log, served = done
    assert (trace, process) == ("no trace", "fetcher")
    assert (interrupt, served) == ((2, "ignored"), (7, 8, "cards"))
    assert log["level"] == logging.ERROR
    assert [type(handler.formatter) for handler in log["handlers"]] == [WhereOnly]
    assert sys.dont_write_bytecode
    assert ended.value.code == 1
    assert capsys.readouterr().err == "adtrace: no \\u{1b}[2J\n"


def test_a_host_that_passed_on_is_no_ad_systems_to_the_fetcher(monkeypatch):
    """It goes by the hosts of today, whatever the writer asks: nobody contacts who has a lapsed one now."""
    served = []

    async def serve(_writer, _desk, knowledge):
        served.append(knowledge)

    for name in ("leave_no_trace", "say_where_alone"):
        monkeypatch.setattr(module, name, lambda *_: None)
    monkeypatch.setattr(module, "serve", serve)
    monkeypatch.setattr(module, "signal", SimpleNamespace(SIGINT=2, SIG_IGN=1, signal=lambda *_: None))
    monkeypatch.setattr(module.logging, "basicConfig", lambda **_: None)
    monkeypatch.setattr(module.gc, "freeze", lambda: None)
    monkeypatch.setattr(sys, "argv", ["fetcher", "7", "8"])
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    module.main()
    (knowledge,) = served
    assert load_knowledge().card_of_host("coinhive.com") is not None
    assert knowledge.card_of_host("coinhive.com") is None
    assert knowledge.card_of_host("a.magsrv.com") is not None
