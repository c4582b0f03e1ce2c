"""The first record of a case, and the folder it is made in."""

import contextlib
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from adtrace.case import database
from adtrace.case.canonical import read_json
from adtrace.case.captures import TOOL
from adtrace.case.deletion import read_deletions
from adtrace.case.entry import Limits
from adtrace.case.ledger import Ledger
from adtrace.errors import CaseError


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The payload of record 1: what the case is. secret: 32 random bytes, the root of every keyed hash."""

    case: str
    operator: str
    purpose: str
    limits: Limits
    secret: str
    tool: str


def read_opening(connection: sqlite3.Connection) -> Opening:
    """The opening of this case; without its secret where even that was deleted.

    Raises:
        ValidationError: there is none.
    """
    found = connection.execute("SELECT payload FROM payloads WHERE seq = 1").fetchone()
    if found:
        return msgspec.convert(read_json(found["payload"]), Opening)
    last = next((one.opening for one in reversed(read_deletions(connection)) if one.opening), None)
    return msgspec.convert(last, Opening)


def make_case(path: str | Path, operator: str, purpose: str, limits: Limits) -> None:
    """A folder (0700) with a case.db (0600) that holds its opening record.

    Raises:
        CaseError: the folder holds something, or cannot be made; or operator or purpose is empty.
    """
    if not operator.strip() or not purpose.strip():
        raise CaseError("a case needs an operator and a purpose.", do="Say who answers for it and what for.")
    folder = Path(path).absolute()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CaseError("is no empty folder.", where=str(path), do="Give another place for the case.")
        with _made_beside(folder) as made:
            _write_opening(made / database.FILE_NAME, operator, purpose, limits)
    except OSError as error:
        raise CaseError(
            f"no case can be made there ({error.strerror}).", where=str(path), do="Give another place for it."
        ) from None
    except sqlite3.Error as error:
        raise database.failure(folder / database.FILE_NAME, error) from error


@contextlib.contextmanager
def _made_beside(folder: Path) -> Iterator[Path]:
    """A folder in which to make what this one holds, renamed at the end: who finds a case.db finds a whole one."""
    is_there = folder.exists()
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".adtrace-", dir=folder if is_there else folder.parent))
    try:
        yield made
        if is_there:
            folder.chmod(0o700)
            (made / database.FILE_NAME).rename(folder / database.FILE_NAME)
            made.rmdir()
        else:
            made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _write_opening(file: Path, operator: str, purpose: str, limits: Limits) -> None:
    labels = tuple(label.strip().lower() for label in limits.facts_categories)
    opening = Opening(
        case=secrets.token_hex(16),
        operator=operator,
        purpose=purpose,
        limits=msgspec.structs.replace(limits, facts_categories=labels),
        secret=secrets.token_hex(32),
        tool=TOOL,
    )
    database.create_file(file)
    with contextlib.closing(database.connect_writer(file)) as connection:
        connection.execute("PRAGMA query_only = OFF")
        connection.execute("BEGIN IMMEDIATE")
        ledger = Ledger(connection)
        ledger.reload()
        ledger.append("open", msgspec.to_builtins(opening), ())
        connection.execute("COMMIT")
