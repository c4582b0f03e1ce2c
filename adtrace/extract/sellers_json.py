"""sellers.json: what a system says about the sellers whose ids the case holds.

Source: IAB Tech Lab, sellers.json 1.0 (2019): an object with `version` and `sellers`, a list of seller_id (text),
seller_type PUBLISHER, INTERMEDIARY or BOTH, name, domain, is_confidential, is_passthrough. Read as a stream, so that
110 MB cost no more memory than one row; rows of other sellers, comments and contact details are never kept.
"""

import json
import re
from collections import Counter
from typing import Any, NamedTuple

from adtrace.errors import HostError
from adtrace.extract.finder import Finder
from adtrace.extract.literals import with_whole_characters
from adtrace.extract.sellers_rows import Row, Rows
from adtrace.extract.skeleton import VERSION
from adtrace.extract.systems import letters_of
from adtrace.extract.wide import Source
from adtrace.names import canonical_host

_TEXTS = ("name", "domain")
_FLAGS = ("is_confidential", "is_passthrough")
_TYPES = frozenset({"PUBLISHER", "INTERMEDIARY", "BOTH"})
_WHOLE = "sellers_json: whole"
_KEYS = {name.replace("_", ""): name for name in ("seller_id", "seller_type", *_TEXTS, *_FLAGS)}
_SCHEME = re.compile(r"(?i)[a-z]+://")
MAX_TEXT = 300  # characters of a name


class Wanted(NamedTuple):
    """Whose rows of a file are kept: sellers with one of these ids, and those listed with one of these domains."""

    ids: frozenset[str]
    domains: frozenset[str] = frozenset()


def is_whole(parse_status: str) -> bool:
    """Whether a file with this parse_status was read to its end, so that it lacks whoever is not in it."""
    return parse_status == "complete" or parse_status.startswith(_WHOLE)


def write_skeleton(source: Source, keep: Wanted | None) -> tuple[str, list[str]]:
    """One canonical JSON line for each seller who is in keep (None: all), and what was refused, with its reason.

    What stands before the place where a file breaks is kept. Of several rows of one id each is kept. However long the
    file is, one row of it is in memory, and what is kept.
    """
    kept: list[str] = []
    anonymous = 0
    rows = Rows(source)
    for raw in rows:
        row = raw if "seller_id" in raw else _with_plain_keys(raw, rows)
        account = row.get("seller_id")
        account = account.strip() if isinstance(account, str) else ""
        if not 0 < len(account) <= MAX_TEXT:
            anonymous += 1
        elif keep is None or account in keep.ids or (keep.domains and _domain(row) in keep.domains):
            kept.append(json.dumps({"seller_id": with_whole_characters(account), **_fields(row)}))
    text = "".join(f"{line}\n" for line in kept)
    return f"{VERSION} sellers_json {len(text)}\n{text}", _limits(rows, anonymous)


def _limits(rows: Rows, anonymous: int) -> list[str]:
    """What of the file could not be read, and what was read over: no line for a file without fault."""
    refused = Counter({"without a seller_id": anonymous}) + rows.refused
    found = []
    if refused:
        found.append(f"rows refused: {refused.total()} of {rows.number} ({_counted(refused)})")
    if mended := +rows.mended:
        found.append(f"mended: {_counted(mended)}")
    if rows.broken:
        found.insert(0, rows.broken)
    elif found and not rows.refused:
        found.insert(0, "whole")
    return [f"sellers_json: {', '.join(found)}"] if found else []


def _counted(reasons: Counter[str]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())


def _with_plain_keys(row: Row, rows: Rows) -> Row:
    """The row with its keys as the specification writes them, from sellerId, Seller_ID or SELLER-ID."""
    plain = {_KEYS.get(letters_of(key), key): value for key, value in row.items()}
    rows.mended["a seller_id in other letters"] += "seller_id" in plain
    return plain


def _domain(row: dict[str, Any]) -> str:
    """The seller's domain without a leading www, also where a whole address stands; "" if none is stated."""
    domain = row.get("domain")
    if not isinstance(domain, str) or not domain:
        return ""
    host = _SCHEME.sub("", domain.strip(), count=1).partition("/")[0]
    if host.islower() and host.isascii():
        return host.removeprefix("www.")
    try:
        return canonical_host(host).removeprefix("www.")
    except HostError:
        return ""


def _fields(row: dict[str, Any]) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    kind = row.get("seller_type")
    if isinstance(kind, str) and (kind := kind.strip()):
        found["seller_type"] = kind.upper() if kind.upper() in _TYPES else with_whole_characters(kind)[:40]
    for name in _TEXTS:
        if isinstance(value := row.get(name), str) and value.strip():
            found[name] = with_whole_characters(value.strip())[:MAX_TEXT]
    for name in _FLAGS:
        if (flag := _FLAG.get(str(row.get(name)).strip().lower())) is not None:
            found[name] = flag
    return found


_FLAG = {"0": 0, "false": 0, "1": 1, "true": 1}


def find(finder: Finder) -> None:
    """A declaration line for each row; the system is the host the file came from."""
    host = finder.url.split("/")[2].lower() if finder.url and "//" in finder.url else None
    card = None
    if host and finder.url:
        card = finder.knowledge.card_of_sellers_json(finder.url)
        card = card or finder.knowledge.system(host) or finder.knowledge.system(host.removeprefix("www."))
    at = finder.skeleton.start
    for line in finder.skeleton.elements.splitlines():
        row = json.loads(line)
        account = str(row.pop("seller_id", "")).strip()
        if account:
            start = at + max(line.find(account), 0)
            finder.add(
                "declaration", "sellers_json/seller", start, start + len(account), card=card, host=host,
                account=account, account_kind="seller_id", scope="account", basis="declared", value=account,
                declared={k: v for k, v in row.items() if v != ""},
            )  # fmt: skip
        at += len(line) + 1
