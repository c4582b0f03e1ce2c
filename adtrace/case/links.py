"""The cache of distinct edges: derived from sightings, kept up with them, and derived anew by verify.

What an edge is, `relate` says; it is given as a function, for nothing here knows what comes after.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Protocol

from adtrace.case.reviews import rejected_rows
from adtrace.case.sightings import FIELDS, sighting_of
from adtrace.case.stored_text import original_text, stored_text
from adtrace.extract.sighting import Sighting


class LinkLike(Protocol):
    """An edge as one sighting supports it."""

    @property
    def edge(self) -> str: ...
    @property
    def source_kind(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def target_kind(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def basis(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def certainty(self) -> str: ...


_READ_LINK = attrgetter(
    "edge", "source_kind", "source", "target_kind", "target", "basis", "state", "certainty"
)
# A sighting, its domain, and the sightings of the same document by id, to the edges it supports.
LinksOf = Callable[[Sighting, str, Mapping[str, Sighting]], Iterable[LinkLike]]
# (id, edge, source_kind, source, target_kind, target, basis, state, certainty, domain), in stored form.
LinkKey = tuple[str, ...]
_CAPTURES = "SELECT seq, time, domain, extraction, page_state FROM captures WHERE entry_status <> 'withdrawn'"


def feeds_links(page_state: str | None) -> bool:
    """Whether a capture's sightings say something about the operator: its own page, or no page at all."""
    return page_state is None or page_state == "operator"


# The same as SQL, where one table or view of the query has a page_state.
FEEDS_LINKS = "coalesce(page_state, 'operator') = 'operator'"


def derive_links(
    sightings: Sequence[tuple[int, Sighting]], domain: str, links_of: LinksOf
) -> dict[LinkKey, set[int]]:
    """Every distinct edge that the sightings of one document support, with the rows of those that do."""
    nearby = {sighting.id: sighting for _, sighting in sightings}
    found: dict[tuple[str, ...], set[int]] = {}
    for row, sighting in sightings:
        for link in links_of(sighting, domain, nearby):
            found.setdefault(_READ_LINK(link), set()).add(row)
    return {_key(*parts, domain): rows for parts, rows in found.items()}


def add_links(database: sqlite3.Connection, links: Mapping[LinkKey, set[int]], seen: str) -> None:
    """Count the edges of one capture, seen at that time, into the cache."""
    database.executemany(
        "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " count = count + excluded.count, first_seen = min(first_seen, excluded.first_seen),"
        " last_seen = max(last_seen, excluded.last_seen)",
        [(*key, len(rows), seen, seen) for key, rows in links.items()],
    )
    database.executemany(
        "INSERT INTO link_sightings VALUES (?, ?)",
        [(row, key[0]) for key, rows in links.items() for row in rows],
    )


def remove_links(database: sqlite3.Connection, captures: Iterable[int]) -> None:
    """Take the sightings of these captures out of the cache: withdrawn, or superseded by a new generation."""
    for capture in captures:
        rows = database.execute(
            "SELECT sighting, link FROM link_sightings"
            " WHERE sighting IN (SELECT row FROM sightings WHERE capture = ?)",
            (capture,),
        ).fetchall()
        database.executemany("DELETE FROM link_sightings WHERE sighting = ? AND link = ?", map(tuple, rows))
        for link in {row["link"] for row in rows}:
            _recount(database, link)


def rebuild_links(database: sqlite3.Connection, links_of: LinksOf) -> None:
    """Empty the cache and derive it from the newest generations of entries that are not withdrawn."""
    database.execute("DELETE FROM link_sightings")
    database.execute("DELETE FROM links")
    _derive_anew(database, links_of, database.execute(_CAPTURES).fetchall())


def relink(database: sqlite3.Connection, captures: Sequence[int], links_of: LinksOf) -> None:
    """Derive the edges of these captures anew, as after a judgement of their sightings."""
    remove_links(database, captures)
    chosen = set(captures)
    found = database.execute(_CAPTURES).fetchall()
    _derive_anew(database, links_of, [row for row in found if row["seq"] in chosen])


def _derive_anew(database: sqlite3.Connection, links_of: LinksOf, captures: Sequence[sqlite3.Row]) -> None:
    columns = ", ".join(("row", *FIELDS))
    rejected = rejected_rows(database)
    for capture in captures:
        if not feeds_links(capture["page_state"]):
            continue
        rows = database.execute(
            f"SELECT {columns} FROM sightings WHERE capture = ? AND extraction = ?",
            (capture["seq"], capture["extraction"]),
        )
        sightings = [(row["row"], sighting_of(tuple(row)[1:])) for row in rows if row["row"] not in rejected]
        add_links(database, derive_links(sightings, capture["domain"], links_of), capture["time"])


# Number, edge, source_kind, target_kind, basis, state, certainty, source, target, domain, count, first and last seen.
LinkLine = tuple[int, str, str, str, Any, Any, Any, str, str, str, int, str, str]


def read_links(database: sqlite3.Connection) -> Iterator[LinkLine]:
    """Every edge of the cache in the order it was first written; of equal texts there is one object.

    A million edges name few domains, networks and times: each text is translated once, and kept once.
    """
    texts = _Texts()
    grades: dict[bytes, tuple[str, ...]] = {}
    # As bytes, which the connection's own translation of text leaves alone. No word of the first has a slash.
    for number, words, source, target, domain, count, first, last in database.execute(
        "SELECT rowid, CAST(edge || '/' || source_kind || '/' || target_kind || '/' || basis || '/' || state || '/'"
        " || certainty AS BLOB), CAST(source AS BLOB), CAST(target AS BLOB), CAST(domain AS BLOB), count,"
        " CAST(first_seen AS BLOB), CAST(last_seen AS BLOB) FROM links ORDER BY rowid"
    ):
        grade = grades.get(words) or grades.setdefault(words, tuple(words.decode().split("/")))
        named = (texts[source], texts[target], texts[domain])
        yield number, *grade, *named, count, texts[first], texts[last]


class _Texts(dict[bytes, str]):
    def __missing__(self, stored: bytes) -> str:
        text = self[stored] = original_text(stored.decode())
        return text


def _recount(database: sqlite3.Connection, link: str) -> None:
    count, first, last = database.execute(
        "SELECT count(*), min(ledger.time), max(ledger.time) FROM link_sightings"
        " JOIN sightings ON sightings.row = link_sightings.sighting"
        " JOIN ledger ON ledger.seq = sightings.capture"
        " WHERE link = ?",
        (link,),
    ).fetchone()
    if count:
        database.execute(
            "UPDATE links SET count = ?, first_seen = ?, last_seen = ? WHERE id = ?",
            (count, first, last, link),
        )
    else:
        database.execute("DELETE FROM links WHERE id = ?", (link,))


# Of the parts of an edge, all but one or two recur from edge to edge.
_cell = lru_cache(maxsize=4096)(stored_text)


def _key(*parts: str) -> LinkKey:
    cells = tuple(map(_cell, parts))
    # Stored text holds no NUL, so that no two keys are joined alike.
    return hashlib.sha256("\0".join(cells).encode()).hexdigest()[:16], *cells
