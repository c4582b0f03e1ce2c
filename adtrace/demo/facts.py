"""What a correct tool reports of the invented web, fact by fact, in the words of design section 8."""

import msgspec


class Fact(msgspec.Struct, frozen=True):
    """One network, account or declaration line; account is None for a network line.

    Of a declaration also: source (ads_txt, app_ads_txt, adagents_json, chain, sellers_json), the system's domain, the
    relation; of an agent the sites that it may sell, and whether it alone may.
    """

    network: str | None
    account: str | None = None
    account_kind: str | None = None
    scope: str | None = None
    basis: str = "embedded"
    state: str = "live"
    source: str = ""
    system: str = ""
    relation: str = ""
    sites: tuple[str, ...] = ()
    is_exclusive: bool = False

    @property
    def is_agent(self) -> bool:
        """Whether it is a sales agent's address, which is no seller's id."""
        return self.source == "adagents_json"


class Offer(msgspec.Struct, frozen=True):
    """One brand line: who is offered, in which role, on which evidence, through which network's URL."""

    brand: str
    role: str
    network: str | None
    basis: str = "landing"


class Ask(msgspec.Struct, frozen=True):
    """An address that a live tag or an ad answer names, for a browser or player to ask, and for which document."""

    document: str
    url: str

    @property
    def address(self) -> str:
        """The URL as it stands on a page that was read over https."""
        return f"https:{self.url}" if self.url.startswith("//") else self.url


def ask_of(words: str) -> Ask:
    """The ask written as "script URL", "frame URL" or "vast URL"."""
    return Ask(*words.split(" ", 1))


class Told(msgspec.Struct, frozen=True):
    """All that one document tells, each fact as often as it stands there.

    landings: registrable domains at which click URLs end. trackers: the same, each with its card or None.
    loads: URLs on networks' hosts that a live tag names and whose request is generic, as written. asks: those that are
    answered with ads or for one account, asked for at reach ads alone. never: URLs the document names and nobody may
    ask for.
    nested: (outer, inner) networks, one tag inside the other, once for each place of the inner.
    workers: paths of service workers that the document registers. stated: (variable, site) of each site that a
    declaration file names, by what it calls it. refers: where an adagents.json says that it stands itself.
    declared_sites: (network, site) that a tag or click URL says it was made for.
    """

    facts: tuple[Fact, ...] = ()
    offers: tuple[Offer, ...] = ()
    unidentified: tuple[str, ...] = ()
    landings: tuple[str, ...] = ()
    trackers: tuple[tuple[str, str | None], ...] = ()
    loads: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    nested: tuple[tuple[str, str], ...] = ()
    workers: tuple[str, ...] = ()
    stated: tuple[tuple[str, str], ...] = ()
    refers: tuple[str, ...] = ()
    declared_sites: tuple[tuple[str, str], ...] = ()
    asks: tuple[Ask, ...] = ()

    @property
    def owners(self) -> tuple[str, ...]:
        """The sites that an ads.txt calls owner or manager."""
        return tuple(site for name, site in self.stated if name in ("OWNERDOMAIN", "MANAGERDOMAIN"))

    def __add__(self, other: "Told") -> "Told":
        return Told(*(getattr(self, f) + getattr(other, f) for f in self.__struct_fields__))


class Piece(msgspec.Struct, frozen=True):
    """A part of a document and what it tells; head says that it belongs into the head of a page."""

    html: str
    told: Told = Told()
    head: bool = False


def facts_of(report: str) -> list[Fact]:
    """The lines one place of a tag gives: its network, then its accounts.

    >>> [fact.account for fact in facts_of("popcash uid/account/48213 website_id/site/105532")]
    [None, '48213', '105532']
    """
    network, *words = report.split()
    basis = next((word for word in words if word in _BASES), "embedded")
    state = next((word for word in words if word in _STATES), "live")
    found = [Fact(network, basis=basis, state=state)]
    for word in words:
        if word.count("/") >= 2:
            kind, scope, account = word.split("/", 2)
            found.append(Fact(network, account, kind, scope, basis, state))
    return found


_BASES = ("declared", "embedded", "served")
_STATES = ("live", "gated", "dormant", "id_only", "commented", "injected")
