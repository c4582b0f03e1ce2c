"""The open case as the web view shows it: put together again when the case has grown, and kept until then."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from adtrace.case import Case
from adtrace.export.source import Source
from adtrace.names import display

if TYPE_CHECKING:
    from adtrace.export.audience import Names
    from adtrace.report.dossiers import Dossier
    from adtrace.report.model import Report

# A view costs the machine at most about a tenth of its time, however fast a run writes.
_PATIENCE = 10


class View:
    """The case up to one record. running: a run has begun and not ended."""

    def __init__(self, seq: int, names: Names, report: Report, *, running: bool) -> None:
        self.seq, self.names, self.report, self.running = seq, names, report, running

    @cached_property
    def dossiers(self) -> Mapping[str, Dossier]:
        """By the id of the node."""
        return {dossier.label.id: dossier for dossier in self.report.dossiers}

    @cached_property
    def page(self) -> bytes:
        """The whole report of the investigator, with its graph."""
        from adtrace.report.graph_data import graph_data
        from adtrace.report.page import render_page

        return render_page(self.report, graph_data(self.report), is_served=True)

    def path_of(self, anchor: str) -> str:
        """Where a link of the report's templates leads here: a dossier, a row of evidence, or a question.

        An anchor counts in its own view alone; the paths stay the same while the case grows.
        """
        from urllib.parse import urlencode

        kind, number = anchor[:1], anchor[1:]
        if number.isdecimal() and kind == "n":
            return "/dossier?" + urlencode({"node": self.report.chosen.nodes[int(number) - 1]})
        if number.isdecimal() and kind == "s":
            return f"/case/sightings/{number}"
        if number.isdecimal() and kind == "o":
            return f"/case/captures?seq={number}"
        return f"/report#{anchor}"


class Desk:
    """A case that is only ever read here, by a connection of its own for each look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with Case.open(path) as case:
            self.case_id = case.id
        self._lock = threading.Lock()
        self._view: View | None = None
        self._next = 0.0

    def view(self) -> View:
        """The newest view, at most some time behind the case; safe from any thread."""
        with self._lock:
            if self._view is None or time.monotonic() >= self._next:
                began = time.monotonic()
                self._view = self._look()
                self._next = time.monotonic() + _PATIENCE * (time.monotonic() - began)
            return self._view

    def rewrite(self, text: str) -> str:
        """A text of case.db without the hosts that nobody confirmed and no card knows; nothing invisible in it."""
        view = self._view or self.view()
        return display(view.names.quote(text))

    def _look(self) -> View:
        from adtrace.report.model import make_report

        with Case.open(self.path) as case, case.snapshot():
            (last,) = case.rows("SELECT max(seq) AS seq FROM ledger")
            if self._view is not None and self._view.seq == last["seq"]:
                return self._view
            source = Source(case, "investigator")
            running = any(row["ended"] is None for row in case.rows("SELECT ended FROM runs"))
            return View(last["seq"], source.names, make_report(source), running=running)
