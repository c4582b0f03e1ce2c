"""adtrace serve: a case in the browser of this machine, also while a run writes to it."""

from contextlib import suppress
from pathlib import Path

import click

from adtrace.cli.options import examples
from adtrace.errors import UsageError


@click.command("serve", epilog=examples("adtrace serve mycase", "adtrace serve mycase --port 8001"))
@click.argument("case", metavar="CASE")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="any that is free",
    help="The port on 127.0.0.1.",
)
def command(case: str, port: int) -> None:
    """Show CASE in your browser, on this machine alone. Read-only, also while a run writes to it. Ctrl-C ends it.

    The address that is printed opens one browser, once. It shows everything in clear: it is the investigator's.
    """
    try:
        from adtrace.serve import serve
    except ImportError:
        raise UsageError(
            "the web view needs Datasette, which is not installed.",
            do="Install it with: pip install 'adtrace[serve]'",
        ) from None

    def ready(address: str) -> None:
        click.echo(address)
        click.echo("Open it in your browser; it opens one, once. Ctrl-C ends it.", err=True)

    # Where the shell ignores Ctrl-C for what it starts, the server ends by it all the same, and returns.
    with suppress(KeyboardInterrupt):
        serve(Path(case), port, ready)
    click.echo("Ended.", err=True)
