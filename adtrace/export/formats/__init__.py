"""The formats a case can be exported in, one module each."""

from adtrace.export.formats.csv import CSV
from adtrace.export.formats.datasette import DATASETTE
from adtrace.export.formats.format import Format, FormatFile
from adtrace.export.formats.ftm import FTM
from adtrace.export.formats.gephi import GEPHI
from adtrace.export.formats.gexf import GEXF
from adtrace.export.formats.graphml import GRAPHML
from adtrace.export.formats.jsonl import JSONL
from adtrace.export.formats.misp import MISP
from adtrace.export.formats.parquet import PARQUET
from adtrace.export.formats.stix import STIX
from adtrace.export.formats.wacz import WACZ
from adtrace.export.formats.xlsx import XLSX

FORMATS: tuple[Format, ...] = (
    CSV,
    JSONL,
    PARQUET,
    XLSX,
    GRAPHML,
    GEXF,
    GEPHI,
    STIX,
    MISP,
    FTM,
    WACZ,
    DATASETTE,
)

__all__ = ["FORMATS", "Format", "FormatFile"]
