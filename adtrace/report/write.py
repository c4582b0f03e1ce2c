"""From a case to the file people open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from adtrace.export.manifest import Manifest
from adtrace.export.write import write_document

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.export.audience import Audience
    from adtrace.export.source import Source


def write_report(case: Case, path: str | Path | BinaryIO, audience: Audience = "taskforce") -> Manifest:
    """Write the case's report for an audience as one self-contained HTML file (0600), or to a stream.

    The case is verified first; what leaves is recorded in its ledger before anyone can read it.

    Raises:
        UsageError: there is no such audience.
        IntegrityError: the case is damaged; nothing is written.
        CaseError: the case is not open for writing, or the file cannot be written.
    """
    target = Path(path) if isinstance(path, str) else path
    return write_document(case, "report", "html", target, audience, make_page)


def make_page(source: Source) -> bytes:
    """The report of what this audience may see, as the bytes of its file."""
    from adtrace.report.graph_data import graph_data
    from adtrace.report.model import make_report
    from adtrace.report.page import render_page

    report = make_report(source)
    return render_page(report, graph_data(report))
