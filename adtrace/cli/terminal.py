"""What a command prints for people, folded to the width of their terminal (80 where there is none)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console


def echo_folded(write: "Callable[[Console], None]") -> None:
    """Print what write puts on a console, without the blanks that fill its lines; no markup, no emoji is read."""
    from rich.console import Console

    console = Console(markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        write(console)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())
