"""Each domain's site: what its server answers, and what each of its documents tells."""

from typing import NamedTuple

from adtrace.demo.adverts import write_player
from adtrace.demo.agents import PATH as AGENTS
from adtrace.demo.agents import write_agents
from adtrace.demo.answers import Answer, Site, Tls, page, redirect, text
from adtrace.demo.canaries import Canaries
from adtrace.demo.clicks import WRAPPERS, write_click, write_offer, write_opaque, write_tracker
from adtrace.demo.deal import Choice, networks_of
from adtrace.demo.declarations import draw_records, write_records
from adtrace.demo.decoys import (
    write_placeholder,
    write_refresh,
    write_services,
    write_unknown_network,
    write_unknown_token,
    write_words,
)
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Piece, Told
from adtrace.demo.faults import write_fault
from adtrace.demo.hard import Extra
from adtrace.demo.media import Gallery
from adtrace.demo.pages import Page, write_page
from adtrace.demo.plan import Part, is_state
from adtrace.demo.served import write_bid, write_vast
from adtrace.demo.states import STATES
from adtrace.demo.tags import ROCKET_LOADER, Holder, formats, write_tag
from adtrace.demo.workers import REGISTRATION, write_monetag_worker, write_plain_worker

# A network that keeps its publishers' declarations: the one place out of scope to which one may lead.
ADS_TXT_KEEPER = "adstxt.mgid.com"


class Built(NamedTuple):
    """A domain's server and its documents: path → what it tells; page_state of its front page.

    kept_elsewhere: URL → answer of documents that a network keeps for the site.
    """

    sites: list[Site]
    told: dict[str, Told]
    page_state: str
    kept_elsewhere: dict[str, Answer]

    def told_of(self, part: Part) -> Told:
        """What the page that the list points to tells; nothing where none stands."""
        return self.told.get(entry_path(part), Told())


def entry_path(part: Part) -> str:
    """The path of the page the list points to: the front page, or the one address of unit=url."""
    return f"/p/{part.number + 100}" if part.twist.get("unit") == "url" else "/"


class Builder:
    """Builds the sites of one world; everything drawn from its seed."""

    def __init__(self, seed: int, brands: list[str], canaries: Canaries, media_canary: str) -> None:
        self._seed, self._brands, self._canaries, self._media_canary = seed, brands, canaries, media_canary

    def build(self, part: Part, choices: list[Choice], extra: Extra) -> Built:
        """The site of this part with these tags."""
        dice = Dice(self._seed, "site", part.domain)
        gallery = Gallery(dice, self._media_canary)
        answers: dict[str, Answer] = dict(gallery.answers)
        told: dict[str, Told] = {}
        elsewhere: dict[str, Answer] = {}
        state = "operator"
        if is_state(part.role):
            answers["/"], told["/"] = STATES[part.role](dice, part.domain, self._canaries)
            state = part.role
        elif part.role == "operator":
            front = self._operator_page(dice, part, choices, extra, gallery)
            answers[entry_path(part)], told[entry_path(part)] = page(front.html), front.told
        elif part.role != "clone":
            answers |= write_fault(part.role, self._media_canary, f"{dice.word(4)}.test")
        self._add_declarations(dice, part, extra, answers, told, elsewhere)
        agents = write_agents(self._seed, part, self._canaries, ADS_TXT_KEEPER)
        answers |= agents.answers
        told |= agents.told
        elsewhere |= agents.kept_elsewhere
        self._add_workers(dice, answers, told)
        return Built(_serve(part, answers), told, state, elsewhere)

    def clone(self, victim: str, part: Part) -> tuple[Answer, Told]:
        """A copy of an honest publisher's page, with the publisher's AdSense id in it."""
        dice = Dice(self._seed, "victim", victim)
        gallery = Gallery(dice, self._media_canary)
        holder = Holder(victim, f"{victim}.example", victim)
        tags = [
            write_tag(self._seed, formats()[name], holder) for name in ("adsense-auto", "google-ad-manager")
        ]
        copied = write_page(dice, f"{victim}.example", "scraper_blog", Canaries(dice), gallery, tags)
        return page(copied.html.replace(f"{victim}.example", part.host)), copied.told

    def _operator_page(
        self, dice: Dice, part: Part, choices: list[Choice], extra: Extra, gallery: Gallery
    ) -> Page:
        pieces = [*write_services(dice), write_words(dice, self._canaries.phrase()), *extra.pieces]
        for number, choice in enumerate(choices):
            holder = Holder(part.operator, part.host, f"{part.host}/{number}")
            pieces.append(write_tag(self._seed, choice.form, holder, choice.bend))
            if choice.bend == "rocket":
                pieces.append(Piece(ROCKET_LOADER))
        shown = set(extra.networks).union(*(networks_of(choice.form) for choice in choices))
        pieces += self._links(dice, part, shown)
        pieces += self._served(dice, shown)
        chance = dice.number(0, 6)
        if chance == 6:
            pieces.append(write_refresh(dice))
        elif chance == 0:
            pieces.append(write_unknown_network(dice))
        elif chance == 1:
            pieces.append(write_unknown_token(dice))
        elif chance == 2:
            pieces += write_placeholder(dice, shown)
        pieces.append(REGISTRATION)
        kind = extra.kind or part.kind
        return write_page(dice, part.host, kind, self._canaries, gallery, dice.shuffled(pieces))

    def _links(self, dice: Dice, part: Part, shown: set[str]) -> list[Piece]:
        """Wrapped links through networks whose tags are not on the page."""
        pieces = []
        for wrapper in dice.sample([wrapper for wrapper in WRAPPERS if wrapper.network not in shown], 3):
            if wrapper.network not in shown and dice.number(0, 3):
                brand = dice.pick(self._brands)
                # Now and then the space is sold under the name of a site that is on nobody's list.
                stated = part.host if dice.number(0, 3) else f"{dice.word(4)}.example"
                pieces.append(write_offer(dice, wrapper, brand, stated, self._canaries.phrase()))
                shown.add(wrapper.network)
        if "exoclick" not in shown and dice.number(0, 1):
            pieces.append(write_tracker(dice, part.host, self._canaries.phrase()))
        if "mgid" not in shown and dice.number(0, 2) == 0:
            pieces.append(write_opaque(dice, self._canaries.phrase()))
        return pieces

    def _served(self, dice: Dice, shown: set[str]) -> list[Piece]:
        """On some pages, an ad that an ad server answered with, or a player that will ask one."""
        chance, brand = dice.number(0, 5), dice.pick(self._brands)
        if chance == 0:
            return [write_vast(dice, brand, shown, self._canaries.phrase())]
        if chance == 1:
            return [write_bid(dice, brand)]
        return write_player(dice, shown) if chance < 4 else []

    def _add_declarations(
        self,
        dice: Dice,
        part: Part,
        extra: Extra,
        answers: dict[str, Answer],
        told: dict[str, Told],
        elsewhere: dict[str, Answer],
    ) -> None:
        declared = extra.ads_txt
        chance = dice.number(0, 9)
        if declared is None and chance < 6:
            records = draw_records(dice, self._seed, part.operator)
            declared = write_records(dice, records, {"OWNERDOMAIN": part.domain}, self._canaries)
        if declared is not None:
            answers["/ads.txt"], told["/ads.txt"] = text(declared.text), declared.told
            if chance == 0:
                kept = f"https://{ADS_TXT_KEEPER}/{part.host}/ads.txt"
                elsewhere[kept], answers["/ads.txt"] = answers["/ads.txt"], redirect(kept, 301)
        elif chance == 6:
            nobody = f"https://{dice.word(4)}.test/ads.txt"
            astray = Dice(self._seed, "astray", part.host)
            answers["/ads.txt"] = redirect(astray.pick((nobody, write_click(astray, part.host))), 301)
        elif chance == 7:
            answers["/ads.txt"] = page(f"<!doctype html><title>{self._canaries.phrase()}</title><p>home</p>")
        elif chance == 8:
            answers["/ads.txt"] = text("placeholder.example.com, placeholder, DIRECT, placeholder\n")
            told["/ads.txt"] = Told()
        elif chance == 9:
            answers["/ads.txt"] = Answer(
                body=b"# cut short\n", content_type="text/plain", manner=dice.pick(("short", "reset_mid"))
            )
        if dice.number(0, 4) == 0:
            records = draw_records(dice, self._seed, part.operator, most=4)
            apps = write_records(dice, records, {}, self._canaries, "app_ads_txt")
            answers["/app-ads.txt"], told["/app-ads.txt"] = text(apps.text), apps.told

    def _add_workers(self, dice: Dice, answers: dict[str, Answer], told: dict[str, Told]) -> None:
        chance = dice.number(0, 5)
        if chance < 2:
            answers["/sw.js"], told["/sw.js"] = write_monetag_worker(dice)
        elif chance == 2:
            answers["/service-worker.js"], told["/service-worker.js"] = write_plain_worker(dice)
        elif chance == 3:
            answers["/sw.js"] = Answer(
                body=b"GIF89a=1;/*" + self._media_canary.encode() + b"*/", content_type="text/javascript"
            )


def _serve(part: Part, answers: dict[str, Answer]) -> list[Site]:
    reach_by = part.twist.get("reach_by")
    # The one that never answers does so by http alone: it is there to be given up on, not to be waited for twice.
    is_closed = reach_by == "http" or part.role == "silent"
    tls: Tls = "closed" if is_closed else "wrong_name" if reach_by == "bad_certificate" else "good"
    if reach_by == "www":
        moved = answers | {"/": redirect(f"https://www.{part.host}/", 301)}
        return [Site(host=part.host, answers=moved), Site(host=f"www.{part.host}", answers=answers)]
    sites = [Site(host=part.host, answers=answers, tls=tls)]
    if part.host != part.domain:
        # The registrable domain is nobody's entry: its declarations are there, and not for us.
        declared = {"/ads.txt": answers.get("/ads.txt", text("\n")), AGENTS: answers[AGENTS]}
        sites.append(Site(host=part.domain, answers=declared))
    return sites
