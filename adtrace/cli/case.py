"""adtrace case: make a case, and see and add what authorities have confirmed."""

import json
from typing import TYPE_CHECKING, Literal

import click

from adtrace.cli import case_encrypt, case_keep, case_seal
from adtrace.cli.options import examples, json_lines_option, json_option
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.case import EntryRow

_case = click.argument("case", metavar="CASE")


@click.group()
def command() -> None:
    """Make a case, add to its list, sign, keep and end it. Nothing is contacted."""


for _more in (
    case_seal.checkpoint,
    case_seal.sign,
    case_seal.key,
    case_seal.timestamp,
    case_keep.retain,
    case_keep.hold,
    case_keep.close,
    case_keep.delete,
    case_keep.compact,
    case_encrypt.encrypt,
    case_encrypt.decrypt,
):
    command.add_command(_more)


@command.command(epilog=examples('adtrace case new mycase --operator "unit 7" --purpose "list of May"'))
@_case
@click.option("--operator", required=True, metavar="ROLE", help="Who answers for it: a role or pseudonym.")
@click.option("--purpose", required=True, metavar="TEXT", help="What the investigation is for.")
@click.option(
    "--stale-after",
    default=90,
    show_default=True,
    metavar="DAYS",
    type=click.IntRange(1),
    help="Days after which a confirmation is marked stale; the entry stays active.",
)
@click.option(
    "--facts",
    multiple=True,
    metavar="CATEGORY",
    help="A category of which only facts are kept, no text; repeatable.",
)
def new(case: str, operator: str, purpose: str, stale_after: int, facts: tuple[str, ...]) -> None:
    """Make the folder CASE with an empty case in it."""
    from adtrace.case import Case, Limits

    with Case.create(case, operator=operator, purpose=purpose, limits=Limits(stale_after, facts)) as made:
        click.echo(f"Case {made.short} made.", err=True)


@command.command(
    epilog=examples(
        "adtrace case add mycase list.csv", "adtrace case add mycase - --format jsonl <list.jsonl"
    )
)
@_case
@click.argument("list_file", metavar="LIST|-")
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonl"]), help="[default: as its name or its text says]"
)
@click.option(
    "--as-given",
    is_flag=True,
    help="What LIST leaves out becomes its default: may lift a hold or widen a label.",
)
def add(case: str, list_file: str, form: Literal["csv", "jsonl"] | None, *, as_given: bool) -> None:
    """Add the entries of LIST, CSV or JSON lines. All or, if one line is wrong, none.

    What the case holds already is not added twice; an entry that says something new is updated, and keeps what the
    case has where LIST leaves a column out or at its default.
    """
    from adtrace.case import Case, read_list_file

    with Case.open(case, write=True) as opened:
        read = read_list_file(list_file, format=form, facts_categories=opened.limits.facts_categories)
        known = {row.seq for row in opened.entries()}
        before = opened.seq
        with opened.transaction():
            numbers = opened.add_entries(read.entries, as_given=as_given)
        added = sum(number not in known for number in numbers)
        written = opened.rows("SELECT count(*) FROM ledger WHERE type = 'entry' AND seq > ?", (before,))
        updated = next(written)[0] - added
    click.echo(f"{added} added, {updated} updated, {len(numbers) - added - updated} known already.", err=True)
    for default in read.defaults:
        click.echo(f"  {default}", err=True)


@command.command(epilog=examples('adtrace case merge may june -o both --operator lead --purpose "one graph"'))
@click.argument("cases", metavar="CASE CASE…", nargs=-1, required=True)
@click.option("-o", "--output", "new_case", metavar="CASE", required=True, help="The folder of the new case.")
@click.option("--operator", required=True, metavar="ROLE", help="Who answers for it: a role or pseudonym.")
@click.option("--purpose", required=True, metavar="TEXT", help="What it is for.")
def merge(cases: tuple[str, ...], new_case: str, operator: str, purpose: str) -> None:
    """Make one case of several, for one graph. Each keeps its chain, its signatures and its ids, and stays as it is.

    The new case judges, exports and deletes; it contacts nothing: that goes on in the cases themselves.
    """
    from adtrace.case.merging import merge_cases
    from adtrace.relate.links import links_of

    with merge_cases(new_case, cases, operator=operator, purpose=purpose, links=links_of) as made:
        counts = ", ".join(f"{count(one.records, 'record')} of {one.case[:8]}" for one in made.merged)
        click.echo(f"Case {made.short} made of {counts}.", err=True)


@command.command("list", epilog=examples("adtrace case list mycase --status hold"))
@_case
@click.option("--status", type=click.Choice(["active", "hold", "expired", "withdrawn"]), help="Only these.")
@json_lines_option
def list_entries(case: str, status: str | None, as_json: bool) -> None:
    """The entries of CASE with their status. Only active ones are ever contacted."""
    from adtrace.case import Case

    with Case.open(case) as opened:
        rows = [row for row in opened.entries() if status in (None, row.status)]
    if as_json:
        for row in rows:
            click.echo(_json_line(row))
    elif rows:
        click.echo(_table(rows))


@command.command(epilog=examples("adtrace case show mycase"))
@_case
@json_option
def show(case: str, as_json: bool) -> None:
    """What CASE is and holds, in counts."""
    from adtrace.case import Case
    from adtrace.names import display

    with Case.open(case) as opened:
        opening = opened.opening
        counts = {
            row["type"]: row["n"]
            for row in opened.rows("SELECT type, count(*) AS n FROM ledger GROUP BY type")
        }
        said: dict[str, object] = {
            "case": opened.id,
            "operator": opening.operator,
            "purpose": opening.purpose,
            "stale_after_days": opening.limits.stale_after_days,
            "facts_categories": list(opening.limits.facts_categories),
            "made_with": opening.tool,
            "records": counts,
            "entries": _by_status(opened.entries()),
            "keeping": opened.retention().sentences,
            "deleted": [one.sentence for one in opened.deletions()],
            "sightings": next(opened.rows("SELECT count(*) AS n FROM current_sightings"))["n"],
        }
    if as_json:
        click.echo(json.dumps(said))
        return
    for name, value in said.items():
        if isinstance(value, dict):
            value = ", ".join(f"{number} {key}" for key, number in value.items())
        elif isinstance(value, list):
            value = ", ".join(value)
        click.echo(f"{name.replace('_', ' '):18}{display(str(value)) or 'none'}")


def _by_status(rows: "list[EntryRow]") -> dict[str, int]:
    found = {"active": 0, "hold": 0, "expired": 0, "withdrawn": 0, "stale": 0}
    for row in rows:
        found[row.status] += 1
        found["stale"] += row.stale and row.status == "active"
    return found


def _json_line(row: "EntryRow") -> str:
    import msgspec

    fields = msgspec.to_builtins(row)
    # Escaped to ASCII: nothing in a list can steer the terminal that shows it.
    return json.dumps({"number": fields.pop("seq"), **fields.pop("entry"), **fields})


def _table(rows: "list[EntryRow]") -> str:
    from adtrace.names import defang, display

    lines = [("no.", "status", "confirmed", "handling", "scope", "authority, reference")]
    for row in rows:
        entry = row.entry
        confirmed = f"{entry.confirmed_at or 'no date'}{' (stale)' if row.stale else ''}"
        scope = defang(entry.scope) + (" with subdomains" if entry.include_subdomains else "")
        origin = display(f"{entry.authority}, {entry.reference}")
        lines.append((str(row.seq), row.status, confirmed, entry.handling, scope, origin))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
