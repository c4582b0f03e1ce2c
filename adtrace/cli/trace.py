"""adtrace trace: the main job, from a confirmed list to the report."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adtrace.cli.options import case_makers, json_option, new_case_option, report_option, run_makers
from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.case import EntryList


@click.command()
@click.argument("listing", metavar="LIST", type=click.Path(path_type=Path, allow_dash=True))
@new_case_option
@run_makers
@case_makers
@report_option
@json_option
def command(
    listing: Path,
    case: Path | None,
    reach: str,
    pages: int,
    authority_note: str,
    user_agent: str | None,
    egress_label: str,
    operator: str | None,
    purpose: str | None,
    report: bool,
    as_json: bool,
) -> int:
    """Trace the advertising on the domains of LIST (CSV or JSON lines; - is standard input).

    The same command on the same case takes an interrupted run up again. An entry that the case has keeps what LIST
    leaves out (`adtrace case add --as-given` changes it).
    """
    from adtrace.cli.run_view import trace_and_show
    from adtrace.fetch.messages import Profile
    from adtrace.fetch.run import DEFAULT_USER_AGENT
    from adtrace.trace import DEFAULT_OPERATOR, DEFAULT_PURPOSE, is_case

    if case is None and str(listing) == "-":
        raise UsageError("A list from standard input needs a name for its case.", do="Give -o CASE.")
    given = _read(listing)
    folder = case or Path(f"{listing.stem}-case")
    if not as_json:
        taken = {"user-agent": (user_agent, DEFAULT_USER_AGENT)}
        if not is_case(folder):
            taken |= {"operator": (operator, DEFAULT_OPERATOR), "purpose": (purpose, DEFAULT_PURPOSE)}
        _say_defaults(given, {name: default for name, (said, default) in taken.items() if said is None})
    return trace_and_show(
        given.entries,
        folder,
        as_json=as_json,
        operator=operator,
        purpose=purpose,
        reach=reach,
        pages=pages,
        authority_note=authority_note,
        profile=Profile(user_agent or DEFAULT_USER_AGENT, egress=egress_label),
        report=report,
    )


def _read(listing: Path) -> "EntryList":
    from adtrace.case import read_list

    today = datetime.now(UTC).date()
    if str(listing) == "-":
        return read_list(sys.stdin.buffer, name="standard input", today=today)
    try:
        with listing.open("rb") as stream:
            return read_list(stream, name=listing.name, today=today)
    except OSError as error:
        raise UsageError(f"{error.strerror}.", where=str(listing), do="Give the file of the list.") from None


def _say_defaults(given: "EntryList", options: dict[str, str]) -> None:
    from adtrace.names import display

    count = len(given.entries)
    lines = [f"{count} {'entry' if count == 1 else 'entries'}. What was not said:"]
    lines += [f"  {one.column} = {one.value} for {one.entries}: {one.meaning}" for one in given.defaults]
    lines += [f"  --{name} {value}" for name, value in options.items()]
    for line in lines:
        click.echo(display(line), err=True)
