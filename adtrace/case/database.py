"""Opening case.db: its schema and how older ones come to it, settings, readers that also work on a read-only copy."""

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from adtrace.case.own_file import require_own_file
from adtrace.case.stored_text import original_text
from adtrace.errors import AdtraceError, CaseError, IntegrityError

FILE_NAME = "case.db"
# "adtr" in the file header (PRAGMA application_id): `file` and we ourselves know what it is.
APPLICATION_ID = 0x61647472
# Of the schema (PRAGMA user_version): raised whenever a table or a view changes.
VERSION = 3
# SHA-256 of the views of each older one: adtrace lays today's over them, but other programs read the file's own.
_OLDER_VIEWS = {
    1: "37fb650f0f84d43fd590392a1c8c998df350db69fbce7977975adfb4ee989cc2",
    2: "d8181554f8227457b2df67b532ae4472079b8eb89ab40bf0539f5775d3727692",
}


def is_case(folder: Path) -> bool:
    """Whether this folder holds a case."""
    return (folder / FILE_NAME).is_file()


@cache
def schema(after: int = 0, until: int = VERSION) -> str:
    """The SQL that brings the tables of a file from one version to another, and, if that is today's, makes its views.

    The steps are migrations/NNNN_*.sql; a version without one changed views alone, and those are in views.sql.
    """
    folder = files("adtrace.case")
    steps = sorted(folder.joinpath("migrations").iterdir(), key=lambda step: step.name)
    texts = [step.read_text("utf-8") for step in steps if after < int(step.name[:4]) <= until]
    if until == VERSION:
        texts.append(folder.joinpath("views.sql").read_text("utf-8"))
    return "".join(texts)


@cache
def expected_schema(version: int = VERSION) -> frozenset[tuple[str, str, str, str | None]]:
    """The rows (type, name, tbl_name, sql) of sqlite_master in a file of this version; of an older one no views."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript(schema(until=version))
        return schema_of(database)
    finally:
        database.close()


def schema_of(database: sqlite3.Connection) -> frozenset[tuple[str, str, str, str | None]]:
    """The rows (type, name, tbl_name, sql) of this file's sqlite_master; what a reader lays over it is not there."""
    rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return frozenset((row[0], row[1], row[2], row[3]) for row in rows)


def find_changed_definition(database: sqlite3.Connection) -> str | None:
    """The name of a table, view, index or trigger that this file was not made with; None if all are as they were.

    "views" stands for those of an older file, whose definitions are known by their hash alone.
    """
    version, found = version_of(database), schema_of(database)
    if version < VERSION:
        views = sorted((name, sql) for kind, name, _, sql in found if kind == "view")
        if hashlib.sha256(json.dumps(views).encode()).hexdigest() != _OLDER_VIEWS.get(version):
            return "views"
        found = frozenset(row for row in found if row[0] != "view")
    return min((str(row[1]) for row in found ^ expected_schema(version)), default=None)


def version_of(database: sqlite3.Connection) -> int:
    """The version of the schema this file was last brought to; 0 for an empty one."""
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(database: sqlite3.Connection) -> None:
    """Bring the file to today's version, all or nothing; its views are made anew."""
    done = version_of(database)
    if done < VERSION:
        views = "".join(f"DROP VIEW {row[1]};" for row in schema_of(database) if row[0] == "view")
        settings = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
        database.executescript(f"BEGIN IMMEDIATE; {views} {schema(done)} {settings} COMMIT;")


def lay_views_over(database: sqlite3.Connection) -> None:
    """Give an older file today's views for as long as this connection lasts; not a byte of it changes.

    All of them: a view of the file's own would not see the new ones.
    """
    for kind, _, _, sql in sorted(expected_schema(), key=str):
        if kind == "view" and sql:
            database.execute(sql.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))


def back_up(database: sqlite3.Connection, path: Path) -> Path:
    """A copy (0600) of an older case.db beside it, named after its schema and the day; the copy's path.

    Raises:
        CaseError: it cannot be written; the file is then left as it is.
    """
    day = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = path.with_name(f"{path.stem}.schema-{version_of(database)}.{day}{path.suffix}")
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as target:
            database.backup(target)
    except (OSError, sqlite3.Error) as error:
        copy.unlink(missing_ok=True)
        raise CaseError(
            f"is of an older adtrace, and the copy that is made before it is changed cannot be written ({error}).",
            where=str(path),
            do="Free some space and give the same command again. Reading works without.",
        ) from None
    return copy


def backups(path: Path) -> list[Path]:
    """The copies that back_up() made of this case.db, in the order of their schemas; [] if none."""
    return sorted(path.parent.glob(f"{path.stem}.schema-*{path.suffix}"))


def create_file(path: Path) -> None:
    """An empty case.db that its owner alone can read, with the whole schema.

    Raises:
        FileExistsError: there is one.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        migrate(database)
    finally:
        database.close()


def connect_writer(path: Path) -> sqlite3.Connection:
    """A connection that may write, once the writer's lock is held.

    Raises:
        CaseError: no case, a newer one, or a file that is not its own.
    """
    return _opened(path, lambda: _connected(path, "mode=rw"), write=True)


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; it sees what is committed while a run writes.

    Raises:
        CaseError: no case, a newer one, or a copy that cannot be read where it lies.
    """

    def connect() -> sqlite3.Connection:
        try:
            return _connected(path, "mode=ro")
        except sqlite3.OperationalError:
            # A WAL database wants a -shm file beside it, which a read-only folder cannot get. Without
            # uncommitted pages in a -wal file nothing can change under us, and SQLite may skip it.
            wal = path.with_name(path.name + "-wal")
            if wal.exists() and wal.stat().st_size:
                raise CaseError(
                    "was copied while a run wrote, and this folder cannot be written.",
                    where=str(path),
                    do="Copy case.db and case.db-wal to a folder you may write in, and read that copy.",
                ) from None
            return _connected(path, "mode=ro&immutable=1")

    return _opened(path, connect, write=False)


def uri_of(path: Path, mode: str) -> str:
    """How SQLite is told of this file and of how to open it; its name may be of any bytes."""
    return f"file:{quote(os.fsencode(path))}?{mode}"


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    database = sqlite3.connect(uri_of(path, mode), uri=True, isolation_level=None)
    try:
        database.execute("PRAGMA busy_timeout = 10000")
        # What is sorted is else written, in clear, where everybody's temporary files are.
        database.execute("PRAGMA temp_store = MEMORY")
        version_of(database)  # the first read: only here does SQLite touch the file
    except BaseException:
        database.close()
        raise
    database.row_factory = sqlite3.Row
    database.text_factory = _text_of
    return database


def _text_of(stored: bytes) -> str:
    """original_text, asked only where something was changed: this is called for every cell that is read."""
    text = stored.decode()
    return original_text(text) if "[:]" in text or "\x1a" in text else text


def _opened(path: Path, connect: Callable[[], sqlite3.Connection], *, write: bool) -> sqlite3.Connection:
    if not path.is_file():
        raise CaseError(
            f"holds no {path.name}.",
            where=str(path.parent),
            do="Make a case with `adtrace case new` or `adtrace trace`.",
        )
    if write:
        require_own_file(path)
    for end in ("-wal", "-shm"):  # SQLite writes them for a reader too, and follows hard links
        require_own_file(path.with_name(path.name + end))
    if path.with_name(f"{path.name}-journal").exists():
        raise damaged(
            path, "beside it stands a rollback journal, which no adtrace leaves: SQLite would undo by it"
        )
    try:
        database = connect()
    except sqlite3.DatabaseError as error:
        raise failure(path, error) from error
    try:
        _check_version(database, path)
        if write:
            _make_writable(database, path)
        elif version_of(database) < VERSION:
            lay_views_over(database)
    except BaseException as error:
        database.close()
        if isinstance(error, sqlite3.Error):
            raise failure(path, error) from error
        raise
    return database


def _check_version(database: sqlite3.Connection, path: Path) -> None:
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = version_of(database)
    if application != APPLICATION_ID or version < 1:
        raise CaseError(
            "is no adtrace case.", where=str(path), do="Give the folder that `adtrace case new` made."
        )
    if version > VERSION:
        raise CaseError(
            "was written by a newer adtrace.", where=str(path), do="Install that version to read it."
        )


def _make_writable(database: sqlite3.Connection, path: Path) -> None:
    """Settings of a writer; of an older file today's tables and views, after a copy of it was made."""
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA cache_size = -65536")
    if version_of(database) < VERSION:
        back_up(database, path)
        migrate(database)
    database.execute("PRAGMA query_only = ON")


def failure(path: Path, error: sqlite3.Error) -> AdtraceError:
    """What an error of SQLite means: damage, or a disk or file system that does not do its part."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path, str(error))
    do = "Free some space" if code == sqlite3.SQLITE_FULL else "Look at the disk and the rights of the folder"
    return CaseError(
        f"{error}.", where=str(path), do=f"{do}, and give the same command again; what was committed stays."
    )


def damaged(path: Path, why: str) -> IntegrityError:
    """The error for a file that cannot be read as a case."""
    return IntegrityError(
        f"cannot be read ({why}).",
        where=path.name,
        do="Stop, keep this file as it is, and compare with your last copy.",
    )
