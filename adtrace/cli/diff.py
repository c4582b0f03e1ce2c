"""adtrace diff: what newer knowledge, or a later run, says otherwise."""

import json
import re
from typing import TYPE_CHECKING

import click

from adtrace.cli.options import examples, json_lines_option
from adtrace.cli.terminal import json_line, shown
from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.case.differences import Difference


@click.command(epilog=examples("adtrace diff mycase", "adtrace diff mycase --runs before last"))
@click.argument("case", metavar="CASE")
@click.option(
    "--runs",
    nargs=2,
    metavar="FIRST SECOND",
    help="Compare two runs instead, by number or id; `last` and `before` are the two newest.",
)
@json_lines_option
def command(case: str, runs: tuple[str, str] | None, *, as_json: bool) -> None:
    """What newer cards changed in CASE, or a later run. By default what `adtrace extract CASE` made of the same texts.

    A line each: added, gone or changed (the same place now says something else). Between two runs also unobserved:
    the later run could not read such a document there, so that it says nothing about it. Nothing is written.
    """
    from adtrace.case import Case
    from adtrace.case.differences import compare_generations, compare_runs

    with Case.open(case) as opened, opened.snapshot():
        if runs:
            known = [row["seq"] for row in opened.rows("SELECT seq FROM runs ORDER BY seq")]
            first, second = (_run(name, known, opened.short) for name in runs)
            found = compare_runs(opened, first, second)
        else:
            found = compare_generations(opened)
        counts = {"added": 0, "gone": 0, "changed": 0, "unobserved": 0}
        for one in found:
            counts[one.change] += 1
            click.echo(json_line(one) if as_json else _line(one))
    if not as_json:
        said = ", ".join(
            f"{number} {name}" for name, number in counts.items() if number or name != "unobserved"
        )
        click.echo(f"{said}.", err=True)


def _run(name: str, known: list[int], short: str) -> int:
    """The number of the run that a word, a number or an id names."""
    words = dict(zip(("last", "before"), reversed(known), strict=False))
    if name in words:
        return words[name]
    found = re.fullmatch(rf"(?:(?:{short}-)?note-)?(\d+)", name)
    if not found:
        raise UsageError(
            f'"{name[:40]}" is no run of this case.',
            do=f"Give two of: {', '.join(map(str, known)) or 'none'}.",
        )
    return int(found[1])


def _line(one: "Difference") -> str:
    changes = "; ".join(f"{name}: {_said(old)} → {_said(new)}" for name, (old, new) in one.fields.items())
    ids = " → ".join(name for name in (one.before, one.after) if name)
    words = (one.change, one.domain, one.kind, one.what, ids, changes)
    return "\t".join(shown(word) for word in words if word)


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
