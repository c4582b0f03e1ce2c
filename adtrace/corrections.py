"""The texts to send to everybody who was given what is now withdrawn, each in the words its reader was given."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from adtrace.case.carried import Carrier, carried_note
from adtrace.export.audience import AUDIENCES, Names
from adtrace.export.files import checked_place, make_durable, make_folder, new_file, put_in_place, sha256_of
from adtrace.export.manifest import ExportedFile, make_manifest
from adtrace.export.marking import Marking, marking_for
from adtrace.export.party import Reader
from adtrace.knowledge import load_knowledge
from adtrace.relate.links import links_of

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.withdrawal import Withdrawal


def write_corrections(case: Case, withdrawn: Withdrawal, folder: Path) -> list[Path]:
    """Write one text for each export that carried what was withdrawn; the files, in the exports' order.

    Not for exports that a merged case made. A correction says no more than its export did. It leaves the case itself,
    and so is on record first.

    Raises:
        IntegrityError: the case is damaged. CaseError: the folder cannot be written.
    """
    # A merged case's exports speak in pseudonyms of its own key: the correction is written there.
    own = [one for one in withdrawn.exports if one.seq > 0]
    readers = [(one, reader) for one in own if (reader := _reader(one))]
    if not readers:
        return []
    case.verify(links_of)
    make_folder(folder)
    tlps = {row.seq: row.entry.tlp for row in case.entries()}
    touched = dict(map(tuple, case.rows("SELECT row, entry FROM sightings")))
    # Whoever was told a domain in clear, by a second person's leave, cannot find it by a pseudonym.
    revealed = {row["export"] for row in case.rows(_REVEALED)}
    written = []
    for export, reader in readers:
        names = Names(case, reader.audience, load_knowledge(), reader.party, reveals=export.seq in revealed)
        entries = {*export.entries, *(touched[row] for row in export.sightings)} or set(withdrawn.entries)
        marking = marking_for(reader.audience, (tlps[seq] for seq in entries if seq in tlps))
        text = "\n".join([*marking.lines, "", *_lines(case, names, withdrawn, export), ""])
        name = f"correction-{case.public_id('export', export.seq)}-{withdrawn.record.rpartition('-')[2]}.txt"
        place = checked_place(folder / name)
        with contextlib.ExitStack() as undo:
            with new_file(place.parent, undo) as (path, stream):
                stream.write(text.encode())
            made = ExportedFile(name, "correction", "text", 0, path.stat().st_size, sha256_of(path))
            _record(case, reader, marking, made, export)
            put_in_place(path, place)
        written.append(folder / name)
    make_durable(folder)
    return written


_REVEALED = "SELECT json_extract(payload, '$.export') AS export FROM notes WHERE event = 'reveal'"


def _reader(export: Carrier) -> Reader | None:
    """Whom the export was for; None of an audience that there is no more."""
    audience = next((known for known in AUDIENCES if known == export.audience), None)
    return Reader(audience, export.party) if audience else None


def _record(case: Case, reader: Reader, marking: Marking, made: ExportedFile, export: Carrier) -> None:
    manifest = make_manifest(case, reader, marking, [made])
    with case.transaction():
        seq = case.append("export", msgspec.to_builtins(manifest), (export.seq,))
        case.append("note", carried_note(seq, export.sightings, export.entries), (seq,))
    case.sign()


def _lines(case: Case, names: Names, withdrawn: Withdrawal, export: Carrier) -> list[str]:
    domains = {row.seq: row.entry.domain for row in case.entries()}
    carried = set(export.sightings)
    seen = {row["domain"] for row in case.rows("SELECT row, domain FROM sightings") if row["row"] in carried}
    rows = [row for row in withdrawn.rows if not export.is_known or carried.intersection(row.sightings)]
    lines = [
        f"Correction to {case.public_id('export', export.seq)} of case {case.short}",
        "",
        f"Sent {names.time(export.time)[:10]} to {_whom(export)}: {', '.join(export.files)}.",
        f"Withdrawn {names.time(withdrawn.time)[:10]}: {names.text(withdrawn.reason)}",
    ]
    if not export.is_known:
        lines += [
            "",
            "What this export carried was not noted when it was made; it may have held what is withdrawn.",
        ]
    if export.entries:
        confirmed = sorted(names.domain(domains[seq]) for seq in export.entries)
        lines += _listed(
            "These domains are no longer confirmed. Strike out every row that names them:", confirmed
        )
    else:
        lines += _listed("What was seen on these domains is corrected:", sorted(map(names.domain, seen)))
    gone = [f"{row.table}: {names.record(row.row)}" for row in rows if not row.after]
    less = [f"{row.table}: {names.record(row.row)}" for row in rows if row.after]
    lines += _listed("Strike out these rows:", gone)
    lines += _listed("These rows stand on fewer sightings than they say:", less)
    struck = [names.record(case.public_id("sighting", number)) for number in export.sightings]
    lines += _listed("Strike out these rows of sightings:", struck)
    return [
        *lines,
        "",
        "Counts, links and pictures made of them are to be taken anew from a fresh export.",
        "Tell whoever you gave the export or anything made of it.",
    ]


def _whom(export: Carrier) -> str:
    return export.to or f"the {export.audience}"


def _listed(title: str, items: list[str]) -> list[str]:
    return ["", title, *(f"  {item}" for item in items)] if items else []
