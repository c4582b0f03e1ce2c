"""Who may see what: the audiences, and the stand-ins for names and ids that each of them gets."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from adtrace.errors import HostError
from adtrace.export.hidden_hosts import HiddenHosts
from adtrace.extract.unwrapping.redaction import redact_named
from adtrace.names import ad_domain, canonical_host, registrable_domain

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.knowledge import Knowledge

# investigator: everything, in clear in machine formats (CSV, JSONL, GraphML, GEXF), defanged where people read.
# taskforce: listed domains as keyed pseudonyms, ids keyed, no text of pages.
# network, brand: confirmed rows of that one network or brand alone (party.py), as few columns as it needs to act.
Audience = Literal["investigator", "taskforce", "network", "brand"]
SELLER_ID = "seller_id"  # account_kind of what ads.txt, sellers.json and supply chains declare
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
# Relations of ads.txt 1.1, types of sellers.json 1.0 (IAB Tech Lab) and delegations of adagents.json (AdCP).
_DECLARED = frozenset(("DIRECT", "RESELLER", "PUBLISHER", "INTERMEDIARY", "BOTH", "DELEGATED", "AD_NETWORK"))
OUTSIDE: tuple[Audience, ...] = ("network", "brand")


class Names:
    """What one audience reads in place of each name and id. The same input has the same stand-in within a case.

    Keyed: whoever lacks the case's key can neither compute a stand-in nor join two audiences' exports, nor those of
    two networks. party: the network or brand it is for. reveals: listed domains stand in clear (reveal.py).
    """

    def __init__(
        self, case: Case, audience: Audience, knowledge: Knowledge, party: str = "", *, reveals: bool = False
    ) -> None:
        self.audience, self.party = audience, party
        self.is_outside = audience in OUTSIDE
        self.shows_domains = reveals or audience == "investigator"
        self._key = case.key_for(f"audience/{audience}/{party}" if party else f"audience/{audience}")
        self._knowledge = knowledge
        entries = ((row.entry.domain, row.entry.site_role) for row in case.entries())
        self._listed = listed_hosts(entries, knowledge)
        self._named = outside_hosts(case)

    @cached_property
    def _hidden(self) -> HiddenHosts:
        return HiddenHosts(
            {host: self._keyed("dom", "domain", host) for host in self._listed}, self._subdomain
        )

    @cached_property
    def _outside(self) -> HiddenHosts:
        return HiddenHosts(
            {host: self._keyed("out", "host", host) for host in self._named if self.is_beyond(host)},
            lambda host, _: self._keyed("out", "host", host),
            is_deep=self.audience != "investigator",
        )

    def domain(self, host: str) -> str:
        """A listed domain: clear, or "dom-" and 20 characters."""
        return host if self.shows_domains else self._hidden.host(host) or self._keyed("dom", "domain", host)

    def account(self, network: str, kind: str, account: str) -> str:
        """An account or seller id: "acc-" and 20 characters made of network, kind and id.

        Clear for the investigator, and for the network that issued it.
        """
        if self.audience == "investigator" or (self.audience == "network" and network == self.party):
            return account
        return self._keyed("acc", "account", f"{network}\0{kind}\0{account}")

    def operator(self, operator: str) -> str:
        """An operator hypothesis, whose own id is made of domains."""
        return operator if self.audience == "investigator" else self._keyed("op", "operator", operator)

    def host(self, host: str) -> str:
        """Any host: listed ones as domains are, a card's in clear, every other one keyed for every audience.

        Hosts nobody confirmed and no card knows (redirect targets, declared sites, sellers' domains) stand in
        clear in the case alone (design section 4).
        """
        host = host.lower()
        stand_in = self._hidden.host(host)
        if stand_in is not None:
            return host if self.shows_domains else stand_in
        return host if self._is_known(host) else self._keyed("out", "host", host)

    def is_beyond(self, host: str) -> bool:
        """Whether a canonical host is neither listed, nor under a listed one, nor a card's."""
        return self._hidden.host(host) is None and not self._is_known(host)

    def _is_known(self, host: str) -> bool:
        return bool(self._knowledge.card_of_host(host) or self._knowledge.system(host))

    def system(self, host: str) -> str:
        """A host that behaves like ad tech: as host(), but an unknown one is the investigator's, to become a card."""
        return host if self.audience == "investigator" else self.host(host)

    def selling_system(self, name: str) -> str:
        """A system that a declaration names: a card's id, or, if no card has it, its host as system() shows it."""
        return name if not name or name in self._knowledge.cards else self.system(name)

    def url(self, url: str | None) -> str | None:
        """A URL: as text where its host is listed or a card's, else its host's stand-in alone."""
        if url is None:
            return None
        host = host_of(url)
        stand_in = self.host(host) if host else self._keyed("out", "host", url)
        return stand_in if stand_in.startswith("out-") else self.quote(url)

    def site(self, url: str) -> str:
        """Whose host a URL names, without anything of the URL that could hold an id."""
        host = host_of(url)
        if host is None:
            return self._keyed("out", "host", url)
        return self.host(host) if self._hidden.host(host) else self.host(ad_domain(host) or host)

    def text(self, text: str) -> str:
        """Any text, in which listed hosts have been replaced in every form they may be written in."""
        return text if self.shows_domains else self._hidden.rewrite(text)

    def quote(self, text: str) -> str:
        """What a page says: as text(), and for every audience without the hosts that host() keys, or our own address.

        Ad systems write the address that asked into their URLs.
        """
        return self.text(self._outside.rewrite(redact_named(text)))

    def declared(self, words: str) -> str:
        """What a file declares by a word of its specification; any other word is a page's own: "other". None is ""."""
        if self.audience == "investigator" or not words:
            return words
        return "; ".join(word if word.upper() in _DECLARED else "other" for word in words.split("; "))

    def record(self, public_id: str) -> str:
        """A public id: outside, "rec-" and 20 characters, for two readers could join their rows by one they share."""
        return self._keyed("rec", "record", public_id) if self.is_outside else public_id

    def time(self, time: str) -> str:
        """A time: to the day for a network, to the month for a brand, whose own click logs could name a site by it."""
        return time[:10] if self.audience == "network" else time[:7] if self.audience == "brand" else time

    def number(self, number: int) -> int:
        """A count: outside, at least so many (1, 2, 5, 10, 20, 50, …), for an exact one can be looked up.

        >>> [_at_least(number) for number in (0, 1, 4, 9, 10, 49, 1234)]
        [0, 1, 2, 5, 10, 20, 1000]
        """
        return _at_least(number) if self.is_outside else number

    def node(self, kind: str, name: str) -> str:
        """The name of a node of the graph, by its kind."""
        if kind == "domain":
            return self.domain(name)
        if kind == "account":
            network, account_kind, account = name.split("/", 2)
            return f"{network}/{account_kind}/{self.account(network, account_kind, account)}"
        if kind == "seller" and name:
            system, account = name.split("/", 1)
            return f"{self.selling_system(system)}/{self.account(system, SELLER_ID, account)}"
        return self.text(name)

    def _subdomain(self, host: str, listed: str) -> str:
        return f"{self._keyed('sub', 'domain', host)}.{self._keyed('dom', 'domain', listed)}"

    def _keyed(self, prefix: str, what: str, text: str) -> str:
        digest = hmac.digest(
            self._key, f"adtrace/v1/{what}\0{text}".encode("utf-8", "surrogatepass"), "sha256"
        )
        return f"{prefix}-{base64.b32encode(digest).decode().lower()[:20]}"


def _at_least(number: int) -> int:
    """The largest of 1, 2, 5, 10, 20, 50, … that is not above the number; 0 for 0."""
    if number < 1:
        return 0
    power: int = 10 ** (len(str(number)) - 1)
    return next(step * power for step in (5, 2, 1) if step * power <= number)


def listed_hosts(entries: Iterable[tuple[str, str]], knowledge: Knowledge) -> frozenset[str]:
    """The hosts to hide: every entry's, and the registrable domain above it, which would name it too.

    Not above a platform's host: there the registrable domain is another's and would hide what it serves.
    entries: (host, site_role).
    """
    found = set()
    for host, site_role in entries:
        found.add(host)
        above = registrable_domain(host)
        if above and site_role != "platform" and not knowledge.card_of_host(above):
            found.add(above)
    return frozenset(found)


def outside_hosts(case: Case) -> frozenset[str]:
    """Hosts that something named but nobody confirmed: redirect targets, denied, declared sites, sellers' domains.

    Not those that are something else too: a brand or a landing is what is looked for, and what behaves like ad tech
    is the investigator's, to become a card.
    """
    named = {
        row["host"].lower()
        for row in case.rows("SELECT host FROM sightings WHERE kind = 'declared_site' AND host <> ''")
    }
    for row in case.rows(
        "SELECT DISTINCT declared ->> 'domain' AS host FROM sightings WHERE kind = 'declaration'"
    ):
        named.add((row["host"] or "").lower())
    for row in case.rows(
        "SELECT location AS url FROM outcomes WHERE location IS NOT NULL"
        " UNION SELECT url FROM decisions WHERE verdict = 'deny'"
    ):
        named.add(host_of(row["url"]) or "")
    for row in case.rows(
        "SELECT DISTINCT host, ad_domain, brand FROM sightings WHERE kind <> 'declared_site'"
    ):
        named -= {row["host"], row["ad_domain"], row["brand"]}
    return frozenset(host for host in named if "." in host)


def host_of(url: str) -> str | None:
    """The canonical host of a URL that may be anything; None if it names none.

    >>> host_of("https://shop.example:secret@clip.example/")
    'clip.example'
    """
    _, slashes, rest = url.partition("//")
    authority = re.split(r"[/?#\\]", rest if slashes else url, maxsplit=1)[0]
    if slashes:  # else it may be mailto:
        authority = authority.rpartition("@")[2]
    try:
        host = canonical_host(authority.partition(":")[0])
    except HostError:
        return None
    return host if "." in host else None
