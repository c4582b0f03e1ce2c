"""verify: whoever changes case.db by other means than adtrace is found out, and the first bad record is named."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from adtrace.case import Case
from adtrace.case.canonical import CHAIN_START, canonical, chain_hash, leaf_hash, payload_hash, read_json
from adtrace.case.database import expected_schema
from adtrace.errors import IntegrityError
from tests.case.a_case import links_of

STOP = " Stop, keep this file as it is, and compare with your last copy."
STALE = (
    " What is sealed is whole: the links were edited, or an adtrace with another graph schema wrote them. Keep a"
    " copy and write them anew: `adtrace verify CASE --rebuild-links`."
)
Forger = Callable[[sqlite3.Connection], object]


def forge(case: Case, change: Forger) -> None:
    """Change the closed file as somebody would who knows SQLite: triggers out of the way, and put back after."""
    case.close()
    database = sqlite3.connect(case.path / "case.db", isolation_level=None)
    triggers = [(row[1], row[3]) for row in expected_schema() if row[0] == "trigger"]
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    change(database)
    for _, sql in triggers:
        database.execute(str(sql))
    database.close()


def complaint(path: Path) -> str:
    with pytest.raises(IntegrityError) as caught, Case.open(path) as case:
        case.verify(links_of)
    assert caught.value.exit_code == 4
    return str(caught.value)


def sql(*statements: str) -> Forger:
    return lambda database: [database.execute(statement) for statement in statements]


def seal(database: sqlite3.Connection, seq: int) -> None:
    """Make the row of this record fit its payload and the row before it, as adtrace would have."""
    (payload, nonce) = database.execute(
        "SELECT payload, nonce FROM payloads WHERE seq = ?", (seq,)
    ).fetchone()
    database.execute(
        "UPDATE ledger SET payload_hash = ? WHERE seq = ?", (payload_hash(nonce, payload.encode()), seq)
    )
    (before,) = database.execute("SELECT chain FROM ledger WHERE seq = ?", (seq - 1,)).fetchone()
    row = database.execute(
        "SELECT seq, type, time, refs, payload_hash FROM ledger WHERE seq = ?", (seq,)
    ).fetchone()
    chain = chain_hash(bytes.fromhex(before), leaf_hash(row)).hex()
    database.execute("UPDATE ledger SET chain = ? WHERE seq = ?", (chain, seq))


EDIT_4 = "UPDATE payloads SET payload = replace(payload, 'clip.example', 'clap.example') WHERE seq = 4"


def edit_and_reseal(database: sqlite3.Connection) -> None:
    database.execute(EDIT_4)
    seal(database, 4)


def renumber(database: sqlite3.Connection) -> None:
    for table in ("payloads", "ledger"):
        database.execute(f"DELETE FROM {table} WHERE seq = 5")
        database.execute(f"UPDATE {table} SET seq = seq - 1 WHERE seq > 5")


def append_unchained(database: sqlite3.Connection) -> None:
    (last,) = database.execute("SELECT max(seq) FROM ledger").fetchone()
    row = ("note", "2026-01-01T00:00:00.000000Z", "[]", payload_hash(b"n" * 16, b"{}"), "0" * 64)
    database.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", (last + 1, *row))
    database.execute("INSERT INTO payloads VALUES (?, ?, '{}')", (last + 1, b"n" * 16))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (sql(EDIT_4), "the payload of record 4 is not the one that was sealed."),
        (sql("UPDATE payloads SET nonce = zeroblob(16) WHERE seq = 4"), "the payload of record 4 is not"),
        (sql("UPDATE ledger SET time = '2020-01-01' WHERE seq = 4"), "record 4 does not follow 3."),
        (sql("UPDATE ledger SET type = 'note' WHERE seq = 4"), "record 4 does not follow 3."),
        (sql("UPDATE ledger SET refs = '[ 2]' WHERE refs = '[2]'"), "record 4 does not follow 3."),
        (sql("UPDATE ledger SET chain = upper(chain) WHERE seq = 4"), "record 4 does not follow 3."),
        (edit_and_reseal, "record 5 does not follow 4."),
        (
            sql("DELETE FROM payloads WHERE seq = 4"),
            "the payload of record 4 is not the one that was sealed.",
        ),
        (sql("DELETE FROM ledger WHERE seq = 4"), "record 4 is missing."),
        (
            sql("DELETE FROM ledger WHERE seq = 4", "DELETE FROM payloads WHERE seq = 4"),
            "record 4 is missing.",
        ),
        (renumber, "record 5 does not follow 4."),
        (
            sql(
                "UPDATE payloads SET seq = -4 WHERE seq = 4",
                "UPDATE payloads SET seq = 4 WHERE seq = 5",
                "UPDATE payloads SET seq = 5 WHERE seq = -4",
            ),
            "the payload of record 4 is not the one that was sealed.",
        ),
        (
            sql(
                "UPDATE ledger SET seq = -4 WHERE seq = 4",
                "UPDATE ledger SET seq = 4 WHERE seq = 5",
                "UPDATE ledger SET seq = 5 WHERE seq = -4",
            ),
            "record 4 does not follow 3.",
        ),
        (
            sql("DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)"),
            "record 30 has a payload, but no row in the ledger.",
        ),
        (sql("DELETE FROM ledger", "DELETE FROM payloads WHERE seq > 1"), "holds no record."),
        (append_unchained, "record 31 does not follow 30."),
        (
            sql("INSERT INTO payloads VALUES (99, zeroblob(16), '{}')"),
            "record 99 has a payload, but no row in the ledger.",
        ),
        (
            sql("UPDATE skeletons SET body = (SELECT body FROM skeletons ORDER BY sha256 DESC LIMIT 1)"),
            "the skeleton of record ",
        ),
        (sql("UPDATE skeletons SET body = zeroblob(9)"), "the skeleton of record "),
        (sql("UPDATE skeletons SET body = CAST(body || x'00' AS BLOB)"), "the skeleton of record "),
        (sql("UPDATE skeletons SET size = size + 1"), "the skeleton of record "),
        (sql("DELETE FROM skeletons"), "the skeleton of record 5 is missing."),
        (sql("INSERT INTO skeletons VALUES ('00', 0, x'')"), "skeletons holds a text that no record names."),
        (sql("UPDATE sightings SET account = '8' WHERE row = 2"), "the sightings of record 6 are not those"),
        (
            sql("UPDATE sightings SET advertising = 0 WHERE row = 1"),
            "the sightings of record 6 are not those",
        ),
        (sql("UPDATE sightings SET domain = 'x.example' WHERE row = 1"), "the sightings of record 6 are not"),
        (sql("UPDATE sightings SET row = 99 WHERE row = 1"), "the sightings of record 6 are not those"),
        (sql("UPDATE sightings SET capture = 8 WHERE row = 1"), "the sightings of record 6 are not those"),
        (sql("DELETE FROM sightings WHERE row = 1"), "the sightings of record 6 are not those"),
        (sql("DELETE FROM sightings"), "the sightings of record 6 are not those that were sealed."),
        (
            sql(
                "CREATE TEMP TABLE more AS SELECT * FROM sightings WHERE row = 1",
                "UPDATE more SET row = 99, extraction = 99",
                "INSERT INTO sightings SELECT * FROM more",
            ),
            "sightings holds rows of no record.",
        ),
        (sql("CREATE TABLE more (x)"), "the definition of more is not the one it was made with."),
        (sql("DROP VIEW runs"), "the definition of runs is not the one it was made with."),
        (
            sql("DROP VIEW notes", "CREATE VIEW notes AS SELECT seq, time FROM ledger"),
            "the definition of notes is not the one it was made with.",
        ),
        (sql("CREATE INDEX faster ON sightings (domain)"), "the definition of faster is not the one"),
    ],
)
def test_tampering_names_the_first_bad_record(full_case: Case, change: Forger, message: str) -> None:
    """Edit, delete, renumber, swap, cut, append: in every table, and in the schema."""
    forge(full_case, change)
    found = complaint(full_case.path)
    assert found.startswith(f"case.db: {message}")
    assert found.endswith(STOP)


@pytest.mark.parametrize("seq", [99, 100, 101, 199])
def test_the_first_bad_record_is_named_wherever_it_stands(empty_case: Case, seq: int) -> None:
    """Records are checked many at once: the first, the last and one in between are told apart, not what follows."""
    with empty_case.transaction():
        for number in range(250):
            empty_case.append("note", {"number": number})
    forge(empty_case, sql(f"UPDATE payloads SET payload = '{{}}' WHERE seq >= {seq}"))
    assert complaint(empty_case.path).startswith(f"case.db: the payload of record {seq} is not the one")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (sql("UPDATE links SET count = count + 1"), "link "),
        (sql("UPDATE links SET target = 'othernet'"), "link "),
        (sql("DELETE FROM links WHERE edge = 'uses'"), "link "),
        (sql("UPDATE links SET first_seen = '2020'"), "link "),
        (sql("DELETE FROM link_sightings WHERE sighting = 5"), "the links of record "),
        (sql("UPDATE link_sightings SET sighting = 1 WHERE sighting = 5"), "the links of record "),
        (
            sql("INSERT INTO link_sightings VALUES (99, 'none')"),
            "link_sightings holds more than the sightings",
        ),
    ],
)
def test_a_changed_link_can_be_written_anew(full_case: Case, change: Forger, message: str) -> None:
    """Links are a cache: verify says that the sealed part is whole, and rebuilding heals them."""
    forge(full_case, change)
    found = complaint(full_case.path)
    assert found.startswith(f"case.db: {message}")
    assert found.endswith(STALE)
    with Case.open(full_case.path, write=True) as case:
        with case.transaction():
            case.rebuild_links(links_of)
        case.verify(links_of)


def test_a_whole_case_is_counted(full_case: Case) -> None:
    """Records by type, rows by table, what is open, and that no signature covers anything."""
    found = full_case.verify(links_of)
    assert found.records == {"open": 1, "entry": 3, "decision": 10, "outcome": 8, "extraction": 5, "note": 2}
    assert (found.total, found.unsigned) == (29, 29)
    assert (found.skeletons, found.sightings, found.links, found.open_decisions) == (3, 12, 6, 1)


def test_the_chain_can_be_recomputed_with_the_standard_library(full_case: Case) -> None:
    """Nobody needs adtrace to check a case: hashlib and json are enough."""

    def plain(value: object) -> bytes:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()

    full_case.close()
    database = sqlite3.connect(full_case.path / "case.db")
    before = bytes(32)
    for *row, chain, nonce, payload in database.execute(
        "SELECT seq, type, time, refs, payload_hash, chain, nonce, payload FROM ledger JOIN payloads USING (seq)"
    ):
        assert hashlib.sha256(nonce + payload.encode()).hexdigest() == row[4]
        assert plain(json.loads(payload)).decode() == payload
        leaf = hashlib.sha256(b"\0" + plain(row)).digest()
        before = hashlib.sha256(b"adtrace-chain-1\0" + before + leaf).digest()
        assert before.hex() == chain
    for seq, sealed in database.execute("SELECT seq, digest FROM extractions").fetchall():
        rows = database.execute(
            "SELECT * FROM sightings WHERE extraction = ? ORDER BY row", (seq,)
        ).fetchall()
        text = json.dumps(rows, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == sealed
    database.close()


def cut_the_end(database: sqlite3.Connection) -> None:
    (last,) = database.execute("SELECT max(seq) FROM ledger").fetchone()
    for table in ("ledger", "payloads"):
        database.execute(f"DELETE FROM {table} WHERE seq = ?", (last,))


def write_it_all_anew(database: sqlite3.Connection) -> None:
    database.execute("UPDATE payloads SET payload = replace(payload, 'analyst 7', 'analyst 8') WHERE seq = 1")
    (last,) = database.execute("SELECT max(seq) FROM ledger").fetchone()
    (payload, nonce) = database.execute("SELECT payload, nonce FROM payloads WHERE seq = 1").fetchone()
    database.execute(
        "UPDATE ledger SET payload_hash = ? WHERE seq = 1", (payload_hash(nonce, payload.encode()),)
    )
    row = database.execute("SELECT seq, type, time, refs, payload_hash FROM ledger WHERE seq = 1").fetchone()
    chain = chain_hash(CHAIN_START, leaf_hash(row)).hex()
    database.execute("UPDATE ledger SET chain = ? WHERE seq = 1", (chain,))
    for seq in range(2, last + 1):
        seal(database, seq)


def append_chained(database: sqlite3.Connection) -> None:
    append_unchained(database)
    seal(database, database.execute("SELECT max(seq) FROM ledger").fetchone()[0])


def test_what_no_chain_can_show_is_shown_by_the_head(full_case: Case) -> None:
    """Whoever can write the file can cut its end, its signatures too: the records before them are then unsigned."""
    full_case.sign()
    before = full_case.verify(links_of)
    forge(full_case, cut_the_end)
    with Case.open(full_case.path) as case:
        after = case.verify(links_of)
    assert (before.covered, before.unsigned) == (29, 0)
    assert (after.covered, after.unsigned, after.total) == (0, 29, 29)
    assert after.head != before.head


def test_records_appended_by_another_are_unsigned(full_case: Case) -> None:
    """A well-made record without a signature is counted as such."""
    full_case.sign()
    before = full_case.verify(links_of)
    forge(full_case, append_chained)
    with Case.open(full_case.path) as case:
        after = case.verify(links_of)
    assert (after.total, after.covered, after.unsigned) == (before.total + 1, before.covered, 1)


def test_a_case_written_anew_is_not_the_one_that_was_signed(full_case: Case) -> None:
    """Every row fits the one before it, and the root does not."""
    forge(full_case, write_it_all_anew)
    assert complaint(full_case.path).startswith(
        "case.db: one of records 1 to 29 is not the one that checkpoint 30 signs."
    )


def test_verify_leaves_the_connection_as_it_was(full_case: Case) -> None:
    """Rows read afterwards are rows again, with links live."""
    full_case.verify(links_of)
    (row,) = full_case.rows("SELECT url FROM decisions ORDER BY seq LIMIT 1")
    assert row["url"] == "https://clip.example/"
    assert canonical("x") == b'"x"'


@pytest.mark.parametrize(
    ("kind", "more", "message"),
    [
        ("open", {}, "record 30 opens again"),
        ("decision", {"entry": 999}, "record 30 allows what no entry confirms"),
        ("outcome", {}, "record 30 is the outcome of no open decision"),
        ("extraction", {}, r"record 30 is no generation \d of its capture"),
    ],
)
def test_a_record_that_breaks_the_ledgers_rules_is_told(
    full_case: Case, kind: str, more: dict[str, object], message: str
) -> None:
    """Chained and sealed as all are, by whoever has the key and code of their own."""
    (before, *_) = full_case.rows(
        "SELECT payload FROM ledger JOIN payloads USING (seq) WHERE type = ? ORDER BY seq", (kind,)
    )
    with full_case.transaction():
        full_case._ledger.append(kind, read_json(before["payload"]) | more, ())
    with pytest.raises(IntegrityError, match=message):
        full_case.verify(links_of)
