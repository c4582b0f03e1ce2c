"""Options that several commands share."""

import functools
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from adtrace.errors import UsageError

Command = Callable[..., Any]


def examples(*lines: str) -> str:
    """What stands below a command's help: whole lines, as somebody would type them."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


json_option = click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
json_lines_option = click.option(
    "--json", "as_json", is_flag=True, help="The results as JSON, one object a line."
)
report_option = click.option(
    "--report/--no-report", default=True, show_default=True, help="Write the page people read into the case."
)
questions_option = click.option(
    "--questions",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of questions of your own.",
)
inside_option = click.option(
    "--audience",
    type=click.Choice(["investigator", "taskforce"]),
    default="taskforce",
    show_default=True,
    help="Whose eyes it is for: domains and ids in clear, or as keyed pseudonyms.",
)
new_case_option = click.option(
    "-o",
    "--output",
    "case",
    metavar="CASE",
    type=click.Path(path_type=Path, file_okay=False),
    help="The case's folder: new, or one to go on with.",
)


_CASE = (
    click.option(
        "--operator",
        metavar="ROLE",
        help="Who answers for a new case: a role or pseudonym. [default: unnamed operator]",
    ),
    click.option("--purpose", metavar="TEXT", help="What a new case is for; recorded in it."),
)
_RUN = (
    click.option(
        "--reach",
        type=click.Choice(("page", "tags", "ads")),
        default="page",
        show_default=True,
        help="How far into ad networks: not at all, generic loader scripts, or ad responses too.",
    ),
    click.option(
        "--pages",
        metavar="N",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        help="At most so many further pages of each entry, one per path shape.",
    ),
    click.option(
        "--authority-note",
        metavar="TEXT",
        default="",
        help="The authority's consent to --pages or --reach ads.",
    ),
    click.option(
        "--user-agent",
        metavar="TEXT",
        help="How we name ourselves to sites; recorded with the run. [default: adtrace's own name]",
    ),
    click.option(
        "--egress-label",
        metavar="TEXT",
        default="direct",
        show_default=True,
        help="What the record calls the place from which sites are asked.",
    ),
)


def with_options(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    """The command with these options, in their order, before its own."""
    for option in reversed(options):
        command = option(command)
    return command


def read_day(text: str) -> date:
    """The day that an option names.

    Raises:
        UsageError: it is not written YYYY-MM-DD, or there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{text[:40]}" is no day.', do="Give YYYY-MM-DD.") from None


def unused(folder: Path) -> Path:
    """That folder, or the first of name-2, name-3, … that is not there yet."""
    found, number = folder, 1
    while found.exists():
        number += 1
        found = folder.with_name(f"{folder.name}-{number}")
    return found


def case_makers(command: Command) -> Command:
    """The options of commands that may make a case."""
    return with_options(command, _CASE)


def run_makers(command: Command) -> Command:
    """The options of commands that contact sites, handed on as one: run, by the names of trace_list()."""

    @functools.wraps(command)
    def gathered(user_agent: str | None, egress_label: str, **given: Any) -> Any:
        from adtrace.fetch.messages import Profile
        from adtrace.fetch.run import DEFAULT_USER_AGENT

        run = {name: given.pop(name) for name in ("reach", "pages", "authority_note")}
        run["profile"] = Profile(user_agent or DEFAULT_USER_AGENT, egress=egress_label)
        return command(run=run, **given)

    return with_options(gathered, _RUN)
