"""The shapes of the data cards; what a valid one must hold is checked by the loader."""

from datetime import date

import msgspec

from adtrace.extract.sighting import Basis, Certainty, Effect, Scope, State

ROLES = (
    "ad_network",
    "exchange",
    "ssp",
    "dsp",
    "ad_server",
    "native",
    "video",
    "pop",
    "push",
    "adult",
    "direct_link",
    "affiliate",
    "shortener",
    "crypto",
    "content_locker",
    "header_bidding",
    "verification",
    "tracker",
    "data",
    "platform",
    "management",
    "parking",
    "analytics",
    "tag_manager",
    "social",
    "cdn",
    "consent",
)

# What a contact is for, as far as its source says, the best for a notice first, and how a letter puts it.
CONTACT_KINDS = {
    "abuse": "where it takes reports of abuse or of broken policies",
    "legal": "given for legal matters",
    "general": "its general address",
    "support": "given for its publishers, advertisers and partners",
    "sellers": "given for questions about its list of sellers",
    "privacy": "given for questions of data protection",
    "copyright": "where it takes notices of copyright",
    "technical": "of those who maintain its code",
}


class Dated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name that holds from valid_from up to but not including valid_to; without them, always.

    Where a source tells only the month or the year, it is its first day. Read as of the capture's time.
    """

    name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the name is good on that day."""
        return (self.valid_from or date.min) <= day and (self.valid_to is None or day < self.valid_to)

    def overlaps(self, other: "Dated") -> bool:
        """Whether there is a day on which both hold."""
        starts = max(self.valid_from or date.min, other.valid_from or date.min)
        return self.holds_on(starts) and other.holds_on(starts)


class Host(Dated, frozen=True, forbid_unknown_fields=True):
    """A host of the network: the name and all its subdomains; hosts change hands."""


class Parent(Dated, frozen=True, forbid_unknown_fields=True):
    """Whom the network's company belonged to for a time: another company, or itself while it was its own."""


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a network can be written to, for what, and who says so.

    to: a mailbox of a role, never of a person by name, or the https address of a form or of the page that names one.
    kind: of CONTACT_KINDS. source: where it was read, with the day in brackets.
    """

    to: str
    kind: str
    source: str


class Id(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A further account id of a shape: the pattern's group that holds it, its kind and what it identifies."""

    group: str
    kind: str
    scope: Scope


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recognisable form of the network's tag, with its own proof.

    name: of the rule in a sighting: card/name@hash.
    at: the place whose text alone the pattern is searched in
      url        one address from a tag or a script, absolute or as written (`https://…`, `//…`)
      tag        one start tag in skeleton form: `ins class="…" data-zoneid="…"`, attributes sorted by name
      attr:NAME  the value of that attribute, whatever its tag
      script     the text of one inline script or script document
      meta       `name=content` of one meta element, name in lower case
      worker     the text of one service worker
      comment    the text of one HTML comment
      header     `name: value` of one response header, name in lower case; of set-cookie the cookie's name alone.
                 Its hits and misses are headers: `Name: value`
    pattern: RE2. Named groups: id (described by kind and scope), those in ids, site (the site the tag declares),
      host (a host named in code, for shapes at script), nested (markup or URL of a further network, after decode).
    hits, misses: HTML that the whole extractor must find this shape in, and must not; both are required.
    same: pairs of groups that must be equal.
    prefix: pairs of groups of which the first, its slashes dropped, must begin the second.
    decode: what is undone of the id, or of nested, in order: base64, percent, hex, lower (case), arithmetic (a sum),
      alternate (every second character is noise), digits (all else is dropped), value (what stands behind the first =),
      first (what stands before the first dot).
    kind, scope: of the id: its name (zone_id, publisher_id, …), and what one value of it identifies.
    ids: further ids of the same match.
    effect: of requesting the address; unknown is asked for only at reach `ads`.
    certainty: proven if nothing else looks like it; weak if it is worth a line for the investigator alone.
    basis: where the shape decides it; by default declared at meta, embedded elsewhere.
    state: where the shape decides it; by default as its place says. live: the tag needs no loader of its own.
    host_bound: only on this card's own hosts (at = url), for patterns too weak to stand alone.
    beside: only in a document where something else of this card was seen, for the same reason.
    not_beside: cards whose tags look the same: if one of them was seen in the document and nothing else of this card,
      the tag is theirs.
    """

    name: str
    at: str
    pattern: str
    hits: list[str]
    misses: list[str]
    same: list[list[str]] = []
    prefix: list[list[str]] = []
    decode: list[str] = []
    kind: str | None = None
    scope: Scope | None = None
    ids: list[Id] = []
    effect: Effect = "unknown"
    certainty: Certainty = "likely"
    basis: Basis | None = None
    state: State | None = None
    host_bound: bool = False
    beside: bool = False
    not_beside: list[str] = []


class UnknownMeta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verification token that ad networks are thought to hand out, though which one is not established."""

    name: str
    source: str
    limits: str


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ad system (design section 2, "network"): who it is and how it is recognised, with dated sources.

    id: the file's name; aliases: other names it goes by, ids of cards that became this one.
    name, company: as shown; the company that runs it today.
    parent: whom that company belongs or belonged to, as far as it is another, in turn.
    roles: of ROLES. advertising: False if its ids tie sites together and its tags are no advertising.
    what: one sentence. limits: what a sighting of it does not show.
    source: where each fact was read, with the day in brackets.
    gvl: the company's id in the IAB's Global Vendor List; several cards of one company share it.
    contact: where it can be written to; knowledge/route.py says what of it a notice can go to.
    ads_txt: system domains as written in ads.txt and schain.
    sellers_json: where its sellers are listed, if not at the standard place; "" if nowhere.
    placeholders: RE2, full match: ids of documentation and tests, nobody's.
    platforms: ids of blog hosts, which stand on every site they carry: scope platform.
    """

    id: str
    name: str
    roles: list[str]
    what: str
    source: list[str]
    limits: str
    company: str | None = None
    aliases: list[str] = []
    advertising: bool = True
    gvl: int | None = None
    contact: list[Contact] = []
    ads_txt: list[str] = []
    sellers_json: str | None = None
    placeholders: list[str] = []
    platforms: list[str] = []
    parent: list[Parent] = []
    host: list[Host] = []
    shape: list[Shape] = []

    def owner(self, at: date | None = None) -> str | None:
        """Whom it belonged to on that day (default: the last known): the parent, else its company; None: not known."""
        return next((parent.name for parent in self.parent if parent.holds_on(at or date.max)), self.company)

    def sellers_address(self, system: str | None = None) -> str | None:
        """Where the sellers of one of its system domains are listed (default: of the first); None if nowhere.

        The standard place is the root of the domain that stands in ads.txt (IAB Tech Lab, sellers.json 1.0, 2019-07).
        """
        if self.sellers_json is not None:
            return self.sellers_json or None
        if system not in self.ads_txt:
            system = next(iter(self.ads_txt), None)
        return f"https://{system}/sellers.json" if system else None
