"""A brand owner's own list of domains, apps and names, CSV or what `brands import` wrote of it."""

import re
import unicodedata

import msgspec

from adtrace.case.csv_text import decode, read_csv
from adtrace.case.list_faults import Faults
from adtrace.errors import HostError, ListError
from adtrace.extract.unwrap import unwrap
from adtrace.extract.unwrapping.address import read_address, read_landing
from adtrace.knowledge.brand import Brand, app_of, fold
from adtrace.knowledge.wrappers import load_wrappers
from adtrace.names import canonical_host, display, registrable_domain

COLUMNS = ("brand", "domain", "app", "name", "company")
_APPLE_ID = re.compile(r"^(?:app-store/)?(?:id)?(?=\d{6,12}$)")
_PACKAGE = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*){2,}")
_APP = re.compile(r"[a-z][a-z0-9-]{1,30}/[A-Za-z0-9._-]{1,150}")


def read_owner_list(raw: bytes, *, name: str) -> list[Brand]:
    """The brands of a list in its order, all or none.

    CSV, with commas, semicolons or tabs, and a header: `brand`, and in any row any of domain, app, name, company; as
    many rows a brand as it needs. A domain may be written as its site's address or with *. before it; a host below
    one stays that host, for the others may be others'. An app is store/id, its page's address, an Android package or
    an Apple number. Lines of JSON as `brands import` writes them are read too. name: how messages call the list.

    Raises:
        ListError: lines that cannot be read, each named by its number.
    """
    text = unicodedata.normalize("NFC", decode(raw, name))  # macOS writes accents as letters of their own
    if text.lstrip().startswith("{"):
        return _read_json(text, name)
    return _read_csv(text, name)


def _read_json(text: str, name: str) -> list[Brand]:
    brands: dict[str, Brand] = {}
    owner: dict[str, str] = {}
    faults = Faults(name)
    for number, line in enumerate(text.splitlines(), 1):
        with faults.gathered(f"{name}, line {number}"):
            if line.strip():
                _take_json(brands, owner, line)
    faults.refuse()
    return list(brands.values())


def _take_json(brands: dict[str, Brand], owner: dict[str, str], line: str) -> None:
    try:
        brand = msgspec.json.decode(line, type=Brand)
    except msgspec.DecodeError as error:
        raise ListError(f"{error}.", do="Import the owner's CSV again.") from None
    domains = [read_domain(domain) for domain in brand.domains]
    apps = [read_app(app) for app in brand.apps]
    if brands.setdefault(brand.id, brand) is not brand:
        raise ListError(f"{brand.id} is on the list already.", do="Keep it once.")
    for what in (*domains, *map(str.lower, apps)):
        _claim(owner, what, brand.id, brands)
    brands[brand.id] = msgspec.structs.replace(brand, domains=domains, apps=apps)


def _read_csv(text: str, name: str) -> list[Brand]:
    faults = Faults(name)
    rows = read_csv(text, name, faults)
    brands: dict[str, Brand] = {}
    owner: dict[str, str] = {}
    line, header = next(rows, (0, []))
    if header:
        _check_header(header, f"{name}, line {line}")
    for number, cells in rows:
        with faults.gathered(f"{name}, line {number}"):
            _take(brands, owner, dict(zip(header, cells, strict=True)))
    faults.refuse()
    if not brands:
        raise ListError("names no brand.", where=name, do=f"Give columns {', '.join(COLUMNS)}.")
    return list(brands.values())


def _check_header(header: list[str], where: str) -> None:
    if "brand" not in header or set(header) - set(COLUMNS) or len(set(header)) != len(header):
        raise ListError(
            "is no header of a brand list.",
            where=where,
            do=f"Name brand, and any of {', '.join(COLUMNS[1:])}.",
        )


def _take(brands: dict[str, Brand], owner: dict[str, str], cells: dict[str, str]) -> None:
    key = fold(cells["brand"])
    if not key:
        raise ListError("names no brand.", do="Fill the column brand in every row.")
    brand = brands.setdefault(key, Brand(id=key, name=cells["brand"], domains=[], apps=[], names=[]))
    if domain := cells.get("domain"):
        found = read_domain(domain)
        _claim(owner, found, key, brands)
        if found not in brand.domains:
            brand.domains.append(found)
    if app := cells.get("app"):
        found = read_app(app)
        _claim(owner, found.lower(), key, brands)
        if found not in brand.apps:
            brand.apps.append(found)
    if name := cells.get("name"):
        brand.names.append(name)
    if company := cells.get("company"):
        brands[key] = msgspec.structs.replace(brand, company=company)


def _claim(owner: dict[str, str], what: str, key: str, brands: dict[str, Brand]) -> None:
    """Note whose a domain or app is.

    Raises:
        ListError: it is another brand's of the list.
    """
    if (first := owner.setdefault(what, key)) != key:
        raise ListError(f"{what} is {display(brands[first].name)}'s already.", do="Keep it once.")


def read_domain(text: str) -> str:
    """The host that is meant, www. and *. aside, in canonical form.

    Raises:
        ListError: a page of a site, no host name, or a suffix under which anybody has domains.
    """
    text = text.removeprefix("*.")
    address = read_address(text if "//" in text else f"https://{text}") if "/" in text else None
    if address and address.request != "/":
        raise ListError(
            f"{display(text)} is a page: others may have pages there too.",
            do="Give the domain alone, if all of it is the brand's; an account or a shop as an app.",
        )  # fmt: skip
    try:
        found = canonical_host(address.host if address else text)
    except HostError as error:
        raise ListError(error.what, do=error.do) from None
    domain = registrable_domain(found)
    if domain is None:
        raise ListError(f"{display(text)} is no domain of one owner.", do="Give shop.example.")
    return domain if found == f"www.{domain}" else found


def read_app(text: str) -> str:
    """store/id as click URLs state it, from that, an Android package, an Apple number or its page's address.

    Raises:
        ListError: none of these, or in a store whose addresses are not read.
    """
    if _PACKAGE.fullmatch(text):
        text = f"google-play/{text}"
    text = _APPLE_ID.sub("app-store/", text, count=1)
    page = None if _APP.fullmatch(text) else read_landing(text, scheme="https")
    app = app_of(unwrap(page[0].url).declared) if page else text
    if app is None or not _APP.fullmatch(app):
        raise ListError(
            f'"{display(text)}" is no app.',
            do="Give store/id, such as google-play/com.brand.app, or the address of its page in the store.",
        )  # fmt: skip
    stores = load_wrappers().stores
    if app.partition("/")[0] not in stores:
        raise ListError(
            f'"{display(text)}" is in no store that click URLs are read for.',
            do=f"Give one of {', '.join(sorted(stores))}.",
        )  # fmt: skip
    return app
