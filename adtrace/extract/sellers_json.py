"""sellers.json: what a system says about the sellers whose ids the case holds.

Source: IAB Tech Lab, sellers.json 1.0 (2019): an object with `version` and `sellers`, a list of seller_id (text),
seller_type PUBLISHER, INTERMEDIARY or BOTH, name, domain, is_confidential, is_passthrough. Read as a stream, so that
110 MB cost no more memory than one row; rows of other sellers, comments and contact details are never kept.
"""

import json
import re
from collections import Counter
from typing import Any

import ijson

from adtrace.extract.finder import Finder
from adtrace.extract.skeleton import VERSION

_TEXTS = ("name", "domain")
_FLAGS = ("is_confidential", "is_passthrough")
_TYPES = frozenset({"PUBLISHER", "INTERMEDIARY", "BOTH"})
_LIST = re.compile(r'"sellers"\s*:\s*\[')
MAX_TEXT = 300  # characters of a name
MAX_DEPTH = 2_000
_PIECE = 8_192  # characters read at a time: at most so many levels come unseen


class _Bytes:
    """A text as a file of UTF-8 bytes, encoded as far as it is read.

    The parser names each level by the path to it, so a nest costs the square of its depth: a deep one ends the file.
    """

    def __init__(self, text: str) -> None:
        self._text, self._at, self._open = text, 0, 0

    def read(self, size: int) -> bytes:
        """The next size characters, encoded; b"" at the end."""
        piece = self._text[self._at : self._at + size]
        self._at += len(piece)
        self._open += piece.count("[") + piece.count("{") - piece.count("]") - piece.count("}")
        if self._open > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        return piece.encode("utf-8", "replace")


def write_skeleton(body: str, keep: frozenset[str] | None) -> tuple[str, list[str]]:
    """One canonical JSON line for each seller whose id is in keep (None: all), and what was refused, with its reason.

    What stands before the place where a file breaks is kept. Of several rows of one id each is kept.
    """
    limits: list[str] = []
    kept: list[str] = []
    refused: Counter[str] = Counter()
    source = _Bytes(body.removeprefix("\ufeff"))
    rows = ijson.items(source, "sellers.item", use_float=True, buf_size=_PIECE)
    number = 0
    try:
        for row in rows:
            number += 1
            account = _id(row.get("seller_id")) if isinstance(row, dict) else ""
            if not account:
                refused["without a seller_id" if isinstance(row, dict) else "that are no object"] += 1
            elif keep is None or account in keep:
                kept.append(json.dumps({"seller_id": account, **_fields(row)}))
    except (ijson.JSONError, ValueError, RecursionError) as error:
        limits.append(f"sellers_json: not JSON after row {number} ({_reason(error)})")
    if not number and not limits and not _LIST.search(body):
        limits.append("sellers_json: no list of sellers, which the specification requires")
    if refused:
        reasons = ", ".join(f"{count} {reason}" for reason, count in refused.most_common())
        limits.append(f"sellers_json: {refused.total()} of {number} rows refused ({reasons})")
    text = "".join(f"{line}\n" for line in kept)
    return f"{VERSION} sellers_json {len(text)}\n{text}", limits


def _id(value: Any) -> str:
    """A seller_id as text: the standard wants text, many files write numbers; "" if it is neither."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _fields(row: dict[str, Any]) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    kind = row.get("seller_type")
    if isinstance(kind, str) and kind.strip():
        found["seller_type"] = kind.strip().upper() if kind.strip().upper() in _TYPES else kind[:40]
    for name in _TEXTS:
        if isinstance(value := row.get(name), str) and value.strip():
            found[name] = value.strip()[:MAX_TEXT]
    for name in _FLAGS:
        value = row.get(name)
        if value in (0, 1, "0", "1", "true", "false"):
            found[name] = int(value in (1, "1", "true"))
    return found


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split("\n")[0].split())
    return words[:80] if words.isprintable() and words.isascii() else type(error).__name__


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
