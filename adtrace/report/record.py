"""Where a report comes from: the case, its runs, who could learn of them, and up to where it was verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case import read_json
from adtrace.case.seal_summary import PROVES

if TYPE_CHECKING:
    from adtrace.export import Source


class Exposed(msgspec.Struct, frozen=True):
    """One outside party, what it could learn, and of how many entries."""

    party: str
    learns: str
    entries: int


class Run(msgspec.Struct, frozen=True):
    """One run: when, how far it reached, from where it looked, what it knew, and who could learn of it."""

    id: str
    started: str
    ended: str
    reach: str
    pages: int
    egress: str
    vantage: str
    user_agent: str
    knowledge: str
    policy: str
    entries: int
    exposure: list[Exposed]


class Record(msgspec.Struct, frozen=True):
    """The case as this audience may know it.

    verified, chain: the last record that is no export or checkpoint, and the chain value there: the same for every
    report of the same case. at: the time of that record, which is what the report is as of. seal: what the
    signatures prove in one line; seal_says: by which keys, and what that does not prove.
    """

    case: str
    operator: str
    purpose: str
    tool: str
    verified: int
    chain: str
    at: str
    runs: list[Run]
    seal: str
    seal_says: list[str]


def read_record(source: Source) -> Record:
    """Case and runs, in order of time, every text as the audience may read it."""
    case, text = source.case, source.names.text
    # Exports and checkpoints change nothing a report says: two reports of one case shall be equal.
    (last,) = case.rows(
        "SELECT seq, time, chain FROM ledger WHERE type NOT IN ('export', 'checkpoint')"
        " AND seq NOT IN (SELECT seq FROM notes WHERE event = 'carried') ORDER BY seq DESC LIMIT 1"
    )
    ends = {}
    for row in case.rows(
        "SELECT time, payload FROM notes WHERE event IN ('run_ended', 'run_stopped') ORDER BY seq"
    ):
        summary: Any = read_json(row["payload"])
        ends[summary["run"]] = (row["time"], summary)
    runs = []
    for row in case.rows("SELECT seq, started, settings FROM runs ORDER BY seq"):
        ended, summary = ends.get(row["seq"], ("", {}))
        settings: Any = read_json(row["settings"])
        runs.append(_run(case.public_id("note", row["seq"]), row["started"], settings, ended, summary, text))
    opening = case.opening
    seal = case.seal_summary()
    is_signed = seal.covered >= last["seq"]
    return Record(
        case=case.id,
        operator=text(opening.operator),
        purpose=text(opening.purpose),
        tool=opening.tool,
        verified=last["seq"],
        chain=last["chain"],
        at=last["time"],
        runs=runs,
        seal=seal.standing(last["seq"]),
        seal_says=[*(f"Signed with {use.key}." for use in seal.keys), PROVES] if is_signed else [],
    )


def _run(
    public_id: str,
    started: str,
    settings: dict[str, Any],
    ended: str,
    summary: dict[str, Any],
    text: Callable[[str], str],
) -> Run:
    profile = settings["profile"]
    return Run(
        id=public_id,
        started=started,
        ended=ended,
        reach=settings["reach"],
        pages=settings["pages"],
        egress=settings["egress"],
        vantage=text(profile["egress"]),
        user_agent=text(profile["user_agent"]),
        knowledge=settings["knowledge"],
        policy=settings["policy"],
        entries=settings["entries"],
        exposure=[
            Exposed(text(one["party"]), text(one["learns"]), one["entries"])
            for one in summary.get("exposure", [])
        ],
    )
