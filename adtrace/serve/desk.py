"""The open case as the web view shows it: put together again when the case has grown, and kept until then."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from adtrace.case import Case
from adtrace.export.audience import Names
from adtrace.export.source import Source
from adtrace.knowledge import load_knowledge
from adtrace.names import display
from adtrace.serve.fresh import Fresh

if TYPE_CHECKING:
    from adtrace.report.dossiers import Dossier
    from adtrace.report.model import Report


class View:
    """The case up to one record. running: a run has begun and not ended."""

    def __init__(self, report: Report, *, running: bool) -> None:
        self.report, self.running = report, running

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
        """Where a link of the report's templates leads here, from any of our pages: a dossier, evidence, a question.

        An anchor counts in its own view alone; the paths stay the same while the case grows.
        """
        from urllib.parse import urlencode

        kind, number = anchor[:1], anchor[1:]
        if number.isdecimal() and kind == "n":
            return "dossier?" + urlencode({"node": self.report.chosen.nodes[int(number) - 1]})
        if number.isdecimal() and kind == "s":
            return f"case/sightings/{number}"
        if number.isdecimal() and kind == "o":
            return f"case/captures?seq={number}"
        return f"report#{anchor}"


class Desk:
    """A case that is only ever read here."""

    def __init__(self, path: Path) -> None:
        with Case.open(path) as case:
            self.case_id = case.id
        self.view = Fresh(path, _look)
        # By themselves, for they must know a host as soon as a row of the live tables names it.
        self.names = Fresh(path, lambda case: Names(case, "investigator", load_knowledge()))

    @property
    def dossiers(self) -> Mapping[str, Dossier]:
        """Those of the last view, which is not made anew for it; {} if there was none yet."""
        return self.view.latest.dossiers if self.view.latest else {}

    def rewrite(self, text: str) -> str:
        """A text of case.db without the hosts that nobody confirmed and no card knows; nothing invisible in it."""
        return display(self.names.get().quote(text))


def _look(case: Case) -> View:
    from adtrace.report.model import make_report

    source = Source(case, "investigator")
    running = any(row["ended"] is None for row in case.rows("SELECT ended FROM runs"))
    return View(make_report(source), running=running)
