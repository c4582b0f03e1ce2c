"""adtrace verify: whether a case, and what was exported from it, is what was written."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from adtrace.case.notes import Note, PublicKey


@click.command()
@click.argument("case", metavar="CASE")
@click.option(
    "--pubkey",
    "pubkeys",
    metavar="KEY|FILE",
    multiple=True,
    help="Count the signatures of this key alone: its line NAME+ID+KEY, or a file of such lines; repeatable.",
)
@click.option(
    "--checkpoint",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help="A checkpoint you kept outside: tells whether the case was rolled back or written anew since.",
)
@click.option(
    "--tsa",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Count timestamps of authorities under these root certificates (PEM) alone.",
)
@click.option(
    "--export",
    "exports",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder exported from this case: compare its files with their manifest and record; repeatable.",
)
@click.option(
    "--rebuild-links", is_flag=True, help="First derive the links cache anew from the sealed sightings."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    case: str,
    pubkeys: tuple[str, ...],
    checkpoint: Path | None,
    tsa: Path | None,
    exports: tuple[Path, ...],
    rebuild_links: bool,
    as_json: bool,
) -> None:
    """Check every record, signature, table and page of CASE; exit code 4 names the first bad record."""
    import msgspec

    from adtrace.case import Case
    from adtrace.case.exported import check_export
    from adtrace.case.timestamps import read_roots
    from adtrace.errors import IntegrityError
    from adtrace.names import display
    from adtrace.relate.links import links_of

    keys = [key for given in pubkeys for key in _keys(given)]
    outside = _note(checkpoint) if checkpoint else None
    roots = read_roots(tsa.read_bytes()) if tsa else []
    try:
        if rebuild_links:
            with Case.open(case, write=True) as opened, opened.transaction():
                opened.rebuild_links(links_of)
        with Case.open(case) as opened, opened.snapshot():
            found = opened.verify(links_of, keys=keys, outside=outside, roots=roots)
            checked = [check_export(opened, folder) for folder in exports]
            seal = opened.seal_summary(found)
    except IntegrityError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"intact": False, "what": error.what, "where": error.where, "do": error.do}))
        sys.exit(error.exit_code)
    if as_json:
        said = {
            "intact": True,
            **msgspec.to_builtins(found),
            "checkpoint": seal.checkpoint,
            "exports": checked,
        }
        click.echo(json.dumps(said))
        return
    kinds = ", ".join(f"{number} {kind}" for kind, number in found.records.items())
    click.echo(f"Intact: {found.total} records ({kinds}),")
    click.echo(f"{found.skeletons} skeletons, {found.sightings} sightings, {found.links} links.")
    if found.open_decisions:
        click.echo(f"{found.open_decisions} allowed requests have no outcome yet; the next run closes them.")
    if found.clock_back:
        click.echo(
            f"The clock went back {len(found.clock_back)} times, first before record {found.clock_back[0]}:"
            " the order of records holds, their times may not."
        )
    for one in found.merged:
        click.echo(
            f"Of the merged case {one.case}: {one.records} records, last {one.head}, whole as they were taken."
        )
    for deletion in found.deletions:
        click.echo(display(deletion.sentence))
    for sentence in seal.sentences:
        click.echo(display(sentence))
    if outside:
        click.echo(
            f"The checkpoint given covers records 1 to {outside.checkpoint.size}: they are the same here."
        )
    for folder, files in zip(exports, checked, strict=True):
        click.echo(f"{folder}: {files} files are as they were exported.")
    click.echo(f"Last record: {found.total} {found.head}. Keep a copy of this line outside the case.")


def _keys(given: str) -> "list[PublicKey]":
    """The keys that an option names: one in a line, or those of a file."""
    from adtrace.case.notes import read_key

    lines = Path(given).read_text("utf-8").split() if Path(given).is_file() else [given]
    return [read_key(line) for line in lines]


def _note(file: Path) -> "Note":
    from adtrace.case.notes import read_note

    return read_note(sys.stdin.read() if str(file) == "-" else file.read_text("utf-8"))
