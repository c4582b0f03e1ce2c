"""adtrace export: tables, graph and documents of a case as files."""

import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adtrace.cli.options import Command, examples, with_options
from adtrace.cli.terminal import shown
from adtrace.errors import UsageError
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.export import Manifest, Terms
    from adtrace.export.party import Reader

# Named here and not taken from the library, so that --help does not load it; a test compares them.
TABLES = ("domains", "networks", "accounts", "brands", "sightings", "captures", "refusals", "links", "graph")
FORMATS = (
    "csv", "jsonl", "parquet", "xlsx", "graphml", "gexf", "gephi", "stix", "misp", "ftm", "wacz", "datasette",
)  # fmt: skip
audience_option = click.option(
    "--audience",
    metavar="WHOM",
    default="taskforce",
    show_default=True,
    help="investigator (in clear), taskforce (pseudonyms), network:ID or brand:DOMAIN (its confirmed rows).",
)


format_option = click.option(
    "--format",
    "formats",
    metavar="FORMAT",
    multiple=True,
    type=click.Choice(FORMATS),
    help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}; repeatable. [default: csv, and gexf of the graph]",
)


permission_option = click.option(
    "--permission",
    metavar="TEXT",
    default="",
    help="Who of its source permitted it to go further than its TLP label, and when; recorded in the case.",
)


_LEAVING = (
    click.option(
        "--pap",
        type=click.Choice(("clear", "green", "amber", "red")),
        help="What may be done with it. [default: green for a network or brand, else amber]",
    ),
    permission_option,
    click.option(
        "--reveal", "reveals", is_flag=True, help="Listed domains in clear; needs --reason and --second."
    ),
    click.option("--reason", metavar="TEXT", default="", help="With --reveal: why; recorded in the case."),
    click.option(
        "--second", metavar="ROLE", default="", help="With --reveal: who agreed, as a role or pseudonym."
    ),
)


def leaving_options(command: Command) -> Command:
    """The options of commands that let something leave the case for others; they reach it together, as `terms`."""

    @wraps(command)
    def with_terms(
        *args: Any, pap: Any, permission: str, reason: str, second: str, reveals: bool, **more: Any
    ) -> Any:
        from adtrace.export import Reveal, Terms

        if (reason or second) and not reveals:
            raise UsageError("--reason and --second are of --reveal.", do="Give it as well, or none of them.")
        reveal = Reveal(reason, second) if reveals else None
        return command(*args, **more, terms=Terms(reveal, pap, permission))

    return with_options(with_terms, _LEAVING)


def labels_of(manifest: "Manifest") -> str:
    """How far what left may travel and what may be done with it, as commands say it."""
    return f"TLP:{manifest.tlp.upper()}, PAP:{manifest.pap.upper()}"


@click.command(
    "export",
    epilog=examples(
        "adtrace export mycase --all -o tables",
        "adtrace export mycase --table accounts -o - >accounts.csv",
        "adtrace export mycase --all --audience network:exoclick",
        "adtrace export mycase --resolve dom-2xk5ia",
    ),
)
@click.argument("case", metavar="CASE", required=False)
@click.option(
    "--table",
    "tables",
    metavar="TABLE",
    multiple=True,
    type=click.Choice(TABLES),
    help=f"{', '.join(TABLES[:-1])} or {TABLES[-1]}; repeatable.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Every table and the graph, as far as WHOM gets them."
)
@format_option
@audience_option
@click.option(
    "-o", "--output", metavar="DIR|-", help="A folder, or standard output. [default: CASE/exports/WHOM]"
)
@click.option(
    "--resolve",
    "stand_ins",
    metavar="NAME",
    multiple=True,
    help="Print what a stand-in of an export for WHOM stands for (dom-…, acc-…, rec-…); repeatable.",
)
@click.option(
    "--dictionary", is_flag=True, help="Print what every column of every table means, and for whom."
)
@leaving_options
def command(
    case: str | None,
    tables: tuple[str, ...],
    formats: tuple[str, ...],
    audience: str,
    output: str | None,
    stand_ins: tuple[str, ...],
    *,
    everything: bool,
    dictionary: bool,
    terms: "Terms",
) -> None:
    """Write tables, the graph and documents of CASE in many formats. With manifest.json beside them.

    csv, jsonl, parquet: a file a table. xlsx: one workbook. graphml, gexf, gephi: the graph. stix, misp, ftm: what
    was seen as objects and relations. wacz: the texts that were kept. datasette: words for `datasette case.db`.

    The case is verified first: a damaged one yields nothing. What leaves is recorded in its ledger.
    """
    if dictionary:
        from adtrace.export.dictionary import dictionary_text

        click.echo(dictionary_text(), nl=False)
        return
    if case is None:
        raise UsageError("which case?", do="Give its folder.")
    from adtrace.export import read_reader
    from adtrace.export.parts import choose
    from adtrace.names import refang

    reader = read_reader(refang(audience))
    if stand_ins:
        _resolve(case, reader, stand_ins)
    else:
        pairs = choose(reader.audience, tables, formats, everything=everything)
        _write(case, output, pairs, reader, terms)


def _resolve(case: str, reader: "Reader", stand_ins: tuple[str, ...]) -> None:
    from adtrace.case import Case
    from adtrace.export.resolving import resolve

    with Case.open(case) as opened, opened.snapshot():
        found = resolve(opened, reader, stand_ins)
    for name in stand_ins:
        click.echo(f"{shown(name)}\t{shown(found.get(name, 'stands for nothing here'))}")
    if len(found) < len(set(stand_ins)):
        raise click.exceptions.Exit(3)


def _write(
    case: str, output: str | None, pairs: list[tuple[str, str]], reader: "Reader", terms: "Terms"
) -> None:
    from adtrace.case import Case
    from adtrace.export import write_files, write_stream
    from adtrace.names import display

    if output == "-" and len(pairs) != 1:
        raise UsageError("Standard output takes one table in one format.", do="Give a folder with -o DIR.")
    with Case.open(case, write=True) as opened:
        if output == "-":
            write_stream(opened, *pairs[0], sys.stdout.buffer, reader, terms)
            return
        folder = Path(output) if output else _own_folder(Path(case), reader)
        manifest = write_files(opened, folder, pairs, reader, terms)
    files = count(len(manifest.files), "file")
    click.echo(f"{files} for {reader.words} in {display(str(folder))} ({labels_of(manifest)}).", err=True)


def _own_folder(case: Path, reader: "Reader") -> Path:
    """Where the case keeps what this reader gets.

    Raises:
        UsageError: a case from others leads elsewhere there, to a folder that is shared or holds files of those names.
    """
    exports = case / "exports"
    folder = exports / reader.folder
    for place in (exports, folder):
        if place.is_symlink():
            raise UsageError(
                "is a link: what leaves would stand elsewhere.", where=str(place), do="Give a folder with -o."
            )
    return folder
