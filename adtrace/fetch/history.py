"""What the ledger already says of a run: where the last start of it was cut off, and what was asked before."""

from collections import Counter
from sqlite3 import Row
from typing import Any

import msgspec
from msgspec.structs import replace

from adtrace.case import Case
from adtrace.case.canonical import read_json
from adtrace.fetch.candidates import MAX_ATTEMPTS, Candidate
from adtrace.fetch.records import UNSENT

# Which loaders and seller files this case asked for today; an attempt that failed does not count.
_LOADED_TODAY = """
SELECT DISTINCT decisions.url FROM decisions JOIN outcomes ON outcomes.decision = decisions.seq
WHERE decisions.rule LIKE 'adtech/%' AND decisions.run <> ?
  AND outcomes.outcome IN ('captured', 'redirected', 'refused') AND date(decisions.time) = date('now')
"""
_DECISIONS = """
SELECT seq, payload ->> 'entry' AS entry, payload ->> 'url' AS url, payload ->> 'document' AS document,
  payload ->> 'parent' AS parent, payload ->> 'named_by' AS named_by, payload ->> 'origin' AS origin,
  payload ->> 'depth' AS depth,
  payload ->> 'hops' AS hops, payload ->> 'attempt' AS attempt, payload ->> 'verdict' AS verdict
FROM records WHERE type = 'decision' AND payload ->> 'run' = ? ORDER BY seq
"""
_OUTCOMES = """
SELECT payload ->> 'decision' AS decision, payload ->> 'outcome' AS outcome, payload ->> 'reason' AS reason FROM records
WHERE type = 'outcome' AND payload ->> 'decision' >= ?
"""
_SIGHTINGS = "SELECT count(*) AS number FROM sightings WHERE capture > ?"


class Past(msgspec.Struct):
    """What an earlier start of this run left; everything is empty for a new run.

    unclosed: decisions without an outcome. again: those and the interrupted ones that may be asked once more.
    """

    asked: set[str] = msgspec.field(default_factory=set)
    denied: set[str] = msgspec.field(default_factory=set)
    unclosed: list[int] = []
    again: list[Candidate] = []
    linked: Counter[int | None] = msgspec.field(default_factory=Counter)
    chained: Counter[int | None] = msgspec.field(default_factory=Counter)
    outcomes: Counter[str] = msgspec.field(default_factory=Counter)
    sightings: int = 0


def unfinished_run(case: Case, settings: dict[str, Any]) -> int | None:
    """The newest run that was started with these settings and has not ended; None if there is none."""
    for row in case.rows("SELECT seq, settings FROM runs WHERE ended IS NULL ORDER BY seq DESC"):
        before = read_json(row["settings"])
        assert isinstance(before, dict)
        if all(before.get(key) == value for key, value in settings.items()):
            return int(row["seq"])
    return None


def past_of(case: Case, run: int) -> Past:
    """What the ledger says of this run."""
    past = Past()
    ended = {row["decision"]: (row["outcome"], row["reason"]) for row in case.rows(_OUTCOMES, (run,))}
    again: dict[str, Candidate] = {}
    for row in case.rows(_DECISIONS, (run,)):
        if row["verdict"] != "allow":
            past.denied.add(row["url"])
            continue
        candidate = _candidate(row)
        outcome, reason = ended.get(row["seq"], ("interrupted", None))
        if row["seq"] not in ended:
            past.unclosed.append(row["seq"])
        past.asked.add(candidate.url)
        past.outcomes[outcome] += 1
        if outcome != "interrupted":
            again.pop(candidate.url, None)
        elif reason == UNSENT and candidate.attempt == MAX_ATTEMPTS:
            # A second try that never left is still to be made.
            again[candidate.url] = replace(candidate, attempt=MAX_ATTEMPTS - 1)
        else:
            again[candidate.url] = candidate
        if candidate.attempt == 1 and not candidate.hops:
            past.linked[candidate.entry] += candidate.document == "page" and candidate.depth > 0
            past.chained[candidate.entry] += candidate.origin is not None
    past.again = [candidate for candidate in again.values() if candidate.attempt < MAX_ATTEMPTS]
    past.sightings = next(iter(case.rows(_SIGHTINGS, (run,))))["number"]
    return past


def _candidate(row: Row) -> Candidate:
    return Candidate(
        url=row["url"],
        document=row["document"],
        entry=row["entry"],
        parent=row["parent"],
        named_by=row["named_by"],
        origin=row["origin"],
        depth=row["depth"],
        hops=row["hops"],
        attempt=row["attempt"],
    )


def loaded_today(case: Case, run: int) -> set[str]:
    """Ad networks' addresses this case has asked for today in other runs."""
    return {row["url"] for row in case.rows(_LOADED_TODAY, (run,))}
