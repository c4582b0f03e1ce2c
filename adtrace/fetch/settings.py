"""Scrapy as it must run here, and the self-test that reads what is in force before the first contact."""

from collections.abc import Iterator
from typing import Any

from scrapy.crawler import Crawler

from adtrace.errors import AdtraceError
from adtrace.fetch.parts import MAX_URL_CHARS
from adtrace.fetch.response import MAX_SELLERS_BYTES

_HANDLER = "adtrace.fetch.spider.DoorHandler"
_NO_SCHEMES = dict.fromkeys(("data", "file", "ftp", "s3"))

# Each must be in force when the crawl starts. What is switched off by emptying a base (middlewares, extensions) is
# also named by its own switch, so that no later version of Scrapy turns it on by another way.
REQUIRED: dict[str, Any] = {
    # No listener, no code execution, no state on disk.
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "JOBDIR": None,
    "FEEDS": {},
    "ADDONS": {},
    "HTTPCACHE_ENABLED": False,
    # One way out, for http and https alone.
    "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, **_NO_SCHEMES},
    "HTTPPROXY_ENABLED": False,
    "TWISTED_REACTOR_ENABLED": False,
    # Every hop and every second try is a decision of the writer.
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "RETRY_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    # Nothing is sent that was not asked for, nothing decoded that was not checked.
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "HTTPAUTH_USER": "",
    "HTTPAUTH_PASS": "",
    # Limits; the door has its own.
    "DOWNLOAD_MAXSIZE": MAX_SELLERS_BYTES,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "URLLENGTH_LIMIT": MAX_URL_CHARS,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    # Nothing between the engine and the door.
    "EXTENSIONS": {},
    "EXTENSIONS_BASE": {},
    "DOWNLOADER_MIDDLEWARES": {},
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "ITEM_PIPELINES": {},
    "ITEM_PIPELINES_BASE": {},
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "LOG_FORMATTER": "adtrace.fetch.spider.SilentFormatter",
    "CONCURRENT_ITEMS": 1,
    # A host is asked one thing at a time.
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "AUTOTHROTTLE_ENABLED": False,
}


class SettingsError(AdtraceError):
    """A setting in force that is weaker than it must be."""


def fetcher_settings(*, concurrency: int, delay_s: float, timeout_s: float) -> dict[str, Any]:
    """The settings of a crawl, to be given to Scrapy as project settings."""
    return {
        **REQUIRED,
        "CONCURRENT_REQUESTS": concurrency,
        "DOWNLOAD_DELAY": delay_s,
        "DOWNLOAD_TIMEOUT": timeout_s,
    }


def changed_settings(crawler: Crawler) -> Iterator[tuple[str, Any]]:
    """Each required setting that is another in this crawl, and what it is."""
    for name, value in REQUIRED.items():
        found = crawler.settings.get(name)
        if (dict(found) if isinstance(value, dict) else found) != value:
            yield name, found


def check_settings(crawler: Crawler) -> None:
    """Return if the crawl that is about to start runs as it must.

    Raises:
        SettingsError: naming the first setting in force that differs, or a component that should not be there.
    """
    for name, found in changed_settings(crawler):
        raise SettingsError(
            f"{name} is {found!r} and must be {REQUIRED[name]!r}.",
            where="Scrapy",
            do="Remove what changes it; nothing was contacted.",
        )
    # Scrapy writes its own handlers into the base as it starts without a reactor; what counts is what overrides them.
    handlers = dict(crawler.settings.getwithbase("DOWNLOAD_HANDLERS"))
    if {scheme: handler for scheme, handler in handlers.items() if handler} != {
        "http": _HANDLER,
        "https": _HANDLER,
    }:
        raise SettingsError(f"the handlers are {handlers}.", where="Scrapy", do="Nothing was contacted.")
    if not crawler.settings.frozen:
        raise SettingsError("the settings can still change.", where="Scrapy", do="Nothing was contacted.")
    managers = (crawler.extensions, crawler.engine.downloader.middleware, crawler.engine.scraper.spidermw)
    for manager in managers:
        if manager.middlewares:
            raise SettingsError(
                f"{type(manager.middlewares[0]).__name__} is active between engine and door.",
                where="Scrapy",
                do="Remove it; nothing was contacted.",
            )
