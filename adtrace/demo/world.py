"""The invented web as a whole: a list of confirmed domains, the servers behind it, and the answer key."""

import csv
import datetime as dt
import io
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from adtrace.demo.adverts import PLAIN, Advert, Named, write_adverts
from adtrace.demo.answers import Answer, Site, redirect, text
from adtrace.demo.canaries import Canaries
from adtrace.demo.deal import deal
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Fact
from adtrace.demo.found import Document, Found, account_name
from adtrace.demo.hard import Extra, managed_accounts, write_hard_cases
from adtrace.demo.key import write_key
from adtrace.demo.plan import Part, cast
from adtrace.demo.sellers import visit_sellers, write_seller_files
from adtrace.demo.sites import Builder, Built, entry_path
from adtrace.demo.visit import Visit
from adtrace.errors import UsageError

COLUMNS = (
    "domain", "unit", "authority", "reference", "category", "confirmed_at", "expires_at", "site_role", "handling",
    "include_subdomains", "tlp",
)  # fmt: skip
Reach = Literal["tags", "ads"]
_AUTHORITIES = ("Example Hotline", "Invented Rights Office", "Sample Court of Harbour")
# Loaders that do not answer as they should, at their true addresses.
_LOADER_FAULTS = {
    "https://poweredby.jads.co/js/jads.js": Answer(body=b"GIF89a\x01\x00", content_type="image/gif"),
    "https://static.criteo.net/js/ld/ld.js": redirect("https://elsewhere.test/ld.js"),
    "https://cdn.adf.ly/js/link-converter.js": Answer(status=404),
}


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
    parts = cast(seed, domains)
    canaries = Canaries(Dice(seed, "canaries"))
    brands = [f"{Dice(seed, 'brand', number).word(4)}.example" for number in range(max(3, domains // 4))]
    extras = write_hard_cases(seed, parts, brands[0], canaries)
    choices = deal(seed, parts, {number: set(extra.networks) for number, extra in extras.items()})
    builder = Builder(seed, brands, canaries, media_canary=canaries.word())
    built = [
        builder.build(part, choices.get(part.number, []), extras.get(part.number, Extra())) for part in parts
    ]
    copied = _add_clones(builder, parts, built)
    intermediaries = managed_accounts(seed, extras) | _reselling_accounts(seed, built)
    sellers = write_seller_files(seed, built, intermediaries, canaries)
    named = [
        Named(part.host, ask)
        for part, one in zip(parts, built, strict=True)
        for ask in one.told_of(part).asks
    ]
    adverts = write_adverts(seed, named, brands)
    sites = _web(built, sellers, adverts)
    visit = Visit(sites, adverts, reach)
    for part, one in zip(parts, built, strict=True):
        visit.enter(part, one)
    documents = [
        Document(part, name, None, adverts[name].told)
        if name in adverts
        else _document(part, name, built[part.number])
        for part, name in visit.read
    ]
    lists = visit_sellers(visit, documents, sellers)
    rows = [
        Fact(network, account, "seller_id", "account", "declared", source="sellers_json")
        for network, held in lists.items()
        for account in sorted(held)
    ]
    found = Found(parts, documents, rows, frozenset(copied | intermediaries), lists, visit.missing)
    return World(
        seed=seed,
        domains=domains,
        reach=reach,
        entries=tuple(_entry(part, today or dt.datetime.now(dt.UTC).date()) for part in parts),
        sites=tuple(sites),
        key=write_key(seed, domains, found, visit, built, {url: one.told for url, one in adverts.items()}),
        canaries=tuple(canaries.words),
    )


def _add_clones(builder: Builder, parts: list[Part], built: list[Built]) -> set[str]:
    """Give each two clones, of different operators, one victim's page; the accounts copied with it."""
    copied: set[str] = set()
    clones = [part for part in parts if part.role == "clone"]
    for number, part in enumerate(clones):
        answer, told = builder.clone(f"victim-{number // 2}", part)
        [site] = built[part.number].sites
        site.answers["/"] = answer
        built[part.number].told["/"] = told
        copied |= {account_name(fact) for fact in told.facts if fact.account}
    return copied


def _reselling_accounts(seed: int, built: list[Built]) -> set[str]:
    """Of the accounts that stand first in a supply chain, those that their system calls intermediaries'."""
    found = set()
    for one in built:
        for told in one.told.values():
            chained = [fact for fact in told.facts if fact.source == "chain"]
            for fact in told.facts:
                is_first = chained and (fact.network, fact.account) == (
                    chained[0].network,
                    chained[0].account,
                )
                if is_first and not fact.source and Dice(seed, "reselling", fact.account).number(0, 1):
                    found.add(account_name(fact))
    return found


def _document(part: Part, path: str, built: Built) -> Document:
    state = built.page_state if path == entry_path(part) else None
    return Document(part, path, state, built.told[path])


def _web(built: list[Built], sellers: dict[str, dict[str, Answer]], adverts: dict[str, Advert]) -> list[Site]:
    """Every host of the world: the sites, and what they name, so that a wrong request would be seen."""
    answers: dict[str, dict[str, Answer]] = {}
    tls = {}
    for site in (site for one in built for site in one.sites):
        answers[site.host], tls[site.host] = site.answers, site.tls
    for one in built:
        for url, answer in one.kept_elsewhere.items():
            _put(answers, url, answer)
    for files in sellers.values():
        for url, answer in files.items():
            _put(answers, url, answer)
    for url, advert in adverts.items():
        _put(answers, url, advert.answer)
    pages = [told for one in built for told in one.told.values()]
    for told in [*pages, *(advert.told for advert in adverts.values())]:
        for url in told.loads:
            url = f"https:{url}" if url.startswith("//") else url
            _put(answers, url, _LOADER_FAULTS.get(url, PLAIN))
        for url in told.never:
            _put(answers, url, text("nobody may ask for this\n"))
    for one in built:
        for site in one.sites:
            for answer in site.answers.values():
                target = dict(answer.headers).get("Location", "")
                if target.startswith("https://"):
                    answers.setdefault(urlsplit(target).hostname or "", {})
    answers.setdefault("elsewhere.test", {})
    return [
        Site(host=host, answers=found, tls=tls.get(host, "good")) for host, found in sorted(answers.items())
    ]


def _put(answers: dict[str, dict[str, Answer]], url: str, answer: Answer) -> None:
    parts = urlsplit(url if "//" in url[:8] else f"https:{url}")
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    answers.setdefault(parts.hostname or "", {}).setdefault(target, answer)


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
