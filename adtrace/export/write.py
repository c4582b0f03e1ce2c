"""Files that leave a case: verified first, whole or not at all, on record before anyone can read them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from adtrace.case.carried import carried_note
from adtrace.errors import CaseError, UsageError
from adtrace.export.audience import AUDIENCES, Audience
from adtrace.export.formats import FORMATS, Format
from adtrace.export.source import Source
from adtrace.relate.links import links_of

if TYPE_CHECKING:
    from adtrace.case import Case

MANIFEST = "manifest.json"
# Columns that name records of the case; `id` may also be another table's own id, which names none.
_ID_COLUMNS = ["id", "capture", "captures", "run"]
GRAPH = "graph"  # the name, beside those of the tables, of what graph formats hold


class ExportedFile(msgspec.Struct, frozen=True):
    """One file: its name, what is in it, and the SHA-256 of its bytes.

    rows: of a table; edges of a graph; 0 for a document that holds several.
    """

    file: str
    table: str
    format: str
    rows: int
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What manifest.json says beside the files, and the `export` record in the ledger.

    verified: the number of the last record that was checked before anything was written, and the chain value there.
    record: public id of the export's own record; None inside that record.
    """

    tool: str
    audience: Audience
    verified: int
    chain: str
    files: tuple[ExportedFile, ...]
    record: str | None = None
    check: str = (
        "The SHA-256 of each file is the one given here; the export's ledger record holds the same list."
        " `python3 verify_export.py` in this folder checks that and what is signed."
    )


def find_format(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    for known in FORMATS:
        if known.name == name:
            return known
    raise UsageError(
        f'there is no format "{name}".', do=f"Use one of: {', '.join(known.name for known in FORMATS)}."
    )


def write_files(
    case: Case,
    folder: Path,
    parts: Sequence[tuple[str, str]],
    audience: Audience = "taskforce",
) -> Manifest:
    """Write (table, format) pairs into a folder as TABLE.FORMAT, with manifest.json and its proof beside them.

    The proof is the signed checkpoint, the ledger lines behind the rows, and a script that checks all of it.
    Files are 0600 and replace older ones of their name. "graph" is the table of graph formats. The record of what
    leaves is committed before the files take their names: nothing is ever read that the ledger does not know of.

    Raises:
        UsageError: no such table, format or audience, or a table in a graph format.
        IntegrityError: the case is damaged; nothing is written.
        CaseError: the case is not open for writing, or the folder cannot be written.
    """
    source, formats = _prepared(case, parts, audience)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CaseError(
            f"is no folder ({error.strerror}).", where=str(folder), do="Give another place."
        ) from None
    with contextlib.ExitStack() as undo:
        made: list[tuple[Path, ExportedFile]] = []
        ids: set[str] = set()
        for (table, _), known in zip(parts, formats, strict=True):
            with _new_file(folder, undo) as (path, stream):
                rows = _write_one(source, table, known, stream, ids)
            made.append((path, _described(path, f"{table}{known.ending}", table, known, rows)))
        manifest, record = _recorded(source, [described for _, described in made])
        named = [(written, described.file) for written, described in made]
        for name, content in {**case.proof_files(record, ids), MANIFEST: _as_json(manifest)}.items():
            with _new_file(folder, undo) as (path, stream):
                stream.write(content)
            named.append((path, name))
        for written, name in named:
            written.replace(folder / name)
    _sync(folder)
    return manifest


def write_stream(
    case: Case, table: str, form: str, stream: BinaryIO, audience: Audience = "taskforce"
) -> Manifest:
    """Write one table to a stream, with the same guarantees; its manifest is in the ledger alone."""
    source, (known,) = _prepared(case, [(table, form)], audience)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as undo:
        with _new_file(Path(folder), undo) as (path, written):
            rows = _write_one(source, table, known, written, set())
        manifest, _ = _recorded(source, [_described(path, "-", table, known, rows)])
        with path.open("rb") as whole:
            shutil.copyfileobj(whole, stream)
    stream.flush()
    return manifest


def write_document(
    case: Case,
    name: str,
    form: str,
    target: Path | BinaryIO,
    audience: Audience,
    make: Callable[[Source], bytes],
) -> Manifest:
    """Write a document made of several tables to a file (0600) or a stream, with the same guarantees.

    name, form: as the ledger shall call it ("report", "html"). make: the whole document, of what the audience may
    see. Its manifest is in the ledger alone.

    Raises:
        UsageError: no such audience.
        IntegrityError: the case is damaged; nothing is written.
        CaseError: the case is not open for writing, or the file cannot be written.
    """
    if isinstance(target, Path) and target.is_dir():
        raise CaseError("is a folder.", where=str(target), do="Give the name of a file.")
    source = _verified(case, audience)
    document = make(source)
    file = target.name if isinstance(target, Path) else "-"
    made = ExportedFile(file, name, form, 0, len(document), hashlib.sha256(document).hexdigest())
    if not isinstance(target, Path):
        manifest, _ = _recorded(source, [made])
        target.write(document)
        target.flush()
        return manifest
    with contextlib.ExitStack() as undo:
        with _new_file(target.absolute().parent, undo) as (path, stream):
            stream.write(document)
        manifest, _ = _recorded(source, [made])
        path.replace(target)
    _sync(target.absolute().parent)
    return manifest


def _verified(case: Case, audience: Audience) -> Source:
    """What the audience may see of a case that is whole."""
    if audience not in AUDIENCES:
        raise UsageError(f'there is no audience "{audience}".', do=f"Use one of: {', '.join(AUDIENCES)}.")
    case.verify(links_of)
    case.sign()  # so that what is made of it can say by whom it is signed
    return Source(case, audience)


def _prepared(
    case: Case, parts: Sequence[tuple[str, str]], audience: Audience
) -> tuple[Source, list[Format]]:
    from adtrace.export.tables import find_table

    formats = [find_format(form) for _, form in parts]
    for (table, _), known in zip(parts, formats, strict=True):
        if (known.holds == GRAPH) != (table == GRAPH):
            raise UsageError(
                f"{known.name} holds {'the graph' if known.holds == GRAPH else 'tables'}, not {table}.",
                do="Give csv or jsonl for tables, graphml or gexf for the graph.",
            )
        if table != GRAPH:
            find_table(table)
    return _verified(case, audience), formats


def _write_one(source: Source, table: str, known: Format, stream: BinaryIO, ids: set[str]) -> int:
    """The number of rows or edges written; the public ids behind them are added to ids."""
    case = source.case
    if table == GRAPH:
        graph = source.graph()
        known.write(graph, stream)
        ids.update(case.public_id("outcome", row["seq"]) for row in case.rows("SELECT seq FROM captures"))
        return int(graph.number_of_edges())
    frame = source.table(table)
    known.write(frame, stream)
    for column in frame.columns.intersection(_ID_COLUMNS):
        for cell in frame[column]:
            ids.update(cell if isinstance(cell, list) else [cell])
    return len(frame)


@contextlib.contextmanager
def _new_file(folder: Path, undo: contextlib.ExitStack) -> Iterator[tuple[Path, BinaryIO]]:
    """A new 0600 file in the folder, its bytes on the disk at the end; undo removes it unless it was renamed."""
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".export-")
        undo.callback(Path(name).unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as stream:
            yield Path(name), stream
            stream.flush()
            os.fsync(handle)
    except OSError as error:
        raise CaseError(
            f"cannot be written ({error.strerror}).", where=str(folder), do="Give another folder."
        ) from None


def _described(path: Path, file: str, table: str, known: Format, rows: int) -> ExportedFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return ExportedFile(file, table, known.name, rows, path.stat().st_size, digest)


def _recorded(source: Source, files: list[ExportedFile]) -> tuple[Manifest, int]:
    """The manifest and the number of its record, after that and what it carried are committed and signed."""
    case, audience = source.case, source.audience
    (last,) = case.rows("SELECT seq, chain FROM ledger ORDER BY seq DESC LIMIT 1")
    manifest = Manifest(f"adtrace {version('adtrace')}", audience, last["seq"], last["chain"], tuple(files))
    with case.transaction():
        seq = case.append("export", msgspec.to_builtins(manifest))
        case.append("note", carried_note(seq, source.carried, source.carried_entries()), (seq,))
    case.sign()
    return msgspec.structs.replace(manifest, record=case.public_id("export", seq)), seq


def _as_json(manifest: Manifest) -> bytes:
    return json.dumps(msgspec.to_builtins(manifest), indent=2, ensure_ascii=True).encode("ascii") + b"\n"


def _sync(folder: Path) -> None:
    """Make the new names durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
