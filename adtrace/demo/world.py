"""The invented web as somebody works with it: a list of confirmed domains, the servers behind it, the answer key."""

import csv
import datetime as dt
import io
from typing import Any, Literal

import msgspec

from adtrace.demo.answers import Site
from adtrace.demo.facts import Fact
from adtrace.demo.found import Document, Found
from adtrace.demo.key import write_key
from adtrace.demo.plan import Part
from adtrace.demo.sellers import visit_sellers
from adtrace.demo.sites import entry_path
from adtrace.demo.visit import Visit
from adtrace.demo.web import Web, write_web
from adtrace.errors import UsageError

COLUMNS = (
    "domain", "unit", "authority", "reference", "category", "confirmed_at", "expires_at", "site_role", "handling",
    "include_subdomains", "tlp",
)  # fmt: skip
Reach = Literal["tags", "ads"]
_AUTHORITIES = ("Example Hotline", "Invented Rights Office", "Sample Court of Harbour")


class World(msgspec.Struct, frozen=True):
    """An invented web, to be traced at one reach.

    entries: the list's rows; key: what a correct run at that reach finds; canaries: words nobody keeps.
    """

    seed: int
    domains: int
    reach: Reach
    entries: tuple[dict[str, str], ...]
    sites: tuple[Site, ...]
    key: dict[str, Any]
    canaries: tuple[str, ...]

    def list_csv(self) -> str:
        """The list as a file."""
        stream = io.StringIO()
        writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.entries)
        return stream.getvalue()


def build_world(
    seed: int = 1, domains: int = 40, today: dt.date | None = None, reach: Reach = "tags"
) -> World:
    """The world of this seed and size; its sites are the same at any reach, its key is not.

    today: the day from which the list's dates count (default: this day); nothing else depends on it.

    Raises:
        UsageError: a size below 1.
    """
    if domains < 1:
        raise UsageError(f"a world of {domains} domains has nothing in it.", do="Give a size of 1 or more.")
    web = write_web(seed, domains)
    visit = Visit(web.sites, web.adverts, reach)
    for part, built in zip(web.parts, web.built, strict=True):
        visit.enter(part, built)
    found = _find_all(web, visit)
    return World(
        seed=seed,
        domains=domains,
        reach=reach,
        entries=tuple(_entry(part, today or dt.datetime.now(dt.UTC).date()) for part in web.parts),
        sites=tuple(web.sites),
        key=write_key(seed, found, visit, web),
        canaries=tuple(web.canaries),
    )


def _find_all(web: Web, visit: Visit) -> Found:
    """What a correct run knows once the entries were visited; asks for the lists of sellers on the way."""
    documents = [_document(web, part, name) for part, name in visit.read]
    lists = visit_sellers(visit, documents, web.sellers)
    rows = [
        Fact(network, account, "seller_id", "account", "declared", source="sellers_json")
        for network, held in lists.items()
        for account in sorted(held)
    ]
    return Found(web.parts, documents, rows, web.not_operators, lists, visit.missing)


def _document(web: Web, part: Part, name: str) -> Document:
    """name: a path on the part's own host, or the address of an advert."""
    if name in web.adverts:
        return Document(part, name, None, web.adverts[name].told)
    built = web.built[part.number]
    return Document(part, name, built.page_state if name == entry_path(part) else None, built.told[name])


def _entry(part: Part, today: dt.date) -> dict[str, str]:
    """The list's row for this part; only what differs from the defaults, and what is always wanted, is filled in."""
    twist = part.twist
    row = {
        "domain": f"https://{part.host}{entry_path(part)}" if twist.get("unit") == "url" else part.host,
        "unit": twist.get("unit", "domain"),
        "authority": _AUTHORITIES[part.number % len(_AUTHORITIES)],
        "reference": f"DEMO-{part.number + 1:04}",
        "category": part.kind.replace("_", " "),
        "confirmed_at": str(today - dt.timedelta(days=400 if "stale" in twist else 14)),
        "site_role": twist.get("site_role", "dedicated"),
        "handling": twist.get("handling", "standard"),
        "tlp": "green",  # so that networks and brands may be told
    }
    if "expired" in twist:
        row |= {
            "confirmed_at": str(today - dt.timedelta(days=60)),
            "expires_at": str(today - dt.timedelta(days=2)),
        }
    if "include_subdomains" in twist:
        row["include_subdomains"] = "yes"
    return row
