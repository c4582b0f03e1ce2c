"""A case as tables and graphs for an audience: built fresh, verified first, on record."""

from adtrace.export.audience import AUDIENCES, Audience
from adtrace.export.formats import FORMATS
from adtrace.export.manifest import Manifest
from adtrace.export.party import Reader, read_reader
from adtrace.export.reveal import Reveal
from adtrace.export.source import Source
from adtrace.export.tables import TABLES, table
from adtrace.export.terms import Terms
from adtrace.export.write import write_document, write_files, write_stream

__all__ = [
    "AUDIENCES",
    "FORMATS",
    "TABLES",
    "Audience",
    "Manifest",
    "Reader",
    "Reveal",
    "Source",
    "Terms",
    "read_reader",
    "table",
    "write_document",
    "write_files",
    "write_stream",
]
