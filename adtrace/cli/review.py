"""adtrace review: what people judged of what was found."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from adtrace.cli.options import examples
from adtrace.cli.terminal import json_line, names_given, shown
from adtrace.errors import UsageError
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.case.reviews import Judgement
    from adtrace.export.row_lookup import RowLookup
    from adtrace.review_sheet import Judged, Waiting


@click.command(
    epilog=examples(
        "adtrace review mycase",
        "adtrace review mycase --sheet >sheet.csv",
        'adtrace review mycase --from sheet.csv --role "reviewer 2"',
        'adtrace review mycase sighting-7 --confirm --reason "tag seen" --role lead',
    )
)
@click.argument("case", metavar="CASE")
@click.argument("ids", metavar="[ID…|-]", nargs=-1)
@click.option("--confirm", "judgement", flag_value="confirmed", help="It is what the row says.")
@click.option("--reject", "judgement", flag_value="rejected", help="It is not: it leaves every later table.")
@click.option("--second-look", "judgement", flag_value="second_look", help="Somebody else shall judge.")
@click.option("--reason", metavar="TEXT", help="Why; with --from for the lines that give none.")
@click.option("--role", metavar="ROLE", help="As whom you judge: a role or pseudonym.")
@click.option(
    "--from",
    "sheet",
    metavar="FILE|-",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help="Read judgements from a CSV with the columns row, judgement, reason.",
)
@click.option("--sheet", "as_sheet", is_flag=True, help="What awaits review as such a CSV, to be filled in.")
@click.option("--json", "as_json", is_flag=True, help="What awaits review, one JSON object a line.")
def command(
    case: str,
    ids: tuple[str, ...],
    judgement: str | None,
    reason: str | None,
    role: str | None,
    sheet: Path | None,
    *,
    as_sheet: bool,
    as_json: bool,
) -> None:
    """List what awaits review in CASE, or judge it. Each judgement is a sealed record with reason and role.

    ID is a name in the column `row` of networks, accounts and brands, or the id of a sighting or a capture; - reads
    ids, one a line. The newest judgement counts, for the same fact on the same domain, also when it is found again.
    Exports for networks and brands hold confirmed rows only; what is rejected leaves every table.
    """
    from adtrace.case import Case
    from adtrace.export.row_lookup import RowLookup

    if not ids and sheet is None:
        if judgement:
            raise UsageError("What shall be judged?", do="Give ids, or --from FILE.")
        with Case.open(case) as opened, opened.snapshot():
            _list(RowLookup(opened), as_sheet=as_sheet, as_json=as_json)
        return
    if not role or (sheet is None and not (judgement and reason)) or (ids and sheet) or (judgement and sheet):
        raise UsageError(
            "a judgement needs its parts.",
            do="Give ids with one of --confirm, --reject, --second-look, --reason and --role; or --from with --role.",
        )
    with Case.open(case, write=True) as opened:
        judged = _read(sheet, reason) if sheet else _given(ids, cast("Judgement", judgement), str(reason))
        sightings = _judge(opened, judged, role)
    click.echo(f"{count(len(judged), 'row')} judged ({count(sightings, 'sighting')}).", err=True)


def _judge(case: "Case", judged: "list[Judged]", role: str) -> int:
    """Record these judgements; how many sightings they are of."""
    from adtrace.export.row_lookup import RowLookup
    from adtrace.relate.links import links_of

    lookup = RowLookup(case)
    # All are found before the first is written: a wrong line leaves nothing half done.
    together: dict[tuple[Judgement, str], set[int]] = {}
    for one in judged:
        together.setdefault((one.judgement, one.reason), set()).update(lookup.sightings(one.row))
    with case.transaction():
        for (judgement, reason), sightings in together.items():
            case.review(sightings, judgement, reason=reason, role=role, links=links_of)
    return sum(map(len, together.values()))


def _given(ids: tuple[str, ...], judgement: "Judgement", reason: str) -> "list[Judged]":
    from adtrace.review_sheet import Judged

    return [Judged(name, judgement, reason) for name in dict.fromkeys(names_given(*ids))]


def _read(sheet: Path, reason: str | None) -> "list[Judged]":
    from adtrace.review_sheet import read_sheet

    if str(sheet) == "-":
        return read_sheet(sys.stdin.buffer, name="stdin", reason=reason)
    with sheet.open("rb") as stream:
        return read_sheet(stream, name=sheet.name, reason=reason)


def _list(lookup: "RowLookup", *, as_sheet: bool, as_json: bool) -> None:
    from adtrace.review_sheet import awaiting, write_sheet

    waiting = list(awaiting(lookup))
    if as_sheet:
        write_sheet(waiting, sys.stdout)
        return
    for one in waiting:
        click.echo(json_line(one) if as_json else _line(one))
    if not as_json:
        second = sum(bool(one.second_look) for one in waiting)
        click.echo(f"{count(len(waiting), 'row')} awaiting review, {second} of them a second look.", err=True)


def _line(one: "Waiting") -> str:
    second = f", {one.second_look} for a second look" if one.second_look else ""
    counts = f"{one.waiting} of {one.sightings} not judged{second}"
    return "\t".join(shown(text) for text in (one.row, one.domain, one.what, one.evidence, counts))
