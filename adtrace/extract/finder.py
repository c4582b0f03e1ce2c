"""Where detectors put what they find: one place that builds sightings, so that all of them read alike."""

import base64
import binascii
import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import msgspec

from adtrace.extract.attributes import host_of
from adtrace.extract.bait import find_bait
from adtrace.extract.bundles import find_bundled
from adtrace.extract.reading import Skeleton
from adtrace.extract.sighting import Basis, Certainty, Decoded, Kind, Sighting, State, sighting_id
from adtrace.knowledge import Knowledge
from adtrace.knowledge.card import Card, Id
from adtrace.knowledge.cards import Rule
from adtrace.linear import Match
from adtrace.names import ad_domain

if TYPE_CHECKING:
    from adtrace.extract.addresses import Address

# An address a match is in: the address, the network's host if that is one, start and end.
Where = tuple[str, str | None, int, int]
# Of one document: a page of 10^5 tags says nothing more with the rest; a declaration's every line is a fact.
MAX_SIGHTINGS = dict.fromkeys(("page", "frame", "script", "vast", "worker"), 5_000)
MAX_DECLARATIONS = 200_000


class Hit(NamedTuple):
    """A match of a shape, and where it stands.

    place: where the searched text begins in the skeleton, or the skeleton offset of each of its characters where the
    skeleton holds it otherwise. address: the one the match is in, if it is in one. basis: where the place decides it
    and not the shape.
    """

    rule: Rule
    match: Match
    groups: dict[str, str | None]
    place: int | Sequence[int]
    address: Where | None
    basis: Basis | None

    def span(self, group: int | str = 0) -> tuple[int, int]:
        """Where a group that took part stands in the skeleton."""
        start, end = self.match.span(group)
        if isinstance(self.place, int):
            return start + self.place, end + self.place
        return self.place[start], self.place[end - 1] + 1

    @property
    def says_network_alone(self) -> bool:
        """Whether it tells no account, no site and no further tag."""
        told = ("site", "nested", *(kind.group for kind in self.rule.ids))
        return not any(self.groups.get(group) for group in told)


class Finder:
    """The document being read and the sightings so far."""

    def __init__(
        self,
        skeleton: Skeleton,
        sha256: str,
        knowledge: Knowledge,
        *,
        url: str | None,
        at: date | None,
        source: str | None,
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.skeleton, self.knowledge, self.url, self.at = skeleton, knowledge, url, at
        self.headers = tuple(headers)
        self.sightings: list[Sighting] = []
        self.loaders: set[str] = set()  # networks with a live loader on this document
        self.limits: list[str] = []  # what bounds left unread
        self.is_full = False  # one more was found than is recorded
        self.addresses: list[Address] = []  # those of the document, once they are found
        # Where an ad answer stands: its addresses are the ad's, not the page's.
        self.ad_spans: list[tuple[int, int]] = []
        self.ad_tags: list[str] = []  # where an ad's wrapper says that the ad is to be had (VASTAdTagURI)
        self._sha256, self._source = sha256, source
        self._site = registrable(host_of(url) or "") if url and skeleton.kind == "page" else None
        self._most = MAX_SIGHTINGS.get(skeleton.kind, MAX_DECLARATIONS)
        self._seen: set[str] = set()
        self._networks: dict[int, Sighting] = {}
        self._network_starts: list[int] = []  # the same, ascending
        self._accounts: set[tuple[str, str, int]] = set()  # card, kind and place of each id that a shape read
        # Matches that count only by what else was seen: settled last.
        self._waiting: list[Hit] = []

    def add(
        self,
        kind: Kind,
        rule: str,
        start: int,
        end: int,
        *,
        card: Card | None = None,
        value: str | None = None,
        host: str | None = None,
        state: State | None = None,
        basis: Basis = "embedded",
        certainty: Certainty = "likely",
        **fields: Any,
    ) -> Sighting | None:
        """Record one fact at text[start:end]; None if it is recorded already or the document is full."""
        if len(self.sightings) >= self._most:
            self.is_full = True
            self.cut(f"more than {self._most} sightings")
            return None
        value = self.skeleton.text[start:end] if value is None else value
        locator = self.skeleton.locator(start, end)
        found = Sighting(
            id=sighting_id(self._sha256, locator, rule, kind, value),
            kind=kind,
            network=card.id if card else None,
            company=card.owner(self.at) if card else None,
            advertising=card.advertising if card else True,
            host=host,
            ad_domain=self._ad_domain(host) if host else None,
            value=value,
            basis=basis,
            state=state or self.skeleton.state_at(start),
            certainty=certainty,
            locator=locator,
            rule=rule,
            source=self._source,
            **fields,
        )
        if found.id in self._seen:
            return None
        self._seen.add(found.id)
        self.sightings.append(found)
        if kind == "network" and start not in self._networks:
            self._networks[start] = found
            insort(self._network_starts, start)
        return found

    def _ad_domain(self, host: str) -> str | None:
        """The host's registrable domain; None for an ad server on the page's own site, which is no ad system's."""
        domain = registrable(host)
        if domain is None or domain != self._site or self.knowledge.card_of_host(host, self.at):
            return domain
        return None

    def cut(self, what: str) -> None:
        """Note that a bound left something unread; the same bound is noted once."""
        if what not in self.limits:
            self.limits.append(what)

    def network_at(self, start: int) -> Sighting | None:
        """The first network line recorded at this offset."""
        return self._networks.get(start)

    def has_line(self, card: Card, start: int, end: int) -> bool:
        """Whether a line of the card's own begins in this stretch: what holds a tag's address is that tag."""
        starts = self._network_starts
        within = range(bisect_left(starts, start), bisect_left(starts, end))
        return any(self._networks[starts[number]].network == card.id for number in within)

    def has_network(self, start: int, end: int) -> bool:
        """Whether a network line begins in this stretch."""
        found = bisect_left(self._network_starts, start)
        return found < len(self._network_starts) and self._network_starts[found] < end

    def apply(
        self,
        rule: Rule,
        match: Match,
        place: int | Sequence[int],
        *,
        address: Where | None = None,
        basis: Basis | None = None,
    ) -> bool:
        """Record what one match of a shape says, now or, if it needs company, when all else is found.

        The arguments are those of a Hit. False if the shape's own checks fail, or it waits.
        """
        hit = Hit(rule, match, match.groups(), place, address, basis)
        if not is_consistent(rule, hit.groups):
            return False
        if rule.shape.beside or rule.shape.not_beside:
            self._waiting.append(hit)
            return False
        self._record(hit)
        return True

    def _record(self, hit: Hit) -> None:
        """The lines of a match: its network, its accounts, the site it declares, tags within it."""
        rule, groups = hit.rule, hit.groups
        ids = [(kind, raw, *hit.span(kind.group)) for kind in rule.ids if (raw := groups.get(kind.group))]
        places = {(rule.card.id, kind.kind, start) for kind, _, start, _ in ids}
        if ids and places <= self._accounts:
            return  # another shape of the card has read this very id
        network = self._add_network(hit)
        if network is None:
            return
        self._accounts |= places
        for kind, raw, start, end in ids:
            self.add_account(rule, kind, raw, start, end, network)
        if site := groups.get("site"):
            self.add(
                "declared_site", rule.name, *hit.span("site"), card=rule.card, state=network.state,
                basis=network.basis, certainty=rule.shape.certainty, via=network.id, host=site.lower(),
            )  # fmt: skip
        if nested := groups.get("nested"):
            self._apply_nested(rule, nested, *hit.span("nested"), network)

    def _add_network(self, hit: Hit) -> Sighting | None:
        """The network line of a match; None if there is one already, or no room."""
        shape, card = hit.rule.shape, hit.rule.card
        url, host, start, end = hit.address or (None, hit.groups.get("host"), *hit.span())
        if hit.says_network_alone and self.has_line(card, start, end):
            return None  # one place is one line, however many shapes of its card fit it
        here = self.skeleton.state_at(start)
        state: State = shape.state or ("id_only" if shape.at == "meta" else here) if here == "live" else here
        basis = hit.basis or shape.basis or ("declared" if shape.at == "meta" else "embedded")
        network = self.add(
            "network", hit.rule.name, start, end, card=card, host=host, state=state, basis=basis,
            certainty=shape.certainty, url=url, value=url,
        )  # fmt: skip
        loads = url or host or shape.effect != "unknown" or shape.state == "live"
        if network and loads and state == "live" and basis != "landing":
            self.loaders.add(card.id)
        return network

    def add_account(
        self,
        rule: Rule,
        kind: Id,
        raw: str,
        start: int,
        end: int,
        network: Sighting,
        inside: tuple[Decoded, ...] = (),
    ) -> None:
        """The account line of one id, unless it is nobody's. inside: how the text it stands in was made, if it was."""
        # Where a shape holds a further network's tag, its encoding is the tag's, not the id's.
        encodings = () if "nested" in rule.joined.names else rule.shape.decode
        account, decoded = undo(raw, encodings)
        if account is None or self.knowledge.is_placeholder(rule.card.id, account):
            return
        self.add(
            "account", rule.name, start, end, card=rule.card, value=raw, host=network.host, url=network.url,
            state=network.state, basis=network.basis, certainty=rule.shape.certainty, via=network.id,
            account=account, account_kind=kind.kind, decoded=(*inside, *decoded),
            scope="platform" if account in rule.card.platforms else kind.scope,
        )  # fmt: skip

    def _apply_nested(self, rule: Rule, raw: str, start: int, end: int, network: Sighting) -> None:
        """A further network's tag inside a value: found by the same shapes, located where the value stands."""
        text, decoded = undo(raw, rule.shape.decode)
        if text is None:
            return
        data = text.encode()
        for place in ("script", "url", "tag"):
            for other in self.knowledge.places[place].candidates(data):
                match = other.pattern.search(data)
                if other.card is rule.card or not match or not is_consistent(other, match.groups()):
                    continue
                inner = self.add(
                    "network", other.name, start, end, card=other.card, state=network.state, via=network.id,
                    decoded=decoded, certainty=other.shape.certainty, value=match.text,
                )  # fmt: skip
                if inner is None:
                    continue
                if inner.state == "live":
                    self.loaders.add(other.card.id)
                for kind in other.ids:
                    if account := match.groups().get(kind.group):
                        self.add_account(other, kind, account, start, end, inner, decoded)

    def settle(self) -> list[Sighting]:
        """The sightings in page order; what a bundle names is dormant, bait and ids without a loader are id_only."""
        named = {s.network for s in self.sightings if s.kind == "network"}
        for hit in self._waiting:
            shape = hit.rule.shape
            if hit.rule.card.id in named or not (shape.beside or named.intersection(shape.not_beside)):
                self._record(hit)
        bundled = find_bundled(self.sightings, self.skeleton)
        bait = find_bait(self.sightings, self.skeleton)
        for i, found in enumerate(self.sightings):
            if found.id in bundled:
                self.sightings[i] = msgspec.structs.replace(found, state="dormant", certainty="weak")
            elif found.id in bait or (
                found.kind in ("network", "account")
                and found.state == "live"
                and found.network not in self.loaders
                and found.basis in ("embedded", "declared")
                and found.locator.part in ("page", "frame")
            ):
                self.sightings[i] = msgspec.structs.replace(found, state="id_only")
        return sorted(self.sightings, key=lambda s: (s.locator.start, s.locator.end))


def is_consistent(rule: Rule, groups: dict[str, str | None]) -> bool:
    """Whether the shape's self-checks hold: groups that must be equal, groups that must begin another."""
    same = all(groups[a] == groups[b] for a, b in rule.shape.same)
    return same and all(
        (groups[b] or "").startswith((groups[a] or "").replace("/", "")) for a, b in rule.shape.prefix
    )


def undo(raw: str, encodings: Iterable[str]) -> tuple[str | None, tuple[Decoded, ...]]:
    """The text with the encodings undone in order, and each step; None if one does not decode to text."""
    steps: list[Decoded] = []
    text = raw
    for encoding in encodings:
        try:
            text = _DECODERS[encoding](text)
        except (ValueError, binascii.Error):
            return None, tuple(steps)
        steps.append(Decoded(encoding, text))
    return text, tuple(steps)


def _from_base64(text: str) -> str:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")


def _from_arithmetic(text: str) -> str:
    """What whole numbers joined by + - * come to.

    >>> _from_arithmetic("218 * 904 - 77 + 2973487")
    '3170482'
    """
    terms = re.findall(r"(-?)(\d+(?:\*\d+)*)", "".join(text.split()))
    return str(sum((-1 if sign else 1) * prod(map(int, term.split("*"))) for sign, term in terms))


_DECODERS: dict[str, Callable[[str], str]] = {
    "alternate": lambda text: text[::2],
    "arithmetic": _from_arithmetic,
    "base64": _from_base64,
    "digits": lambda text: re.sub(r"\D", "", text),
    "percent": unquote,
    "lower": str.lower,
    "hex": lambda text: bytes.fromhex(text).decode("ascii"),
    "value": lambda text: text.partition("=")[2],
    "first": lambda text: text.partition(".")[0],
}


@lru_cache(maxsize=65536)
def registrable(host: str) -> str | None:
    """ad_domain of a host as it stands in a page; None for addresses and bare suffixes."""
    return ad_domain(host.lower().rstrip("."))
