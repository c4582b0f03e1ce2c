"""adtrace report: the page people read, or its summary or a dossier in the terminal."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from adtrace.cli.entry_names import site_named
from adtrace.cli.options import examples, inside_option
from adtrace.cli.terminal import echo_folded, names_given
from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.export import Audience


@click.command(
    "report",
    epilog=examples(
        "adtrace report mycase",
        "adtrace report mycase --text",
        "adtrace report mycase --about clip.example --audience investigator",
    ),
)
@click.argument("case", metavar="CASE")
@click.option(
    "-o", "--output", metavar="FILE|-", help="A file, or standard output. [default: CASE/report.html]"
)
@inside_option
@click.option("--text", "as_text", is_flag=True, help="A short summary in the terminal; no file is written.")
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object; no file is written.")
@click.option(
    "--about",
    metavar="NAME|-",
    help="The dossier of a domain, network, account or brand instead, in the terminal; - reads names.",
)
def command(
    case: str, output: str | None, audience: str, about: str | None, *, as_text: bool, as_json: bool
) -> None:
    """Write the report of CASE, one HTML file. It opens from disk and asks nobody for anything.

    The case is verified first: a damaged one yields nothing. What leaves is recorded in its ledger.
    """
    from adtrace.case import Case
    from adtrace.names import display
    from adtrace.report import write_report

    whom = cast("Audience", audience)
    if as_text or as_json or about is not None:
        if output not in (None, "-"):
            raise UsageError(
                "--text, --json and --about write to standard output.", do="Leave out -o, or the other."
            )
        _tell(case, whom, about, as_json=as_json)
        return
    if output == "-":
        with Case.open(case, write=True) as opened:
            write_report(opened, sys.stdout.buffer, whom)
        return
    file = Path(output) if output else Path(case) / "report.html"
    with Case.open(case, write=True) as opened:
        manifest = write_report(opened, file, whom)
    (written,) = manifest.files
    click.echo(
        f"{display(str(file))}: for the {audience}, {written.bytes:,} bytes, SHA-256 {written.sha256}.",
        err=True,
    )


def _tell(case: str, audience: "Audience", about: str | None, *, as_json: bool) -> None:
    from adtrace.case import Case
    from adtrace.export import Source
    from adtrace.report.dossier_text import find_dossiers, plain_dossier, print_dossier
    from adtrace.report.model import make_report
    from adtrace.report.text import plain_report, print_text

    with Case.open(case) as opened, opened.snapshot():
        source = Source(opened, audience)
        report = make_report(source)
        if about is None:
            if as_json:
                click.echo(json.dumps(plain_report(report)))
            else:
                echo_folded(partial(print_text, report))
            return
        named = map(site_named, names_given(about))
        for dossier in (one for name in named for one in find_dossiers(report, source, name)):
            if as_json:
                click.echo(json.dumps(plain_dossier(dossier)))
            else:
                echo_folded(partial(print_dossier, dossier))
