"""A case as tables and graphs for an audience: built fresh, verified first, on record."""

from adtrace.export.audience import AUDIENCES, Audience
from adtrace.export.formats import FORMATS
from adtrace.export.source import Source
from adtrace.export.tables import TABLES, table
from adtrace.export.write import Manifest, write_document, write_files, write_stream

__all__ = [
    "AUDIENCES",
    "FORMATS",
    "TABLES",
    "Audience",
    "Manifest",
    "Source",
    "table",
    "write_document",
    "write_files",
    "write_stream",
]
