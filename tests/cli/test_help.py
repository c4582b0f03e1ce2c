"""Every list of commands says in whole sentences what each does, at the width of a terminal."""

import click
import pytest
from click.testing import CliRunner

from adtrace.cli import cli

GROUPS = ((), ("case",), ("brands",), ("notice",), ("knowledge",))


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: "-".join(group) or "adtrace")
def test_a_list_of_commands_cuts_no_sentence(group: tuple[str, ...]) -> None:
    """The first sentence of a command's help is short enough to stand in the list."""
    lines = CliRunner().invoke(cli, [*group, "--help"], terminal_width=80).stdout.split("Commands:")[1]
    cut = [line for line in lines.splitlines() if line.endswith("...")]
    assert not cut


def test_the_groups_are_all_there_are() -> None:
    """A new group is looked at too."""
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    assert {(name,) for name, one in commands.items() if isinstance(one, click.Group)} == set(GROUPS[1:])
