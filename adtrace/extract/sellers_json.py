"""sellers.json: what a system says about the sellers whose ids the case holds.

Source: IAB Tech Lab, sellers.json 1.0 (2019): sellers[] of seller_id, seller_type, name, domain, is_confidential,
is_passthrough. Read as a stream; rows of other sellers, comments and contact details are never kept.
"""

import io
import json
from typing import Any

import ijson

from adtrace.extract.finder import Finder
from adtrace.extract.skeleton import VERSION

_FIELDS = ("seller_id", "seller_type", "name", "domain", "is_confidential", "is_passthrough")


def write_skeleton(body: bytes, keep: frozenset[str] | None) -> tuple[str, list[str]]:
    """One canonical JSON line for each seller whose id is in keep (None: all), and what was not read."""
    limits: list[str] = []
    kept: list[str] = []
    rows = ijson.items(io.BytesIO(body.removeprefix(b"\xef\xbb\xbf")), "sellers.item", use_float=True)
    try:
        kept.extend(
            json.dumps({k: _plain(row[k]) for k in _FIELDS if k in row})
            for row in rows
            if isinstance(row, dict) and (keep is None or str(row.get("seller_id", "")).strip() in keep)
        )
    except ijson.JSONError as error:
        limits.append(f"sellers_json: not read to its end ({type(error).__name__})")
    text = "".join(f"{line}\n" for line in kept)
    return f"{VERSION} sellers_json {len(text)}\n{text}", limits


def _plain(value: Any) -> str | int:
    return int(value) if isinstance(value, bool | int | float) else str(value)[:300]


def find(finder: Finder) -> None:
    """A declaration line for each row; the system is the host the file came from."""
    host = finder.url.split("/")[2].lower() if finder.url and "//" in finder.url else None
    card = None
    if host and finder.url:
        card = next((c for c in finder.knowledge.cards.values() if c.sellers_json == finder.url), None)
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
