"""The case: one investigation, one folder, one case.db."""

import contextlib
import logging
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from adtrace.case import database, erasure
from adtrace.case.checkpoints import last_checkpoint
from adtrace.case.entry import Limits
from adtrace.case.keeper import CaseKeeper
from adtrace.case.keys import OWN_NAME, Signer, load_signer
from adtrace.case.lock import WriterLock
from adtrace.case.opening import make_case
from adtrace.case.segments import EVENT as MERGE
from adtrace.case.segments import Merged, copy_rows
from adtrace.errors import AdtraceError, CaseError
from adtrace.names import display
from adtrace.wording import count

if TYPE_CHECKING:
    import pandas as pd

    from adtrace.export import Audience
    from adtrace.relate.graph import Graph, View
    from adtrace.relate.questions import Answer

_log = logging.getLogger(__name__)


class Case(CaseKeeper):
    """An open case; a context manager. Made by `create` or `open`; for one thread."""

    @classmethod
    def create(cls, path: str | Path, *, operator: str, purpose: str, limits: Limits | None = None) -> "Case":
        """A new case, open for writing, in a folder (0700) that is not there yet or is empty.

        operator: who answers for it, as a role or pseudonym. purpose: what it is for.

        Raises:
            CaseError: the folder holds something, or operator or purpose is empty.
        """
        make_case(path, operator, purpose, limits or Limits())
        return cls.open(path, write=True)

    @classmethod
    def open(cls, path: str | Path, *, write: bool = False) -> "Case":
        """A case that is there: for reading (also while another process writes), or as its one writer.

        What a deletion left to be done is done before anything is written. Two things are logged before a writer
        signs: records that none has signed, for it will vouch for them; and that its key is not the one that signed so
        far, because that was lost, or is looked for elsewhere and a new one made.

        Raises:
            CaseError: no case there, or one of a newer adtrace.
            CaseBusyError: write, and another process writes; it is named.
            IntegrityError: case.db cannot be read as a case.
        """
        folder = Path(path)
        file = folder / database.FILE_NAME
        with contextlib.ExitStack() as undo:
            lock = signer = None
            if write and file.is_file():
                lock = WriterLock(folder)
                undo.callback(lock.close)
                erasure.sweep(folder)
                # Now, not when there is something to sign: a run is not begun that cannot be sealed.
                signer = load_signer(folder)
            connection = database.connect_writer(file) if write else database.connect_reader(file)
            undo.callback(connection.close)
            try:
                case = cls(folder, connection, lock, signer)
                if signer:
                    case._tell_of_unsigned_records()
                    case._tell_of_another_key(signer)
            except sqlite3.Error as error:
                raise database.failure(file, error) from error
            except (ValueError, msgspec.MsgspecError) as error:
                raise database.damaged(file, str(error)) from error
            undo.pop_all()
        if write and erasure.is_due(folder):
            with contextlib.suppress(CaseError):  # somebody reads; the next writer tries again
                case.compact()
        return case

    def take(self, merged: Merged, uri: str) -> None:
        """Copy a whole case in, for merging.py alone; a transaction of its own.

        Raises:
            CaseError: as transaction().
        """
        self._db.execute("ATTACH ? AS source", (uri,))
        try:
            with self.transaction():
                copy_rows(self._db, merged)
                self._ledger.append("note", {"event": MERGE, **msgspec.to_builtins(merged)}, ())
        finally:
            self._db.execute("DETACH source")
        self.merged.append(merged)
        self._reload()

    def close(self) -> None:
        """Sign what no checkpoint covers, close the file and let the next writer in; twice is once.

        What was not committed is gone.

        Raises:
            CaseError: the disk refuses the last checkpoint. What was committed stays; the next writer signs it.
        """
        try:
            # A case of its opening alone holds nothing yet that is worth a signature.
            if self._lock and self._lock.is_held and not self._writing and self.seq > 1:
                self.sign()
        finally:
            self._close()

    def _tell_of_unsigned_records(self) -> None:
        # Of a case that is only opened, its opening is not signed either.
        if self.seq > 1 and (unsigned := self._ledger.unsigned):
            _log.warning(
                "%s: no signature covers its last %s; they are signed now. A writer that was killed leaves such. If"
                " none was, somebody else wrote them: compare them with a copy of the case.",
                display(str(self.path)),
                count(unsigned, "record"),
            )

    def _tell_of_another_key(self, signer: Signer) -> None:
        last = last_checkpoint(self._db)
        before = [one.key for one in last.keys if one.key.startswith(OWN_NAME)] if last else []
        if before and str(signer.public) not in before:
            _log.warning(
                "%s: signed by %s until now; from here on %s signs. If that is not meant, stop, and let ADTRACE_KEYS"
                " name the folder with the key.",
                display(str(self.path)),
                display(before[0].partition("+")[0]),
                signer.public.name,
            )

    def _close(self) -> None:
        if self._lock:
            # Leaves one closed file, without -wal and -shm beside it, unless somebody is reading it.
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("PRAGMA busy_timeout = 0")
                self._db.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        self._db.close()
        if self._lock:
            self._lock.close()

    def __enter__(self) -> "Case":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Whatever ended the work is what its caller must hear of, not what that then did to the last checkpoint.
        with contextlib.suppress(*(() if error is None else (AdtraceError,))):
            self.close()

    # What an analyst types first; all else in this folder knows nothing of relate and export.

    def graph(self, view: "View" = "all", *, evidence: bool = True) -> "Graph":
        """The case as a NetworkX MultiDiGraph, in clear; adtrace.build_graph says what nodes and edges carry."""
        from adtrace.relate.graph import build_graph

        return build_graph(self, view, evidence=evidence)

    def table(self, name: str, audience: "Audience" = "taskforce") -> "pd.DataFrame":
        """One table as a pandas frame, as this audience may see it; adtrace.table says more.

        Raises:
            UsageError: there is no such table.
            SharingError: an entry's TLP label does not allow it.
        """
        from adtrace.export import table

        return table(self, name, audience)

    def ask(self, question: str) -> "Answer":
        """The answer to one question, in clear; its `frame()` is a pandas frame. For all of them: adtrace.ask_all.

        Raises:
            UsageError: there is no such question.
        """
        from adtrace.relate.questions import ask

        return ask(self, question)
