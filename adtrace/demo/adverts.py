"""What ad networks answer at reach ads: loaders that fall back on others, frames with tags in them, VAST in wrappers.

An address that several sites name answers with code that names nobody: which of them it was asked for is chance.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise, zip_longest
from typing import NamedTuple

from adtrace.demo.answers import NOT_FOUND, Answer, page, redirect, script
from adtrace.demo.clicks import AWIN, write_offer
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Ask, Fact, Piece, Told
from adtrace.demo.served import write_inline
from adtrace.demo.tags import Holder, formats, write_tag

# How many documents of ad networks are followed from a page on (design section 4, and README).
MOST_DEEP = 6
PLAIN = script("(function(w){w.q=w.q||[];w.q.push({t:Date.now()});})(window);\n")


class Advert(NamedTuple):
    """The answer at one address, and what it tells."""

    answer: Answer
    told: Told = Told()


class Named(NamedTuple):
    """An address that the page of a host names."""

    host: str
    ask: Ask


def write_adverts(seed: int, named: Iterable[Named], brands: list[str]) -> dict[str, Advert]:
    """Address → what stands there, of all that pages name and all that follows from it."""
    asks = list(dict.fromkeys(named))
    sites = Counter(one.ask.address for one in asks)
    found: dict[str, Advert] = {}
    for host, ask in asks:
        if sites[ask.address] > 1:
            found[ask.address] = Advert(PLAIN)
        else:
            dice = Dice(seed, "advert", ask.address)
            found.update(_WRITERS[ask.document](dice, ask.address, host, dice.pick(brands)))
    return found


def _loaders(dice: Dice, url: str, _host: str, _brand: str) -> Iterator[tuple[str, Advert]]:
    """A waterfall of none to three fallbacks, each loaded by the one before; the last may turn back to the first."""
    fallbacks = list(_fallbacks(dice, dice.number(0, 3)))
    addresses = [url, *(address for address, _ in fallbacks)]
    if fallbacks and dice.number(0, 1):
        fallbacks.append(fallbacks[0])
    for address, loaded in zip_longest(addresses, fallbacks):
        yield address, _loading(*loaded) if loaded else Advert(PLAIN)


def _fallbacks(dice: Dice, number: int) -> Iterator[tuple[str, Fact]]:
    """Loaders made for one account each, and the account."""
    for _ in range(number):
        slug, site = f"{dice.word()}-{dice.word(2)}-network", dice.text("digits", 6)
        yield dice.pick(
            (
                (
                    f"https://cdn.taboola.com/libtrc/{slug}/loader.js",
                    Fact("taboola", slug, "publisher_slug", "account"),
                ),
                (f"https://jsc.mgid.com/site/{site}.js", Fact("mgid", site, "site_id", "site")),
            )
        )


def _loading(url: str, account: Fact) -> Advert:
    code = f'(function(d){{var s=d.createElement("script");s.async=1;s.src="{url}";d.head.appendChild(s);}})(document);'
    told = Told(facts=(Fact(account.network), account), asks=(Ask("script", url),))
    return Advert(script(f"{code}\n"), told)


def _frames(dice: Dice, url: str, host: str, brand: str) -> Iterator[tuple[str, Advert]]:
    """A frame with a second network's tag and an offer in it; or one that moved, holds a picture, or is gone."""
    chance = dice.number(0, 7)
    if chance == 0:
        yield url, Advert(Answer(body=b"GIF89a\x01\x00", content_type="image/gif"))
    elif chance == 1:
        yield url, Advert(NOT_FOUND)
    elif chance == 2:
        moved = f"https://ad.a-ads.com/{dice.text('digits', 7)}?size=300x250"
        yield url, Advert(redirect(moved), Told(asks=(Ask("frame", moved),)))
        yield from _framed(dice, moved, host, brand, [])
    else:
        yield from _framed(dice, url, host, brand, ["a-ads", "adsterra-banner", "clickaine"])


def _framed(dice: Dice, url: str, host: str, brand: str, networks: list[str]) -> Iterator[tuple[str, Advert]]:
    """What stands in an ad's frame; a frame within it is answered as a frame is, with one choice less."""
    pieces = [write_offer(dice, AWIN, brand, host, "offer")]
    inner = [name for name in networks if not url.startswith("https://ad.a-ads.com/") or name != "a-ads"]
    if inner:
        form = formats()[dice.pick(inner)]
        pieces.append(write_tag(0, form, Holder(url, url, url)))
    told = sum((piece.told for piece in pieces), Told())
    html = "\n".join(["<!doctype html><html><body>", *(piece.html for piece in pieces), "</body></html>"])
    yield url, Advert(page(html), told)
    for ask in told.asks:
        if ask.document == "frame":
            yield from _framed(dice, ask.address, host, brand, [])
        else:
            yield ask.address, Advert(PLAIN)


_WRAPPER = """<?xml version="1.0"?><VAST version="3.0"><Ad id="{ad}"><Wrapper><AdSystem>{system}</AdSystem>
<VASTAdTagURI><![CDATA[{tag}]]></VASTAdTagURI><Impression><![CDATA[{pixel}]]></Impression></Wrapper></Ad></VAST>"""


def _players(dice: Dice, url: str, _host: str, brand: str) -> Iterator[tuple[str, Advert]]:
    """VAST in as many wrappers as may be followed, or one too many, or few; an ad in the last."""
    wrappers = dice.pick((0, 1, 2, MOST_DEEP - 1, MOST_DEEP))
    spots = [dice.text("hex", 32) for _ in range(wrappers)]
    chain = [url, *(f"https://tsyndicate.com/vast/{spot}" for spot in spots)]
    for (address, tag), spot in zip(pairwise(chain), spots, strict=True):
        pixel = f"https://{dice.word()}.test/i?{dice.text('hex', 12)}"
        body = _WRAPPER.format(ad=dice.text("digits", 5), system="ExoClick", tag=tag, pixel=pixel)
        wrapped = Fact("trafficstars", spot, "spot_id", "slot", "served")
        facts = (Fact("exoclick", basis="served"), Fact("trafficstars", basis="served"), wrapped)
        told = Told(facts=facts, asks=(Ask("vast", tag),), never=(pixel,))
        yield address, Advert(_xml(body), told)
    ad = write_inline(dice, dice.pick(("pubmatic", "adform", "smart-adserver")), brand, "an ad")
    yield chain[-1], Advert(_xml(ad.html), ad.told)


def _xml(body: str) -> Answer:
    return Answer(body=body.encode(), content_type="text/xml")


_WRITERS = {"script": _loaders, "frame": _frames, "vast": _players}


def write_player(dice: Dice, shown: set[str]) -> list[Piece]:
    """A video player that will ask an ad server for its ad; [] where the page shows the servers' networks already."""
    zone, spot = dice.text("digits", 7), dice.text("hex", 32)
    tags = [
        (f"https://s.magsrv.com/v1/vast.php?idzone={zone}", Fact("exoclick", zone, "zone_id", "slot")),
        (f"https://tsyndicate.com/vast/{spot}", Fact("trafficstars", spot, "spot_id", "slot")),
    ]
    free = [(url, account) for url, account in tags if account.network not in shown]
    if not free:
        return []
    url, account = dice.pick(free)
    shown.add(str(account.network))
    told = Told(facts=(Fact(account.network), account), asks=(Ask("vast", url),))
    return [Piece(f'<script>player({{tag: "{url}"}});</script>', told)]
