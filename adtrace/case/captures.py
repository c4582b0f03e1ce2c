"""What is kept of one document: its skeleton, and sealed generations of sightings."""

import hashlib
import sqlite3
import zlib
from collections.abc import Mapping
from importlib.metadata import version

import msgspec

from adtrace.case.canonical import sightings_bytes, sightings_digest
from adtrace.case.ledger import Ledger
from adtrace.case.sightings import FIELDS, OWNERS, sighting_cells
from adtrace.errors import CaseError
from adtrace.extract.sighting import Extraction, Sighting

# zlib: anybody can read it without us. Level 1: a skeleton is packed once, by the one writer.
_LEVEL = 1
_INSERT = f"INSERT INTO sightings VALUES ({', '.join('?' * (len(OWNERS) + len(FIELDS)))})"
TOOL = f"adtrace {version('adtrace')}"


def skeleton_bytes(skeleton: str) -> bytes:
    """The bytes that skeleton_sha256 is taken over."""
    return skeleton.encode("utf-8", "surrogatepass")


def check_skeleton(skeleton: str, sha256: str) -> None:
    """Refuse a skeleton that is not the text the sightings' places point into."""
    if hashlib.sha256(skeleton_bytes(skeleton)).hexdigest() != sha256:
        raise CaseError(
            "the skeleton is not the one its extraction names.", do="Give both from one extract_page()."
        )


def captured_payload(
    outcome: Mapping[str, object], document: str, extraction: Extraction, *, is_kept: bool
) -> dict[str, object]:
    """The payload of a captured outcome: what the fetch says, and what the extraction does. is_kept: its skeleton."""
    state = extraction.page_state
    return {
        **outcome,
        "outcome": "captured",
        "document": document,
        "skeleton_sha256": extraction.skeleton_sha256 or None,
        "skeleton_kept": is_kept,
        "page_state": state.label if state else None,
        "page_state_rule": state.rule if state else None,
        "parse_status": extraction.parse_status,
        "scrubbed": msgspec.to_builtins(extraction.scrubbed),
    }


def keep_skeleton(database: sqlite3.Connection, skeleton: str, sha256: str) -> None:
    """Store the text once, however often it is captured."""
    text = skeleton_bytes(skeleton)
    if database.execute("SELECT 1 FROM skeletons WHERE sha256 = ?", (sha256,)).fetchone() is None:
        database.execute(
            "INSERT INTO skeletons VALUES (?, ?, ?)", (sha256, len(text), zlib.compress(text, _LEVEL))
        )


def read_skeleton(database: sqlite3.Connection, sha256: str) -> str | None:
    """The text, or None if only its hash was kept."""
    row = database.execute("SELECT body FROM skeletons WHERE sha256 = ?", (sha256,)).fetchone()
    return zlib.decompress(row["body"]).decode("utf-8", "surrogatepass") if row else None


def add_extraction(
    database: sqlite3.Connection,
    ledger: Ledger,
    extraction: Extraction,
    *,
    first_row: int,
    capture: int,
    entry: int,
    domain: str,
    generation: int,
) -> list[tuple[int, Sighting]]:
    """Write the sightings of one document and the record that counts and seals them; the rows they got."""
    owners = (ledger.seq + 1, capture, entry, domain)
    rows = [
        (first_row + index, *owners, *sighting_cells(sighting))
        for index, sighting in enumerate(extraction.sightings)
    ]
    record: dict[str, object] = {
        "capture": capture,
        "generation": generation,
        "knowledge": extraction.knowledge,
        "tool": TOOL,
        "sightings": len(rows),
        "digest": sightings_digest(sightings_bytes(rows)),
    }
    ledger.append("extraction", record, (capture,))
    database.executemany(_INSERT, rows)
    return [(first_row + index, sighting) for index, sighting in enumerate(extraction.sightings)]
