"""What anybody may ask of an open case; nothing here writes."""

import contextlib
import hmac
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from adtrace.case import captures
from adtrace.case import entries as entry_records
from adtrace.case.canonical import Json, read_json
from adtrace.case.deletion import Deletion, Plan, plan_all, plan_entries, plan_texts, read_deletions
from adtrace.case.entry import EntryRow, Limits
from adtrace.case.links import LinkLine, LinksOf, read_links
from adtrace.case.notes import Note, PublicKey
from adtrace.case.opening import read_opening
from adtrace.case.proofs import proof_files, records_behind
from adtrace.case.retention import Retention, read_retention
from adtrace.case.reviews import Review, read_reviews
from adtrace.case.seal_summary import SealSummary, read_stamps, read_summary, summary_of
from adtrace.case.segments import base_of, read_merged
from adtrace.case.stored_text import stored_text
from adtrace.case.timestamps import StampUse
from adtrace.case.verify import Verification, verify_database
from adtrace.errors import CaseError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


class CaseReader:
    """The questions; `Case` adds opening and writing.

    path: the folder. id: 32 random hex digits; short: the first 8, with which public ids begin. merged: the cases that
    were merged into it.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._db = path, connection
        self.opening = read_opening(connection)
        self.id, self.short = self.opening.case, self.opening.case[:8]
        self.merged = read_merged(connection)

    @property
    def bases(self) -> dict[str, int]:
        """By the first eight digits of this case's id, and of those merged in: what was added to its numbers."""
        return {self.short: 0, **{one.case[:8]: one.base for one in self.merged}}

    @property
    def limits(self) -> Limits:
        """What the case says about its entries."""
        return self.opening.limits

    @property
    def key(self) -> bytes:
        """The HMAC key of the keyed hashes in skeletons."""
        return self.key_for("skeleton")

    def key_for(self, purpose: str) -> bytes:
        """The HMAC key of one purpose, such as an audience: hashes under two keys cannot be joined.

        Raises:
            CaseError: all of the case was deleted, its keys too.
        """
        if not self.opening.secret:
            raise CaseError(
                "what it held was deleted, its keys too.", where=str(self.path), do="See `adtrace verify`."
            )
        named = f"adtrace/v1/{purpose}".encode("utf-8", "surrogateescape")
        return hmac.digest(bytes.fromhex(self.opening.secret), named, "sha256")

    def entries(self) -> list[EntryRow]:
        """All entries in the order of their numbers, with status and staleness as of now; [] if none."""
        return entry_records.read_entries(self._db, self.limits)

    def reviews(self) -> dict[int, Review]:
        """The newest judgement of every sighting that has one, by the number of its row; {} if none."""
        return read_reviews(self._db)

    def links(self) -> Iterator[LinkLine]:
        """Every distinct edge, in the order it was first written; withdrawn entries and rejected rows have none."""
        return read_links(self._db)

    def retention(self) -> Retention:
        """Until when the case is kept, whether it is held, and whether it is closed."""
        return read_retention(self._db)

    def deletions(self) -> list[Deletion]:
        """What was deleted of it, oldest first; [] if nothing."""
        return read_deletions(self._db)

    def plan_deletion(self, entries: Collection[int] | None, *, texts: bool = False) -> Plan:
        """What a deletion would take: all that stands on these entries, None: all of the case; or their texts alone."""
        if texts:
            return plan_texts(self._db, entries)
        return plan_all(self._db) if entries is None else plan_entries(self._db, entries)

    def skeleton(self, capture: int) -> str | None:
        """The text the sightings of this capture point into; None if only facts were kept.

        Raises:
            CaseError: no such capture.
        """
        found = self._capture(capture)
        return captures.read_skeleton(self._db, found["skeleton_sha256"]) if found["skeleton_kept"] else None

    def payload(self, seq: int) -> Json:
        """What record seq says, as it was given.

        Raises:
            CaseError: no such record.
        """
        found = self._db.execute("SELECT payload FROM payloads WHERE seq = ?", (seq,)).fetchone()
        if found is None:
            is_there = self._db.execute("SELECT 1 FROM ledger WHERE seq = ?", (seq,)).fetchone()
            what = f"what record {seq} said was deleted." if is_there else f"there is no record {seq}."
            raise CaseError(what, where=str(self.path), do="Give the number of another record.")
        return read_json(found["payload"])

    def public_id(self, type: str, seq: int | str) -> str:  # noqa: A002
        """The id under which a record, or a row of the sightings table, leaves the case: also that of a merged one."""
        if isinstance(seq, int) and seq < 0:
            base = base_of(seq)
            short = next(one.case[:8] for one in self.merged if one.base == base)
            return f"{short}-{type}-{seq - base}"
        return f"{self.short}-{type}-{seq}"

    def public_ids(self, type: str, seqs: Iterable[int]) -> list[str]:  # noqa: A002
        """The public ids of many, in their order."""
        if self.merged:
            return [self.public_id(type, seq) for seq in seqs]
        start = f"{self.short}-{type}-"
        return [f"{start}{seq}" for seq in seqs]

    def rows(self, sql: str, params: Sequence[object] = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query on tables and views, every text as it was given (stored_text.py is undone).

        Texts in params are brought into stored form, so that they are found. JSON columns are for read_json.
        """
        given = [stored_text(item) if isinstance(item, str) else item for item in params]
        try:
            return self._db.execute(sql, given)
        except OverflowError:
            return iter(())  # a number that SQLite cannot hold is no record's

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside, verify() too, is one state of the case, whatever is written meanwhile."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    def verify(
        self,
        links: LinksOf,
        *,
        keys: Sequence[PublicKey] = (),
        outside: Note | None = None,
        roots: "Sequence[Certificate]" = (),
    ) -> Verification:
        """What was checked, if the case is whole: schema, chain, payloads, signatures, skeletons, sightings, links.

        links: what derived the links cache (relate.links.links_of). keys: count signatures of these alone.
        outside: a checkpoint kept elsewhere, which this case must fit. roots: count timestamps under these alone.

        Raises:
            IntegrityError: names the first bad record.
        """
        return verify_database(self._db, links, keys, outside, roots)

    def seal_summary(self, found: Verification | None = None) -> SealSummary:
        """Who signed what, in figures and sentences; of what verify found, or as the checkpoints say themselves.

        Only verify tells whether what they say is so.
        """
        return summary_of(found, self._db) if found else read_summary(self._db)

    def timestamps(self, base: int = 0) -> list[StampUse]:
        """The RFC 3161 timestamps, oldest first; [] if none. base: of a merged case, in its own numbers.

        Only verify tells whether what they say is so.
        """
        return read_stamps(self._db, base)

    def proof_files(
        self, export: int, ids: Iterable[str], *, is_outside: bool = False, hides_list: bool = False
    ) -> dict[str, bytes]:
        """The files, by name, with which others can check an export without adtrace.

        export: number of the export's record. ids: public ids behind its rows. is_outside, hides_list: as
        proofs.proof_files says.

        Raises:
            CaseError: no checkpoint covers one of the records.
        """
        behind = records_behind(self._db, self.bases, ids)
        return proof_files(
            self._db, export, behind, self.merged, is_outside=is_outside, hides_list=hides_list
        )

    def _capture(self, seq: int) -> sqlite3.Row:
        """What the captured outcome says of itself, without a scan of the views."""
        found: sqlite3.Row | None = self._db.execute(
            "SELECT outcomes.*, decisions.entry AS entry"
            " FROM outcomes JOIN decisions ON decisions.seq = outcomes.decision"
            " WHERE outcomes.seq = ? AND outcome = 'captured'",
            (seq,),
        ).fetchone()
        if found is None:
            raise CaseError(f"{seq} is no capture.", do="Give the number of a captured outcome.")
        return found
