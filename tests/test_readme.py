"""What the README shows is what happens."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from adtrace.cli import COMMANDS, cli

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.M | re.S)


def shown(block: str) -> list[tuple[str, str]]:
    """(command, output) pairs of a console block."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def pattern(output: str) -> str:
    """The shown output as a pattern: `…` is any text of one line, alone on a line any lines."""
    lines = output.splitlines(keepends=True)
    return "".join(
        r"(?:.*\n)*" if line == "…\n" else ".*".join(map(re.escape, line.split("…"))) for line in lines
    )


@pytest.mark.timeout(900)  # some twenty commands, on a machine that may be busy
def test_console_blocks_show_what_happens(tmp_path: Path) -> None:
    """Each command of the README, in order, in one folder, prints what the README says."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    for command, output in (pair for block in BLOCKS for pair in shown(block)):
        run = subprocess.run(
            ["bash", "-c", f"{command} 2>&1"], cwd=tmp_path, env={"PATH": path, "HOME": str(tmp_path)},
            capture_output=True, text=True,
        )  # fmt: skip
        assert re.fullmatch(pattern(output), run.stdout), f"$ {command}\n{run.stdout}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_its_line_in_the_readme(name: str) -> None:
    """No command is undocumented."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    assert f"| `adtrace {name}" in README
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts}"


def test_help_is_quick_to_import() -> None:
    """`adtrace --help` loads no command's heavy libraries."""
    code = (
        "import sys, adtrace.cli as c; c.cli.main(['--help'], standalone_mode=False);"
        "print([m for m in ('pandas', 'scrapy', 'networkx', 'rich') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"
