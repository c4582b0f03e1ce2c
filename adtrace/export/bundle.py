"""A bundle: all that one reader gets, in one folder or one encrypted file, each file in the manifest."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.age import age_library, read_recipient
from adtrace.case.erasure import UNFINISHED
from adtrace.errors import UsageError
from adtrace.export.dictionary import dictionary_text
from adtrace.export.files import (
    checked_place,
    make_durable,
    make_folder,
    new_file,
    put_in_place,
    tell_of_unfinished,
)
from adtrace.export.methodology import methodology_page
from adtrace.export.own_report import own_report
from adtrace.export.parts import Part, choose, make_parts
from adtrace.export.terms import PLAIN, Terms
from adtrace.export.write import check_formats, open_source, write_parts

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.export.manifest import Manifest
    from adtrace.export.party import Reader
    from adtrace.export.source import Source

Page = Callable[["Source"], bytes]
DEFAULT_FORMATS = ("csv", "gexf")
ENDING = ".age"


def write_bundle(
    case: Case,
    target: Path,
    reader: Reader,
    report: Page,
    *,
    recipients: Sequence[str] = (),
    formats: Sequence[str] = DEFAULT_FORMATS,
    terms: Terms = PLAIN,
) -> Manifest:
    """Write report, tables, methodology, data dictionary, manifest, proof and verifier into a folder.

    Or, if target ends in .age, the same as a tar archive encrypted to the recipients (age-encryption.org/v1): until
    then it lies in the case's own folder, and is removed there. report: the page for a reader inside; one outside gets
    own_report().

    Raises:
        UsageError: recipients without .age or the other way round, one that is no key, or as write_files().
        IntegrityError: the case is damaged; nothing is written.
        CaseError: the case is not open for writing, or the target cannot be written.
    """
    is_encrypted = target.suffix == ENDING
    if is_encrypted != bool(recipients):
        raise UsageError(
            "an encrypted bundle has recipients, and a folder has none.",
            do=f"Give -o FILE{ENDING} together with --recipient KEY.",
        )
    keys = [read_recipient(text) for text in recipients]
    check_formats(formats, reader)
    source = open_source(case, reader, terms)
    parts = [
        Part("report.html", "report", "html", _page(own_report if reader.is_outside else report)),
        Part("methodology.html", "methodology", "html", _page(methodology_page)),
        Part("dictionary.md", "dictionary", "markdown", _page(_dictionary)),
        *make_parts(choose(reader.audience, (), formats, everything=True)),
    ]
    if not is_encrypted:
        return write_parts(source, target, parts)
    return _write_encrypted(source, target, parts, keys)


def _write_encrypted(source: Source, target: Path, parts: Sequence[Part], keys: Sequence[Any]) -> Manifest:
    make_folder(target.parent)
    target = checked_place(target)
    tell_of_unfinished(target.parent)
    clear_in = source.case.path
    with (
        tempfile.TemporaryDirectory(dir=clear_in, prefix=UNFINISHED) as clear,
        contextlib.ExitStack() as undo,
    ):
        inner = Path(clear) / target.stem
        manifest = write_parts(source, inner, parts)
        with new_file(target.parent, undo) as (path, stream), tempfile.TemporaryFile(dir=clear) as packed:
            _pack(inner, packed)
            packed.seek(0)
            age_library().encrypt_io(packed, stream, keys)
        put_in_place(path, target)
    make_durable(target.parent)
    return manifest


def _page(make: Page) -> Callable[[Source, BinaryIO], int]:
    def write(source: Source, stream: BinaryIO) -> int:
        stream.write(make(source))
        return 0

    return write


def _dictionary(source: Source) -> bytes:
    return dictionary_text(source.audience).encode("utf-8")


def _pack(folder: Path, stream: BinaryIO) -> None:
    """The folder's files as a tar archive that says nothing of who made it."""

    def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.add(folder, folder.name, filter=anonymous)
