"""adtrace trace: the main job, from a confirmed list to the report."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adtrace.cli.options import case_makers, examples, json_option, new_case_option, report_option, run_makers
from adtrace.errors import UsageError
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.case import EntryList


@click.command(
    epilog=examples(
        "adtrace trace list.csv -o mycase",
        "adtrace trace - -o mycase <list.csv",
        'adtrace trace list.csv -o mycase --reach tags --operator "unit 7"',
    )
)
@click.argument("listing", metavar="LIST|-", type=click.Path(path_type=Path, allow_dash=True))
@new_case_option
@run_makers
@case_makers
@report_option
@json_option
def command(
    listing: Path,
    case: Path | None,
    run: dict[str, Any],
    operator: str | None,
    purpose: str | None,
    report: bool,
    as_json: bool,
) -> int:
    """Trace the advertising on the domains of LIST. CSV or JSON lines; - is standard input.

    The same command on the same case takes an interrupted run up again. An entry that the case has keeps what LIST
    leaves out (`adtrace case add --as-given` changes it).
    """
    from adtrace.case import read_list_file
    from adtrace.case.database import is_case
    from adtrace.cli.run_view import trace_and_show
    from adtrace.fetch.run import DEFAULT_USER_AGENT
    from adtrace.trace import DEFAULT_OPERATOR, DEFAULT_PURPOSE

    if case is None and str(listing) == "-":
        raise UsageError("A list from standard input needs a name for its case.", do="Give -o CASE.")
    given = read_list_file(str(listing))
    folder = case or Path(f"{listing.stem}-case")
    if not as_json:
        is_default = run["profile"].user_agent == DEFAULT_USER_AGENT
        taken = {"user-agent": DEFAULT_USER_AGENT} if is_default else {}
        if not is_case(folder):
            made = {"operator": (operator, DEFAULT_OPERATOR), "purpose": (purpose, DEFAULT_PURPOSE)}
            taken |= {name: default for name, (said, default) in made.items() if said is None}
        _say_defaults(given, taken)
    return trace_and_show(
        given.entries, folder, as_json=as_json, operator=operator, purpose=purpose, report=report, **run
    )


def _say_defaults(given: "EntryList", options: dict[str, str]) -> None:
    from adtrace.names import display

    lines = [f"{count(len(given.entries), 'entry', 'entries')}. What was not said:"]
    lines += [f"  {one.column} = {one.value} for {one.entries}: {one.meaning}" for one in given.defaults]
    lines += [f"  --{name} {value}" for name, value in options.items()]
    for line in lines:
        click.echo(display(line), err=True)
