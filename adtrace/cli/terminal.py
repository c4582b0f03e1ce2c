"""The streams a command reads and prints on, and what it prints for people, folded to their terminal's width."""

import io
import logging
import os
import shutil
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console


def settle_streams() -> None:
    """From here on all three streams are there, and no byte on one of them raises.

    One that was closed reads as empty, or takes what nobody reads: the next file that is opened would else be it. Names
    from standard input that are no text are names of nothing; a character that the terminal has not is escaped.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - open to the end
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def drop_output() -> None:
    """From here on standard output takes what nobody reads: what is left of it cannot be written where it belongs."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say_warnings() -> None:
    """From here on what adtrace logs, a case's new key, stands on stderr as its errors do."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("adtrace: %(message)s"))
    logging.getLogger("adtrace").addHandler(handler)


def shown(text: str) -> str:
    """What a page, a list or an id says, safe in any terminal, with no host a link."""
    from adtrace.names import defang, display

    return defang(display(text))


def json_line(found: object) -> str:
    """A struct as one line of JSON, all ASCII: nothing that a page or a list says can steer the terminal."""
    import json

    import msgspec

    return json.dumps(msgspec.to_builtins(found, enc_hook=str))


def names_given(*words: str) -> list[str]:
    """The names, with those of standard input, one a line, where `-` stands; a defanged one as it was."""
    from adtrace.names import refang

    given = (name for word in words for name in (sys.stdin if word == "-" else [word]))
    return [refang(name) for line in given if (name := line.strip())]


def fold(line: str) -> list[str]:
    """The line in as many as the terminal's width asks for, 80 in a pipe; those behind the first are set in.

    No word is cut: a path or an id can be copied whole.
    """
    columns = shutil.get_terminal_size().columns
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(
        line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def echo_folded(write: "Callable[[Console], None]") -> None:
    """Print what write puts on a console, without the blanks that fill its lines; no markup, no emoji is read."""
    from rich.console import Console

    console = Console(markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        write(console)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())
