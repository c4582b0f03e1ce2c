"""What a correct run at reach tags or ads asks of the invented web, and how each request ends.

Written from the design (section 4, "What is fetched for an entry"), not from the door: the two are compared.
"""

from collections import Counter
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from adtrace.demo.adverts import MOST_DEEP, Advert
from adtrace.demo.agents import PATH as AGENTS
from adtrace.demo.answers import Answer, Site
from adtrace.demo.facts import Told
from adtrace.demo.plan import Part
from adtrace.demo.sites import ADS_TXT_KEEPER, Built, entry_path
from adtrace.demo.workers import WORKER_PATHS

_COMPANIONS = {
    "/ads.txt": "ads_txt",
    "/app-ads.txt": "app_ads_txt",
    AGENTS: "adagents_json",
    **dict.fromkeys(WORKER_PATHS, "worker"),
}
_TYPES = {
    "page": ("text/html",),
    "ads_txt": ("text/plain",),
    "app_ads_txt": ("text/plain",),
    "adagents_json": ("application/json",),
    "worker": ("text/javascript",),
    "script": ("text/javascript",),
    "frame": ("text/html",),
    "vast": ("text/xml",),
    "sellers_json": ("application/json",),
}
_MOST_HOPS = 5
# Media by its first bytes, whatever type is announced.
_MEDIA = (b"\xff\xd8\xff", b"GIF8")


class Hop(NamedTuple):
    """A document of an ad network that another names: for whose page, who, where, what, how many from the page."""

    domain: str
    named_by: str
    url: str
    document: str
    depth: int
    told: Told


class Visit:
    """Asks as the design says, and remembers.

    requests: (scheme, host, target) → how often it reaches the server. outcomes: URL → how it ended.
    read: the documents that were captured, as (part, path, or address of an advert). hops: at reach ads, each way from
    a page to an ad network's document and on, whosever page it was asked for.
    """

    def __init__(self, sites: list[Site], adverts: dict[str, Advert], reach: str) -> None:
        self._adverts, self.reach = adverts, reach
        self.hops: list[Hop] = []
        self._sites = {site.host: site for site in sites}
        self.requests: Counter[tuple[str, str, str]] = Counter()
        self.outcomes: dict[str, str] = {}
        self.read: list[tuple[Part, str]] = []
        self._fronts: dict[int, list[str]] = {}  # by the part's number: where its page was read

    def enter(self, part: Part, built: Built) -> None:
        """Everything that is asked for one entry, apart from networks' files."""
        if not part.is_contacted:
            return
        path = entry_path(part)
        is_url = part.twist.get("unit") == "url"
        scheme = "https"
        self._ask_page(part, f"https://{part.host}{path}")
        if self._is_unreachable(f"https://{part.host}{path}") and not is_url:
            scheme = "http"
            self._ask_page(part, f"http://{part.host}{path}")
        if is_url or self._is_unreachable(f"{scheme}://{part.host}{path}"):
            return
        for companion, document in _COMPANIONS.items():
            url = f"{scheme}://{part.host}{companion}"
            if self.ask(url, document) == "redirected":
                # Out of scope it ends, except at a network that keeps declarations for its publishers.
                url = dict(self._answer(url).headers)["Location"]
                if urlsplit(url).hostname == ADS_TXT_KEEPER:
                    self.ask(url, document)
            if self.outcomes.get(url) == "captured":
                self.read.append((part, companion))
                self._refer(part, built.told[companion])
        for front in self._fronts.get(part.number, ()):
            for address in built.told[path].loads:
                self.ask(urljoin(front, address), "script")
                if self.reach == "ads":
                    self.hops.append(Hop(part.host, front, urljoin(front, address), "script", 1, Told()))
            self._follow(part, front, built.told[path], 1)
            for worker in built.told[path].workers:
                if (
                    urljoin(front, worker) not in self.outcomes
                    and self.ask(urljoin(front, worker), "worker") == "captured"
                ):
                    self.read.append((part, worker))

    @property
    def missing(self) -> frozenset[str]:
        """The URLs that were asked for and answered 404."""
        return frozenset(
            url for url, end in self.outcomes.items() if end == "failed" and self._answer(url).status == 404
        )

    def _refer(self, part: Part, told: Told) -> None:
        """Where a declaration says that it stands itself: asked in the entry's scope, and at who keeps such files."""
        for url in told.refers:
            host, path = urlsplit(url).hostname, urlsplit(url).path
            if host in (part.host, ADS_TXT_KEEPER) and self.ask(url, "adagents_json") == "captured":
                self.read.append((part, path if host == part.host else url))

    def _follow(self, part: Part, namer: str, told: Told, depth: int) -> None:
        """At reach ads, what the document names, and what that answers; each address once."""
        for ask in told.asks if self.reach == "ads" else ():
            url, advert = urljoin(namer, ask.url), self._adverts[ask.address]
            self.hops.append(Hop(part.host, namer, url, ask.document, depth, advert.told))
            if url in self.outcomes or depth > MOST_DEEP:
                continue
            outcome = self.ask(url, ask.document)
            if outcome == "captured":
                self.read.append((part, ask.address))
            if outcome in ("captured", "redirected"):
                self._follow(part, url, advert.told, depth + (outcome == "captured"))

    def _ask_page(self, part: Part, url: str) -> None:
        """Ask for the page and follow redirects within the entry's scope."""
        for _ in range(_MOST_HOPS + 1):
            if url in self.outcomes:
                return
            outcome = self.ask(url, "page")
            if outcome == "captured":
                self.read.append((part, entry_path(part)))
                self._fronts.setdefault(part.number, []).append(url)
            if outcome != "redirected":
                return
            url = urljoin(url, dict(self._answer(url).headers)["Location"])
            if urlsplit(url).hostname not in (part.host, f"www.{part.host}"):
                return

    def _is_unreachable(self, url: str) -> bool:
        return self.outcomes[url] == "failed"

    def _answer(self, url: str) -> Answer:
        parts = urlsplit(url)
        return self._sites[parts.hostname or ""].answer(
            parts.path + (f"?{parts.query}" if parts.query else "")
        )

    def ask(self, url: str, document: str) -> str:
        """How this request ends; asked once, and once more where the connection broke."""
        if url in self.outcomes:
            return self.outcomes[url]
        parts = urlsplit(url)
        site = self._sites[parts.hostname or ""]
        if parts.scheme == "https" and site.tls != "good":
            self.outcomes[url] = "failed"  # before any request
            return "failed"
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = self._answer(url)
        breaks = answer.manner in ("silent", "reset", "reset_mid", "short")
        self.requests[parts.scheme, site.host, target] += 2 if breaks else 1
        self.outcomes[url] = "failed" if breaks else _outcome(answer, document)
        return self.outcomes[url]


def _outcome(answer: Answer, document: str) -> str:
    if 300 <= answer.status < 400:
        return "redirected"
    if document not in ("page", "frame") and answer.status != 200:
        return "failed"
    essence = (answer.content_type or "").partition(";")[0]
    if essence not in _TYPES[document] or answer.manner == "endless_body" or answer.body.startswith(_MEDIA):
        return "refused"
    return "captured"
