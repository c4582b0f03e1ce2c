"""The whole journey in one call: entries → case → fetch and extract → links → report."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from adtrace.case import Case, Entry
from adtrace.case.database import is_case
from adtrace.errors import SharingError, UsageError
from adtrace.fetch.messages import EgressPlan, Profile
from adtrace.fetch.progress import Progress
from adtrace.fetch.run import Pace, check_usage, run_case
from adtrace.fetch.summary import RunSummary
from adtrace.recollection import recall_hosts

DEFAULT_OPERATOR = "unnamed operator"
DEFAULT_PURPOSE = "to trace the advertising placed on confirmed hostile domains"
REPORT_NAME = "report.html"


class Trace(msgspec.Struct, frozen=True):
    """What a trace left: the case's folder and id, the run's summary, the report (None: none was written).

    added: how many entries of the list the case did not have. withheld: why the task force may not have a report
    (an entry's TLP label), "" if it may.
    """

    case: Path
    case_id: str
    added: int
    summary: RunSummary
    report: Path | None
    withheld: str = ""


def trace_list(
    entries: Sequence[Entry],
    case_path: str | Path,
    *,
    operator: str | None = None,
    purpose: str | None = None,
    egress: EgressPlan | None = None,
    reach: str = "page",
    pages: int = 0,
    authority_note: str = "",
    profile: Profile | None = None,
    pace: Pace | None = None,
    progress: Callable[[Progress], None] | None = None,
    report: bool = True,
) -> Trace:
    """Trace the advertising on these entries and return what was found.

    case_path: a new folder, or a case, to which entries it does not have are added; an unfinished run with the
    same settings is taken up again. operator, purpose: for a new case alone. report: write the task force's
    page into the folder, unless the run was stopped.

    Raises:
        UsageError: settings that contradict the case or each other.
        CaseBusyError: another process writes to the case.
        AdtraceError: see run_case and write_report.
    """
    check_usage(reach, pages, authority_note, profile)
    with _open_or_create(Path(case_path), operator, purpose) as case:
        known = {row.seq for row in case.entries()}
        with case.transaction():
            numbers = case.add_entries(entries)
        summary = run_case(
            case,
            egress=egress or EgressPlan("direct"),
            reach=reach,
            pages=pages,
            authority_note=authority_note,
            profile=profile,
            pace=pace,
            progress=progress,
        )
        if summary.ended != "stopped":
            recall_hosts(case)
        written, withheld = _reported(case) if report and summary.ended != "stopped" else (None, "")
        return Trace(case.path, case.id, len(set(numbers) - known), summary, written, withheld)


def _reported(case: Case) -> tuple[Path | None, str]:
    """The task force's report, or why it may have none."""
    from adtrace.report import write_report

    place = case.path / REPORT_NAME
    try:
        write_report(case, place, audience="taskforce")
    except SharingError as error:
        return None, str(error)
    return place, ""


def _open_or_create(path: Path, operator: str | None, purpose: str | None) -> Case:
    if not is_case(path):
        return Case.create(path, operator=operator or DEFAULT_OPERATOR, purpose=purpose or DEFAULT_PURPOSE)
    case = Case.open(path, write=True)
    given = {"operator": (operator, case.opening.operator), "purpose": (purpose, case.opening.purpose)}
    for name, (wanted, recorded) in given.items():
        if wanted is not None and wanted != recorded:
            case.close()
            raise UsageError(
                f'the case was made with the {name} "{recorded}".',
                where=str(path),
                do=f"Leave --{name} out, or make another case.",
            )
    return case
