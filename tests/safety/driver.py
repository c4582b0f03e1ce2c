"""The command line as its user starts it, but on loopback: `python -m tests.safety.driver FD COMMAND…`.

FD: where the way out (an EgressPlan) is read from. The worker dies of pages that say so.
"""

import os
import sys

import msgspec

import adtrace.trace
from adtrace.cli import main
from adtrace.fetch import processes
from adtrace.fetch.messages import EgressPlan
from adtrace.fetch.run import Pace

if __name__ == "__main__":
    with os.fdopen(int(sys.argv.pop(1)), "rb") as stream:
        plan = msgspec.msgpack.decode(stream.read(), type=EgressPlan)
    plain = adtrace.trace.trace_list
    pace = Pace(delay_ms=0, timeout_ms=60_000)
    adtrace.trace.trace_list = lambda *given, **named: plain(*given, **named | {"egress": plan, "pace": pace})
    processes.WORKER = "tests.fetch.deadly_worker"
    main()
