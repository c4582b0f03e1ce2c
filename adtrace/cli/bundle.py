"""adtrace bundle: all that one reader gets of a case, in one folder or one encrypted file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from adtrace.cli.export import format_option, labels_of, leaving_options
from adtrace.cli.options import examples
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.export import Terms


@click.command(
    "bundle",
    epilog=examples(
        "adtrace bundle mycase --audience taskforce -o for-taskforce",
        "adtrace bundle mycase --audience taskforce -o t.age --recipient age1…",
    ),
)
@click.argument("case", metavar="CASE")
@click.option(
    "--audience",
    "--for",
    "whom",
    metavar="WHOM",
    required=True,
    help="investigator (in clear), taskforce (pseudonyms), network:ID or brand:DOMAIN (its confirmed rows).",
)
@click.option(
    "-o", "--output", metavar="DIR|FILE.age", required=True, help="A folder, or one encrypted file."
)
@click.option(
    "--recipient",
    "recipients",
    metavar="KEY",
    multiple=True,
    help="Who can open FILE.age: a key age1…, or an SSH public key; repeatable.",
)
@format_option
@leaving_options
def command(
    case: str,
    whom: str,
    output: str,
    recipients: tuple[str, ...],
    formats: tuple[str, ...],
    terms: "Terms",
) -> None:
    """Write all that one reader gets of CASE. Report, tables, methodology, data dictionary, manifest, proof, verifier.

    The case is verified first: a damaged one yields nothing. What leaves is recorded in its ledger.
    """
    from adtrace.case import Case
    from adtrace.export import read_reader
    from adtrace.export.bundle import DEFAULT_FORMATS, write_bundle
    from adtrace.names import refang
    from adtrace.report.write import make_page

    reader = read_reader(refang(whom))
    with Case.open(case, write=True) as opened:
        manifest = write_bundle(
            opened,
            Path(output),
            reader,
            make_page,
            recipients=recipients,
            formats=formats or DEFAULT_FORMATS,
            terms=terms,
        )
    click.echo(
        f"{output}: {count(len(manifest.files), 'file')} for {reader.words} ({labels_of(manifest)}).",
        err=True,
    )
