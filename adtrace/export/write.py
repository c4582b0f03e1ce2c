"""Files that leave a case: verified first, whole or not at all, on record before anyone can read them."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from adtrace.case.proofs import PROOF_FILES
from adtrace.errors import UsageError
from adtrace.export.audience import Audience
from adtrace.export.files import (
    checked_place,
    make_durable,
    make_folder,
    new_file,
    put_in_place,
    sha256_of,
    tell_of_unfinished,
)
from adtrace.export.manifest import MANIFEST, ExportedFile, Manifest, record_export
from adtrace.export.parts import Part, find_format, make_parts
from adtrace.export.party import Reader, as_reader, left_out
from adtrace.export.source import Source
from adtrace.export.terms import PLAIN, Terms
from adtrace.relate.collection import no_collection
from adtrace.relate.links import links_of

if TYPE_CHECKING:
    from adtrace.case import Case

_log = logging.getLogger(__name__)


def write_files(
    case: Case,
    folder: Path,
    parts: Sequence[tuple[str, str]],
    audience: Audience | Reader = "taskforce",
    terms: Terms = PLAIN,
) -> Manifest:
    """Write (table, format) pairs into a folder as TABLE.FORMAT, with manifest.json and its proof beside them.

    The proof is the signed checkpoint, what proves the records behind the rows, and a script that checks all of it.
    Files are 0600 and replace older ones of their name. "graph" is the table of graph formats, "case" of whole
    documents. The record of what leaves is committed before the files take their names: nothing is ever read that
    the ledger does not know of.

    Raises:
        UsageError: no such table, format or audience; a table in a graph format; or not for this audience.
        SharingError: a label does not allow it, and nobody permitted it.
        IntegrityError: the case is damaged; nothing is written.
        CaseError: the case is not open for writing, or the folder cannot be written.
    """
    made = make_parts(parts)
    reader = as_reader(audience)
    check_formats([form for _, form in parts], reader)
    return write_parts(open_source(case, reader, terms), folder, made)


def write_parts(source: Source, folder: Path, parts: Sequence[Part]) -> Manifest:
    """Write these files into a folder, as write_files() does; the source is open_source()'s."""
    make_folder(folder)
    folder = folder.resolve()
    tell_of_unfinished(folder)
    for name in (*(part.file for part in parts), *PROOF_FILES, MANIFEST):
        checked_place(folder / name)
    case = source.case
    with contextlib.ExitStack() as undo:
        made: list[tuple[Path, ExportedFile]] = []
        for part in parts:
            with new_file(folder, undo) as (path, stream), no_collection():
                rows = part.write(source, stream)
            made.append((path, _described(path, part, rows)))
        manifest, record = record_export(source, [described for _, described in made])
        named = [(written, described.file) for written, described in made]
        names = source.names
        proofs = case.proof_files(
            record, source.records, is_outside=names.is_outside, hides_list=not names.shows_domains
        )
        for name, content in {**proofs, MANIFEST: manifest.as_json()}.items():
            with new_file(folder, undo) as (path, stream):
                stream.write(content)
            named.append((path, name))
        for written, name in named:
            put_in_place(written, folder / name)
    make_durable(folder)
    return manifest


def write_stream(
    case: Case,
    table: str,
    form: str,
    stream: BinaryIO,
    audience: Audience | Reader = "taskforce",
    terms: Terms = PLAIN,
) -> Manifest:
    """Write one table, graph or document to a stream, with the same guarantees; its manifest is in the ledger alone.

    Raises:
        UsageError: as write_files(); or the format is several files.
    """
    parts = make_parts([(table, form)])
    if len(parts) != 1:
        raise UsageError(f"{form} is {len(parts)} files.", do="Give a folder with -o DIR.")
    reader = as_reader(audience)
    check_formats([form], reader)
    source = open_source(case, reader, terms)
    # In the case's own folder: what it holds lies nowhere else, not even for a moment.
    with contextlib.ExitStack() as undo:
        with new_file(case.path, undo) as (path, written), no_collection():
            rows = parts[0].write(source, written)
        manifest, _ = record_export(source, [_described(path, parts[0], rows, "-")])
        with path.open("rb") as whole:
            shutil.copyfileobj(whole, stream)
    stream.flush()
    return manifest


def write_document(
    case: Case,
    name: str,
    form: str,
    target: Path | BinaryIO,
    audience: Audience | Reader,
    make: Callable[[Source], bytes],
    terms: Terms = PLAIN,
) -> Manifest:
    """Write a document made of several tables to a file (0600) or a stream, with the same guarantees.

    name, form: as the ledger shall call it ("report", "html"). make: the whole document, of what the audience may
    see. Its manifest is in the ledger alone.

    Raises:
        UsageError: no such audience, or the terms are incomplete.
        SharingError: a label does not allow it, and nobody permitted it.
        IntegrityError: the case is damaged; nothing is written.
        CaseError: the case is not open for writing, or the file cannot be written.
    """
    target = checked_place(target) if isinstance(target, Path) else target
    source = open_source(case, as_reader(audience), terms)
    document = make(source)
    file = target.name if isinstance(target, Path) else "-"
    made = ExportedFile(file, name, form, 0, len(document), hashlib.sha256(document).hexdigest())
    if not isinstance(target, Path):
        manifest, _ = record_export(source, [made])
        target.write(document)
        target.flush()
        return manifest
    tell_of_unfinished(target.parent)
    with contextlib.ExitStack() as undo:
        with new_file(target.parent, undo) as (path, stream):
            stream.write(document)
        manifest, _ = record_export(source, [made])
        put_in_place(path, target)
    make_durable(target.parent)
    return manifest


def open_source(case: Case, reader: Reader, terms: Terms = PLAIN) -> Source:
    """What this reader may be given of a case that is whole; what of its own it is not given is logged.

    Raises:
        UsageError: nothing is confirmed that is an outside reader's own, or the terms are incomplete.
        SharingError: a label does not allow it, and nobody permitted it.
        IntegrityError: the case is damaged.
    """
    terms.check(case)
    case.verify(links_of)
    case.sign()  # so that what is made of it can say by whom it is signed
    source = Source(case, reader.audience, reader.party, terms)
    if reader.is_outside and (said := left_out(case, reader, source.told)):
        _log.warning("%s", said)
    return source


def check_formats(names: Sequence[str], reader: Reader) -> None:
    """Nothing, if this reader may have each of these formats.

    Raises:
        UsageError: one is not for it, or there is no such format.
    """
    for known in map(find_format, names):
        if reader.audience not in known.audiences:
            raise UsageError(
                f"{known.name} is for {' and '.join(known.audiences)} alone, not for {reader}.",
                do="Give another format.",
            )


def _described(path: Path, part: Part, rows: int, file: str | None = None) -> ExportedFile:
    size = path.stat().st_size
    return ExportedFile(file or part.file, part.table, part.format, rows, size, sha256_of(path))
