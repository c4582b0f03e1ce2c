"""adtrace doctor: whether adtrace keeps its promises on this machine."""

import sys

import click

from adtrace.cli.options import examples, json_option


@click.command(epilog=examples("adtrace doctor", "adtrace doctor mycase --json"))
@click.argument("case", metavar="[CASE]", required=False)
@json_option
def command(case: str | None, as_json: bool) -> None:
    """Test what this installation promises, on this machine.

    Settings, permissions, and disguised media served on loopback. Nothing outside is contacted. With CASE its
    files are looked at too and the result is noted in it. Exit code 1: something is weaker than it must be, and
    nothing is certified.
    """
    from pathlib import Path

    import msgspec

    from adtrace.case import Case
    from adtrace.doctor import examine

    if case:
        Case.open(case).close()  # a folder that is no case is told before the long part
    found = examine(Path(case) if case else None)
    if case:
        with Case.open(case, write=True) as opened, opened.transaction():
            opened.append("note", {"event": "doctor", **msgspec.to_builtins(found)})
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    else:
        for line in found.lines():
            click.echo(line)
    if not found.certified:
        sys.exit(1)
