"""What extraction says: the words of design sections 2 and 8 as types."""

import hashlib
from typing import Literal, get_args

import msgspec

Kind = Literal[
    "network",
    "account",
    "brand",
    "seller",
    "landing",
    "tracker",
    "declaration",
    "declared_site",
    "unidentified",
]
Basis = Literal["declared", "embedded", "served", "landing", "inferred"]
State = Literal["live", "gated", "dormant", "id_only", "commented", "injected"]
Certainty = Literal["proven", "likely", "weak"]
Scope = Literal["account", "site", "slot", "platform", "unknown"]
Role = Literal["served", "affiliate_merchant", "fallback", "content_link", "look_alike", "unknown"]
DocumentKind = Literal[
    "page", "frame", "script", "vast", "worker", "ads_txt", "app_ads_txt", "adagents_json", "sellers_json"
]
Effect = Literal["generic", "per_account", "serves", "unknown"]
# Whose page it is if not the operator's. The first that matches wins: who stands before the site, then who took it,
# then who holds the name, then gates.
Label = Literal[
    "challenge",
    "seized",
    "suspended",
    "geo_blocked",
    "parked",
    "for_sale",
    "login_wall",
    "consent_wall",
    "soft_404",
    "empty_shell",
    "unknown",
]
PAGE_STATES = ("operator", *get_args(Label))


class Locator(msgspec.Struct, frozen=True):
    """A place in the skeleton: text[start:end] is the value seen.

    part is the kind of document (page, ads_txt, …); path names the place for a reader (script[3]@src).
    """

    part: str
    path: str
    start: int
    end: int


class Decoded(msgspec.Struct, frozen=True):
    """One encoding undone: its name (base64, percent, …) and the text that came out."""

    encoding: str
    text: str


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One fact at one place in one capture; the fields of `extract --json` (design section 8), in that order.

    A tag with an account gives a `network` line and an `account` line. What does not apply is null or empty.
    """

    id: str
    kind: Kind
    via: str | None = None
    network: str | None = None
    company: str | None = None
    advertising: bool = True
    account: str | None = None
    account_kind: str | None = None
    scope: Scope | None = None
    brand: str | None = None
    role: Role | None = None
    host: str | None = None
    ad_domain: str | None = None
    value: str
    decoded: tuple[Decoded, ...] = ()
    basis: Basis
    state: State
    certainty: Certainty
    locator: Locator
    url: str | None = None
    rule: str
    source: str | None = None
    # What a declaration states: relation (DIRECT, RESELLER), certification, seller_type, name, domain, position, …
    declared: dict[str, str | int] = {}


def sighting_id(skeleton_sha256: str, locator: Locator, rule: str, kind: str, value: str) -> str:
    """32 hex digits: SHA-256/128 over the parts that make a sighting what it is."""
    parts = (
        skeleton_sha256,
        locator.part,
        locator.path,
        str(locator.start),
        str(locator.end),
        rule,
        kind,
        value,
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class PageState(msgspec.Struct, frozen=True):
    """Whose page came back (one of PAGE_STATES) and the rule that says so; `operator` by default has rule "default"."""

    label: str
    rule: str


class Proposal(msgspec.Struct, frozen=True):
    """A URL the raw document names that the policy may be asked about; the document never decides.

    kind: page (a same-page link), script (loader), frame, vast (an ad request of a player, or of a VAST wrapper),
    worker, redirect (meta refresh, or where a declaration says that it stands).
    network and effect come from the card whose host or shape names it; null for plain links.
    """

    url: str
    kind: str
    network: str | None = None
    effect: Effect | None = None


class Scrubbed(msgspec.Struct, frozen=True):
    """What was taken out before anything was kept: its kind, its length in characters, and its place."""

    kind: str
    length: int
    place: str


class Extraction(msgspec.Struct, frozen=True):
    """All that is known of one document. `skeleton` is the text locators point into.

    parse_status: "complete", or what was not read ("truncated: 4194304 characters", "killed: …").
    """

    kind: DocumentKind
    skeleton: str
    skeleton_sha256: str
    page_state: PageState | None
    sightings: list[Sighting]
    proposals: list[Proposal]
    scrubbed: list[Scrubbed]
    parse_status: str
    knowledge: str  # hash of the cards that were used
