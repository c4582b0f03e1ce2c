"""adtrace verify: whether a case, and what was exported from it, is what was written."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from adtrace.cli.options import examples, json_option
from adtrace.wording import count

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from adtrace.case.exported import CheckedExport
    from adtrace.case.notes import Note, PublicKey
    from adtrace.case.seal_summary import SealSummary
    from adtrace.case.verify import Verification


@click.command(
    epilog=examples(
        "adtrace verify mycase",
        "adtrace verify mycase --checkpoint kept.txt --pubkey key.txt",
        "adtrace verify mycase --export tables",
    )
)
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
@json_option
def command(
    case: str,
    pubkeys: tuple[str, ...],
    checkpoint: Path | None,
    tsa: Path | None,
    exports: tuple[Path, ...],
    rebuild_links: bool,
    as_json: bool,
) -> None:
    """Check every record, signature, table and page of CASE. Exit code 4 names the first bad record."""
    from adtrace.case.timestamps import read_roots
    from adtrace.errors import IntegrityError
    from adtrace.names import display

    keys = [key for given in pubkeys for key in _keys(given)]
    outside = _note(checkpoint) if checkpoint else None
    roots = read_roots(tsa.read_bytes()) if tsa else []
    if rebuild_links:
        _rebuild_links(case)
    try:
        found = _verify(case, keys, outside, roots, exports)
    except IntegrityError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"intact": False, "what": error.what, "where": error.where, "do": error.do}))
        sys.exit(error.exit_code)
    if as_json:
        click.echo(json.dumps({"intact": True, **found.as_json()}))
        return
    for line in found.lines(outside):
        click.echo(display(line))


class _Found(NamedTuple):
    """What verify found whole. exports: the folders, with what was found in each."""

    case: "Verification"
    seal: "SealSummary"
    exports: "dict[Path, CheckedExport]"

    def as_json(self) -> dict[str, Any]:
        """The figures, with the newest checkpoint."""
        import msgspec

        said = msgspec.to_builtins(self.case)
        exports = {
            "exports": [one.files for one in self.exports.values()],
            "strangers": [one.strangers for one in self.exports.values()],
        }
        return {**said, "checkpoint": self.seal.checkpoint, **exports}

    def lines(self, outside: "Note | None") -> Iterator[str]:
        """The same in sentences. outside: the checkpoint that was given, which the case fits."""
        case = self.case
        kinds = ", ".join(f"{number} {kind}" for kind, number in case.records.items())
        yield f"Intact: {count(case.total, 'record')} ({kinds}),"
        yield f"{count(case.skeletons, 'skeleton')}, {count(case.sightings, 'sighting')}, {count(case.links, 'link')}."
        if case.open_decisions:
            yield f"Without an outcome yet: {count(case.open_decisions, 'allowed request')}; the next run closes them."
        if case.clock_back:
            times, first = len(case.clock_back), case.clock_back[0]
            yield (
                f"The clock went back {count(times, 'time')}, first before record {first}: the order of records holds,"
                " their times may not."
            )
        for one in case.merged:
            yield (
                f"Of the merged case {one.case}: {count(one.records, 'record')}, last {one.head}, whole as they were"
                " taken."
            )
        yield from (deletion.sentence for deletion in case.deletions)
        yield from self.seal.sentences
        if outside:
            size = outside.checkpoint.size
            yield f"The checkpoint given covers records 1 to {size}: they are the same here."
        for folder, found in self.exports.items():
            yield f"{folder}: {count(found.files, 'file')} as exported."
            for name in found.strangers:
                yield f"{folder}: NOT PART OF IT, vouched for by nothing: {name}"
        yield f"Last record: {case.total} {case.head}. Keep a copy of this line outside the case."


def _verify(
    case: str,
    keys: "list[PublicKey]",
    outside: "Note | None",
    roots: "list[Certificate]",
    exports: tuple[Path, ...],
) -> _Found:
    from adtrace.case import Case
    from adtrace.case.exported import check_export
    from adtrace.relate.links import links_of

    with Case.open(case) as opened, opened.snapshot():
        found = opened.verify(links_of, keys=keys, outside=outside, roots=roots)
        checked = {folder: check_export(opened, folder) for folder in exports}
        return _Found(found, opened.seal_summary(found), checked)


def _rebuild_links(case: str) -> None:
    from adtrace.case import Case
    from adtrace.relate.links import links_of

    with Case.open(case, write=True) as opened, opened.transaction():
        opened.rebuild_links(links_of)


def _keys(given: str) -> "list[PublicKey]":
    """The keys that an option names: one in a line, or those of a file."""
    from adtrace.case.notes import read_key

    lines = _text(Path(given)).split() if Path(given).is_file() else [given]
    return [read_key(line) for line in lines]


def _note(file: Path) -> "Note":
    from adtrace.case.notes import read_note

    return read_note(sys.stdin.read() if str(file) == "-" else _text(file))


def _text(file: Path) -> str:
    return file.read_text("utf-8", "surrogateescape")  # what is no text is no key and no note
