"""Scrapy's side of the fetcher: the one place where a request is built, and the handler that hands it to the door."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any, Protocol

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.logformatter import LogFormatter

from adtrace.fetch.door import Arrival, Door
from adtrace.fetch.messages import Answer, Ask
from adtrace.fetch.response import MAX_BODY_BYTES, max_body_bytes
from adtrace.fetch.settings import SettingsError, check_settings


class Desk(Protocol):
    """Where asks come from and arrivals go."""

    def asks(self) -> AsyncIterator[Ask]:
        """Each ask as it comes; ends when no more will."""

    async def deliver(self, ask: Ask, arrival: Arrival) -> None:
        """Take the end of an ask, called exactly once for each; returns when its body no longer waits."""


class FetchSpider(scrapy.Spider):
    """Serves the asks of its desk through the engine. fault: why it did not start, else None.

    Requests go through engine.download_async: the engine's slots give each host one request at a time and its delay,
    and the scheduler and the scraper, which would cost as much again, have nothing to do here.
    """

    name = "adtrace"

    def __init__(self, desk: Desk, door: Door, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.desk, self.door = desk, door
        self.fault: SettingsError | None = None
        self._one_large = asyncio.Lock()

    async def start(self) -> AsyncIterator[Any]:
        try:
            check_settings(self.crawler)
        except SettingsError as fault:
            self.fault = fault
            return
        async with asyncio.TaskGroup() as group:
            async for ask in self.desk.asks():
                group.create_task(self._serve_in_turn(ask))
        return
        yield  # an asynchronous generator, as the engine wants, of nothing

    async def _serve_in_turn(self, ask: Ask) -> None:
        # Of the documents with a large limit, one at a time is in memory until a worker has taken it.
        if max_body_bytes(ask.document) > MAX_BODY_BYTES:
            async with self._one_large:
                await self._serve(ask)
        else:
            await self._serve(ask)

    async def _serve(self, ask: Ask) -> None:
        try:
            response = await self.crawler.engine.download_async(_request_for(ask))
            assert isinstance(response, ArrivedResponse)
            arrival = response.arrival
        except Exception as error:  # noqa: BLE001 - every ask ends in exactly one arrival
            answer = Answer(
                decision=ask.decision, outcome="failed", layer="engine", reason=type(error).__name__
            )
            arrival = Arrival(answer, None)
        await self.desk.deliver(ask, arrival)


def _request_for(ask: Ask) -> Request:
    """The one place where a request is built: a GET of this URL as it is, in the queue of its host."""
    host = ask.url.split("/", 3)[2]
    meta = {"ask": ask, "verbatim_url": True, "download_slot": host}
    return scrapy.Request(ask.url, callback=NO_CALLBACK, meta=meta)  # noqa: TID251


class ArrivedResponse(Response):
    """Scrapy's wrapper of an arrival; the body stays outside it."""

    def __init__(self, url: str, arrival: Arrival) -> None:
        super().__init__(url, status=arrival.answer.status or 200)
        self.arrival = arrival


class DoorHandler:
    """The download handler for http and https: the door of the crawl's spider."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        assert isinstance(crawler.spider, FetchSpider)
        self._door = crawler.spider.door

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "DoorHandler":
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        ask = request.meta["ask"]
        if request.url != ask.url or request.method != "GET" or request.body:
            refused = Answer(
                decision=ask.decision, outcome="refused", layer="request", reason="form: Changed on its way."
            )
            return ArrivedResponse(request.url, Arrival(refused, None))
        return ArrivedResponse(request.url, await self._door.fetch(ask))

    async def close(self) -> None:
        await self._door.close()


class SilentFormatter(LogFormatter):
    """No log line for a crawled page: it would hold the address."""

    def crawled(self, *arguments: Any) -> None:  # type: ignore[override]  # noqa: ARG002 - Scrapy's signature
        return None


class WhereOnly(logging.Formatter):
    """A log line without any value: who speaks, and the kind of error."""

    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "message"
        return f"adtrace fetcher: {record.levelname} {kind} in {record.name}, line {record.lineno}"
