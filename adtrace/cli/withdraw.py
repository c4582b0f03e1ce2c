"""adtrace withdraw: take back an entry or a row, and tell everybody who was given it."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adtrace.cli.entry_names import entry_number
from adtrace.cli.options import examples
from adtrace.cli.terminal import names_given, shown
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.withdrawal import Withdrawal

_ROW = re.compile(r"(?:[0-9a-f]{8}-)?(?:sighting|outcome|network|account|brand|link)-[0-9a-f]+")


@click.command(epilog=examples('adtrace withdraw mycase clip.example --reason "not confirmed" --role lead'))
@click.argument("case", metavar="CASE")
@click.argument("ids", metavar="ID…|-", nargs=-1, required=True)
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands in the corrections.")
@click.option("--role", required=True, metavar="ROLE", help="As whom you withdraw: a role or pseudonym.")
@click.option("-o", "--output", metavar="DIR", help="Where corrections go. [default: CASE/corrections]")
@click.option(
    "--json", "as_json", is_flag=True, help="What was withdrawn and who had it, as one JSON object."
)
def command(
    case: str, ids: tuple[str, ...], reason: str, role: str, output: str | None, *, as_json: bool
) -> None:
    """Withdraw entries or rows of CASE. Entries whose confirmation is gone, rows that are not what they said.

    ID is an entry (number or id of `adtrace case list`, a domain, a URL), or a row: a name in the column `row` of a
    table, the id of a sighting or a capture; - reads ids, one a line. A withdrawn entry is never contacted again. Both
    leave every later table and answer. Every export that carried them is named, and the text to send to whoever
    received it is written, in the words of that audience.
    """
    from adtrace.case import Case
    from adtrace.corrections import write_corrections
    from adtrace.withdrawal import withdraw

    named = names_given(*ids)
    rows = [name for name in named if _ROW.fullmatch(name)]
    with Case.open(case, write=True) as opened:
        entries = sorted({entry_number(opened, name) for name in named if not _ROW.fullmatch(name)})
        done = withdraw(opened, entries=entries, rows=rows, reason=reason, role=role)
        written = write_corrections(opened, done, Path(output or Path(case) / "corrections"))
        exports = [opened.public_id("export", one.seq) for one in done.exports]
    if as_json:
        click.echo(json.dumps(_as_dict(done, exports, written)))
        return
    what = count(len(done.entries), "entry", "entries") if done.entries else count(len(rows), "row")
    click.echo(f"{what} withdrawn ({count(len(done.sightings), 'sighting')}) by {done.record}.", err=True)
    for export, one in zip(exports, done.exports, strict=True):
        doubt = "" if one.is_known else " may have carried it"
        click.echo(f"{export}\t{shown(one.reader)}\t{one.time[:10]}\t{', '.join(one.files)}{doubt}")
    for path in written:
        click.echo(f"To send: {path}", err=True)
    if any(one.seq < 0 for one in done.exports):
        click.echo("Exports of a merged case are corrected there: withdraw the same in it.", err=True)
    if not exports:
        click.echo("No export carried it.", err=True)


def _as_dict(done: "Withdrawal", exports: list[str], written: list[Path]) -> dict[str, Any]:
    import msgspec

    said: dict[str, Any] = msgspec.to_builtins(done)
    for export, name in zip(said["exports"], exports, strict=True):
        export["id"] = name
    return {**said, "corrections": [str(path) for path in written]}
