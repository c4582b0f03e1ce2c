"""Brand cards: the domains, apps and names that are one advertiser's, and the company behind several."""

import unicodedata
from collections.abc import Iterable
from functools import cache

import msgspec

from adtrace.errors import CardError, HostError
from adtrace.knowledge.checks import check_head
from adtrace.knowledge.folder import decode_card, read_folder
from adtrace.names import canonical_host, registrable_domain


class Brand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One brand.

    domains: registrable domains; in an owner's list also hosts below one that is shared. apps: store/id as click URLs
    state them (google-play/com.brand.app, app-store/123456789, amazon/SELLERID). names: how an ad response may name it,
    besides name. company: the family several brands belong to.
    """

    id: str
    name: str
    domains: list[str] = []
    apps: list[str] = []
    names: list[str] = []
    company: str | None = None
    source: list[str] = []
    limits: str = ""


class Brands:
    """Brands by what is seen of them; the first that has a domain, app or name keeps it."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        self.brands = list(brands)
        self.by_domain: dict[str, Brand] = {}
        self.by_app: dict[str, Brand] = {}
        self.by_name: dict[str, Brand] = {}
        for brand in self.brands:
            for domain in brand.domains:
                self.by_domain.setdefault(domain, brand)
            for app in brand.apps:
                self.by_app.setdefault(app.lower(), brand)
            for name in (brand.name, *brand.names):
                self.by_name.setdefault(fold(name), brand)

    def of_host(self, host: str | None) -> Brand | None:
        """The brand that has the host or a domain it is in; None if none has."""
        return self.by_domain.get(self.domain_of(host) or "")

    def domain_of(self, host: str | None) -> str | None:
        """The longest domain of a brand that the host is, or is in; None if there is none."""
        while host and host not in self.by_domain:
            host = host.partition(".")[2]
        return host or None

    def of_app(self, app: str | None) -> Brand | None:
        """The brand whose app or shop (store/id) it is; None if none's."""
        return self.by_app.get(app.lower()) if app else None

    def of_name(self, name: str | None) -> Brand | None:
        """The brand so called, letter case and spaces aside; None if none is."""
        return self.by_name.get(fold(name)) if name else None

    def family(self, brand: Brand) -> list[Brand]:
        """The brands of the same company, this one first; it alone if it names none."""
        others = (b for b in self.brands if brand.company and b.company == brand.company and b is not brand)
        return [brand, *others]


def fold(name: str) -> str:
    """A name as it is compared: case, spaces and how its letters are encoded do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def app_of(declared: "dict[str, str | int] | dict[str, str]") -> str | None:
    """store/id of what a store's or marketplace's URL states: its app, else its seller; None if it names neither."""
    store, one = declared.get("store"), declared.get("app") or declared.get("seller")
    return f"{store}/{one}" if store and one else None


def read_brand(name: str, data: bytes) -> Brand:
    """One brand card, checked.

    Raises:
        CardError: not TOML, an unknown field, a name that is not the file's, a domain that is no registrable one.
    """
    where = f"brands/{name}.toml"
    card = decode_card(where, data, Brand)
    check_head(card, name, where, ("domains", "source", "limits"))
    for domain in card.domains:
        try:
            is_whole = registrable_domain(canonical_host(domain)) == domain
        except HostError:
            is_whole = False
        if not is_whole:
            raise CardError(f"{domain} is no registrable domain.", where=where, do="Give it as shop.example.")
    return card


@cache
def load_brands() -> Brands:
    """The brand cards that ship with adtrace; read once a process.

    Raises:
        CardError: the first card that is not valid, or a domain on two cards.
    """
    cards = [read_brand(name, data) for name, data in read_folder("brands")]
    owner: dict[str, str] = {}
    for card in cards:
        for domain in card.domains:
            if owner.setdefault(domain, card.id) != card.id:
                raise CardError(
                    f"{domain} is on {owner[domain]} too.", where=card.id, do="Keep it on one card."
                )
    return Brands(cards)
