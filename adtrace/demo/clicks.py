"""Click URLs to invented brands, wrapped as the networks wrap them; what each states can be read without a click."""

import base64
import re
import zlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from adtrace.demo.dice import Dice
from adtrace.demo.facts import Fact, Offer, Piece, Told


class Wrapper(NamedTuple):
    """How one network wraps: what it makes of (landing URL, page's domain), and the role of who is behind it.

    account: kind, scope and pattern of an account id in the URL, where it has one. states_site: whether the URL says on
    which site it stands.
    """

    network: str
    role: str
    wrap: Callable[[Dice, str, str], str]
    account: tuple[str, str, str] | None = None
    states_site: bool = False


def _enc(url: str) -> str:
    return quote(url, safe="")


def _awin(dice: Dice, url: str, _: str) -> str:
    ids = f"awinmid={dice.text('digits', 5)}&awinaffid={dice.text('digits', 6)}"
    return f"https://www.awin1.com/cread.php?{ids}&ued={_enc(url)}"


def _rakuten(dice: Dice, url: str, _: str) -> str:
    ids = f"id={dice.text('mixed', 11)}&mid={dice.text('digits', 5)}"
    return f"https://click.linksynergy.com/deeplink?{ids}&murl={_enc(url)}"


def _tradedoubler(dice: Dice, url: str, _: str) -> str:
    ids = f"p={dice.text('digits', 6)}&a={dice.text('digits', 7)}"
    return f"https://clk.tradedoubler.com/click?{ids}&url={_enc(url)}"


def _admitad(dice: Dice, url: str, _: str) -> str:
    return f"https://ad.admitad.com/g/{dice.text('lower', 20)}/?ulp={_enc(url)}"


def _google(dice: Dice, url: str, _: str) -> str:
    ids = f"sa=L&ai={dice.text('mixed', 40)}&num=1&sig={dice.text('mixed', 32)}"
    return f"https://www.googleadservices.com/pagead/aclk?{ids}&adurl={_enc(url)}"


def _doubleclick(dice: Dice, url: str, _: str) -> str:
    ids = f"xai={dice.text('mixed', 30)}&sig={dice.text('mixed', 24)}"
    return f"https://adclick.g.doubleclick.net/pcs/click?{ids}&urlfix=1&adurl={_enc(url)}"


def _xandr(dice: Dice, url: str, page: str) -> str:
    blob = base64.b64encode(dice.text("mixed", 60).encode()).decode().rstrip("=")
    parts = [
        blob,
        f"cnd=%21{dice.text('mixed', 20)}",
        f"referrer={_enc(f'https://{page}/')}",
        f"clickenc={_enc(url)}",
    ]
    return f"https://fra1-ib.adnxs.com/click?{'/'.join(parts)}"


def _taboola(dice: Dice, url: str, _: str) -> str:
    ids = f"pi=%2Ffront&ri={dice.text('hex', 32)}&it=text&ii={dice.text('digits', 10)}&li=rbox-t2v"
    return f"https://trc.taboola.com/{dice.word()}-network/log/3/click?{ids}&redir={_enc(url)}"


def _exoclick_old(dice: Dice, url: str, page: str) -> str:
    record = f"{page}|{dice.text('digits', 6)}|0|{_enc(url)}|"
    return f"https://main.exoclick.com/click.php?data={base64.b64encode(record.encode()).decode()}"


def _exoclick(dice: Dice, url: str, page: str) -> str:
    # Fields as decoded in public samples: ad, price, landing, …, time, publisher's domain, visitor's address, …, zone.
    fields = [dice.text("digits", 7), "0.5", _enc(url), "", "0", "1702404196", page, "192.0.2.7"]
    record = "|".join([*fields, dice.text("digits", 8), dice.text("digits", 7), "", ""])
    packed = base64.b64encode(zlib.compress(record.encode(), 9, 31)).decode().rstrip("=")
    return f"https://s.magsrv.com/click.php?d={packed.replace('+', '.').replace('/', '_')}"


WRAPPERS = (
    Wrapper("awin", "affiliate_merchant", _awin, ("publisher_id", "account", r"awinaffid=(\d+)")),
    Wrapper(
        "rakuten-advertising", "affiliate_merchant", _rakuten, ("publisher_id", "account", r"\?id=(\w+)")
    ),
    Wrapper("tradedoubler", "affiliate_merchant", _tradedoubler, ("site_id", "site", r"&a=(\d+)")),
    Wrapper("admitad", "affiliate_merchant", _admitad, ("link_code", "site", r"/g/(\w+)/")),
    Wrapper("google-ads", "unknown", _google),
    Wrapper("google-ad-manager", "unknown", _doubleclick),
    Wrapper("xandr", "unknown", _xandr, states_site=True),
    Wrapper("taboola", "unknown", _taboola, ("publisher_slug", "account", r"taboola\.com/([^/]+)/")),
    Wrapper("exoclick", "unknown", _exoclick_old, states_site=True),
    Wrapper("exoclick", "unknown", _exoclick, states_site=True),
)
AWIN = WRAPPERS[0]


def write_click(dice: Dice, page: str) -> str:
    """A click URL on a network's host, made for this page's site, to a shop that is nobody's brand."""
    return dice.pick(WRAPPERS).wrap(dice, f"https://www.{dice.word(4)}.example/shop", page)


def write_offer(dice: Dice, wrapper: Wrapper, brand: str, page: str, words: str) -> Piece:
    """A link that leads to the brand's shop through the wrapper; page: the site that it was made for.

    The link is no tag: what it says has basis landing, whoever put it there.
    """
    landing = f"https://www.{brand}/shop/{dice.word()}?src={dice.text('digits', 4)}"
    url = wrapper.wrap(dice, landing, page)
    place = dice.pick(
        ('<a href="{0}" rel="sponsored nofollow">{1}</a>', '<a target="_blank" href="{0}"><b>{1}</b></a>')
    )
    facts = [Fact(wrapper.network, basis="landing")]
    if wrapper.account:
        kind, scope, pattern = wrapper.account
        if found := re.search(pattern, url):
            facts.append(Fact(wrapper.network, found[1], kind, scope, "landing"))
    told = Told(
        facts=tuple(facts),
        offers=(Offer(brand, wrapper.role, wrapper.network),),
        landings=(brand,),
        never=(url, landing),
        declared_sites=((wrapper.network, page),) if wrapper.states_site else (),
    )
    return Piece(place.format(url.replace("&", "&amp;"), words), told)


def write_tracker(dice: Dice, page: str, words: str) -> Piece:
    """A wrapped link whose landing is a tracker, which is nobody's brand."""
    domain, network = dice.pick((("klicktrek.com", None), ("voluumtrk.com", "voluum")))
    landing = f"http://trk.{domain}/click?c={dice.text('digits', 3)}&key={dice.text('hex', 32)}"
    url = _exoclick_old(dice, landing, page)
    told = Told(
        facts=(Fact("exoclick", basis="landing"),),
        trackers=((domain, network),),
        never=(url, landing),
        declared_sites=(("exoclick", page),),
    )
    return Piece(f'<a href="{url}">{words}</a>', told)


def write_opaque(dice: Dice, words: str) -> Piece:
    """A click URL that says nothing of where it leads."""
    ids = f"{dice.text('digits', 8)}/i/{dice.text('digits', 6)}/0/src/{dice.text('digits', 3)}/pp/1/1"
    url = f"https://clck.mgid.com/ghits/{ids}?h={dice.text('mixed', 60)}"
    return Piece(f'<a href="{url}">{words}</a>', Told(facts=(Fact("mgid", basis="landing"),), never=(url,)))
