"""Whether case.db is what was written: every table, the schema, SQLite's own pages.

The chain shows any change but one: whoever can write the file can cut its end or write all of it anew.
Only a copy of the last chain value outside the case shows that; `Verification.head` is what to copy.
"""

import contextlib
import hashlib
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from adtrace.case.canonical import CHAIN_START, chain_hash, digest, leaf_hash, payload_hash, read_json
from adtrace.case.database import FILE_NAME, expected_schema, schema_of
from adtrace.case.ledger import NONCE_BYTES
from adtrace.case.links import LinkKey, LinksOf, derive_links, feeds_links
from adtrace.case.sightings import OWNERS, Cell, sighting_of
from adtrace.case.stored_text import original_text
from adtrace.errors import IntegrityError


class Verification(msgspec.Struct, frozen=True):
    """What was found whole.

    records: number of each type. open_decisions: allowed requests that have no outcome yet.
    head: the last chain value; every record can be checked against a copy of it kept elsewhere.
    unsigned: how many records no signature covers.
    """

    records: dict[str, int]
    total: int
    skeletons: int
    sightings: int
    links: int
    open_decisions: int
    head: str
    unsigned: int


def verify_database(database: sqlite3.Connection, links: LinksOf) -> Verification:
    """Check everything, cheapest first, in one state of the file.

    Raises:
        IntegrityError: names the first bad record.
    """
    factory, row_factory = database.text_factory, database.row_factory
    began = not database.in_transaction
    # Bytes that are no UTF-8 must become a difference, not an error of the reader.
    database.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
    database.row_factory = None
    try:
        if began:
            database.execute("BEGIN")
        with contextlib.ExitStack() as cursors:
            return _Check(database, links, cursors).run()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # UnicodeDecodeError: SQLite quotes a broken name in its message.
        raise _bad(f"cannot be read to its end ({error})") from error
    finally:
        if began and database.in_transaction:
            database.execute("ROLLBACK")
        database.text_factory, database.row_factory = factory, row_factory


class _Capture(msgspec.Struct):
    """What the ledger says of a captured outcome."""

    time: str
    entry: int
    skeleton: str | None
    kept: bool
    page_state: str | None
    generations: int = 0
    newest: int = 0


class _Extraction(msgspec.Struct):
    """What the ledger says of one generation of sightings."""

    capture: int
    count: int
    digest: str


class _Seen(msgspec.Struct):
    """How often a link was seen, and when."""

    count: int
    first: str
    last: str


class _Check:
    """One pass; what the ledger said is held until the tables beside it have been compared with it."""

    def __init__(self, database: sqlite3.Connection, links: LinksOf, cursors: contextlib.ExitStack) -> None:
        self.database, self.links_of, self.cursors = database, links, cursors
        self.head = CHAIN_START
        self.types: Counter[str] = Counter()
        self.entries: dict[int, str] = {}
        self.withdrawn: set[int] = set()
        self.open: dict[int, int] = {}
        self.captures: dict[int, _Capture] = {}
        self.extractions: dict[int, _Extraction] = {}
        self.skeletons: dict[str, int] = {}

    def run(self) -> Verification:
        self._schema()
        self._ledger()
        skeletons = self._skeletons()
        sightings, links = self._sightings()
        self._links(links)
        self._pages()
        total = self.types.total()
        return Verification(
            dict(sorted(self.types.items())),
            total,
            skeletons,
            sightings,
            len(links),
            len(self.open),
            self.head,
            total,
        )

    def _rows(self, sql: str) -> Iterator[Any]:
        # Closed even where an error stops the reading: an open cursor keeps the file's other users waiting.
        return self.cursors.enter_context(contextlib.closing(self.database.execute(sql)))

    def _schema(self) -> None:
        changed = schema_of(self.database) ^ expected_schema()
        if changed:
            raise _bad(
                f"the definition of {min(str(row[1]) for row in changed)} is not the one it was made with"
            )

    def _ledger(self) -> None:
        rows = self._rows(
            "SELECT l.seq, l.type, l.time, l.refs, l.payload_hash, l.chain, p.nonce, p.payload"
            " FROM ledger AS l LEFT JOIN payloads AS p ON p.seq = l.seq ORDER BY l.seq"
        )
        seq = 0
        for seq, (*row, chain, nonce, payload) in enumerate(rows, 1):
            if row[0] != seq:
                raise _bad(f"record {seq} is missing")
            self._chained(row, chain)
            if (
                not isinstance(nonce, bytes)
                or not isinstance(payload, str)
                or len(nonce) != NONCE_BYTES
                or payload_hash(nonce, payload.encode("utf-8", "surrogateescape")) != row[4]
            ):
                raise _bad(f"the payload of record {seq} is not the one that was sealed")
            self.types[row[1]] += 1
            self._record(seq, row[1], row[2], read_json(payload))
        if seq == 0:
            raise _bad("holds no record")
        stray = self.database.execute(
            "SELECT min(seq) FROM payloads WHERE seq < 1 OR seq > ?", (seq,)
        ).fetchone()[0]
        if stray is not None:
            raise _bad(f"record {stray} has a payload, but no row in the ledger")
        for number, capture in self.captures.items():
            if not capture.generations:
                raise _bad(f"record {number}, a capture, has no extraction")

    def _chained(self, row: list[Cell], chain: str) -> None:
        seq = row[0]
        if not all(isinstance(cell, str) for cell in (*row[1:], chain)):
            raise _bad(f"record {seq} is no record")
        if chain_hash(self.head, leaf_hash(row)) != chain:
            before = f"{seq - 1}" if isinstance(seq, int) and seq > 1 else "the beginning"
            raise _bad(f"record {seq} does not follow {before}")
        self.head = chain

    def _record(self, seq: int, type: str, time: str, payload: object) -> None:  # noqa: A002
        """What one sealed record promises about the others."""
        try:
            self._promise(seq, type, time, payload)
        except (KeyError, TypeError, AttributeError):
            raise _bad(f"record {seq} is no {type}") from None

    def _promise(self, seq: int, type: str, time: str, payload: object) -> None:  # noqa: A002
        if not isinstance(payload, dict):
            raise TypeError
        if (type == "open") != (seq == 1):
            raise _bad(
                f"record {seq} is no opening where it should be" if seq == 1 else f"record {seq} opens again"
            )
        if type == "entry":
            self.entries.setdefault(payload.get("updates", seq), payload["domain"])
        elif type == "note" and payload.get("event") == "withdraw":
            self.withdrawn.update(payload["entries"])
        elif type == "decision" and payload["verdict"] == "allow":
            if payload["entry"] not in self.entries:
                raise _bad(f"record {seq} allows what no entry confirms")
            self.open[seq] = payload["entry"]
        elif type == "outcome":
            entry = self.open.pop(payload["decision"], None)
            if entry is None:
                raise _bad(f"record {seq} is the outcome of no open decision")
            if payload["outcome"] == "captured":
                self.captures[seq] = _Capture(
                    time, entry, payload["skeleton_sha256"], payload["skeleton_kept"], payload["page_state"]
                )
        elif type == "extraction":
            capture = self.captures[payload["capture"]]
            capture.generations += 1
            capture.newest = seq
            if payload["generation"] != capture.generations:
                raise _bad(f"record {seq} is no generation {capture.generations} of its capture")
            self.extractions[seq] = _Extraction(payload["capture"], payload["sightings"], payload["digest"])

    def _skeletons(self) -> int:
        kept = {capture.skeleton: seq for seq, capture in reversed(self.captures.items()) if capture.kept}
        found = 0
        for sha256, size, body in self._rows("SELECT sha256, size, body FROM skeletons"):
            seq = kept.pop(sha256, None)
            if seq is None:
                raise _bad("skeletons holds a text that no record names")
            text = _unpacked(body)
            if text is None or len(text) != size or hashlib.sha256(text).hexdigest() != sha256:
                raise _bad(f"the skeleton of record {seq} is not the one that was sealed")
            found += 1
        if kept:
            raise _bad(f"the skeleton of record {min(kept.values())} is missing")
        return found

    def _sightings(self) -> tuple[int, dict[LinkKey, _Seen]]:
        """The number of sightings, and the links they support; their pairs are compared on the way."""
        rows = self._rows("SELECT * FROM sightings ORDER BY row")
        groups = groupby(rows, key=itemgetter(OWNERS.index("extraction")))
        pairs = self._rows("SELECT sighting, link FROM link_sightings ORDER BY sighting, link")
        count = 0
        links: dict[LinkKey, _Seen] = {}
        for seq, sealed in self.extractions.items():
            found: list[tuple[Cell, ...]] = []
            if sealed.count:
                owner, group = next(groups, (None, iter(())))
                found = list(group) if owner == seq else []
            if len(found) != sealed.count or _digest(found) != sealed.digest:
                raise _bad(f"the sightings of record {seq} are not those that were sealed")
            count += sealed.count
            capture = self.captures[sealed.capture]
            if (
                capture.newest == seq
                and feeds_links(capture.page_state)
                and capture.entry not in self.withdrawn
            ):
                self._derive(sealed.capture, found, links, pairs)
        if next(groups, None) is not None:
            raise _bad("sightings holds rows of no record")
        if next(pairs, None) is not None:
            raise _stale("link_sightings holds more than the sightings support")
        return count, links

    def _derive(
        self,
        seq: int,
        rows: list[tuple[Cell, ...]],
        links: dict[LinkKey, _Seen],
        pairs: Iterator[tuple[int, str]],
    ) -> None:
        capture = self.captures[seq]
        sightings = [
            (
                int(row[0] or 0),
                sighting_of(
                    [original_text(cell) if isinstance(cell, str) else cell for cell in row[len(OWNERS) :]]
                ),
            )
            for row in rows
        ]
        derived = derive_links(sightings, self.entries[capture.entry], self.links_of)
        for key, supporting in derived.items():
            seen = links.setdefault(key, _Seen(0, capture.time, capture.time))
            seen.count += len(supporting)
            # Captures come in the order of their records, re-extractions do not.
            seen.first, seen.last = min(seen.first, capture.time), max(seen.last, capture.time)
        expected = sorted((row, key[0]) for key, supporting in derived.items() for row in supporting)
        if [next(pairs, None) for _ in expected] != expected:
            raise _stale(f"the links of record {seq} are not what its sightings support")

    def _links(self, expected: dict[LinkKey, _Seen]) -> None:
        found = {tuple(row) for row in self._rows("SELECT * FROM links")}
        changed = found ^ {(*key, seen.count, seen.first, seen.last) for key, seen in expected.items()}
        if changed:
            raise _stale(f"link {min(str(row[0]) for row in changed)} is not what the sightings support")

    def _pages(self) -> None:
        complaint = self.database.execute("PRAGMA integrity_check (1)").fetchone()[0]
        if complaint != "ok":
            raise _bad(f"SQLite finds its own pages broken ({complaint})")


def _digest(rows: list[tuple[Cell, ...]]) -> str | None:
    try:
        return digest(rows)
    except TypeError:  # bytes or a float where a text was: a flipped bit in a row's own header
        return None


def _unpacked(body: bytes) -> bytes | None:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(body)
    except (zlib.error, TypeError):
        return None
    return text if unpacker.eof and not unpacker.unused_data else None


def _bad(what: str) -> IntegrityError:
    return IntegrityError(
        f"{what}.", where=FILE_NAME, do="Stop, keep this file as it is, and compare with your last copy."
    )


def _stale(what: str) -> IntegrityError:
    # Everything sealed has been found whole before links are compared.
    return IntegrityError(
        f"{what}.",
        where=FILE_NAME,
        do="What is sealed is whole. Keep a copy and write the links anew: `adtrace verify CASE --rebuild-links`.",
    )
