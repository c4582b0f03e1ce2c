"""The writer at work: decides, asks, and writes down how every request ended.

Nothing is sent before the transaction with its decision has committed, and an outcome is committed together with
the decisions that follow from it. So wherever a run is cut off, the ledger holds all that is needed to go on: a
decision without an outcome is all there is to close and to ask again.
"""

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from adtrace.case import Case, EntryRow
from adtrace.errors import AdtraceError, CaseError
from adtrace.extract.sighting import PageState
from adtrace.fetch.candidates import Candidate
from adtrace.fetch.history import Past
from adtrace.fetch.messages import Answer, Ask, Done
from adtrace.fetch.outbox import Outbox
from adtrace.fetch.planner import Planner, Step
from adtrace.fetch.processes import GROUP_S, Processes
from adtrace.fetch.progress import Progress, seconds_left
from adtrace.fetch.records import UNSENT, decision_payload, interrupted, outcome_payload
from adtrace.fetch.sellers import SellerFiles
from adtrace.fetch.stops import Stops
from adtrace.fetch.verdict import Verdict
from adtrace.fetch.worker import CPU_S
from adtrace.knowledge import Knowledge
from adtrace.relate.links import links_of

# Hosts asked at once, one request each. It bounds the bodies that can wait in the fetcher's memory.
WINDOW = 32
# How long a stopped run waits for what is under way.
GRACE_S = 10.0
_SHOW_EVERY_S = 0.1
# Every request ends within its own time and every page within a worker's: as many of both in a row without a word
# mean that a process hangs.
_SILENT_TIMES = 4
# The page_state_rule of a network's file that is the same for everybody: kept, and no link is made of it.
NETWORK_FILE = "network_file"


class Writer:
    """All that is known of a run while it goes on; carry_through() does it."""

    def __init__(
        self,
        case: Case,
        run: int,
        rows: Sequence[EntryRow],
        planner: Planner,
        past: Past,
        *,
        reach: str,
        profile: str,
        knowledge: Knowledge,
        timeout_s: float = 20.0,
    ) -> None:
        self._case, self._run, self._planner, self._past = case, run, planner, past
        self._reach, self._profile = reach, profile
        self._facts_only = {row.seq for row in rows if row.facts_only}
        active = [row.seq for row in rows if row.status == "active"]
        self._entries = len(active)
        self._sellers = SellerFiles(case, run, reach, knowledge, frozenset(active))
        waiting = [entry for entry in active if not planner.has_begun(entry)]
        # Nobody who sees two requests of ours shall see the order of the list.
        self._waiting = deque(random.SystemRandom().sample(waiting, len(waiting)))
        self._outbox = Outbox()  # committed, not sent
        self._flying: dict[int, Candidate] = {}  # sent, not ended
        # Decisions that have not ended, of each entry that has any; None: of networks' files.
        self._open: Counter[int | None] = Counter()
        self._outcomes, self._sightings = Counter(past.outcomes), past.sightings
        self._stopping = False
        self._began = self._shown = self._heard = time.monotonic()
        self._patience_s = _SILENT_TIMES * (timeout_s + CPU_S)
        self._done_before = 0

    def carry_through(
        self, processes: Processes, stops: Stops, progress: Callable[[Progress], None] | None
    ) -> str:
        """Work until nothing is left ("finished") or the user stops it ("stopped")."""
        with self._case.transaction():
            self._take_up()
        self._done_before = self._done()
        deadline = float("inf")
        while self._flying or (
            not self._stopping and (self._outbox or self._waiting or self._sellers.is_due)
        ):
            if stops.count and not self._stopping:
                self._stopping, deadline = True, time.monotonic() + GRACE_S
                processes.stop()
            if not processes.are_alive or stops.count > 1 or time.monotonic() > deadline:
                break
            if not self._stopping:
                self._send(processes)
            # Half of what is under way keeps the others busy meanwhile.
            events = processes.receive(GROUP_S if self._flying else 0, (len(self._flying) + 1) // 2)
            if self._is_silent(events):
                break  # hanging, not dead: its channel says nothing
            if events or self._has_room:
                with self._case.transaction():
                    for event in events:
                        self._record(event)
                    self._fill()
            if progress and (time.monotonic() - self._shown > _SHOW_EVERY_S or not self._flying):
                self._shown = time.monotonic()
                progress(self._progress())
        died = None if self._stopping else self._fault(processes)
        if self._flying or self._outbox:
            processes.kill()
            with self._case.transaction():
                self._close([*self._flying], f"the fetcher failed: {died}" if died else "stopped")
                self._close(self._outbox.decisions(), UNSENT)
        if died:
            raise AdtraceError(
                f"the process that fetches failed ({died}).",
                do="What was fetched is kept; run the same command again to go on.",
            )
        processes.stop()
        return "stopped" if self._stopping else "finished"

    def _is_silent(self, events: Sequence[object]) -> bool:
        """Whether nothing has ended for longer than everything under way may take."""
        now = time.monotonic()
        if events or not self._flying:
            self._heard = now
        return now - self._heard > self._patience_s

    def _fault(self, processes: Processes) -> str | None:
        """Why the work cannot go on, None if nothing is wrong."""
        if not processes.fetcher_alive:
            return processes.fetcher_death()
        if time.monotonic() - self._heard > self._patience_s:
            return f"no word for {self._patience_s:.0f} s"
        return None

    def _take_up(self) -> None:
        """Close what an earlier start of this run left open, and decide anew about what may be asked once more."""
        self._close(self._past.unclosed, "the process ended before an outcome was recorded", is_new=False)
        for candidate in self._past.again:
            self._decide_all(self._planner.again(candidate))
        self._fill()

    @property
    def _has_room(self) -> bool:
        more = self._waiting or (self._sellers.is_due and not self._open.total())
        return bool(more) and not self._stopping and self._outbox.hosts < WINDOW

    def _fill(self) -> None:
        """Decide about further entries while there is room, and at last about the networks' seller files."""
        while self._has_room:
            if self._waiting:
                self._decide_all(self._planner.begin(self._waiting.popleft()))
            else:
                for candidate in self._sellers.candidates():
                    self._decide_all(self._planner.network_file(candidate))

    def _send(self, processes: Processes) -> None:
        while len(self._flying) < WINDOW and (found := self._outbox.take()):
            decision, candidate = found
            self._flying[decision] = candidate
            is_list = candidate.document == "sellers_json"
            processes.ask(
                Ask(
                    decision=decision,
                    url=candidate.url,
                    document=candidate.document,
                    named_by=candidate.named_by,
                    origin=candidate.origin,
                    depth=candidate.depth,
                    sellers=self._sellers.held_ids(candidate.url) if is_list else (),
                )
            )

    def _record(self, event: Answer | Done) -> None:
        """Write down one outcome with everything that follows from it."""
        answer, extraction = (event.answer, event.extraction) if isinstance(event, Done) else (event, None)
        candidate = self._flying.pop(answer.decision, None)
        if candidate is None:  # a document that came twice, after its worker died
            return
        self._outbox.free(candidate)
        plan = self._planner.after(candidate, answer, extraction)
        payload = outcome_payload(answer, plan.declined)
        if isinstance(event, Done):
            seq = self._keep(candidate, event, payload)
            self._outcomes["captured"] += 1
        else:
            seq = self._case.append("outcome", payload, (answer.decision,))
            self._outcomes[answer.outcome] += 1
        self._decide_all(plan.steps, seq)
        whose = _whose(candidate)
        self._open[whose] -= 1
        if not self._open[whose]:
            del self._open[whose]

    def _keep(self, candidate: Candidate, event: Done, payload: dict[str, Any]) -> int:
        extraction = event.extraction
        if self._planner.is_generic(candidate):
            # Whoever's page named it first would else be said to place what the network's own code mentions.
            extraction = replace(extraction, page_state=PageState("unknown", NETWORK_FILE))
        is_kept = extraction.skeleton and candidate.entry not in self._facts_only
        skeleton = extraction.skeleton if is_kept else None
        self._sightings += len(extraction.sightings)
        return self._case.add_capture(payload, event.document, skeleton, extraction, links_of)

    def _decide_all(self, steps: Sequence[Step], parent: int | None = None) -> None:
        for candidate, verdict in steps:
            if candidate.attempt == 1 and (candidate.named_by or candidate.hops):
                candidate = replace(candidate, parent=parent)
            self._decide(candidate, verdict)

    def _decide(self, candidate: Candidate, verdict: Verdict) -> None:
        try:
            seq = self._append_decision(candidate, verdict)
        except CaseError as error:
            # The case's own gate sees what changed since the run began: an entry that expired at midnight.
            self._append_decision(candidate, Verdict(False, "case/gate", str(error)))
            return
        if verdict.allow:
            self._outbox.put(seq, candidate)
            self._open[_whose(candidate)] += 1

    def _append_decision(self, candidate: Candidate, verdict: Verdict) -> int:
        payload = decision_payload(self._run, candidate, verdict, reach=self._reach, profile=self._profile)
        refs = [seq for seq in (candidate.entry, candidate.parent) if seq is not None]
        return self._case.append("decision", payload, refs)

    def _close(self, decisions: Sequence[int], reason: str, *, is_new: bool = True) -> None:
        for decision in decisions:
            self._case.append(
                "outcome", outcome_payload(interrupted(decision, reason), Counter()), (decision,)
            )
            self._outcomes["interrupted"] += is_new

    def _done(self) -> int:
        return self._entries - len(self._waiting) - len(self._open.keys() - {None})

    def _progress(self) -> Progress:
        done = self._done()
        return Progress(
            entries=self._entries,
            entries_done=done,
            captures=self._outcomes["captured"],
            refusals=self._outcomes["refused"],
            sightings=self._sightings,
            stopping=self._stopping,
            eta_s=seconds_left(self._entries, self._done_before, done, time.monotonic() - self._began),
        )


def _whose(candidate: Candidate) -> int | None:
    return None if candidate.document == "sellers_json" else candidate.entry
