"""What may be written into an open case; every record goes through here, and keeps what the design promises."""

import contextlib
import functools
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from adtrace.case import captures, database, retention
from adtrace.case import entries as entry_records
from adtrace.case import reviews as review_records
from adtrace.case.checkpoints import CHECKPOINT_EVERY
from adtrace.case.entry import Entry, EntryRow
from adtrace.case.keys import Signer
from adtrace.case.ledger import Ledger
from adtrace.case.links import (
    LinksOf,
    add_links,
    derive_links,
    feeds_links,
    rebuild_links,
    relink,
    remove_links,
)
from adtrace.case.lock import WriterLock
from adtrace.case.reader import CaseReader
from adtrace.errors import CaseError
from adtrace.extract.sighting import Extraction, Sighting

# Records that only their own method writes, for it checks what they promise.
_OWN_METHOD = {
    "open": "Case.create",
    "entry": "add_entries",
    "extraction": "add_capture or add_generation",
    "checkpoint": "sign",
    "review": "review",
}
_ENDINGS = ("redirected", "refused", "failed", "interrupted")


class CaseWriter(CaseReader):
    """The ways to write what was found and judged; `CaseKeeper` adds how long it is kept."""

    _ledger: Ledger
    _open_decisions: dict[int, int]
    _next_row: int
    _generations: dict[int, int] | None
    _rejected: set[review_records.Fact]
    _closed: retention.Said | None

    def __init__(
        self, path: Path, connection: sqlite3.Connection, lock: WriterLock | None, signer: Signer | None
    ) -> None:
        super().__init__(path, connection)
        self._lock, self._signer = lock, signer
        self._ledger = Ledger(connection)
        self._writing = self._torn = False
        if lock:
            self._reload()

    @property
    def seq(self) -> int:
        """The number of the last record this object knows of."""
        return self._ledger.seq

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is committed together at its end, or nothing if an error leaves it.

        Raises:
            CaseError: the case is open for reading, a transaction is open already, or the disk refuses.
        """
        if not self._lock:
            raise CaseError("is open for reading.", where=str(self.path), do="Open it with write=True.")
        if self._writing:
            raise CaseError("is in a transaction already.", where=str(self.path), do="Write inside that one.")
        self._writing, self._torn = True, False
        try:
            self._db.execute("PRAGMA query_only = OFF")
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._commit()
        except BaseException as error:
            self._roll_back()
            if isinstance(error, sqlite3.Error):
                raise database.failure(self.path / database.FILE_NAME, error) from error
            raise
        finally:
            self._db.execute("PRAGMA query_only = ON")
            self._writing = False

    def sign(self) -> None:
        """Sign all records now, unless all are signed; done anyway every CHECKPOINT_EVERY records and by close().

        Raises:
            CaseError: as transaction().
        """
        if self._ledger.unsigned:
            with self.transaction():
                self._ledger.sign(self.id, self._signer)

    def sign_as_witness(self, witness: Signer) -> str:
        """Have somebody else sign the newest state as well; the note, a copy of which belongs elsewhere.

        Raises:
            CaseError: as transaction(); or that key has signed it already.
        """
        self.sign()
        with self.transaction():
            return self._ledger.sign_as_witness(witness)

    def append(self, type: str, payload: dict[str, object], refs: Sequence[int] = ()) -> int:  # noqa: A002
        """Write one record and return its number.

        Raises:
            CaseError: outside a transaction; a float or the like in the payload; an allowed decision for an
                entry that may not be contacted; an outcome without its allowed decision, or a second one.
        """
        if type in _OWN_METHOD:
            raise CaseError(f"append() writes no {type} record.", do=f"Use {_OWN_METHOD[type]}.")
        self._refuse_collecting(type, payload.get("event"))
        for ref in refs:
            if not 0 < ref <= self.seq:
                raise CaseError(
                    f"refers to record {ref}, which is not there.", do="Refer to earlier records."
                )
        if type == "decision" and payload.get("verdict") == "allow":
            entry = self._contactable(payload.get("entry"))
            with self._whole():
                self._ledger.append(type, payload, refs)
            self._open_decisions[self.seq] = entry
        elif type == "outcome":
            if payload.get("outcome") not in _ENDINGS:
                raise CaseError(
                    f"no outcome is called {payload.get('outcome')}.",
                    do="Use add_capture, or one of " + ", ".join(_ENDINGS) + ".",
                )
            decision = self._open_decision(payload)
            with self._whole():
                self._ledger.append(type, payload, refs)
            del self._open_decisions[decision]
        else:
            with self._whole():
                self._ledger.append(type, payload, refs)
        return self.seq

    def _refuse_collecting(self, type: str, event: object = None) -> None:  # noqa: A002
        """Refuse what a closed or merged case takes no more."""
        if type not in retention.COLLECTING and event not in (retention.CLOSE, "run_started"):
            return
        if self.merged and event != retention.CLOSE:
            raise CaseError(
                "holds merged cases, and collects nothing.",
                where=str(self.path),
                do="Go on in the case itself, and merge anew.",
            )
        if self._closed:
            raise CaseError(
                f"was closed on {self._closed.time[:10]} by {self._closed.role}.",
                where=str(self.path),
                do="Make a new case for what is new; this one can be read, exported, corrected and deleted.",
            )

    def add_entries(self, entries: Sequence[Entry], *, as_given: bool = False) -> list[int]:
        """The numbers of these entries, in their order; adding the same list twice adds nothing.

        An entry of a scope that is there, and not withdrawn, updates it if it says something else; where it has a
        default it keeps what the case has, unless it is to be taken as given.

        Raises:
            CaseError: an entry is malformed.
        """
        self._refuse_collecting("entry")
        with self._whole():
            numbers = entry_records.add_entries(
                self._ledger, list(self._entries.values()), entries, self.limits, as_given=as_given
            )
        self._forget_entries()
        return numbers

    def withdraw(self, seqs: Sequence[int], reason: str, *, role: str = "") -> None:
        """Withdraw these entries: never contacted again, and their rows leave every later table.

        adtrace.withdrawal.withdraw also says which exports carried them.

        Raises:
            CaseError: a number is no entry or withdrawn already, or there is no reason.
        """
        with self._whole():
            entry_records.withdraw(self._ledger, list(self._entries.values()), seqs, reason, role)
            found = self._db.execute("SELECT seq, entry FROM captures").fetchall()
            remove_links(self._db, [row["seq"] for row in found if row["entry"] in seqs])
        self._forget_entries()

    def review(
        self,
        sightings: Collection[int],
        judgement: review_records.Judgement,
        *,
        reason: str,
        role: str,
        links: LinksOf,
    ) -> None:
        """Judge these rows of the sightings table, and with them the same fact wherever that domain shows it.

        A rejected fact leaves tables, links and answers until it is judged otherwise.

        Raises:
            CaseError: no such judgement or row; reason or role is missing; or it was this role that asked for a
                second look.
        """
        with self._whole():
            touched = review_records.append_review(self._ledger, self._db, sightings, judgement, reason, role)
            before, self._rejected = self._rejected, review_records.rejected_facts(self._db)
            if before != self._rejected:
                relink(self._db, touched, links)

    def add_capture(
        self,
        outcome: dict[str, object],
        document: str,
        skeleton: str | None,
        extraction: Extraction,
        links: LinksOf,
    ) -> int:
        """Write a document that was read: outcome, skeleton, extraction, sightings and links; its number.

        outcome: the payload as for append(), with "decision"; what the extraction says is added to it.
        skeleton: None for entries of which only facts are kept, and for what could not be read to its end.

        Raises:
            CaseError: as append(); a skeleton of a facts-only entry, or not the one the extraction names.
        """
        self._refuse_collecting("outcome")
        decision = self._open_decision(outcome)
        row = self._entries[self._open_decisions[decision]]
        if skeleton is not None:
            if row.facts_only:
                raise CaseError(
                    "only facts are kept of this entry.",
                    where=f"entry {row.seq}",
                    do="Give None for the skeleton.",
                )
            captures.check_skeleton(skeleton, extraction.skeleton_sha256)
        payload = captures.captured_payload(outcome, document, extraction, is_kept=skeleton is not None)
        with self._whole():
            seen = self._ledger.append("outcome", payload, (decision,))
            capture = self.seq
            if skeleton is not None:
                captures.keep_skeleton(self._db, skeleton, extraction.skeleton_sha256)
            rows = self._add_extraction(extraction, capture, row, 1)
            state = extraction.page_state
            self._add_links(rows, row, state.label if state else None, seen, links)
        del self._open_decisions[decision]
        if self._generations is not None:
            self._generations[capture] = 1
        return capture

    def add_generation(self, capture: int, extraction: Extraction, links: LinksOf) -> int:
        """Write what a re-extraction of this capture found; the number of its extraction record.

        Older generations stay as they are; tables and links follow the newest. The page state stays the one
        that was decided from the page itself.

        Raises:
            CaseError: no such capture, or another text was extracted.
        """
        self._refuse_collecting("extraction")
        found = self._capture(capture)
        if found["skeleton_sha256"] != (extraction.skeleton_sha256 or None):
            raise CaseError(
                f"capture {capture} has another skeleton.", do="Extract from Case.skeleton(capture)."
            )
        row = self._entries[found["entry"]]
        if self._generations is None:
            counted = self._db.execute("SELECT capture, max(generation) FROM extractions GROUP BY capture")
            self._generations = dict(map(tuple, counted))
        generation = self._generations[capture] + 1
        with self._whole():
            remove_links(self._db, [capture])
            rows = self._add_extraction(extraction, capture, row, generation)
            self._add_links(rows, row, found["page_state"], found["time"], links)
        self._generations[capture] = generation
        return self.seq

    def rebuild_links(self, links: LinksOf) -> None:
        """Derive the links cache anew, as after a change of the graph's schema."""
        with self._whole():
            rebuild_links(self._db, links)

    def _add_extraction(
        self, extraction: Extraction, capture: int, row: EntryRow, generation: int
    ) -> list[tuple[int, Sighting]]:
        rows = captures.add_extraction(
            self._db,
            self._ledger,
            extraction,
            first_row=self._next_row,
            capture=capture,
            entry=row.seq,
            domain=row.entry.domain,
            generation=generation,
        )
        self._next_row += len(rows)
        return rows

    def _add_links(
        self,
        rows: Sequence[tuple[int, Sighting]],
        row: EntryRow,
        page_state: str | None,
        seen: str,
        links: LinksOf,
    ) -> None:
        if feeds_links(page_state) and row.status != "withdrawn":
            domain = row.entry.domain
            kept = [one for one in rows if (domain, one[1].id) not in self._rejected]
            add_links(self._db, derive_links(kept, domain, links), seen)

    def _contactable(self, entry: object) -> int:
        """The entry's number: the last guard before a contact."""
        row = self._entries.get(entry) if isinstance(entry, int) else None
        if row is None:
            raise CaseError(
                f"no entry {entry} confirms this request.", do="Allow only what an entry confirms."
            )
        today = datetime.now(UTC).date()
        if row.status != "active" or entry_records.is_expired(row.entry, today):
            state = "expired" if row.status == "active" else row.status
            raise CaseError(f"entry {row.seq} is {state} and may not be contacted.", do="Deny the request.")
        return row.seq

    def _open_decision(self, outcome: dict[str, object]) -> int:
        decision = outcome.get("decision")
        if not isinstance(decision, int) or decision not in self._open_decisions:
            raise CaseError(
                f"no allowed decision {decision} waits for an outcome.",
                do="Write one outcome for each allowed decision.",
            )
        return decision

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        """What is written inside belongs together: an error in it spoils the transaction, even if caught."""
        if not self._writing:
            raise CaseError("nothing is written outside a transaction.", do="Use `with case.transaction():`.")
        try:
            yield
        except BaseException:
            self._torn = True
            raise

    def _commit(self) -> None:
        if self._torn:
            raise CaseError("a record of this transaction was written in part.", do="Let its error end it.")
        if self._ledger.unsigned >= CHECKPOINT_EVERY:
            self._ledger.sign(self.id, self._signer)
        self._db.execute("COMMIT")

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._reload()

    def _reload(self) -> None:
        """Take the writer's knowledge from the file: at the start, and after a rollback."""
        self._ledger.reload()
        self._closed = self.retention().closed
        self._forget_entries()
        self._generations = None
        self._rejected = review_records.rejected_facts(self._db)
        self._next_row = self._db.execute(
            "SELECT coalesce(max(row), 0) + 1 FROM sightings WHERE row > 0"
        ).fetchone()[0]
        self._open_decisions = {
            row["seq"]: row["entry"] for row in self._db.execute("SELECT seq, entry FROM open_decisions")
        }

    @functools.cached_property
    def _entries(self) -> dict[int, EntryRow]:
        """Every entry by its number, read when first asked for: most commands that write ask for none."""
        return {row.seq: row for row in self.entries()}

    def _forget_entries(self) -> None:
        """The next who asks reads them anew."""
        self.__dict__.pop("_entries", None)
