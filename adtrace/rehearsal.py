"""The invented web, traced for real: the same list reader, door, extraction and case as for a real list."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from adtrace.case import Case, read_list
from adtrace.case.database import is_case
from adtrace.demo import DemoServer, World
from adtrace.demo.answers import Request
from adtrace.errors import UsageError
from adtrace.fetch.messages import Profile
from adtrace.fetch.progress import Progress
from adtrace.fetch.run import DEFAULT_USER_AGENT, Pace
from adtrace.trace import Trace, trace_list

NOTE = "invented: nobody's account is asked for"
PURPOSE = "to show adtrace on an invented web"
# Loopback needs neither patience nor politeness; the sites that never answer are there to be given up on.
PACE = Pace(concurrency=16, delay_ms=0, timeout_ms=5000)


class Rehearsal(msgspec.Struct, frozen=True):
    """What a trace of an invented web left: the trace, and every request as its server saw it."""

    trace: Trace
    requests: list[Request]


def trace_world(
    world: World,
    case_path: str | Path,
    *,
    pace: Pace = PACE,
    progress: Callable[[Progress], None] | None = None,
    report: bool = True,
) -> Rehearsal:
    """Serve the world on loopback and trace it at its reach; nothing leaves this machine.

    case_path: a new folder, or the case of an interrupted demo, which is taken up again.

    Raises:
        UsageError: the folder holds a case that is no demo's.
    """
    path = Path(case_path)
    if is_case(path):
        with Case.open(path) as case:
            if case.opening.purpose != PURPOSE:
                raise UsageError(
                    "holds a case that is no demo's.", where=str(path), do="Give a new folder with -o."
                )
    rows = world.list_csv().encode()
    given = read_list(io.BytesIO(rows), name="the demo's list", today=datetime.now(UTC).date())
    with DemoServer(world.sites) as server:
        trace = trace_list(
            given.entries,
            path,
            operator="demo",
            purpose=PURPOSE,
            egress=server.plan(),
            reach=world.reach,
            authority_note=NOTE if world.reach == "ads" else "",
            profile=Profile(DEFAULT_USER_AGENT, egress="loopback demo"),
            pace=pace,
            progress=progress,
            report=report,
        )
        return Rehearsal(trace, server.log())
