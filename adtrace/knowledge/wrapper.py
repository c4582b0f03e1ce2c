"""Cards of click URLs: which addresses wrap another, where it stands, what else they state."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any, Literal

import msgspec
import re2

from adtrace.errors import CardError
from adtrace.knowledge.checks import check_head, check_proof, compile_pattern
from adtrace.knowledge.folder import decode_card
from adtrace.names import canonical_host

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


def each_place(places: Iterable[str | Place], words: dict[str, list[str]]) -> Iterator[Where]:
    """Every single place that these say, in their order; a text alone is a query parameter."""
    for place in places:
        yield from (Place(query=place) if isinstance(place, str) else place).each(words)


_WORDS = {"http": ["https?(?::|%(?:25)*3A)"]}


def _listed(name: str, words: dict[str, list[str]]) -> list[str]:
    """The words that {name} stands for; the name itself if it is none."""
    return words[name[1:-1]] if name[:1] == "{" and name[1:-1] in words else [name]


def written_out(pattern: str | None, words: dict[str, list[str]]) -> str:
    """The pattern with its {name}s replaced; "" for None."""
    for name, listed in (_WORDS | words).items():
        pattern = (pattern or "").replace(f"{{{name}}}", f"(?:{'|'.join(listed)})")
    return pattern or ""


@cache
def compiled_pick(pattern: str) -> Any:
    """The RE2 pattern of a place's `pick`."""
    return re2.compile(pattern)


def read_wrapper(name: str, data: bytes) -> WrapperCard:
    """One wrapper file, checked.

    Raises:
        CardError: not TOML, an unknown field or word, a form that says nothing, a pattern RE2 cannot take.
    """
    where = f"wrappers/{name}.toml"
    card = decode_card(where, data, WrapperCard)
    check_head(card, name, where, ("what", "source", "limits", "form"))
    for form in card.form:
        _check_form(form, card.words, f"{where}, form {form.name}")
    return card


def _check_form(form: Form, words: dict[str, list[str]], where: str) -> None:
    for host in form.hosts:
        if canonical_host(host) != host:
            raise CardError(f"host {host} is not canonical.", where=where, do="Write it in lower case.")
    patterns = [written_out(pattern, words) for pattern in (form.tail, form.host, form.unless)]
    tail, *_ = [compile_pattern(pattern, where) if pattern else None for pattern in patterns]
    groups = set(tail.groupindex if tail else ())
    if not (form.hosts or form.host) and not form.tail:
        raise CardError("a form for any host needs a tail.", where=where, do="Say what its path looks like.")
    if sum((bool(form.landing), form.opaque, form.store)) + (form.tracker and not form.landing) != 1:
        raise CardError(
            "needs one of landing, opaque, tracker or store.", where=where, do="Say what its URLs state."
        )
    check_proof(form.hits, form.misses, where)
    for place in each_place((*form.landing, *form.redact, *form.declared.values()), words):
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
