"""sellers.json: what a system says about the sellers whose ids the case holds.

Source: IAB Tech Lab, sellers.json 1.0 (2019): an object with `version` and `sellers`, a list of seller_id (text),
seller_type PUBLISHER, INTERMEDIARY or BOTH, name, domain, is_confidential, is_passthrough. Read as a stream, so that
110 MB cost no more memory than one row; rows of other sellers, comments and contact details are never kept.
"""

import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import ijson

from adtrace.extract.finder import Finder
from adtrace.extract.skeleton import VERSION

_TEXTS = ("name", "domain")
_FLAGS = ("is_confidential", "is_passthrough")
_TYPES = frozenset({"PUBLISHER", "INTERMEDIARY", "BOTH"})
_LIST = re.compile(rb'"sellers"\s*:\s*\[')
_PAGE = re.compile(rb"(?i)\s*<(?:!doctype|html|head|body|script|\?xml)")
_WHOLE = "sellers_json: whole, rows refused: "
MAX_TEXT = 300  # characters of a name
MAX_DEPTH = 2_000
_PIECE = 32_768  # bytes read at a time: half as many levels may come unseen, which costs the worker its time at worst


class Wanted(NamedTuple):
    """Whose rows of a file are kept: sellers with one of these ids, and those listed with one of these domains."""

    ids: frozenset[str]
    domains: frozenset[str] = frozenset()


class Source(Protocol):
    """UTF-8, to be read in order: a file, or what arrives."""

    def read(self, size: int, /) -> bytes:
        """At most size bytes; b"" at the end, and for size 0."""


class _Guarded:
    """A source without its byte order mark, which ends where it is nested too deep.

    head: how it begins. has_list: whether a list of sellers has begun. The parser names each level by the path to it,
    so a nest costs the square of its depth: a deep one ends the file.
    """

    def __init__(self, source: Source) -> None:
        self._source, self._open, self._before = source, 0, b""
        self.head, self.has_list = b"", False

    def read(self, size: int) -> bytes:
        """The next bytes; b"" at the end."""
        piece = self._source.read(size)
        if not self.head:
            self.head = piece = piece.removeprefix(b"\xef\xbb\xbf")
        if not self.has_list:
            self.has_list = _LIST.search(self._before + piece) is not None
            self._before = piece[-100:]
        self._open += piece.count(b"[") + piece.count(b"{") - piece.count(b"]") - piece.count(b"}")
        if self._open > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        return piece


def is_whole(parse_status: str) -> bool:
    """Whether a file with this parse_status was read to its end, so that it lacks whoever is not in it."""
    return parse_status == "complete" or parse_status.startswith(_WHOLE)


def write_skeleton(source: Source, keep: Wanted | None) -> tuple[str, list[str]]:
    """One canonical JSON line for each seller who is in keep (None: all), and what was refused, with its reason.

    What stands before the place where a file breaks is kept. Of several rows of one id each is kept. However long the
    file is, one row of it is in memory, and what is kept.
    """
    limits: list[str] = []
    kept: list[str] = []
    refused: Counter[str] = Counter()
    guarded = _Guarded(source)
    number = 0
    try:
        for row in ijson.items(guarded, "sellers.item", buf_size=_PIECE):
            number += 1
            account = _id(row.get("seller_id")) if isinstance(row, dict) else ""
            if not account:
                refused["without a seller_id" if isinstance(row, dict) else "that are no object"] += 1
            elif keep is None or account in keep.ids or _domain(row) in keep.domains:
                kept.append(json.dumps({"seller_id": account, **_fields(row)}))
    except (ijson.JSONError, ValueError, RecursionError) as error:
        is_page = not number and _PAGE.match(guarded.head)
        what = "the answer is a page" if is_page else f"not JSON after row {number} ({_reason(error)})"
        limits.append(f"sellers_json: {what}")
    if not guarded.has_list and not limits:
        limits.append("sellers_json: no list of sellers, which the specification requires")
    if refused:
        reasons = ", ".join(f"{count} {reason}" for reason, count in refused.most_common())
        limits.append(f"{_WHOLE}{refused.total()} of {number} ({reasons})")
    text = "".join(f"{line}\n" for line in kept)
    return f"{VERSION} sellers_json {len(text)}\n{text}", limits


def _id(value: Any) -> str:
    """A seller_id as text: the standard wants text, many files write numbers; "" if it is neither."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def _domain(row: dict[str, Any]) -> str:
    """The seller's domain in lower case without a leading www; "" if none is stated."""
    domain = row.get("domain")
    return domain.strip().lower().removeprefix("www.") if isinstance(domain, str) else ""


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
