"""Where a click URL leads, read out of the URL itself: nothing is clicked, asked or resolved.

A wrapper is known by its grammar (knowledge/wrappers/). What the URL states on the way, such as the site the
ad was sold for, is kept beside the landing; our own address, where an ad system wrote it in, is taken out.
"""

from collections.abc import Iterator
from typing import Literal

import ada_url
import msgspec

from adtrace.extract.unwrapping.address import Address, read_address, read_landing
from adtrace.extract.unwrapping.encodings import undo_percent
from adtrace.extract.unwrapping.places import Read, read
from adtrace.extract.unwrapping.redaction import redact, redact_address
from adtrace.knowledge.wrapper import Role
from adtrace.knowledge.wrappers import Grammar, load_wrappers

UnwrapKind = Literal["landing", "tracker", "opaque", "self", "plain", "invalid"]
# Deeper nesting than any seen; a URL that needs more is called opaque.
MAX_HOPS = 12
MAX_DECLARED_CHARACTERS = 500
_LEAST_FIRST: tuple[Role, ...] = (
    "fallback",
    "affiliate_merchant",
    "shortener",
    "redirector",
    "ad_click",
    "tracker",
)


class Hop(msgspec.Struct, frozen=True):
    """One wrapper passed: its card, the URL that came out of it, and how that was written.

    url and encoding are null where the landing is not in the URL, or the wrapper is the end (a tracker).
    encoding: none, percent, percent x2, base64+gzip+percent, … in the order they were undone.
    """

    wrapper: str
    url: str | None
    encoding: str | None


class Unwrapped(msgspec.Struct, frozen=True):
    """What `unwrap --json` prints (design section 8).

    kind: landing · tracker (the landing is a tracking platform, never a brand) · opaque (landing null: it is
    not in the URL) · self (the wrapper's own site, or the page's) · plain (no wrapper; landing is the input,
    never a brand) · invalid (no absolute http or https URL; landing null).
    landing_domain: registrable domain; null for an IP address.
    declared: what the URLs state, by name; with `store`, the landing is a page in a store or on a platform: no brand.
    """

    input: str
    hops: tuple[Hop, ...]
    landing: str | None
    landing_domain: str | None
    kind: UnwrapKind
    declared: dict[str, str]


def unwrap(url: str, *, page: str | None = None) -> Unwrapped:
    """Where the URL leads, and what it states on the way.

    page: URL of the page the link stands on; relative links are joined to it, links to its site are `self`.
    Unwrapping the landing again changes nothing. Linear in the URL's length; never raises; contacts nothing.

    >>> unwrap("https://www.awin1.com/cread.php?awinmid=1&ued=https%3A%2F%2Fshop.example%2F").landing
    'https://shop.example/'
    """
    return unwrap_with_rules(url, page=page)[0]


def unwrap_with_rules(url: str, *, page: str | None = None) -> tuple[Unwrapped, tuple[Grammar, ...]]:
    """What unwrap returns, and the grammar behind each hop: its rule, role and network."""
    start = _start(url, page)
    if start is None:
        return Unwrapped(_redact(_encodable(url)), (), None, None, "invalid", {}), ()
    path = _Path(start)
    path.follow()
    return path.result(url, page), tuple(path.grammars)


def unwrap_wrapped(url: str, *, page: str | None = None) -> tuple[Unwrapped, tuple[Grammar, ...]] | None:
    """What unwrap_with_rules returns; None if no card's form takes the URL, said at a tenth of the cost.

    Where it leads by a guess alone is not said.
    """
    start, wrappers = _start(url, page), load_wrappers()
    if start is None or not (wrappers.may_take(start.host, start.request) or wrappers.of_tail(start.request)):
        return None
    path = _Path(start)
    path.follow()
    return (path.result(url, page), tuple(path.grammars)) if path.hops else None


def could_unwrap(host: str) -> bool:
    """Whether some grammar is bound to this host, in canonical form: the cheap question before unwrap."""
    return load_wrappers().leads_on(host)


def has_wrapper_form(tail: str) -> bool:
    """Whether /path?query has a form that is a known wrapper's on any host (white-label ad servers, trackers).

    Guesses do not count: what a page's own links lead to is kept only where a card says what they are.
    """
    return bool(load_wrappers().of_tail(tail))


def role_of(grammars: tuple[Grammar, ...]) -> Role | None:
    """What the whole way means: the least that any hop claims; None without hops.

    A fallback or an affiliate link stays one however it is wrapped: only ad clicks alone make an ad click.
    """
    roles = {grammar.role for grammar in grammars}
    return next((role for role in _LEAST_FIRST if role in roles), None)


class _Path:
    """The hops from one URL on, as they are found."""

    def __init__(self, start: Address) -> None:
        self.start = self.at = start
        self.hops: list[Hop] = []
        self.grammars: list[Grammar] = []
        self.declared: dict[str, str] = {}
        self.end: UnwrapKind | None = None
        self.store: Grammar | None = None

    def follow(self) -> None:
        """Take hops until the URL is nobody's wrapper, or says no more."""
        while self.end is None:
            if len(self.hops) == MAX_HOPS:
                self.end = "opaque"
            elif not self._hop():
                return

    def _hop(self) -> bool:
        """Whether a wrapper was passed or the end of the way was found."""
        silent: Read | None = None
        store: Read | None = None
        for reading in _readings(self.at):
            if reading.grammar.form.store:
                store = store or reading
                continue
            is_guess = reading.grammar.form.guess
            if is_guess and silent and not _leaves_to_guess(silent.grammar):
                continue
            if self._pass(reading):
                return True
            if not is_guess:
                silent = silent or reading
        if silent is None:
            if store:
                self.store = store.grammar
                self._declare(store)
                self.declared.setdefault("store", store.grammar.form.name)
            return False
        self._declare(silent)
        self._take(silent.grammar, None, None)
        self.end = "tracker" if silent.grammar.form.tracker else "opaque"
        return True

    def _pass(self, reading: Read) -> bool:
        form = reading.grammar.form
        base = _base(form.base, self.at.host)
        for place in reading.grammar.landing:
            held = [
                (found, piece.encodings)
                for piece in reading.pieces(place)
                if (found := read_landing(piece.text, scheme=form.scheme, base=base))
            ]
            if len(held) != 1:
                continue  # in a place that may be any parameter: of several addresses nobody says which is led to
            (address, layers), encodings = held[0]
            if address.url != self.at.url:
                self._declare(reading)
                self.at = address
                self._take(reading.grammar, redact_address(address, _grammars), _label(encodings, layers))
                return True
        return False

    def _take(self, grammar: Grammar, url: str | None, encoding: str | None) -> None:
        self.grammars.append(grammar)
        self.hops.append(Hop(grammar.card.id, url, encoding))

    def _declare(self, reading: Read) -> None:
        for name, places in reading.grammar.declared.items():
            piece = next((piece for place in places if (piece := reading.text(place))), None)
            value = _redact(undo_percent(piece.text).strip())[:MAX_DECLARED_CHARACTERS] if piece else ""
            if value and self.declared.get(name, value) != value:
                name = f"{reading.grammar.card.id}.{name}"
            if value:
                self.declared.setdefault(name, value)

    def result(self, given: str, page: str | None) -> Unwrapped:
        """The way as the contract wants it."""
        hops = tuple(self.hops)
        start = redact_address(self.start, _grammars)
        shown = given if start == self.start.url else start
        if self.end == "opaque":
            return Unwrapped(shown, hops, None, None, "opaque", self.declared)
        landing = start if self.at is self.start else redact_address(self.at, _grammars)
        kind: UnwrapKind = "landing" if hops else "plain"
        if self._is_self(page):
            kind = "self"
        elif self.end == "tracker":
            kind = "tracker"
        return Unwrapped(shown, hops, landing, self.at.domain, kind, self.declared)

    def _is_self(self, page: str | None) -> bool:
        domain = self.at.domain
        if domain is None:
            return False
        if page is not None and (site := read_address(page)) and site.domain == domain:
            return True
        if self.store and self.store.role == "store":
            return False
        passed = self.grammars[:-1] if self.end == "tracker" else self.grammars
        return any(load_wrappers().is_own(grammar.card.id, domain) for grammar in passed)


def _base(base: str | None, host: str) -> str | None:
    """The site that a path written alone is on; None if the form names none."""
    if base == ".":
        return f"https://{host}"
    if base == "label":
        label = host.partition(".")[0]
        return "https://" + "-".join(part.replace("-", ".") for part in label.split("--"))
    return base


def _start(url: str, page: str | None) -> Address | None:
    if _encodable(url) != url:
        return None
    if found := read_address(url):
        return found
    base = read_address(page) if page and _encodable(page) == page else None
    if base is None or not url.strip():
        return None
    try:
        return read_address(ada_url.join_url(base.url, url))
    except ValueError:
        return None


def _readings(address: Address) -> Iterator[Read]:
    """The URL as each grammar reads it that takes it, the most specific first."""
    return (found for grammar in _grammars(address) if (found := read(address, grammar)))


def _leaves_to_guess(grammar: Grammar) -> bool:
    """Whether a guess may look for a landing where this grammar found none.

    A tracker's or an affiliate's link names no page but the one it leads to; an ad click may name the page it is on.
    """
    return grammar.form.tracker or (grammar.role == "affiliate_merchant" and not grammar.form.opaque)


def _grammars(address: Address) -> Iterator[Grammar]:
    wrappers = load_wrappers()
    yield from wrappers.of_host(address.host)
    yield from wrappers.of_tail(address.request)
    yield from wrappers.guesses(address.host, address.request)


def _redact(url: str) -> str:
    return redact(url, _grammars)


def _label(encodings: tuple[str, ...], layers: int) -> str:
    percent = () if not layers else ("percent",) if layers == 1 else (f"percent x{layers}",)
    return "+".join((*encodings, *percent)) or "none"


def _encodable(text: str) -> str:
    """The text itself, or, if it holds lone surrogates, with those replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
