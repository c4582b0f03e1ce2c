"""Grammars of click URLs, as data: which addresses wrap another, where it stands, what else they state."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any, Literal

import msgspec
import re2

from adtrace.errors import CardError
from adtrace.knowledge.checked import read_checked
from adtrace.knowledge.checks import check_head, check_proof, compile_pattern
from adtrace.knowledge.folder import decode_card, hash12, hash_cards
from adtrace.names import MAX_HOST, canonical_host, registrable_domain

Encoding = Literal[
    "base64",
    "base64dot",
    "gzip",
    "zlib",
    "hex",
    "rot13",
    "reverse",
    "underscore",
    "proofpoint",
    "proofpoint3",
    "cj",
]
Role = Literal[
    "ad_click", "affiliate_merchant", "redirector", "fallback", "tracker", "shortener", "store", "platform"
]
Outcome = Literal["landing", "tracker", "opaque", "self", "plain"]


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


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a grammar's card says that something stands: one `Where`, or several alike, tried in turn.

    query and json may list several names or pointers; or_decode lists further chains to undo instead of `decode`.
    The rest is as in `Where`.
    """

    query: str | tuple[str, ...] | None = None
    group: str | None = None
    rest: bool = False
    decode: tuple[Encoding, ...] = ()
    or_decode: tuple[tuple[Encoding, ...], ...] = ()
    separator: str | None = None
    field: int | None = None
    pick: str | None = None
    json: str | tuple[str, ...] | None = None

    def each(self, words: dict[str, list[str]]) -> Iterator["Where"]:
        """The single places, by encoding, then by name: what stands plain in any comes before what is hidden."""
        written = self.query if isinstance(self.query, tuple) else (self.query,)
        names = [name for one in written for name in (_listed(one, words) if one else [None])]
        pointers = self.json if isinstance(self.json, tuple) else (self.json,)
        for decode, name, pointer in product((self.decode, *self.or_decode), names, pointers):
            yield Where(
                name and name.lower(),
                self.group,
                self.rest,
                decode,
                self.separator,
                self.field,
                self.pick,
                pointer,
            )


class Where(msgspec.Struct, frozen=True):
    """A place in a URL: a query parameter or a named group of the form's `tail`; what to undo, what to pick.

    query: name of the parameter, in any case; `*` for the one that holds an address, of all but NOT_THE_WAY.
    group: named group of `tail`. Exactly one of the two.
    rest: an unencoded URL with a query of its own runs to the end (its & are not the wrapper's).
    decode: encodings undone in order, after percent-encoding, which is always undone.
    separator and field: the decoded text is a record; the field with that index counts from 0.
    pick: RE2; of the decoded text, what its one group holds.
    json: the decoded text is JSON; RFC 6901 pointer to the string, on into strings that are JSON themselves.
    """

    query: str | None = None
    group: str | None = None
    rest: bool = False
    decode: tuple[Encoding, ...] = ()
    separator: str | None = None
    field: int | None = None
    pick: str | None = None
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
      with a query or a web address in their path.
    tail: RE2, in any case, searched in what follows the host as written (`/path?query#fragment`).
    unless: RE2, in any case; a URL in whose `host/path?query#fragment` it is found is not taken.
    query: parameters that must be there, maybe empty.
    landing: places of the next URL, the first that holds one counts. scheme: what is added where it has none.
    base: the site a landing that begins with a slash is on; "." for the host of the URL itself, "label" for the one
      that this host's first label spells (- for a dot, -- for -).
    opaque: the landing is not in the URL.
    tracker: the URL is a tracking platform's; without a landing it is the end of the way.
    guess: read only where no other form takes the URL, or one that says no more than tracker, and only if a landing
      is found; never kept of a page, and its landing is never a brand.
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
    unless: str | None = None
    query: list[str] = []
    landing: list[str | Place] = []
    scheme: Literal["http", "https"] | None = None
    base: str | None = None
    opaque: bool = False
    tracker: bool = False
    guess: bool = False
    store: bool = False
    declared: dict[str, str | Place] = {}
    redact: list[str | Place] = []
    role: Role | None = None
    network: str | None = None


class WrapperCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wrapper: whose it is, what following it means, and its forms.

    network: id of the network card, null if it has none.
    own: registrable domains of the wrapper's own sites, besides the hosts of its forms.
    words: named lists of words (RE2): {name} in a pattern stands for any of them, in a place's `query` for all. {http}
      is how an address begins, plain or percent-encoded.
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
    words: dict[str, list[str]] = {}


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
        self.landing = tuple(_each(form.landing, words))
        self.redact = tuple(_each(form.redact, words))
        self.declared = {name: tuple(_each([place], words)) for name, place in form.declared.items()}

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


def _each(places: Iterable[str | Place], words: dict[str, list[str]]) -> Iterator[Where]:
    for place in places:
        yield from (Place(query=place) if isinstance(place, str) else place).each(words)


_WORDS = {"http": ["https?(?::|%(?:25)*3A)"]}


def _listed(name: str, words: dict[str, list[str]]) -> list[str]:
    """The words that {name} stands for; the name itself if it is none."""
    return words[name[1:-1]] if name[:1] == "{" and name[1:-1] in words else [name]


def _compiled(pattern: str | None, words: dict[str, list[str]], *, any_case: bool = False) -> Any:
    """The RE2 pattern with its {name}s replaced; None for None."""
    if written := _written_out(pattern, words):
        return re2.compile(f"(?i){written}" if any_case else written)
    return None


def _written_out(pattern: str | None, words: dict[str, list[str]]) -> str:
    """The pattern with its {name}s replaced; "" for None."""
    for name, listed in (_WORDS | words).items():
        pattern = (pattern or "").replace(f"{{{name}}}", f"(?:{'|'.join(listed)})")
    return pattern or ""


@cache
def compiled_pick(pattern: str) -> Any:
    """The RE2 pattern of a place's `pick`."""
    return re2.compile(pattern)


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
    check_head(card, name, where, ("what", "source", "limits", "form"))
    for form in card.form:
        _check_form(form, card.words, f"{where}, form {form.name}")
    return card, [Grammar(card, form, hash12(data)) for form in card.form]


def _check_form(form: Form, words: dict[str, list[str]], where: str) -> None:
    for host in form.hosts:
        if canonical_host(host) != host:
            raise CardError(f"host {host} is not canonical.", where=where, do="Write it in lower case.")
    patterns = [_written_out(pattern, words) for pattern in (form.tail, form.host, form.unless)]
    tail, *_ = [compile_pattern(pattern, where) if pattern else None for pattern in patterns]
    groups = set(tail.groupindex if tail else ())
    if not (form.hosts or form.host) and not form.tail:
        raise CardError("a form for any host needs a tail.", where=where, do="Say what its path looks like.")
    if sum((bool(form.landing), form.opaque, form.store)) + (form.tracker and not form.landing) != 1:
        raise CardError(
            "needs one of landing, opaque, tracker or store.", where=where, do="Say what its URLs state."
        )
    check_proof(form.hits, form.misses, where)
    for place in _each((*form.landing, *form.redact, *form.declared.values()), words):
        if (place.query is None) == (place.group is None):
            raise CardError(
                "a place is either a query parameter or a group.", where=where, do="Give query or group."
            )
        if place.group is not None and place.group not in groups:
            raise CardError(
                f'the tail has no group "{place.group}".', where=where, do=f"Add (?P<{place.group}>…) to it."
            )
        if (place.separator is None) != (place.field is None):
            raise CardError("separator and field belong together.", where=where, do="Give both, or neither.")
        if place.pick is not None and compiled_pick(place.pick).groups != 1:
            raise CardError(
                "pick needs exactly one group.",
                where=where,
                do="Put what is picked in brackets, nothing else.",
            )


@cache
def load_wrappers() -> Wrappers:
    """The grammars that ship with adtrace; read once a process.

    Raises:
        CardError: the first card that is not valid.
    """
    cards, hashes = read_checked("wrappers", WrapperCard, lambda name, data: read_wrapper(name, data)[0])
    grammars = [Grammar(card, form, hashes[name]) for name, card in cards.items() for form in card.form]
    return Wrappers(grammars, hashes)
