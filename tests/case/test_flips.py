"""Damage of the file itself: every flipped bit is named, or changes no row and no answer."""

import os
import random
import sqlite3
import sys
import tempfile
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adtrace.case import Case
from adtrace.case.database import APPLICATION_ID, VERSION, schema
from adtrace.case.verify import verify_database
from adtrace.errors import AdtraceError, IntegrityError
from tests.case.a_case import an_extraction, capture, fill, links_of

# File format, https://sqlite.org/fileformat.html: bytes 18 and 19 say WAL, which no database in memory can be.
FORMAT = slice(18, 20)


def small_file(folder: Path) -> bytes:
    """A closed case.db with something in every table, on the smallest pages: few bytes that mean nothing."""
    with Case.create(folder / "case", operator="analyst", purpose="test") as case:
        fill(case)
        with case.transaction():
            case.review([1, 2], "rejected", reason="seen", role="lead", links=links_of)
        case.delete(case.plan_deletion([case.entries()[1].seq]), links_of, reason="order", role="lead")
    return on_small_pages(folder / "case" / "case.db")


def large_file(folder: Path, captures: int) -> bytes:
    """The same with many captures."""
    with Case.create(folder / "case", operator="analyst", purpose="test") as case:
        fill(case)
        for start in range(0, captures, 100):
            with case.transaction():
                for page in range(start, start + 100):
                    values = tuple(f"https://a{tag}.example/{page}.js" for tag in range(3))
                    capture(case, 2, an_extraction(f"skeleton-1 page\n<p {page}>\n", values=values))
    return on_small_pages(folder / "case" / "case.db")


def on_small_pages(file: Path) -> bytes:
    other = sqlite3.connect(file, isolation_level=None)
    other.executescript(
        "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM; PRAGMA journal_mode = WAL"
    )
    other.close()
    return file.read_bytes()


def in_memory(raw: bytes) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.deserialize(raw[: FORMAT.start] + b"\1\1" + raw[FORMAT.stop :])
    return database


def answers(database: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """All rows of all tables and views, a skeleton as the text that is read from it."""
    database.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
    found: list[tuple[Any, ...]] = []
    for name in names():
        order = (
            "" if name == "ledger" else " ORDER BY 1, 2, 3" if name != "link_sightings" else " ORDER BY 1, 2"
        )
        rows = database.execute(f"SELECT * FROM {name}{order}").fetchall()
        found += [(*row[:-1], zlib.decompress(row[-1])) for row in rows] if name == "skeletons" else rows
    return found


@cache
def names() -> tuple[str, ...]:
    database = sqlite3.connect(":memory:")
    database.executescript(schema())
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    ).fetchall()
    database.close()
    return tuple(row[0] for row in rows)


def is_told(raw: bytes) -> bool:
    """Whether opening or verify refuses this file."""
    database = in_memory(raw)
    try:
        if (
            database.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID
            or database.execute("PRAGMA user_version").fetchone()[0] != VERSION
        ):
            return True
        verify_database(database, links_of)
    except (IntegrityError, sqlite3.DatabaseError):
        return True
    finally:
        database.close()
    return False


def silent_changes(raw: bytes, places: Iterable[int], seed: int) -> list[tuple[int, int]]:
    """(byte, bit) of each flip that nothing tells and that changes an answer; must be empty."""
    choose = random.Random(seed)
    whole = in_memory(raw)
    before = answers(whole)
    whole.close()
    found = []
    for place in places:
        bit = choose.randrange(8)
        flipped = bytearray(raw)
        flipped[place] ^= 1 << bit
        if is_told(bytes(flipped)):
            continue
        database = in_memory(bytes(flipped))
        if answers(database) != before:
            found.append((place, bit))
        database.close()
    return found


def test_no_flipped_bit_changes_an_answer_unseen(tmp_path: Path) -> None:
    """A sample of the bytes; the next test takes every one."""
    raw = small_file(tmp_path)
    assert not is_told(raw)
    offset = random.randrange(61)
    assert silent_changes(raw, range(offset, len(raw), 61), offset) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_flipped_byte_changes_an_answer_unseen(tmp_path: Path) -> None:
    """One bit of every byte of the file."""
    raw = small_file(tmp_path)
    assert silent_changes(raw, range(len(raw)), random.randrange(1 << 30)) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_flip_of_a_large_case_changes_an_answer_unseen(tmp_path: Path) -> None:
    """A sample; `python -m tests.case.test_flips 10000` takes as many as it is told."""
    raw = large_file(tmp_path, 500)
    choose = random.Random(7)
    assert silent_changes(raw, [choose.randrange(len(raw)) for _ in range(100)], 7) == []


def test_flips_of_the_journal_mode_change_no_answer_unseen(tmp_path: Path) -> None:
    """The two bytes that cannot be tried in memory, as a file."""
    raw = small_file(tmp_path)
    file = tmp_path / "case" / "case.db"
    with Case.open(file.parent) as case:
        before = case.verify(links_of)
    for place in range(FORMAT.start, FORMAT.stop):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            file.write_bytes(flipped)
            try:
                with Case.open(file.parent) as case:
                    assert case.verify(links_of) == before
            except AdtraceError:
                continue


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_told(tmp_path: Path, share: float) -> None:
    """As an interrupted copy leaves it."""
    raw = small_file(tmp_path)
    file = tmp_path / "case" / "case.db"
    file.write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(AdtraceError), Case.open(file.parent) as case:
        case.verify(links_of)


def main(flips: int, seed: int) -> None:
    """Flip so many bits of a large case, one at a time, and name those that nothing tells."""
    with tempfile.TemporaryDirectory() as base:
        os.environ["ADTRACE_KEYS"] = f"{base}/keys"
        raw = large_file(Path(base), 500)
    choose = random.Random(seed)
    found = silent_changes(raw, [choose.randrange(len(raw)) for _ in range(flips)], seed)
    print(f"{flips} flips of a case of {len(raw):,} bytes, seed {seed}: {len(found)} silent {found}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30))
