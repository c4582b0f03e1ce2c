"""Scrapy's side of the fetcher without Scrapy's engine: what a request is, who may change it, and who waits."""

import asyncio
from types import SimpleNamespace

import pytest

from adtrace.fetch import spider as module
from adtrace.fetch.door import Arrival
from adtrace.fetch.messages import Answer, Ask
from adtrace.fetch.settings import SettingsError
from adtrace.fetch.spider import ArrivedResponse, DoorHandler, FetchSpider, SilentFormatter

ASK = Ask(decision=3, url="https://clip.example/a|b'c?d=[e]", document="page")
LARGE = [Ask(decision=n, url=f"https://n{n}.example/s.json", document="sellers_json") for n in (1, 2)]
PAGES = [Ask(decision=n, url=f"https://n{n}.example/", document="page") for n in (1, 2)]


class Door:
    """Answers every ask at once."""

    def __init__(self):
        self.asked = []

    async def fetch(self, ask):
        self.asked.append(ask)
        return Arrival(Answer(decision=ask.decision, outcome="refused"), None)


class Desk:
    """Gives these asks, and notes how each arrived and how many were being served at once."""

    def __init__(self, *asks):
        self.given, self.arrived = asks, {}

    async def asks(self):
        for ask in self.given:
            yield ask

    async def deliver(self, ask, arrival):
        self.arrived[ask.decision] = arrival


def spider(*asks, download=None):
    one = FetchSpider(Desk(*asks), Door())
    one.crawler = SimpleNamespace(engine=SimpleNamespace(download_async=download))
    return one


async def serve(one):
    async for _ in one.start():
        raise AssertionError("the engine is given no request")


def test_a_request_is_the_ask_and_no_more():
    """A GET of that very address, in the queue of its host, without a word of Scrapy's own."""
    request = module._request_for(ASK)
    assert (request.url, request.method, request.body, dict(request.headers)) == (ASK.url, "GET", b"", {})
    assert (request.meta["ask"], request.meta["download_slot"]) == (ASK, "clip.example")


@pytest.mark.parametrize("change", [{"url": "https://clip.example/"}, {"method": "POST"}, {"body": b"a=1"}])
def test_a_request_changed_on_its_way_is_refused(change):
    """Whatever stands between engine and door, what was decided is what is asked."""
    one = spider()
    handler = DoorHandler(SimpleNamespace(spider=one))
    request = module._request_for(ASK).replace(**change)
    response = asyncio.run(handler.download_request(request))
    assert isinstance(response, ArrivedResponse)
    assert (response.arrival.answer.outcome, response.arrival.answer.layer) == ("refused", "request")
    assert one.door.asked == []
    asyncio.run(handler.download_request(module._request_for(ASK)))
    assert one.door.asked == [ASK]


def test_settings_that_are_weaker_begin_nothing(monkeypatch):
    """The fault is kept for the process to tell, and no ask is served."""

    def check(crawler):
        raise SettingsError("weaker")

    monkeypatch.setattr(module, "check_settings", check)
    one = spider(ASK)
    asyncio.run(serve(one))
    assert str(one.fault) == "weaker"
    assert one.desk.arrived == {}


@pytest.mark.parametrize("fault", [ValueError, AssertionError, TimeoutError])
def test_every_ask_ends_in_one_arrival(monkeypatch, fault):
    """An engine that fails has failed that ask."""
    monkeypatch.setattr(module, "check_settings", lambda crawler: None)

    async def download(request):
        raise fault("https://secret.example/")

    one = spider(*PAGES, download=download)
    asyncio.run(serve(one))
    assert {n: arrival.answer for n, arrival in one.desk.arrived.items()} == {
        n: Answer(decision=n, outcome="failed", layer="engine", reason=fault.__name__) for n in (1, 2)
    }


@pytest.mark.parametrize(("asks", "at_once"), [(LARGE, 1), (PAGES, 2)])
def test_of_large_documents_one_at_a_time_is_in_memory(monkeypatch, asks, at_once):
    """Until a worker has taken it; pages do not wait for each other."""
    monkeypatch.setattr(module, "check_settings", lambda crawler: None)
    serving, most = 0, 0

    async def download(request):
        nonlocal serving, most
        serving += 1
        most = max(most, serving)
        await asyncio.sleep(0)
        serving -= 1
        ask = request.meta["ask"]
        return ArrivedResponse(request.url, Arrival(Answer(decision=ask.decision, outcome="refused"), None))

    one = spider(*asks, download=download)
    asyncio.run(serve(one))
    assert most == at_once
    assert sorted(one.desk.arrived) == [1, 2]


def test_no_line_is_logged_for_a_page():
    """It would hold the address."""
    assert SilentFormatter().crawled(None, None, None) is None
