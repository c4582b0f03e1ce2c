"""adtrace demo: an invented web on loopback, traced for real."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import click

from adtrace.cli.options import examples, json_option, new_case_option, report_option, unused
from adtrace.errors import UsageError
from adtrace.wording import count


@click.command(
    epilog=examples("adtrace demo -o demo", "adtrace demo -o big --domains 300 --key answers.json")
)
@new_case_option
@click.option("--seed", metavar="N", type=int, default=1, show_default=True, help="Which invented web.")
@click.option(
    "--domains",
    metavar="N",
    type=click.IntRange(1),
    default=40,
    show_default=True,
    help="How many domains it has.",
)
@click.option(
    "--reach",
    type=click.Choice(("tags", "ads")),
    default="tags",
    show_default=True,
    help="How far into ad networks; ads with an invented authority's note.",
)
@click.option(
    "--key",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the answer key: what a correct run finds, as JSON.",
)
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the list, pages and key as files into a new folder instead of tracing.",
)
@report_option
@json_option
def command(
    case: Path | None,
    seed: int,
    domains: int,
    reach: Literal["tags", "ads"],
    key: Path | None,
    folder: Path | None,
    report: bool,
    as_json: bool,
) -> int:
    """Trace an invented web on loopback. The same journey as for a real list, and nothing leaves this machine."""
    from adtrace.demo import build_world, save_key
    from adtrace.demo.files import write_files

    world = build_world(seed, domains, reach=reach)
    try:
        if key:
            save_key(world.key, key)
        if folder:
            written = count(write_files(world, folder), "page")
            click.echo(f"{written} of {count(domains, 'domain')}: {folder}")
            return 0
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror}).", where=str(error.filename), do="Give another place."
        ) from None
    from adtrace.cli.run_view import progress_bar, show_trace
    from adtrace.rehearsal import trace_world

    if not as_json:
        click.echo(f"An invented web of {count(domains, 'domain')}, seed {seed}, on loopback.", err=True)
    with progress_bar() if sys.stderr.isatty() else nullcontext() as progress:
        place = case or unused(Path(f"adtrace-demo-{seed}-{domains}"))
        trace = trace_world(world, place, progress=progress, report=report).trace
    show_trace(trace, as_json=as_json)
    # Sites that fail are part of the demo: they are no reason for another code.
    return 130 if trace.summary.ended == "stopped" else 0
