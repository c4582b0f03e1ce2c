"""adtrace fetch: a further run over a case, with the entries it has."""

from pathlib import Path
from typing import Any

import click

from adtrace.cli.options import examples, json_option, report_option, run_makers


@click.command(epilog=examples("adtrace fetch mycase", "adtrace fetch mycase --reach tags"))
@click.argument("case", metavar="CASE", type=click.Path(path_type=Path))
@run_makers
@report_option
@json_option
def command(
    case: Path,
    run: dict[str, Any],
    report: bool,
    as_json: bool,
) -> int:
    """Ask again for what the active entries of CASE stand for. What has changed since is then to be seen.

    As `adtrace trace` does, without a list. A run that was interrupted, with the same settings, is taken up again.
    """
    from adtrace.case import Case
    from adtrace.cli.run_view import trace_and_show

    Case.open(case).close()  # a folder that is no case is refused: a run would make one there
    return trace_and_show((), case, as_json=as_json, report=report, **run)
