"""ads.txt and app-ads.txt: who is declared to sell this site's inventory.

Source: IAB Tech Lab, ads.txt 1.1 (2022): records `domain, account, DIRECT|RESELLER[, certification]`, variables
NAME=value, comments from `#`. Comments and CONTACT values are dropped before anything is kept.
"""

import re

from adtrace.errors import HostError
from adtrace.extract.finder import Finder
from adtrace.extract.skeleton import VERSION
from adtrace.names import canonical_host

MAX_LINES = 100_000
_VARIABLE = re.compile(
    r"(?i)(SUBDOMAIN|INVENTORYPARTNERDOMAIN|OWNERDOMAIN|MANAGERDOMAIN)\s*=\s*([^\s,]{1,255}(?:\s*,\s*[A-Za-z]{2})?)"
)
_FIELD = re.compile(r"[\x21-\x7e]{1,200}")
_PLACEHOLDER = "placeholder.example.com"  # ads.txt 1.1 section 3.2.1: intentionally no authorised seller


def write_skeleton(text: str, kind: str) -> tuple[str, list[str]]:
    """The file's records and variables, one a line, and what was not read (limits).

    A file without a single record or variable that looks like a page yields an empty skeleton with that limit.
    """
    limits: list[str] = []
    lines = text.lstrip("\ufeff").splitlines()
    if len(lines) > MAX_LINES:
        limits.append(f"{kind} cut at {MAX_LINES} of {len(lines)} lines")
    kept = [line for raw in lines[:MAX_LINES] if (line := _clean(raw))]
    if not kept and re.match(r"(?i)\s*<(?:!doctype|html|head|body|script)", text):
        limits.append(f"{kind}: the answer is a page, not a declaration")
    body = "".join(f"{line}\n" for line in kept)
    return f"{VERSION} {kind} {len(body)}\n{body}", limits


def _clean(raw: str) -> str:
    line = raw.partition("#")[0].strip()
    if variable := _VARIABLE.fullmatch(line):
        return f"{variable[1].upper()}={variable[2]}" if variable[2].isascii() else ""
    fields = [field.strip() for field in line.partition(";")[0].split(",")]
    if (
        len(fields) < 3
        or not all(_FIELD.fullmatch(f) for f in fields[:3])
        or fields[2].upper() not in ("DIRECT", "RESELLER")
    ):
        return ""
    certification = fields[3] if len(fields) > 3 and re.fullmatch(r"[A-Za-z0-9]{1,64}", fields[3]) else ""
    return ", ".join([fields[0], fields[1], fields[2].upper(), *([certification] if certification else [])])


def find(finder: Finder) -> None:
    """A declaration line for each record; a declared_site line for OWNERDOMAIN and MANAGERDOMAIN."""
    at = finder.skeleton.start
    for line in finder.skeleton.elements.splitlines():
        name, is_variable, value = line.partition("=")
        if "," not in name and is_variable:
            if name in ("OWNERDOMAIN", "MANAGERDOMAIN"):
                host = value.partition(",")[0].strip().lower()
                start = at + len(name) + 1
                finder.add(
                    "declared_site", f"ads_txt/{name.lower()}", start, start + len(host), host=host, basis="declared",
                    declared={"variable": name},
                )  # fmt: skip
        else:
            _record(finder, line, at)
        at += len(line) + 1


def _record(finder: Finder, line: str, at: int) -> None:
    domain, account, relation, *rest = line.split(", ")
    try:
        system = canonical_host(domain)
    except HostError:
        return
    if system == _PLACEHOLDER:
        return
    start = at + len(domain) + 2
    declared: dict[str, str | int] = {"relation": relation}
    if rest:
        declared["certification"] = rest[0]
    finder.add(
        "declaration", "ads_txt/record", start, start + len(account), card=finder.knowledge.system(system), host=system,
        account=account, account_kind="seller_id", scope="account", basis="declared", declared=declared,
    )  # fmt: skip
