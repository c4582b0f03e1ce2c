"""settings.py: a crawl whose settings in force are weaker than they must be does not begin."""

import asyncio
from types import SimpleNamespace

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from adtrace.fetch.messages import Ask, EgressPlan
from adtrace.fetch.settings import REQUIRED, SettingsError, check_settings, fetcher_settings
from adtrace.fetch.spider import FetchSpider
from tests.fetch.test_door import make_door


class Desk:
    """A desk that notes whether it was ever asked for work."""

    opened = False

    async def asks(self):
        self.opened = True
        for nothing in ():
            yield nothing

    async def deliver(self, ask: Ask, arrival: object) -> None:
        raise AssertionError("nothing was asked")


class Bystander:
    """A component between engine and door."""


def run(plan: EgressPlan | None = None, **changes: object) -> tuple[FetchSpider, Desk]:
    """A spider that ran under these settings, and its desk."""

    async def go() -> tuple[FetchSpider, Desk]:
        desk = Desk()
        settings = {**fetcher_settings(concurrency=2, delay_s=0, timeout_s=5), **changes}
        crawler = AsyncCrawlerRunner(settings).create_crawler(FetchSpider)
        door = make_door(plan or EgressPlan(kind="direct"))
        await crawler.crawl_async(desk=desk, door=door)
        await door.close()
        return crawler.spider, desk

    return asyncio.run(go())


def test_settings_as_they_are_start():
    """The crawl begins, without a fault."""
    spider, desk = run()
    assert spider.fault is None
    assert desk.opened


def weaker(value: object) -> object:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return {"http": "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"} if value else None


SWITCHES = [
    name
    for name, value in REQUIRED.items()
    if isinstance(value, bool | int) and name != "TWISTED_REACTOR_ENABLED"
]


@pytest.mark.parametrize("name", [*SWITCHES, "DOWNLOAD_HANDLERS"])
def test_each_weaker_setting_stops_the_start(name):
    """The self-test reads what is in force, whoever changed it, before the first ask is taken."""
    spider, desk = run(**{name: weaker(REQUIRED[name])})
    assert not desk.opened
    assert name in str(spider.fault) or "handlers" in str(spider.fault)
    assert "contacted" in str(spider.fault)


@pytest.mark.parametrize("name", ["EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"])
def test_component_between_engine_and_door_stops_the_start(name):
    """What could read or change a response on its way is not there."""
    spider, desk = run(**{name: {Bystander: 1}})
    assert not desk.opened
    assert spider.fault is not None


@pytest.mark.parametrize("scheme", ["file", "ftp", "data", "s3"])
def test_other_scheme_with_a_handler_stops_the_start(scheme):
    """http and https alone lead out."""
    handlers = {
        **REQUIRED["DOWNLOAD_HANDLERS"],
        scheme: "scrapy.core.downloader.handlers.file.FileDownloadHandler",
    }
    spider, desk = run(DOWNLOAD_HANDLERS=handlers)
    assert not desk.opened
    assert spider.fault is not None


def test_setting_of_the_spider_itself_is_seen(monkeypatch):
    """custom_settings outrank the settings of the crawl, not the self-test."""
    monkeypatch.setattr(FetchSpider, "custom_settings", {"REDIRECT_ENABLED": True}, raising=False)
    spider, desk = run()
    assert not desk.opened
    assert "REDIRECT_ENABLED" in str(spider.fault)


def crawler(*, frozen: bool = True, **active: list[object]) -> SimpleNamespace:
    """A crawler about to start; active: the components of a manager."""
    settings = Settings(fetcher_settings(concurrency=1, delay_s=0, timeout_s=1))
    if frozen:
        settings.freeze()
    extensions, middleware, spidermw = (
        SimpleNamespace(middlewares=active.get(name, [])) for name in ("extensions", "downloader", "spider")
    )
    engine = SimpleNamespace(
        downloader=SimpleNamespace(middleware=middleware), scraper=SimpleNamespace(spidermw=spidermw)
    )
    return SimpleNamespace(settings=settings, extensions=extensions, engine=engine)


@pytest.mark.parametrize("manager", ["extensions", "downloader", "spider"])
def test_component_that_came_by_no_setting_stops_the_start(manager):
    """What is active is looked at, not what the settings say of it."""
    with pytest.raises(SettingsError, match="Bystander is active"):
        check_settings(crawler(**{manager: [Bystander()]}))


def test_settings_that_can_still_change_stop_the_start():
    """Those that were looked at are those of the whole crawl."""
    check_settings(crawler())
    with pytest.raises(SettingsError, match="still change"):
        check_settings(crawler(frozen=False))
