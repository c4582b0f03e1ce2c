"""Everything that stands on the invented web: the listed sites, and what their pages name."""

from typing import NamedTuple
from urllib.parse import urlsplit

from adtrace.demo.adverts import PLAIN, Advert, Named, write_adverts
from adtrace.demo.answers import Answer, Site, redirect, text
from adtrace.demo.canaries import Canaries
from adtrace.demo.deal import deal
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Told
from adtrace.demo.found import account_name
from adtrace.demo.hard import Extra, managed_accounts, write_hard_cases
from adtrace.demo.plan import Part, cast
from adtrace.demo.sellers import write_seller_files
from adtrace.demo.sites import Builder, Built

# Loaders that do not answer as they should, at their true addresses.
_LOADER_FAULTS = {
    "https://poweredby.jads.co/js/jads.js": Answer(body=b"GIF89a\x01\x00", content_type="image/gif"),
    "https://static.criteo.net/js/ld/ld.js": redirect("https://elsewhere.test/ld.js"),
    "https://cdn.adf.ly/js/link-converter.js": Answer(status=404),
}


class Web(NamedTuple):
    """The invented web, whoever looks at it.

    parts, built: each listed domain, in the list's order. adverts: address → what an ad network answers there.
    sellers: network → its list's addresses and what they answer. sites: every host. not_operators: accounts held by a
    manager, and copied ones, by name. canaries: words nobody keeps.
    """

    parts: list[Part]
    built: list[Built]
    adverts: dict[str, Advert]
    sellers: dict[str, dict[str, Answer]]
    sites: list[Site]
    not_operators: frozenset[str]
    canaries: list[str]

    def told(self) -> list[Told]:
        """What each document tells, of the listed sites and of the ad networks."""
        return _told(self.built, self.adverts)


def write_web(seed: int, domains: int) -> Web:
    """The web of this seed and size."""
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
    sites = _all_sites(built, sellers, adverts)
    return Web(parts, built, adverts, sellers, sites, frozenset(copied | intermediaries), canaries.words)


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
    for told in (told for one in built for told in one.told.values()):
        firsts = [(fact.network, fact.account) for fact in told.facts if fact.source == "chain"][:1]
        for fact in told.facts:
            is_first = not fact.source and (fact.network, fact.account) in firsts
            if is_first and Dice(seed, "reselling", fact.account).number(0, 1):
                found.add(account_name(fact))
    return found


def _all_sites(
    built: list[Built], sellers: dict[str, dict[str, Answer]], adverts: dict[str, Advert]
) -> list[Site]:
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
    for told in _told(built, adverts):
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


def _told(built: list[Built], adverts: dict[str, Advert]) -> list[Told]:
    pages = (told for one in built for told in one.told.values())
    return [*pages, *(advert.told for advert in adverts.values())]


def _put(answers: dict[str, dict[str, Answer]], url: str, answer: Answer) -> None:
    parts = urlsplit(url if "//" in url[:8] else f"https:{url}")
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    answers.setdefault(parts.hostname or "", {}).setdefault(target, answer)
