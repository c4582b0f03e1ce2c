"""Every help says in whole sentences what a command does, at the width of a terminal, and shows how it is called."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from adtrace.cli import cli

GROUPS = ((), ("case",), ("brands",), ("notice",), ("knowledge",))


def commands(
    group: click.Group = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, by the words it is called with."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))
        else:
            yield (*path, name), found


COMMANDS = dict(commands())


def help_of(words: tuple[str, ...]) -> str:
    """As in a terminal of 80 columns, of which click leaves two free."""
    return CliRunner().invoke(cli, [*words, "--help"], terminal_width=78).stdout


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: "-".join(group) or "adtrace")
def test_a_list_of_commands_cuts_no_sentence(group: tuple[str, ...]) -> None:
    """The first sentence of a command's help is short enough to stand in the list."""
    lines = help_of(group).split("Commands:")[1]
    cut = [line for line in lines.splitlines() if line.endswith("...")]
    assert not cut


def test_the_groups_are_all_there_are() -> None:
    """A new group is looked at too."""
    assert {path[:-1] for path in COMMANDS} == set(GROUPS)


@pytest.mark.parametrize("path", COMMANDS, ids="-".join)
def test_a_help_fits_and_says_what_each_option_is(path: tuple[str, ...]) -> None:
    """Of groups too, which the README's test does not open."""
    wide = [line for line in help_of(path).splitlines() if len(line) > 80]
    assert not wide
    unsaid = [one.opts for one in COMMANDS[path].params if isinstance(one, click.Option) and not one.help]
    assert not unsaid


@pytest.mark.parametrize("path", COMMANDS, ids="-".join)
def test_the_examples_of_a_help_can_be_called_so(path: tuple[str, ...]) -> None:
    """Their arguments and options are the command's own, and its values are of their kind."""
    lines = [line.strip() for line in help_of(path).partition("Examples:\n")[2].splitlines() if line]
    own = [words for line in lines if (words := _called(line)) and tuple(words[: len(path)]) == path]
    assert len(own) == len(lines)
    assert own
    for words in own:
        command = COMMANDS[path]
        context = click.Context(command, info_name=path[-1])
        command.make_parser(context).parse_args(words[len(path) :])
        for option in (one for one in command.params if one.required and isinstance(one, click.Option)):
            assert {*option.opts} & {*words}, f"{words} leaves out {option.opts}"


def _called(line: str) -> list[str]:
    """The words behind the last `adtrace` of a line, without what the shell takes for itself."""
    return shlex.split(re.sub(r" [<>]\S+", "", line.rpartition("adtrace ")[2]))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("trcae",), "trace"),
        (("notice", "drft"), "draft"),
        (("verify", "case", "--pubkeys", "x"), "--pubkey"),
    ],
)
def test_a_word_that_is_written_wrong_is_answered_with_the_right_one(
    words: tuple[str, ...], meant: str
) -> None:
    """Commands, commands of a group, options."""
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 2
    assert meant in done.stderr.partition("Did you mean")[2]
