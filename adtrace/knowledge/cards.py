"""Network cards read from their folder, checked, and indexed by host, system domain and shape."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import msgspec
import re2
from msgspec import structs

from adtrace.errors import CardError
from adtrace.extract.sighting import Effect
from adtrace.knowledge.card import CONTACT_KINDS, ROLES, Card, Contact, Host, Id, Shape, UnknownMeta
from adtrace.knowledge.checked import read_checked
from adtrace.knowledge.checks import check_dated, check_head, check_proof, compile_pattern
from adtrace.knowledge.folder import decode_card, hash12, hash_cards
from adtrace.knowledge.packs import Packs, load_packs
from adtrace.linear import Linear, Match, join_lines, matches_in_parts
from adtrace.names import MAX_HOST, canonical_host

_REACHABLE = re.compile(r"https://[^\s/]+/\S*|[^\s@/]+@[a-z0-9.-]+", re.ASCII)
PLACES = ("url", "tag", "script", "meta", "worker", "comment", "header")


class Rule:
    """One shape of one card: what a detector holds when it finds a match. Compiled when it is first asked."""

    def __init__(self, card: Card, shape: Shape, card_hash: str) -> None:
        self.card, self.shape = card, shape
        self.name = f"{card.id}/{shape.name}@{card_hash}"
        self.ids = (
            [Id("id", shape.kind, shape.scope), *shape.ids] if shape.kind and shape.scope else shape.ids
        )

    @property
    def joined_pattern(self) -> str:
        """For many texts joined by line breaks: ^ and $ mean one text's ends."""
        pattern = self.shape.pattern
        if self.shape.at == "tag":  # the skeleton's lines are `<…>`, the place's text is what stands between
            pattern = re.sub(r"(?<!\\)\$\Z", ">$", re.sub(r"\A\^", "^<", pattern))
        return f"(?m:{pattern})"

    @cached_property
    def pattern(self) -> Linear:
        """For the text of one place alone."""
        return Linear(self.shape.pattern)

    @cached_property
    def joined(self) -> Linear:
        """joined_pattern, compiled."""
        return Linear(self.joined_pattern)


# Words that many a page holds, whatever is on it.
_EVERYDAY = b"""<a data-ad-slot="unit" data-c2="UA-G-GTM-&quot;" href="//pl.js/ad/link/jump?id=&id=">
"script" var function version uid wid path adSlot gpt dfp login comscore publisherId"""

_FEW = 30  # rules that one automaton takes as well


class Place:
    """All rules for one place, behind one linear multi-pattern search.

    RE2 looks for words that a pattern cannot do without, and names those whose words are there. The few that everyday
    words call up are one automaton instead. (One automaton of all makes new states for each text: 40 ns a character
    of addresses not seen before, where this takes 5.)
    """

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        options = re2.Options()
        options.log_errors = False
        self._by_words = re2.Filter()
        for rule in rules:
            self._by_words.Add(rule.joined_pattern, options)
        if rules:
            self._by_words.Compile()
        self._everyday = self._named_in(_EVERYDAY) if len(rules) > _FEW else list(range(len(rules)))
        options.max_mem = 64 << 20  # of what does not fit the search would say no
        self._together = re2.Set.SearchSet(options)
        for number in self._everyday:
            self._together.Add(rules[number].joined_pattern)
        if self._everyday:
            self._together.Compile()

    def candidates(self, data: bytes) -> list[Rule]:
        """The rules that may match somewhere in the data, in card order; the rule's own pattern decides."""
        if not self.rules or not data:
            return []
        found: set[int] = set()
        if len(self._everyday) < len(self.rules):
            found.update(self._named_in(data))
            found.difference_update(self._everyday)
        if self._everyday:
            found.update(self._everyday[number] for number in self._together.Match(data) or ())
        return [self.rules[number] for number in sorted(found)]

    def asked_always(self) -> list[Rule]:
        """The rules without a word that they cannot do without: each text is searched for each of them."""
        return [self.rules[number] for number in self._named_in(b"")]

    def _named_in(self, data: bytes) -> list[int]:
        """The numbers of the rules whose words are in the data."""
        return list(self._by_words.Match(data, potential=True) or ()) if self.rules else []


class Knowledge:
    """The cards and packs as of one state of the files; `hash` names that state in every record made with it."""

    def __init__(
        self,
        cards: Mapping[str, Card],
        hashes: Mapping[str, str],
        placeholders: Iterable[str] = (),
        unknown_metas: Iterable[UnknownMeta] = (),
        packs: Packs | None = None,
    ) -> None:
        self.cards = dict(cards)
        self._hashes = dict(hashes)
        self._given = (tuple(placeholders), tuple(unknown_metas))
        self.packs = packs or Packs()
        self.hash = hash_cards(self._hashes | self.packs.hashes)
        self.unknown_metas = {meta.name: meta for meta in self._given[1]}
        self._hosts: dict[str, list[tuple[Host, Card]]] = {}
        self._systems: dict[str, Card] = {}
        self._seller_files: dict[str, Card] = {}
        for card in self.cards.values():
            for host in card.host:
                self._hosts.setdefault(host.name, []).append((host, card))
            for system in card.ads_txt:
                if (other := self._systems.setdefault(system, card)) is not card:
                    raise CardError(
                        f"ads_txt {system} is on {other.id} too.", where=card.id, do="Keep it on one card."
                    )
            self._seller_files |= dict.fromkeys(_addresses_of_sellers(card), card)
        self._placeholders = {"": _whole_values(self._given[0])}  # by card; compiled when first asked
        self._host_cache: dict[tuple[str, date | None], Card | None] = {}

    def with_card(self, card: Card, card_hash: str) -> "Knowledge":
        """These cards and one more, in place of its namesake if there is one."""
        hashes = {**self._hashes, card.id: card_hash}
        return Knowledge({**self.cards, card.id: card}, hashes, *self._given, self.packs)

    def only(self, cards: Container[str]) -> "Knowledge":
        """These cards without the others."""
        kept = {name: card for name, card in self.cards.items() if name in cards}
        hashes = {
            name: value for name, value in self._hashes.items() if name in cards or name not in self.cards
        }
        return Knowledge(kept, hashes, *self._given, self.packs)

    def on(self, day: date) -> "Knowledge":
        """These cards with the hosts alone, and the lists of sellers there, that are theirs on that day.

        It is what may be contacted then; a list on a host that no card has at any time is kept.
        """
        cards = {
            name: structs.replace(card, host=[host for host in card.host if host.holds_on(day)])
            for name, card in self.cards.items()
        }
        found = Knowledge(cards, self._hashes, *self._given, self.packs)
        for address in self._seller_files:
            host = urlsplit(address).hostname or ""
            if self.card_of_host(host) and not found.card_of_host(host):
                del found._seller_files[address]
        return found

    def rule_name(self, card_id: str, name: str) -> str:
        """The rule a sighting carries: card/name@hash12 of the card's file."""
        return f"{card_id}/{name}@{self._hashes[card_id]}"

    def card_of_host(self, host: str, at: date | None = None) -> Card | None:
        """The card whose host entry is the longest suffix of host, valid at that date (None: ever)."""
        key = (host, at)
        if key not in self._host_cache:
            if len(self._host_cache) > 200_000:
                self._host_cache.clear()
            self._host_cache[key] = self._find_card(host, at)
        return self._host_cache[key]

    def card_called(self, name: str) -> Card | None:
        """The card with this id, another name it goes by, or whose host this is or stands in this address."""
        name = name.lower()
        by_name = self.cards.get(name) or next((c for c in self.cards.values() if name in c.aliases), None)
        return by_name or self.card_of_host(name.rpartition("://")[2].partition("/")[0].partition(":")[0])

    def _find_card(self, host: str, at: date | None) -> Card | None:
        while host and len(host) <= MAX_HOST:  # longer is no host, and costs the square of its labels
            valid = [pair for pair in self._hosts.get(host, ()) if at is None or pair[0].holds_on(at)]
            if valid:
                return max(valid, key=lambda pair: pair[0].valid_from or date.min)[1]
            host = host.partition(".")[2]
        return None

    def system(self, domain: str) -> Card | None:
        """The card whose ads.txt system domain this is; None if no card claims it."""
        return self._systems.get(domain)

    def card_of_sellers_json(self, url: str) -> Card | None:
        """The card whose sellers.json stands at exactly this URL; None if it is no card's.

        A standard place counts with www. too: many systems redirect there.
        """
        return self._seller_files.get(url)

    def is_placeholder(self, card_id: str | None, account: str) -> bool:
        """Whether an id is a documentation, test or fill-in value rather than somebody's account."""
        if card_id and card_id not in self._placeholders and card_id in self.cards:
            self._placeholders[card_id] = _whole_values(self.cards[card_id].placeholders)
        data = account.encode()
        return any(
            known is not None and known.Match(data)
            for known in (self._placeholders[""], self._placeholders.get(card_id or ""))
        )

    @cached_property
    def places(self) -> dict[str, Place]:
        """Rules by place; `attr:NAME` places are kept under their whole name."""
        found: dict[str, list[Rule]] = {place: [] for place in PLACES}
        for card in self.cards.values():
            for shape in card.shape:
                found.setdefault(shape.at, []).append(Rule(card, shape, self._hashes[card.id]))
        return {at: Place(rules) for at, rules in found.items()}

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The attribute names some shape looks at, each without its `attr:`."""
        return tuple(sorted(at[5:] for at in self.places if at.startswith("attr:")))

    def rules_of(self, addresses: Sequence[str]) -> Iterator[tuple[Rule, int, Match]]:
        """(rule, number of the address, first match in it) for each shape at url that an address fits, by rule.

        Found by searching all of them at once, joined by line breaks.
        """
        joined, parts = join_lines(addresses)
        for rule in self.places["url"].candidates(joined):
            last = -1
            for number, match in matches_in_parts(rule.joined, joined, parts):
                if number > last:
                    yield rule, number, match
                    last = number

    def effects_of(self, urls: Sequence[str]) -> list[Effect]:
        """What requesting each URL does, by the shape that it fits; "unknown" if none says.

        Where several shapes fit, the most consequential one counts.
        """
        order: tuple[Effect, ...] = ("serves", "unknown", "per_account", "generic")
        found: list[list[Effect]] = [[] for _ in urls]
        for rule, number, _ in self.rules_of(urls):
            found[number].append(rule.shape.effect)
        return [min(effects, key=order.index, default="unknown") for effects in found]

    def effect_of(self, url: str) -> Effect:
        """What requesting the URL does, as effects_of says."""
        return self.effects_of([url])[0]


def _addresses_of_sellers(card: Card) -> Iterator[str]:
    for system in card.ads_txt or [""]:
        if address := card.sellers_address(system):
            yield address
            if card.sellers_json is None:
                yield address.replace("//", "//www.", 1)


def _whole_values(patterns: Iterable[str]) -> Any:
    """One search for values that one of the patterns matches from end to end; None without patterns."""
    found = re2.Set.FullMatchSet()
    for pattern in (patterns := list(patterns)):
        found.Add(pattern)
    if patterns:
        found.Compile()
    return found if patterns else None


def read_card(name: str, data: bytes) -> Card:
    """One card file, checked.

    Raises:
        CardError: not TOML, an unknown field or word, a name that is not the file's, a pattern RE2 cannot take.
    """
    where = f"networks/{name}.toml"
    card = decode_card(where, data, Card)
    check_head(card, name, where, ("roles", "what", "source", "limits"))
    if unknown := sorted(set(card.roles) - set(ROLES)):
        raise CardError(f'"{unknown[0]}" is no role.', where=where, do=f"Choose from {', '.join(ROLES)}.")
    for host in card.host:
        if canonical_host(host.name) != host.name:
            raise CardError(f"host {host.name} is not canonical.", where=where, do="Write it in lower case.")
    _check_times(card, where)
    for contact in card.contact:
        _check_contact(contact, where)
    for shape in card.shape:
        _check_shape(shape, where)
    return card


def _check_times(card: Card, where: str) -> None:
    for dated in (*card.host, *card.parent):
        if dated.valid_from and dated.valid_to and dated.valid_to <= dated.valid_from:
            raise CardError(f"{dated.name} ends before it begins.", where=where, do="Correct its days.")
    for one, other in combinations(card.parent, 2):
        if one.overlaps(other):
            raise CardError(
                f"parents {one.name} and {other.name} hold at once.", where=where, do="Let one end first."
            )


def _check_contact(contact: Contact, where: str) -> None:
    if contact.kind not in CONTACT_KINDS:
        kinds = ", ".join(CONTACT_KINDS)
        raise CardError(f'"{contact.kind}" is no kind of contact.', where=where, do=f"Choose from {kinds}.")
    if not _REACHABLE.fullmatch(contact.to):
        raise CardError(
            f'contact "{contact.to}" is neither an address nor a form.',
            where=where,
            do="Give a mailbox, or an https:// address with the path of the form.",
        )
    check_dated(contact.source, where)


def _check_shape(shape: Shape, where: str) -> None:
    place = f"{where}, shape {shape.name}"
    if shape.at not in PLACES and not shape.at.startswith("attr:"):
        raise CardError(
            f'at = "{shape.at}" is no place.', where=place, do=f"Use one of {', '.join(PLACES)}, attr:NAME."
        )
    groups = set(compile_pattern(shape.pattern, place).groupindex)
    check_proof(shape.hits, shape.misses, place)
    if ("id" in groups) != bool(shape.kind and shape.scope):
        raise CardError(
            "a group id needs kind and scope, and they need it.", where=place, do="Add what is missing."
        )
    named = {i.group for i in shape.ids} | {g for pair in (*shape.same, *shape.prefix) for g in pair}
    if missing := named - groups:
        raise CardError(
            f'the pattern has no group "{min(missing)}".',
            where=place,
            do=f"Add (?P<{min(missing)}>…), or drop it.",
        )


class _Placeholder(msgspec.Struct, forbid_unknown_fields=True):
    pattern: str
    why: str = ""
    source: str = ""


class _Placeholders(msgspec.Struct, forbid_unknown_fields=True):
    placeholder: list[_Placeholder]


class _UnknownMetas(msgspec.Struct, forbid_unknown_fields=True):
    meta: list[UnknownMeta]


@cache
def load_knowledge() -> Knowledge:
    """The cards that ship with adtrace and the packs this user imported; read once a process.

    Raises:
        CardError: the first card that is not valid, or a pack that cannot be read.
    """
    root = files("adtrace.knowledge")
    cards, hashes = read_checked("networks", Card, read_card)
    tables = {name: (root / f"{name}.toml").read_bytes() for name in ("placeholders", "unidentified")}
    hashes |= {f"{name}.toml": hash12(data) for name, data in tables.items()}
    placeholders = decode_card("placeholders.toml", tables["placeholders"], _Placeholders)
    unknown = decode_card("unidentified.toml", tables["unidentified"], _UnknownMetas)
    return Knowledge(cards, hashes, (p.pattern for p in placeholders.placeholder), unknown.meta, load_packs())
