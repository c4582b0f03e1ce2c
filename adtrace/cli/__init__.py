"""The command line: parse, call, print. One module per command, imported only when called."""

import importlib
import sys
from importlib.metadata import version

import click

from adtrace.cli.crash import keep_to_ourselves, say_where
from adtrace.cli.terminal import drop_output, say_warnings, settle_streams
from adtrace.errors import AdtraceError

# In the order of the work. Each name is a module of this folder with a click command named `command`.
COMMANDS = (
    "trace",
    "demo",
    "case",
    "fetch",
    "extract",
    "diff",
    "unwrap",
    "ask",
    "brands",
    "chain",
    "draw",
    "export",
    "bundle",
    "notice",
    "report",
    "review",
    "show",
    "serve",
    "withdraw",
    "refer",
    "verify",
    "doctor",
    "knowledge",
)


class _Commands(click.Group):
    """Loads a command's module when it is called, or its help is shown."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:  # click suggests those it has loaded
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"adtrace.cli.{cmd_name}").command
        return found


_EPILOG = """\b
Start here:
  adtrace demo -o demo              an invented web, traced on this machine
  adtrace trace list.csv -o mycase  a real list, with a report in mycase
  adtrace COMMAND --help            its options and examples

\b
Exit codes:
  0  done
  1  failed
  2  wrong usage: the call, a list or a file named in it
  3  done, but an entry or file ended without what was asked
  4  integrity broken: a record does not follow from the one before it
  130  interrupted
"""


@click.group(cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("adtrace"), prog_name="adtrace")
def cli() -> None:
    """Trace which advertising is placed on confirmed hostile domains, through whom, and on what evidence."""


def main() -> None:
    """Run the command line and end with the exit code of design section 8."""
    keep_to_ourselves()
    settle_streams()
    say_warnings()
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except AdtraceError as error:
        from adtrace.names import display

        for sentence in error.sentences:
            click.echo(f"adtrace: {display(sentence)}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        say_where(error)
        drop_output()
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
