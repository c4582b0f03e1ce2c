"""The formats a case can be exported in, one module each."""

from adtrace.export.formats.csv import CSV
from adtrace.export.formats.format import Format, FormatFile
from adtrace.export.formats.gexf import GEXF
from adtrace.export.formats.graphml import GRAPHML
from adtrace.export.formats.jsonl import JSONL

FORMATS: tuple[Format, ...] = (CSV, JSONL, GRAPHML, GEXF)

__all__ = ["FORMATS", "Format", "FormatFile"]
