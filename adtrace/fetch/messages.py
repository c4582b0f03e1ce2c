"""What the three roles say to each other (design section 4): MessagePack frames over socket pairs, never pickle."""

import msgspec

from adtrace.extract.sighting import Extraction


class Profile(msgspec.Struct, frozen=True):
    """How we look. egress is the label of the vantage point, for the record; it selects nothing."""

    user_agent: str
    language: str = "en"
    egress: str = "direct"


class ScopeRule(msgspec.Struct, frozen=True):
    """What one entry lets us contact. host: canonical; url: only for unit=url.

    root_only: a host that may pay for each visit (site_role shortener): of its pages, the root alone.
    """

    entry: int
    unit: str
    host: str
    url: str | None = None
    include_subdomains: bool = False
    root_only: bool = False


class Peer(msgspec.Struct, frozen=True):
    """Where the loopback egress sends one (host, port)."""

    host: str
    port: int
    address: str
    peer_port: int


class EgressPlan(msgspec.Struct, frozen=True):
    """Which egress the fetcher shall build: "direct", or "loopback" with its exact peers and in-memory trust root."""

    kind: str
    peers: tuple[Peer, ...] = ()
    trust_pem: str = ""


class Rules(msgspec.Struct, frozen=True, tag=True):
    """Writer to fetcher, before the Start, any number: all of them together are the scope of the run."""

    rules: tuple[ScopeRule, ...]


class Start(msgspec.Struct, frozen=True, tag=True):
    """Writer to fetcher, once, before the first Ask."""

    run: int
    profile: Profile
    egress: EgressPlan
    reach: str
    concurrency: int
    delay_s: float
    timeout_s: float


class Setup(msgspec.Struct, frozen=True, tag=True):
    """Writer to worker, before all else, and the only thing it says: a worker that reads a page hears nobody.

    key: the case's, for keyed hashes; links: how many a page may propose; domains: of the case's entries, without
    www., whose rows of a sellers.json are kept.
    """

    key: bytes
    links: int
    domains: frozenset[str] = frozenset()


class Ask(msgspec.Struct, frozen=True, tag=True):
    """A request whose allowing decision has been committed.

    document: the DocumentKind expected. named_by: the URL of the document that named an ad-tech URL, else None;
    origin, depth: the in-scope page that led to that one, and how many documents lie on the way, this one too.
    sellers: of a sellers.json, the ids whose rows are kept besides those of Setup.domains.
    """

    decision: int
    url: str
    document: str
    named_by: str | None = None
    origin: str | None = None
    depth: int = 1
    verify_tls: bool = True
    sellers: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True, tag=True):
    """How the request ended at the door. For a refusal: layer, reason and counts, never content or its hash.

    outcome: received (body follows to a worker), redirected, refused, failed; interrupted: the writer's own word.
    headers: allow-listed response headers only, lower-case, display()ed, at most 1 KiB each.
    """

    decision: int
    outcome: str
    layer: str = ""
    reason: str = ""
    status: int | None = None
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    location: str | None = None
    bytes_seen: int = 0
    sha256_wire: str | None = None
    peer: str | None = None
    tls: str | None = None  # "verified", "unverified:<leaf sha256>", None for http
    elapsed_ms: int = 0


class Body(msgspec.Struct, frozen=True, tag=True):
    """Fetcher to worker, once, in memory: a whole text document the door let through.

    pieces: how many frames of bytes alone follow, which continue body; a worker need not hold them together.
    sellers: as in the Ask.
    """

    answer: Answer
    url: str
    document: str
    body: bytes
    pieces: int = 0
    sellers: tuple[str, ...] = ()


class Begun(msgspec.Struct, frozen=True, tag=True):
    """Worker to writer before parsing, so that a worker's death names the page that killed it."""

    answer: Answer
    document: str


class Done(msgspec.Struct, frozen=True, tag=True):
    """Worker to writer: what the page held."""

    answer: Answer
    document: str
    extraction: Extraction


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Writer to fetcher: nothing more is asked; what is under way is finished."""


ToFetcher = Rules | Start | Ask | Stop
FromWorker = Begun | Done
