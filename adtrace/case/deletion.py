"""Deletion with proof: what records said goes, with the salt that hid it; their lines in the chain stay.

A ledger line holds SHA-256 of a random salt and the payload. Once both are gone nobody can tell from it what was
said, nor guess it; and the chain, the tree and every signature still hold. A `delete` note names what is gone.

Nothing is encrypted under a key of its own: that key would lie in the same file, and destroying it is no surer than
destroying what it hides, which erasure.py does to the last byte. What reaches copies is `adtrace case encrypt`.
"""

import sqlite3
from collections.abc import Collection, Iterable
from typing import cast

import msgspec

from adtrace.case.canonical import read_json
from adtrace.case.carried import EVENT as CARRIED
from adtrace.case.carried import runs_of, spans
from adtrace.case.damage import damage
from adtrace.case.links import remove_links
from adtrace.case.retention import DELETE, EVENTS
from adtrace.case.segments import span_of

# The views of what people said about keeping the case, and the numbers that left with exports, name no site.
_KEPT_NOTES = (*EVENTS, CARRIED)


class Plan(msgspec.Struct, frozen=True):
    """What is to go. records: their payloads and sightings. captures: of which the text goes; most are records too."""

    records: tuple[int, ...]
    captures: tuple[int, ...]


class Deletion(msgspec.Struct, frozen=True):
    """What a `delete` note says. seq: its record. opening: what stands for record 1 if that is gone too."""

    seq: int
    time: str
    reason: str
    role: str
    records: str
    texts: str
    opening: dict[str, object] | None = None

    @property
    def sentence(self) -> str:
        """For people."""
        records, texts = (
            sum(last - first + 1 for first, last in runs_of(one)) for one in (self.records, self.texts)
        )
        return (
            f"Deleted by record {self.seq}, {self.time[:10]}, by {self.role} ({self.reason}): what {records} records"
            f" said, and the texts of {texts} captures. Their places in the chain hold."
        )


def plan_entries(database: sqlite3.Connection, entries: Collection[int]) -> Plan:
    """All that stands on these entries: themselves, what was asked for them and came of it, and judgements of that."""
    chosen = _json(entries)
    records = _numbers(
        database,
        "SELECT seq FROM records WHERE type = 'entry'"
        " AND coalesce(json_extract(payload, '$.updates'), seq) IN (SELECT value FROM json_each(?))",
        chosen,
    )
    decisions = _numbers(
        database, "SELECT seq FROM decisions WHERE entry IN (SELECT value FROM json_each(?))", chosen
    )
    outcomes = _numbers(
        database,
        "SELECT seq FROM outcomes WHERE decision IN (SELECT value FROM json_each(?))",
        _json(decisions),
    )
    extractions = _numbers(
        database,
        "SELECT seq FROM extractions WHERE capture IN (SELECT value FROM json_each(?))",
        _json(outcomes),
    )
    reviews = _numbers(
        database,
        "SELECT seq FROM records WHERE type = 'review' AND NOT EXISTS ("
        "  SELECT 1 FROM json_each(payload, '$.sightings') AS named JOIN sightings ON sightings.row = named.value"
        "  WHERE sightings.entry NOT IN (SELECT value FROM json_each(?)))",
        chosen,
    )
    found = sorted({*records, *decisions, *outcomes, *extractions, *reviews})
    captures = _numbers(
        database, "SELECT seq FROM captures WHERE entry IN (SELECT value FROM json_each(?))", chosen
    )
    return Plan(tuple(found), tuple(captures))


def plan_texts(database: sqlite3.Connection, entries: Collection[int] | None) -> Plan:
    """The texts of the captures of these entries, or of all; what was found in them stays."""
    rows = database.execute("SELECT seq, entry FROM captures WHERE skeleton_kept")
    return Plan((), tuple(row[0] for row in map(tuple, rows) if entries is None or row[1] in entries))


def plan_all(database: sqlite3.Connection) -> Plan:
    """All but the chain itself: signatures, what was exported when, and who decided what about keeping the case."""
    kept = "', '".join(_KEPT_NOTES)
    records = _numbers(
        database,
        "SELECT seq FROM records WHERE type NOT IN ('checkpoint', 'export') AND NOT (type = 'note'"
        f" AND coalesce(json_extract(payload, '$.event'), '') IN ('{kept}'))",
    )
    return Plan(tuple(records), tuple(_numbers(database, "SELECT seq FROM captures")))


def carry_out(database: sqlite3.Connection, plan: Plan) -> None:
    """Remove it, inside the transaction in which the note is written; what it lay on is overwritten with zeros."""
    database.execute("PRAGMA secure_delete = ON")
    remove_links(database, [seq for seq in plan.captures if seq in set(plan.records)])
    unneeded = _unneeded_texts(database, plan.captures)
    triggers = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_delete' ESCAPE '\\'"
    ).fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    records = _json(plan.records)
    database.execute("DELETE FROM sightings WHERE extraction IN (SELECT value FROM json_each(?))", (records,))
    database.execute("DELETE FROM skeletons WHERE sha256 IN (SELECT value FROM json_each(?))", (unneeded,))
    database.execute("DELETE FROM payloads WHERE seq IN (SELECT value FROM json_each(?))", (records,))
    for _, sql in triggers:
        database.execute(sql)


def deletion_note(plan: Plan) -> dict[str, object]:
    """What its note says beside reason and role."""
    return {"records": spans(plan.records), "texts": spans(plan.captures)}


def read_deletions(database: sqlite3.Connection, base: int = 0) -> list[Deletion]:
    """Every deletion the case records, oldest first; [] if none. base: those a merged case brought, in its numbers.

    Raises:
        IntegrityError: one names more records than the file has; its runs could not be held.
    """
    rows = database.execute(
        "SELECT ledger.seq, ledger.time, payloads.payload FROM ledger JOIN payloads USING (seq)"
        " WHERE type = 'note' AND json_extract(payload, '$.event') = ? AND ledger.seq BETWEEN ? AND ?"
        " ORDER BY ledger.seq",
        (DELETE, *span_of(base)),
    )
    found = []
    for seq, time, payload in map(tuple, rows):
        said = cast("dict[str, object]", read_json(payload))
        one = msgspec.convert({**said, "seq": seq - base, "time": time}, Deletion)
        named = sum(last - first + 1 for text in (one.records, one.texts) for first, last in runs_of(text))
        if named > 2 * database.execute("SELECT count(*) FROM ledger").fetchone()[0]:
            raise damage(f"record {seq} deletes more records than there are")
        found.append(one)
    return found


def _unneeded_texts(database: sqlite3.Connection, captures: Iterable[int]) -> str:
    """Texts that no other capture still needs, as JSON: one is stored once, however often it was captured."""
    gone = set(captures)
    needed: set[str] = set()
    named: set[str] = set()
    for row in database.execute(
        "SELECT seq, skeleton_sha256 FROM outcomes WHERE outcome = 'captured' AND skeleton_kept"
    ):
        (named if row[0] in gone else needed).add(row[1])
    return msgspec.json.encode(sorted(named - needed)).decode()


def _numbers(database: sqlite3.Connection, sql: str, *params: str) -> list[int]:
    return [row[0] for row in database.execute(f"{sql} ORDER BY 1", params)]


def _json(numbers: Iterable[int]) -> str:
    return msgspec.json.encode(list(numbers)).decode()
