"""The grammars of all wrapper cards, compiled, and found by the host or the form of an address."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import re2

from adtrace.knowledge.checked import read_checked
from adtrace.knowledge.folder import hash_cards
from adtrace.knowledge.wrapper import Form, Role, WrapperCard, each_place, read_wrapper, written_out
from adtrace.names import MAX_HOST, registrable_domain

# An address within a path, plain, percent-encoded or in base64 (of text or of JSON).
_HOLDS_ADDRESS = re.compile(r"(?i:https?(?::|%))|aHR0|eyJ")
# The same in every way a guess reads: //host, www.host, hexadecimal, rot13, backwards, twice in base64.
_MAY_HOLD_ADDRESS = re.compile(_HOLDS_ADDRESS.pattern + r"|(?i:=(?:/|%2F){2}|=www\.|687474|uggc|ptth)|YUhS")

# Parameters that say which page a link stands on, a way back, an image or a script: never where a click goes.
NOT_THE_WAY = frozenset(
    "avatar back back_url backurl body callback cancel cancel_url canonical canonical_url cb css current_url "
    "currenturl currurl cururl description dl doc document_url docurl domain dr feed from from_url fromurl host "
    "http_referer icon image image_url imageurl img imgrefurl imgurl imp impurl js linkname loc logo media "
    "message orig_http_referrer origin origin_url page page_url pageref pageuri pageurl parent parent_url pic "
    "picture pixel postback poster ppref pu pub_url publisher publisher_url purl ref ref_url refer referer "
    "referer_url referrer referrer_url refurl return return_to return_url returnto returnurl rf rfr rss site_url "
    "siteurl source source_url sourceurl src src_url srcurl text thumb thumbnail title top top_url topurl urlref "
    "video xtloc".split()
)


class Grammar:
    """One form of one card, compiled."""

    __slots__ = ("card", "declared", "form", "host", "landing", "query", "redact", "rule", "tail", "unless")

    def __init__(self, card: WrapperCard, form: Form, card_hash: str) -> None:
        self.card, self.form = card, form
        self.rule = f"{card.id}/{form.name}@{card_hash}"
        words = card.words
        self.host = _compiled(form.host, words)
        self.tail = _compiled(form.tail, words, any_case=True)
        self.unless = _compiled(form.unless, words, any_case=True)
        self.query = frozenset(name.lower() for name in form.query)
        self.landing = tuple(each_place(form.landing, words))
        self.redact = tuple(each_place(form.redact, words))
        self.declared = {name: tuple(each_place([place], words)) for name, place in form.declared.items()}

    @property
    def role(self) -> Role:
        """What following the URL means: the form's role, else the card's."""
        return self.form.role or self.card.role

    @property
    def network(self) -> str | None:
        """The id of the network card: the form's, else the card's; None if it has none."""
        return self.form.network or self.card.network


class Wrappers:
    """All grammars, indexed by host; `hash` names this state of the cards, `stores` those that say whose page it is."""

    def __init__(self, grammars: list[Grammar], hashes: dict[str, str]) -> None:
        self.cards = {g.card.id: g.card for g in grammars}
        self.hash = hash_cards(hashes)
        self.stores = frozenset(g.form.name for g in grammars if g.form.store and g.form.declared)
        known = [g for g in grammars if not g.form.guess]
        self._by_host: dict[str, list[Grammar]] = {}
        self._by_pattern = [g for g in known if g.host]
        self._patterns = _one_search(re2.Set.FullMatchSet, [g.host for g in self._by_pattern])
        self._any_host = _ByTail([g for g in known if not g.host and not g.form.hosts])
        self._guesses = _ByTail([g for g in grammars if g.form.guess])
        self._own = {card.id: _own_sites(card) for card in self.cards.values()}
        for grammar in known:
            for host in grammar.form.hosts:
                self._by_host.setdefault(host, []).append(grammar)
        self._cache: dict[str, tuple[Grammar, ...]] = {}
        self._gates: dict[tuple[Grammar, ...], Any] = {}

    def of_host(self, host: str) -> tuple[Grammar, ...]:
        """The grammars bound to this host, the most specific first; () if none."""
        found = self._cache.get(host)
        if found is None:
            if len(self._cache) > 100_000:
                self._cache.clear()
            found = self._cache[host] = tuple(self._find(host))
        return found

    def _find(self, host: str) -> Iterator[Grammar]:
        if len(host) > MAX_HOST:
            return  # no host, and would cost the square of its labels
        suffix = host
        while suffix:
            yield from self._by_host.get(suffix, ())
            suffix = suffix.partition(".")[2]
        yield from (self._by_pattern[number] for number in self._patterns(host))

    def leads_on(self, host: str) -> bool:
        """Whether a grammar is bound to this host, besides those that say of a platform whose page it is."""
        return any(grammar.role != "platform" for grammar in self.of_host(host))

    def may_take(self, host: str, tail: str) -> bool:
        """Whether the tail has the form of one bound to this host that may lead on: said in one pass, for all."""
        grammars = self.of_host(host)
        if grammars and grammars not in self._gates:
            tails = [g.tail.pattern if g.tail else "" for g in grammars if not g.form.store]
            self._gates[grammars] = re2.compile("|".join(tails)) if tails else None
        gate = self._gates.get(grammars)
        return gate is not None and gate.search(tail) is not None

    def of_tail(self, tail: str) -> list[Grammar]:
        """The grammars bound to no host whose form this tail has; [] without a query or an address in the path."""
        return self._any_host.find(tail)

    def guesses(self, host: str, tail: str) -> list[Grammar]:
        """The guesses that host and tail allow; [] where nothing in the tail may be an address."""
        if not _MAY_HOLD_ADDRESS.search(tail):
            return []
        return [g for g in self._guesses.find(tail) if not g.host or g.host.fullmatch(host)]

    def is_own(self, card_id: str, domain: str) -> bool:
        """Whether a registrable domain is one of the wrapper's own sites."""
        return domain in self._own[card_id]


class _ByTail:
    """Grammars found by their `tail`, all in one pass."""

    def __init__(self, grammars: list[Grammar]) -> None:
        self._grammars = grammars
        self._tails = _one_search(re2.Set.SearchSet, [grammar.tail for grammar in grammars])

    def find(self, tail: str) -> list[Grammar]:
        if "?" not in tail and not _HOLDS_ADDRESS.search(tail):
            return []
        return [self._grammars[number] for number in self._tails(tail)]


def _one_search(make: Callable[[Any], Any], patterns: Sequence[Any]) -> Callable[[str], list[int]]:
    """The numbers, ascending, of the compiled patterns that hold for a text; all are asked at once."""
    if not patterns:
        return lambda _text: []
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    found = make(options)
    for pattern in patterns:
        found.Add(pattern.pattern)
    found.Compile()
    return lambda text: sorted(found.Match(text) or ())


def _compiled(pattern: str | None, words: dict[str, list[str]], *, any_case: bool = False) -> Any:
    """The RE2 pattern with its {name}s replaced; None for None."""
    if written := written_out(pattern, words):
        return re2.compile(f"(?i){written}" if any_case else written)
    return None


def _own_sites(card: WrapperCard) -> frozenset[str]:
    domains = (registrable_domain(host) for form in card.form for host in form.hosts)
    return frozenset({d for d in domains if d} | set(card.own))


@cache
def load_wrappers() -> Wrappers:
    """The grammars that ship with adtrace; read once a process.

    Raises:
        CardError: the first card that is not valid.
    """
    cards, hashes = read_checked("wrappers", WrapperCard, read_wrapper)
    grammars = [Grammar(card, form, hashes[name]) for name, card in cards.items() for form in card.form]
    return Wrappers(grammars, hashes)
