"""adtrace report: the page people read, or its summary in the terminal."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.export import Audience


@click.command("report")
@click.argument("case", metavar="CASE")
@click.option(
    "-o", "--output", metavar="FILE|-", help="A file, or standard output. [default: CASE/report.html]"
)
@click.option(
    "--audience",
    type=click.Choice(["investigator", "taskforce"]),
    default="taskforce",
    show_default=True,
    help="Whose eyes it is for: domains and ids in clear, or as keyed pseudonyms.",
)
@click.option("--text", "as_text", is_flag=True, help="A short summary in the terminal; no file is written.")
def command(case: str, output: str | None, audience: str, *, as_text: bool) -> None:
    """Write the report of CASE: one HTML file that opens from disk and asks nobody for anything.

    The case is verified first: a damaged one yields nothing. What leaves is recorded in its ledger.
    """
    from adtrace.case import Case
    from adtrace.report import print_report, write_report

    whom = cast("Audience", audience)
    if as_text:
        if output not in (None, "-"):
            raise UsageError("--text writes to standard output.", do="Leave out -o, or --text.")
        from rich.console import Console

        with Case.open(case) as opened, opened.snapshot():
            print_report(opened, Console(markup=False, highlight=False, emoji=False), whom)
        return
    if output == "-":
        with Case.open(case, write=True) as opened:
            write_report(opened, sys.stdout.buffer, whom)
        return
    file = Path(output) if output else Path(case) / "report.html"
    with Case.open(case, write=True) as opened:
        manifest = write_report(opened, file, whom)
    (written,) = manifest.files
    click.echo(f"{file}: for the {audience}, {written.bytes:,} bytes, SHA-256 {written.sha256}.", err=True)
