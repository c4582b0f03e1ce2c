"""Writing a notice as files: verified first, on record before anybody can read it, and in the register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from adtrace.case.notices import note_draft
from adtrace.export.parts import Part
from adtrace.export.party import checked_reader, count_own_rows
from adtrace.export.terms import PLAIN, Terms
from adtrace.export.write import open_source, write_parts
from adtrace.notice.letter import write_letter
from adtrace.notice.mail import TABLE, as_mail, as_table
from adtrace.notice.text import as_markdown

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.export.source import Source


class Draft(msgspec.Struct, frozen=True):
    """A notice that was drafted: its public id in the register, and where its files are."""

    id: str
    network: str
    folder: Path
    accounts: int
    domains: int
    waiting: int
    route: str


def draft_notice(case: Case, network: str, folder: Path, terms: Terms = PLAIN) -> Draft:
    """Write the notice to one network as notice.md, notice.eml and its table, with manifest and proof beside them.

    Nothing is sent.

    Raises:
        UsageError: no such network, nothing of its own is confirmed, or the terms are incomplete.
        SharingError: its rows rest on entries that no network may be told of, and nobody permitted it.
        IntegrityError: the case is damaged; nothing is written.
        CaseError: the case is not open for writing, or the folder cannot be written.
    """
    reader = checked_reader("network", network)
    source = open_source(case, reader, terms)
    letter = write_letter(source, count_own_rows(case)[reader.party].waiting)
    parts = [
        _part("notice.md", "md", as_markdown(letter).encode("utf-8", "backslashreplace"), 0),
        _part("notice.eml", "eml", as_mail(letter), 0),
        _part(TABLE, "csv", as_table(letter), len(letter.placements)),
    ]
    manifest = write_parts(source, folder, parts)
    export = int(str(manifest.record).rpartition("-")[2])
    with case.transaction():
        seq = note_draft(case, letter.network, export, accounts=letter.accounts, domains=letter.domains)
    return Draft(
        case.public_id("note", seq),
        letter.network,
        folder,
        letter.accounts,
        letter.domains,
        letter.waiting,
        letter.route,
    )


def _part(file: str, form: str, content: bytes, rows: int) -> Part:
    def write(_: Source, stream: BinaryIO) -> int:
        stream.write(content)
        return rows

    return Part(file, "notice", form, write)
