"""adtrace extract: what saved pages hold, offline, without a case."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NotRequired, TypedDict

import click

from adtrace.cli.options import examples, json_lines_option
from adtrace.cli.terminal import shown
from adtrace.errors import ListError, UsageError
from adtrace.names import display, join_url, refang
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.extract.sighting import Extraction

_HEAD = 65536  # bytes by which a document's kind is told


class _Named(TypedDict):
    """A line of a manifest."""

    file: str
    url: NotRequired[str | None]


@click.command(
    "extract",
    epilog=examples(
        "adtrace extract saved/*.html",
        "adtrace extract page.html --url https://clip.example/ --json",
        "adtrace extract mycase",
    ),
)
@click.argument("paths", metavar="FILE…|-|CASE", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--url", metavar="URL", help="The http or https address the one FILE was saved from.")
@click.option(
    "--manifest",
    metavar="FILE|-",
    type=click.Path(path_type=Path, allow_dash=True),
    help='Files with their addresses: lines of {"file": …, "url": … or null}.',
)
@json_lines_option
def command(paths: tuple[Path, ...], url: str | None, manifest: Path | None, *, as_json: bool) -> int:
    """What saved pages hold, with its places. Networks, accounts, brands. Offline; - is standard input.

    A line each: kind, network, what was seen, kind of account, basis, state, certainty, place. A file without any
    prints nothing; one that is empty, no text or cannot be read is named on standard error, with exit code 3.

    CASE, a folder with case.db: its stored skeletons are read again with the cards of today.
    """
    import msgspec

    from adtrace.case.database import is_case

    if len(paths) == 1 and is_case(paths[0]):
        return _again(paths[0], as_json=as_json)
    jobs = _jobs(paths, url, manifest)
    if not jobs:
        raise UsageError("No file was named.", do="Give files, or --manifest FILE; - is standard input.")
    if not as_json:
        click.echo("No authority recorded: these files belong to no case.", err=True)
    code = 0
    for name, address in jobs:
        try:
            with _opened(name) as stream:
                result, fault = _read(stream, name, address)
        except OSError as error:
            fault = _not_read(error) + (" The other files go on." if len(jobs) > 1 else "")
        else:
            for sighting in result.sightings:
                click.echo(msgspec.json.encode(sighting) if as_json else _line(sighting))
        if fault:
            click.echo(f"{display(name)}: {fault}", err=True)
            code = 3
    return code


def _not_read(error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return "is a folder. Give its files: FOLDER/*."
    return f"{error.strerror}. Give a file that can be read."


def _jobs(paths: tuple[Path, ...], url: str | None, manifest: Path | None) -> list[tuple[str, str | None]]:
    from adtrace.case.list_faults import Faults

    if url and len(paths) != 1:
        raise UsageError("--url goes with one FILE.", do="For several files use --manifest.")
    jobs = [(str(path), _address(url)) for path in paths]
    if manifest is None:
        return jobs
    try:
        text = (sys.stdin.buffer.read() if str(manifest) == "-" else manifest.read_bytes()).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot be read ({error}).", where=str(manifest), do="Give the manifest, in UTF-8."
        ) from None
    faults = Faults(str(manifest))
    for number, line in enumerate(text.split("\n"), 1):
        with faults.gathered(f"{manifest}, line {number}"):
            if line.strip():
                jobs.append(_named(line))
    faults.refuse()
    return jobs


def _named(line: str) -> tuple[str, str | None]:
    """The file that a line of a manifest names, and its address.

    Raises:
        ListError: it names none, or an address that is none.
    """
    import msgspec

    try:
        row = msgspec.json.decode(line, type=_Named)
    except msgspec.DecodeError:
        row = None
    if row is None or "\0" in row["file"]:
        raise ListError('not a line of {"file": …, "url": …}.', do="Mend the manifest.")
    return row["file"], _address(row.get("url"))


def _address(url: str | None) -> str | None:
    """The address a file was saved from, also if it was defanged; None if none is given.

    Raises:
        ListError: it is none, so that nothing on the page could be told from the page's own site.
    """
    plain = refang(url or "")
    if not plain:
        return None
    if plain.lower().startswith(("http://", "https://")) and join_url(None, plain):
        return plain
    what = f'"{plain[:80]}" is no http or https address.'
    raise ListError(what, do="Give the url whole, such as https://clip.example/a, or none.")


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """The file, to be read as often as needed; a pipe's is in memory whole.

    Raises:
        OSError: it cannot be read.
    """
    if name == "-":
        yield BytesIO(sys.stdin.buffer.read())
        return
    with Path(name).open("rb") as stream:
        yield stream if stream.seekable() else BytesIO(stream.read())


def _read(stream: BinaryIO, name: str, address: str | None) -> "tuple[Extraction, str]":
    """What the document holds, and why that may not be all of it ("" if it is); in memory unless a sellers.json."""
    from adtrace.extract.document import extract_page
    from adtrace.extract.document_kind import document_kind
    from adtrace.extract.wide import wide_encoding
    from adtrace.fetch.charset import decode_text

    head = stream.read(_HEAD)
    wide = wide_encoding(head[:4])
    text = head.decode(wide, "replace") if wide else decode_text(head, None)[1]
    kind = document_kind(text, name=name, url=address)
    stream.seek(0)
    body = stream if wide or kind == "sellers_json" else decode_text(stream.read(), None)[1]
    found = extract_page(body, url=address, source=name, kind=kind)
    if not head:
        return found, "is empty."
    if b"\0" in head and not wide and not found.sightings:
        return found, "is no text, and nothing was seen in it. Give a saved page, script or declaration."
    if found.parse_status != "complete":
        return found, f"read as far as it could be: {found.parse_status}."
    return found, ""


def _line(sighting: Any) -> str:
    what = sighting.account or sighting.brand or sighting.value[:80]
    words = (
        sighting.kind,
        sighting.network or "-",
        what,
        sighting.account_kind or "",
        sighting.basis,
        sighting.state,
    )
    return "\t".join(shown(str(word)) for word in (*words, sighting.certainty, sighting.locator.path))


def _again(path: Path, *, as_json: bool) -> int:
    import msgspec

    from adtrace.case import Case
    from adtrace.reextraction import extract_again

    with Case.open(path, write=True) as case:
        done = extract_again(case)
    if as_json:
        click.echo(msgspec.json.encode(done))
    else:
        click.echo(
            f"{count(done.read, 'capture')} read again: {count(done.sightings, 'sighting')}."
            f" {done.current} were read with these cards already; of {done.unkept} only facts were kept."
            " Older generations stay.\n"
            f"{done.inferred} lines are inferred from hosts that proved themselves elsewhere in the case."
        )
    return 0
