"""ads.txt and app-ads.txt: who is declared to sell this site's inventory.

Source: IAB Tech Lab, ads.txt 1.1 (2022): records `domain, account, DIRECT|RESELLER[, certification]`, variables
NAME=value, comments from `#`, extensions from `;`, lines ended by CR, LF or both, a comma inside a field written %2C.
Comments, extensions and CONTACT values are dropped before anything is kept. A line that is neither is refused and
counted by reason. A file that holds no record declares nothing; one that means to authorise nobody holds the
placeholder record.
"""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote

from adtrace.errors import HostError
from adtrace.extract.finder import Finder
from adtrace.extract.server_page import is_server_page
from adtrace.extract.skeleton import VERSION
from adtrace.names import canonical_host

MAX_LINES = 100_000
PLACEHOLDER = "placeholder.example.com"  # ads.txt 1.1 section 3.2.1: intentionally no authorised seller
# Variables that name another party; CONTACT names a person and is dropped.
SITES = ("SUBDOMAIN", "INVENTORYPARTNERDOMAIN", "OWNERDOMAIN", "MANAGERDOMAIN")

# Nearly every line: read in one step, in canonical order. All else goes the slow way, which knows the reasons.
_RECORD = re.compile(
    r"\s*((?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9])\s*,\s*([\x21-\x22\x24-\x2b\x2d-\x3a\x3c-\x7e]{1,200})"
    r"\s*,\s*(DIRECT|RESELLER)\s*(?:,\s*([A-Za-z0-9]{1,64})\s*)?(?:[#;].*)?"
)
_VARIABLE = re.compile(r"([A-Za-z][A-Za-z_-]{0,40})\s*=\s*(.*)")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_ID = re.compile(r"[\x21-\x7e]{1,200}")
_CERTIFICATION = re.compile(r"[A-Za-z0-9]{1,64}")
_INVISIBLE = re.compile("[\ufeff\u200b-\u200d\u2060\u00ad]")


def write_skeleton(text: str, kind: str) -> tuple[str, list[str]]:
    """The file's records and variables, one a line, and what was not read (limits), refused lines by reason."""
    limits: list[str] = []
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES:
        limits.append(f"{kind} cut at {MAX_LINES} of {len(lines)} lines")
    kept, refused = read_lines(lines[:MAX_LINES])
    if not kept and "\0" in text:
        limits.append(f"{kind}: not UTF-8, which the standard requires")
    elif not kept and is_server_page(text):
        limits.append(f"{kind}: the answer is a page, not a declaration")
    elif refused:
        reasons = ", ".join(f"{count} {reason}" for reason, count in refused.most_common())
        limits.append(f"{kind}: {refused.total()} lines refused ({reasons})")
    if not limits and not any("=" not in line.partition(",")[0] for line in kept):
        limits.append(f"{kind}: no record, so nothing is declared")
    body = "".join(f"{line}\n" for line in kept)
    return f"{VERSION} {kind} {len(body)}\n{body}", limits


def read_lines(lines: Iterable[str]) -> tuple[list[str], Counter[str]]:
    """The declarations in canonical form, `system, account, RELATION[, certification]` or `NAME=value`, and refusals.

    >>> read_lines(["Net.example ,7, direct,f08c # ours", "OwnerDomain = Clip.example", "net.example, 7"])
    (['net.example, 7, DIRECT, f08c', 'OWNERDOMAIN=clip.example'], Counter({'with fewer than three fields': 1}))
    """
    kept: list[str] = []
    refused: Counter[str] = Counter()
    fast = _RECORD.fullmatch
    is_owned = False
    for raw in lines:
        if match := fast(raw):
            system, account, relation, certification = match.groups()
            kept.append(
                f"{system}, {account}, {relation}, {certification}"
                if certification
                else f"{system}, {account}, {relation}"
            )
            continue
        line = _INVISIBLE.sub("", raw).partition("#")[0].partition(";")[0].strip()
        if not line:
            continue
        found, reason = _read_variable(line) if "=" in line.partition(",")[0] else _read_record(line)
        if found and found.startswith("OWNERDOMAIN="):
            if is_owned:
                found, reason = None, "with a second OWNERDOMAIN, of which the first holds"
            is_owned = True
        if found:
            kept.append(found)
        elif reason:
            refused[reason] += 1
    return kept, refused


def _read_variable(line: str) -> tuple[str | None, str | None]:
    match = _VARIABLE.fullmatch(line)
    name = match[1].upper() if match else ""
    if match is None or name not in (*SITES, "CONTACT"):
        return None, "with an unknown variable"
    if name == "CONTACT":
        return None, None
    value, comma, country = (part.strip() for part in match[2].partition(","))
    host = _host(value)
    if host is None:
        return None, f"whose {name} is no domain name"
    if not comma or (name == "MANAGERDOMAIN" and not country):
        return f"{name}={host}", None
    if name != "MANAGERDOMAIN" or not _COUNTRY.fullmatch(country):
        return None, f"whose {name} is followed by no country code"
    return f"{name}={host}, {country.upper()}", None


def _read_record(line: str) -> tuple[str | None, str | None]:
    fields = [field.strip() for field in line.split(",")]
    if len(fields) < 3:
        return None, "with fewer than three fields"
    system, account, relation = _host(fields[0]), fields[1], fields[2].upper()
    if system is None:
        return None, "whose field 1 is no domain name"
    if not _ID.fullmatch(account):
        return None, "whose field 2 is no account id"
    if relation not in ("DIRECT", "RESELLER"):
        return None, "whose field 3 is neither DIRECT nor RESELLER"
    # The standard knows four fields; what follows them, and a certification that cannot be one, is no part of it.
    certification = fields[3] if len(fields) > 3 and _CERTIFICATION.fullmatch(fields[3]) else None
    return ", ".join([system, account, relation, *([certification] if certification else [])]), None


def _host(text: str) -> str | None:
    try:
        host = canonical_host(text)
    except HostError:
        return None
    return host if "." in host else None


def find(finder: Finder) -> None:
    """A declaration line for each record; a declared_site line for each variable that names a site."""
    at = finder.skeleton.start
    for line in finder.skeleton.elements.splitlines():
        name, is_variable, value = line.partition("=")
        if is_variable and name in SITES:
            host, _, country = value.partition(", ")
            start = at + len(name) + 1
            declared: dict[str, str | int] = {"variable": name}
            if country:
                declared["country"] = country
            finder.add(
                "declared_site", f"ads_txt/{name.lower()}", start, start + len(host), host=host, basis="declared",
                declared=declared,
            )  # fmt: skip
        else:
            _record(finder, line, at)
        at += len(line) + 1


def _record(finder: Finder, line: str, at: int) -> None:
    system, account, relation, *rest = line.split(", ")
    if system == PLACEHOLDER:
        return
    start = at + len(system) + 2
    declared: dict[str, str | int] = {"relation": relation}
    if rest:
        declared["certification"] = rest[0]
    finder.add(
        "declaration", "ads_txt/record", start, start + len(account), card=finder.knowledge.system(system), host=system,
        account=unquote(account) if "%" in account else account, account_kind="seller_id", scope="account",
        basis="declared", declared=declared,
    )  # fmt: skip
