"""What is in force: Scrapy's settings, the address rule, the permissions of what adtrace writes."""

import ipaddress
import logging
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from adtrace.doctor.check import Check
from adtrace.fetch import settings
from adtrace.fetch.addresses import may_connect

# Not one of these is a site's; Python's own is_global calls several of them public (shared facts: door, section 0.8).
_SPECIAL = (
    "127.0.0.1 10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 192.0.0.8 192.88.99.1 224.0.0.1"
    " 239.8.8.8 255.255.255.255 ::1 ::127.0.0.1 ::ffff:127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1::"
    " fec0::1 fe80::1 fc00::1 fd00:ec2::254 ff02::1"
).split()
_PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def effective_settings() -> Iterator[Check]:
    """Scrapy's settings as a crawl would have them, whatever the environment says, against what they must be."""
    from scrapy.crawler import AsyncCrawlerRunner

    from adtrace.fetch.spider import FetchSpider

    logging.getLogger("scrapy").setLevel(logging.ERROR)
    given = settings.fetcher_settings(concurrency=1, delay_s=0, timeout_s=1)
    crawler = AsyncCrawlerRunner(given).create_crawler(FetchSpider)
    if found := [f"{name} is {value!r}" for name, value in settings.changed_settings(crawler)]:
        yield Check("crawler settings", "weak", f"{'; '.join(found)}. Remove what changes it.")
    else:
        yield Check("crawler settings", "ok", f"{len(settings.REQUIRED)} settings in force as they must be.")


def address_rule() -> Iterator[Check]:
    """Whether special addresses are refused and public ones allowed, on this Python."""
    let_through = [address for address in _SPECIAL if may_connect(address).allow]
    refused = [address for address in _PUBLIC if not may_connect(address).allow]
    if let_through or refused:
        wrong = ", ".join((*let_through, *refused))
        yield Check("address rule", "weak", f"Wrong about {wrong}.")
        return
    mistaken = sum(ipaddress.ip_address(address).is_global for address in _SPECIAL)
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check(
        "address rule",
        "ok",
        f"{len(_SPECIAL)} special addresses refused (Python {version} alone would call {mistaken} of them public).",
    )


def permissions(case: Path) -> Iterator[Check]:
    """Whether others on this machine can read the case."""
    open_to_others = [
        path.name
        for path in (case, *case.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077 and (path == case or path.name.startswith("case.db"))
    ]
    if open_to_others:
        yield Check("case permissions", "weak", f"Others may read {', '.join(open_to_others)}: chmod go-rwx.")
    else:
        yield Check("case permissions", "ok", "The folder and case.db are the owner's alone.")
