"""What makes real lists hard: evidence that two operators share, and that must not make them one.

Each case stands on two domains of different operators. None of them bears a merge.
"""

from typing import NamedTuple

from adtrace.demo.canaries import Canaries
from adtrace.demo.clicks import AWIN, write_offer
from adtrace.demo.declarations import Declared, Record, draw_records, seller_account, write_records
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Ask, Fact, Piece, Told
from adtrace.demo.plan import Part
from adtrace.demo.tags import Holder, formats, write_tag


class Extra(NamedTuple):
    """What a hard case adds to a site: parts of its page, its ads.txt, and the networks its page shows thereby."""

    pieces: tuple[Piece, ...] = ()
    ads_txt: Declared | None = None
    networks: frozenset[str] = frozenset()
    kind: str | None = None
    manager: str | None = None


def write_hard_cases(seed: int, parts: list[Part], brand: str, canaries: Canaries) -> dict[int, Extra]:
    """The hard cases by the number of the part they stand on: as many as find two operators."""
    found: dict[int, Extra] = {}
    free = [
        part for part in parts if part.shows_tags and part.is_dedicated and part.twist.get("unit") != "url"
    ]
    for number, case in enumerate((_framed, _managed, _white_label, _user_posted) * max(1, len(parts) // 40)):
        pair = _two_operators(free)
        if pair is None:
            break
        free = [part for part in free if part not in pair]
        dice = Dice(seed, "hard", number)
        for part, extra in zip(pair, case(seed, dice, pair, brand, canaries), strict=True):
            found[part.number] = extra
    return found


def _two_operators(free: list[Part]) -> tuple[Part, Part] | None:
    for part in free[1:]:
        if part.operator != free[0].operator:
            return free[0], part
    return None


Pair = tuple[Part, Part]


def _framed(seed: int, dice: Dice, _pair: Pair, _brand: str, canaries: Canaries) -> list[Extra]:
    """An honest publisher's ads.txt, copied to both domains word by word."""
    victim = f"victim-{dice.word()}"
    records = draw_records(dice, seed, victim, most=9)
    copied = write_records(dice, records, {"OWNERDOMAIN": f"{victim}.example"}, canaries)
    return [Extra(ads_txt=copied), Extra(ads_txt=copied)]


def _managed(seed: int, dice: Dice, pair: Pair, _brand: str, canaries: Canaries) -> list[Extra]:
    """An ad-management firm's AdSense id on both; its sellers.json row says INTERMEDIARY."""
    firm = f"admanagement-{pair[0].number}"
    extras = []
    for part in pair:
        tag = write_tag(seed, formats()["adsense-unit"], Holder(firm, part.host, f"{part.host}/managed"))
        records = [Record("google.com", seller_account(seed, "google.com", firm), "DIRECT")]
        records += draw_records(dice, seed, f"{part.operator}-direct", most=4)
        own = [record for record in records if record.system != "google.com" or record is records[0]]
        declared = write_records(dice, own, {"MANAGERDOMAIN": f"{firm}.example"}, canaries)
        extras.append(Extra((tag,), declared, frozenset({"adsense"}), manager=firm))
    return extras


def managed_accounts(seed: int, extras: dict[int, Extra]) -> set[str]:
    """The firms' AdSense accounts as network/kind/account: known from their sellers.json rows as intermediaries'."""
    firms = {extra.manager for extra in extras.values() if extra.manager}
    return {f"adsense/publisher_id/{seller_account(seed, 'google.com', firm)}" for firm in firms}


def _white_label(seed: int, dice: Dice, pair: Pair, _brand: str, _canaries: Canaries) -> list[Extra]:
    """A site builder's AdSense platform id beside each holder's own, and a white-label ad server's host."""
    platform = dice.text("digits", 16)
    extras = []
    for part in pair:
        own = Dice(seed, "id", "adsense", "pub", part.operator).text("digits", 16)
        slot, zone = dice.text("digits", 10), dice.text("digits", 7)
        google = (
            '<script async src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"></script>\n'
            f'<ins class="adsbygoogle" data-ad-client="ca-pub-{own}" data-ad-host="ca-host-pub-{platform}" '
            f'data-ad-slot="{slot}"></ins>'
        )
        facts = (
            Fact("adsense"),
            Fact("adsense"),
            Fact("adsense", f"pub-{own}", "publisher_id", "account"),
            Fact("adsense", f"host-pub-{platform}", "platform_id", "platform"),
            Fact("adsense", slot, "slot_id", "slot"),
        )
        loader = ("https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",)
        address = f"https://syndication.exads.rocks/ads-iframe-display.php?idzone={zone}"
        frame = Piece(
            f'<iframe src="{address}" width="300" height="250"></iframe>',
            Told(
                facts=(Fact("exads"), Fact("exads", zone, "zone_id", "slot")), asks=(Ask("frame", address),)
            ),
        )
        pieces = (Piece(google, Told(facts=facts, loads=loader)), frame)
        extras.append(Extra(pieces, networks=frozenset({"adsense", "exads"})))
    return extras


def _user_posted(seed: int, dice: Dice, pair: Pair, brand: str, _canaries: Canaries) -> list[Extra]:
    """One visitor's affiliate links in the posts of two forums."""
    tag = f"{dice.word()}fan-21"
    extras = []
    for part in pair:
        address = f"https://www.amazon.de/dp/B0{dice.text('upper', 8)}?tag={tag}"
        facts = (
            Fact("amazon-associates", basis="landing"),
            Fact("amazon-associates", tag, "associate_tag", "account", "landing"),
        )
        post = Piece(
            f'<p class="post">I got mine <a href="{address}">here</a></p>',
            Told(facts=facts, never=(address,)),
        )
        link = write_offer(Dice(seed, "fan", tag), AWIN, brand, part.host, "and here")
        extras.append(Extra((post, link), networks=frozenset({"amazon-associates", "awin"}), kind="forum"))
    return extras
