"""Grammars of click URLs, as data: which addresses wrap another, where it stands, what else they state."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import msgspec
import re2

from adtrace.errors import CardError
from adtrace.knowledge.folder import decode_card, hash12, hash_cards, read_folder
from adtrace.names import canonical_host, registrable_domain

Encoding = Literal["base64", "base64dot", "gzip", "zlib", "hex", "rot13", "reverse", "proofpoint"]
Role = Literal["ad_click", "affiliate_merchant", "redirector", "fallback", "tracker", "shortener", "store"]
Outcome = Literal["landing", "tracker", "opaque", "self", "plain"]


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place in a URL: a query parameter or a named group of the form's `tail`; what to undo, what to pick.

    query: name of the parameter, in any case; group: named group of `tail`. Exactly one of the two.
    rest: an unencoded URL with a query of its own runs to the end (its & are not the wrapper's).
    decode: encodings undone in order, after percent-encoding, which is always undone.
    separator and field: the decoded text is a record; the field with that index counts from 0.
    json: the decoded text is JSON; RFC 6901 pointer to the string.
    """

    query: str | None = None
    group: str | None = None
    rest: bool = False
    decode: tuple[Encoding, ...] = ()
    separator: str | None = None
    field: int | None = None
    json: str | None = None


class Hit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A click URL and what unwrap must answer for it, exactly."""

    url: str
    landing: str | None = None
    kind: Outcome = "landing"
    declared: dict[str, str] = {}
    page: str | None = None
    input: str | None = None  # where redaction changes it


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form of the wrapper's URLs.

    hosts: names with all their subdomains; host: RE2, matched against the whole host; neither: any host, in URLs
      with a query.
    tail: RE2, searched in what follows the host as written (`/path?query#fragment`).
    query: parameters that must be there, maybe empty.
    landing: places of the next URL, the first that holds one counts. scheme: what is added where it has none.
    opaque: the landing is not in the URL.
    tracker: the URL is a tracking platform's; without a landing it is the end of the way.
    guess: read only where no other form takes the URL, or one that says no more than tracker; never kept of a page.
    store: no wrapper but an app store or marketplace: only `declared` is read (and `store`, the form's name, added).
    redact: places that hold the address of whoever asked for the ad.
    role, network: where they are not the card's.
    """

    name: str
    hits: list[Hit]
    misses: list[str]
    hosts: list[str] = []
    host: str | None = None
    tail: str | None = None
    query: list[str] = []
    landing: list[str | Where] = []
    scheme: Literal["http", "https"] | None = None
    opaque: bool = False
    tracker: bool = False
    guess: bool = False
    store: bool = False
    declared: dict[str, str | Where] = {}
    redact: list[str | Where] = []
    role: Role | None = None
    network: str | None = None


class WrapperCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wrapper: whose it is, what following it means, and its forms.

    network: id of the network card, null if it has none.
    own: registrable domains of the wrapper's own sites, besides the hosts of its forms.
    """

    id: str
    name: str
    role: Role
    what: str
    source: list[str]
    limits: str
    form: list[Form]
    network: str | None = None
    own: list[str] = []


class Grammar:
    """One form of one card, compiled."""

    __slots__ = ("card", "declared", "form", "host", "landing", "query", "redact", "rule", "tail")

    def __init__(self, card: WrapperCard, form: Form, card_hash: str) -> None:
        self.card, self.form = card, form
        self.rule = f"{card.id}/{form.name}@{card_hash}"
        self.host = re2.compile(form.host) if form.host else None
        self.tail = re2.compile(form.tail) if form.tail else None
        self.query = frozenset(name.lower() for name in form.query)
        self.landing = tuple(_as_where(w) for w in form.landing)
        self.redact = tuple(_as_where(w) for w in form.redact)
        self.declared = {name: _as_where(w) for name, w in form.declared.items()}

    @property
    def role(self) -> Role:
        """What following the URL means: the form's role, else the card's."""
        return self.form.role or self.card.role

    @property
    def network(self) -> str | None:
        """The id of the network card: the form's, else the card's; None if it has none."""
        return self.form.network or self.card.network


class Wrappers:
    """All grammars, indexed by host; `hash` names this state of the cards."""

    def __init__(self, grammars: list[Grammar], hashes: dict[str, str]) -> None:
        self.cards = {g.card.id: g.card for g in grammars}
        self.hash = hash_cards(hashes)
        self._by_host: dict[str, list[Grammar]] = {}
        self._by_pattern = [g for g in grammars if g.host]
        self._any_host = sorted((g for g in grammars if not g.host and not g.form.hosts), key=_is_guess)
        self._own = {card.id: _own_sites(card) for card in self.cards.values()}
        for grammar in grammars:
            for host in grammar.form.hosts:
                self._by_host.setdefault(host, []).append(grammar)
        self._cache: dict[str, tuple[Grammar, ...]] = {}
        self._tails = re2.Set.SearchSet(_quiet())
        for grammar in self._any_host:
            self._tails.Add(grammar.form.tail)
        if self._any_host:
            self._tails.Compile()

    def of_host(self, host: str) -> tuple[Grammar, ...]:
        """The grammars bound to this host, the most specific first; () if none."""
        found = self._cache.get(host)
        if found is None:
            if len(self._cache) > 100_000:
                self._cache.clear()
            found = self._cache[host] = tuple(self._find(host))
        return found

    def _find(self, host: str) -> Iterator[Grammar]:
        suffix = host
        while suffix:
            yield from self._by_host.get(suffix, ())
            suffix = suffix.partition(".")[2]
        yield from (g for g in self._by_pattern if g.host and g.host.fullmatch(host))

    def of_tail(self, tail: str) -> list[Grammar]:
        """The grammars bound to no host whose form this path and query have; [] without a query."""
        if "?" not in tail or not self._any_host:
            return []
        return [self._any_host[i] for i in sorted(self._tails.Match(tail) or ())]

    def is_own(self, card_id: str, domain: str) -> bool:
        """Whether a registrable domain is one of the wrapper's own sites."""
        return domain in self._own[card_id]


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return options


def _as_where(place: str | Where) -> Where:
    return Where(query=place) if isinstance(place, str) else place


def _is_guess(grammar: Grammar) -> bool:
    return grammar.form.guess


def _own_sites(card: WrapperCard) -> frozenset[str]:
    domains = (registrable_domain(host) for form in card.form for host in form.hosts)
    return frozenset({d for d in domains if d} | set(card.own))


def read_wrapper(name: str, data: bytes) -> tuple[WrapperCard, list[Grammar]]:
    """One wrapper file, checked and compiled.

    Raises:
        CardError: not TOML, an unknown field or word, a form that says nothing, a pattern RE2 cannot take.
    """
    where = f"wrappers/{name}.toml"
    card = decode_card(where, data, WrapperCard)
    if card.id != name:
        raise CardError(f'id "{card.id}" is not the file name.', where=where, do="Make them equal.")
    if not (card.source and card.limits and card.what and card.form):
        raise CardError("source, limits, what and form may not be empty.", where=where)
    for form in card.form:
        _check_form(form, f"{where}, form {form.name}")
    return card, [Grammar(card, form, hash12(data)) for form in card.form]


def _check_form(form: Form, where: str) -> None:
    for host in form.hosts:
        if canonical_host(host) != host:
            raise CardError(f"host {host} is not canonical.", where=where, do="Write it in lower case.")
    try:
        groups = set(re2.compile(form.tail or "").groupindex)
        re2.compile(form.host or "")
    except re2.error as error:
        raise CardError(f"RE2 cannot take the pattern ({error}).", where=where) from None
    if not (form.hosts or form.host) and not form.tail:
        raise CardError("a form for any host needs a tail.", where=where, do="Say what its path looks like.")
    if sum((bool(form.landing), form.opaque, form.store)) + (form.tracker and not form.landing) != 1:
        raise CardError("needs one of landing, opaque, tracker or store.", where=where)
    if not form.hits or not form.misses:
        raise CardError(
            "hits and misses are required.", where=where, do="Add a URL it must take and a near miss."
        )
    for place in map(_as_where, (*form.landing, *form.redact, *form.declared.values())):
        if (place.query is None) == (place.group is None):
            raise CardError("a place is either a query parameter or a group.", where=where)
        if place.group is not None and place.group not in groups:
            raise CardError(f'the tail has no group "{place.group}".', where=where)
        if (place.separator is None) != (place.field is None):
            raise CardError("separator and field belong together.", where=where)


@cache
def load_wrappers() -> Wrappers:
    """The grammars that ship with adtrace; read once a process.

    Raises:
        CardError: the first card that is not valid.
    """
    grammars: list[Grammar] = []
    hashes: dict[str, str] = {}
    for name, data in read_folder("wrappers"):
        grammars += read_wrapper(name, data)[1]
        hashes[name] = hash12(data)
    return Wrappers(grammars, hashes)
