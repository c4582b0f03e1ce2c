"""Whether case.db is what was written: every table, the schema, SQLite's own pages, and what is signed of it.

The chain shows any change but one: whoever can write the file can cut its end or write all of it anew. A signature
shows that too, unless they have the key; only a checkpoint kept elsewhere shows it always.
"""

import contextlib
import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case.damage import damage
from adtrace.case.database import find_changed_definition
from adtrace.case.deletion import Deletion, read_deletions
from adtrace.case.links import LinkKey, LinksOf
from adtrace.case.notes import Note, PublicKey
from adtrace.case.reviews import rejected_rows
from adtrace.case.segments import Merged, base_of, read_merged, span_of
from adtrace.case.timestamps import StampUse
from adtrace.case.verify_ledger import LedgerCheck, within
from adtrace.case.verify_rows import LEDGER_ROWS
from adtrace.case.verify_sightings import (
    LINK_ROWS,
    PAIR_ROWS,
    SIGHTING_ROWS,
    Seen,
    check_links,
    check_sightings,
)
from adtrace.case.verify_signatures import KeyUse, SignatureCheck
from adtrace.case.verify_timestamps import check_timestamps
from adtrace.errors import IntegrityError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


class Verification(msgspec.Struct, frozen=True):
    """What was found whole.

    records: number of each type. open_decisions: allowed requests that have no outcome yet.
    head: the last chain value; every record can be checked against a copy of it kept elsewhere.
    covered: a signature covers records 1 to this one. unsigned: how many records none covers, besides checkpoints.
    keys: what each key signed, in order of first use. clock_back: records older than the one before them, by their
    own time: the machine's clock was set back. deletions: what is gone, and by which record.
    merged: the cases in it, each whole in itself; the other figures but of tables are this case's own.
    """

    records: dict[str, int]
    total: int
    skeletons: int
    sightings: int
    links: int
    open_decisions: int
    head: str
    covered: int
    unsigned: int
    keys: tuple[KeyUse, ...]
    clock_back: tuple[int, ...]
    deletions: tuple[Deletion, ...] = ()
    timestamps: tuple[StampUse, ...] = ()
    merged: tuple[Merged, ...] = ()


def verify_database(
    database: sqlite3.Connection,
    links: LinksOf,
    keys: Sequence[PublicKey] = (),
    outside: Note | None = None,
    roots: "Sequence[Certificate]" = (),
) -> Verification:
    """Check everything, cheapest first, in one state of the file.

    keys: count the signatures of these alone. outside: a checkpoint kept elsewhere, which this case must fit.
    roots: count timestamps of authorities under these alone; none: of those that their recorder trusted.

    Raises:
        IntegrityError: names the first bad record.
    """
    factory, row_factory = database.text_factory, database.row_factory
    began = not database.in_transaction
    database.row_factory = None
    try:
        if began:
            database.execute("BEGIN")
        with contextlib.ExitStack() as cursors:
            return _Check(database, links, roots, cursors).run(SignatureCheck(keys, outside))
    except (sqlite3.DatabaseError, TypeError, ValueError, OverflowError) as error:
        # A flipped type gives a number where text was sealed; SQLite quotes a broken name in its message.
        raise damage(f"cannot be read to its end ({error})") from error
    finally:
        if began and database.in_transaction:
            database.execute("ROLLBACK")
        database.text_factory, database.row_factory = factory, row_factory


class _Check:
    def __init__(
        self,
        database: sqlite3.Connection,
        links: LinksOf,
        roots: "Sequence[Certificate]",
        cursors: contextlib.ExitStack,
    ) -> None:
        self.database, self.links_of, self.roots, self.cursors = database, links, roots, cursors

    def run(self, signatures: SignatureCheck) -> Verification:
        # Bytes that are no UTF-8 must become a difference, not an error of the reader.
        self.database.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
        self._schema()
        merged = read_merged(self.database)
        deletions = read_deletions(self.database)
        own = self._ledger(LedgerCheck(signatures, deletions), 0)
        ledgers = {0: own, **{one.base: self._merged(one, own, deletions) for one in merged}}
        self._no_stranger(ledgers)
        unsigned = signatures.end(own.total)
        self.database.text_factory = str
        skeletons = self._skeletons(list(ledgers.values()))
        links: dict[LinkKey, Seen] = {}
        sightings = sum(self._sightings(ledger, base, links) for base, ledger in ledgers.items())
        check_links(self._rows(LINK_ROWS), links)
        stamps = check_timestamps(self.database, own, self.roots)
        self._pages()
        return Verification(
            own.types,
            own.total,
            skeletons,
            sightings,
            len(links),
            len(own.open),
            own.head.hex(),
            signatures.covered,
            unsigned,
            tuple(signatures.uses.values()),
            tuple(own.clock_back),
            tuple(deletions),
            stamps,
            tuple(merged),
        )

    def _ledger(self, ledger: LedgerCheck, base: int) -> LedgerCheck:
        # Hashed as they lie there; and a third faster.
        self.database.text_factory = bytes
        ledger.run(self._rows(LEDGER_ROWS, _span(base)))
        return ledger

    def _merged(self, merged: Merged, own: LedgerCheck, deletions: Sequence[Deletion]) -> LedgerCheck:
        """A case that was merged in: whole in itself, and the one that was taken."""
        self.database.text_factory = str
        gone = [*read_deletions(self.database, merged.base), *within(deletions, merged.base)]
        signatures = SignatureCheck((), None)
        try:
            ledger = self._ledger(LedgerCheck(signatures, gone), merged.base)
            signatures.end(ledger.total)
            check_timestamps(self.database, ledger, (), merged.base)
        except IntegrityError as error:
            raise damage(f"of the merged case {merged.case[:8]}, {error.what.removesuffix('.')}") from None
        if (ledger.case, ledger.total, ledger.head.hex()) != (merged.case, merged.records, merged.head):
            raise damage(f"the merged case {merged.case[:8]} is not the one that was taken")
        # What is withdrawn here supports nothing there.
        ledger.withdrawn |= {seq - merged.base for seq in own.withdrawn if base_of(seq) == merged.base}
        return ledger

    def _sightings(self, ledger: LedgerCheck, base: int, links: dict[LinkKey, Seen]) -> int:
        rejected = {row - base for row in self.rejected if base_of(row) == base}
        rows, pairs = (self._rows(sql, _span(base)) for sql in (SIGHTING_ROWS, PAIR_ROWS))
        return check_sightings(ledger, rows, pairs, self.links_of, links, rejected)

    @cached_property
    def rejected(self) -> set[int]:
        return rejected_rows(self.database)

    def _rows(self, sql: str, params: Mapping[str, int] | tuple[()] = ()) -> Iterator[Any]:
        # Closed even where an error stops the reading: an open cursor keeps the file's other users waiting.
        return self.cursors.enter_context(contextlib.closing(self.database.execute(sql, params)))

    def _schema(self) -> None:
        changed = find_changed_definition(self.database)
        if changed:
            raise damage(f"the definition of {changed} is not the one it was made with")

    def _no_stranger(self, ledgers: Mapping[int, LedgerCheck]) -> None:
        """Refuse rows beside the cases that are here: between them nothing may hide."""
        if ledgers[0].merged != len(ledgers) - 1:
            raise damage("two notes of a merge name the same case")
        spans = [(base + 1, base + ledger.total) for base, ledger in ledgers.items()]
        outside = " AND ".join(f"NOT seq BETWEEN {first} AND {last}" for first, last in spans)
        strange = {
            "ledger": "belongs to no case that is here",
            "payloads": "has a payload, but no row in the ledger",
        }
        for table, what in strange.items():
            seq = self.database.execute(f"SELECT min(seq) FROM {table} WHERE {outside}").fetchone()[0]
            if seq is not None:
                raise damage(f"record {seq} {what}")

    def _skeletons(self, ledgers: Sequence[LedgerCheck]) -> int:
        kept = {
            capture.skeleton: seq
            for ledger in ledgers
            for seq, capture in reversed(ledger.captures.items())
            if capture.kept and seq not in ledger.deleted_texts
        }
        found = 0
        for sha256, size, body in self._rows("SELECT sha256, size, body FROM skeletons"):
            seq = kept.pop(sha256, None)
            if seq is None:
                raise damage("skeletons holds a text that no record names")
            text = _unpacked(body)
            if text is None or len(text) != size or hashlib.sha256(text).hexdigest() != sha256:
                raise damage(f"the skeleton of record {seq} is not the one that was sealed")
            found += 1
        if kept:
            raise damage(f"the skeleton of record {min(kept.values())} is missing")
        return found

    def _pages(self) -> None:
        complaint = self.database.execute("PRAGMA integrity_check (1)").fetchone()[0]
        if complaint != "ok":
            raise damage(f"SQLite finds its own pages broken ({complaint})")


def _span(base: int) -> dict[str, int]:
    """The numbers that records and sightings of the case at this base may have, for the queries of its rows."""
    first, last = span_of(base)
    # Of this case's own, whatever stands at 0 is looked at as well: no record is there.
    return {"base": base, "first": first if base else 0, "last": last}


def _unpacked(body: bytes) -> bytes | None:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(body)
    except (zlib.error, TypeError):
        return None
    return text if unpacker.eof and not unpacker.unused_data else None
