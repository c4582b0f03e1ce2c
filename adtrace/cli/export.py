"""adtrace export: tables and graph of a case as files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.export import Audience

# Named here and not taken from the library, so that --help does not load it; a test compares them.
TABLES = ("domains", "networks", "accounts", "brands", "sightings", "captures", "refusals", "links", "graph")
FORMATS = ("csv", "jsonl", "graphml", "gexf")
_FOR_GRAPH = ("graphml", "gexf")


@click.command("export")
@click.argument("case", metavar="CASE")
@click.option("--table", "tables", multiple=True, type=click.Choice(TABLES), help="Which; repeatable.")
@click.option("--all", "everything", is_flag=True, help="Every table and the graph.")
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Repeatable. [default: csv; gexf]"
)
@click.option(
    "--audience",
    type=click.Choice(["investigator", "taskforce"]),
    default="taskforce",
    show_default=True,
    help="Whose eyes it is for: domains and ids in clear, or as keyed pseudonyms.",
)
@click.option(
    "-o", "--output", metavar="DIR|-", help="A folder, or standard output. [default: CASE/exports/AUDIENCE]"
)
def command(
    case: str,
    tables: tuple[str, ...],
    formats: tuple[str, ...],
    audience: str,
    output: str | None,
    *,
    everything: bool,
) -> None:
    """Write tables (csv, jsonl) and the graph (graphml, gexf) of CASE, with manifest.json beside them.

    The case is verified first: a damaged one yields nothing. What leaves is recorded in its ledger.
    """
    if everything == bool(tables):
        raise UsageError("What shall be exported?", do="Give --table NAME, or --all.")
    parts = _parts(TABLES if everything else tables, formats)
    from adtrace.case import Case
    from adtrace.export import write_files, write_stream

    whom = cast("Audience", audience)
    if output == "-":
        if len(parts) != 1:
            raise UsageError(
                "Standard output takes one table in one format.", do="Give a folder with -o DIR."
            )
        with Case.open(case, write=True) as opened:
            write_stream(opened, *parts[0], sys.stdout.buffer, whom)
        return
    folder = Path(output) if output else Path(case) / "exports" / audience
    with Case.open(case, write=True) as opened:
        manifest = write_files(opened, folder, parts, whom)
    click.echo(f"{len(manifest.files)} files for the {audience} in {folder}.", err=True)


def _parts(tables: tuple[str, ...], formats: tuple[str, ...]) -> list[tuple[str, str]]:
    """The (table, format) pairs meant: each table in every format that can hold it."""
    parts = []
    for table in dict.fromkeys(tables):
        fitting = [form for form in formats if (form in _FOR_GRAPH) == (table == "graph")]
        if not fitting and formats and len(tables) == 1:
            raise UsageError(
                f"{formats[0]} cannot hold {table}.",
                do="Give csv or jsonl for tables, graphml or gexf for the graph.",
            )
        parts += [(table, form) for form in fitting or (["gexf"] if table == "graph" else ["csv"])]
    return parts
