"""adtrace: which advertising is placed on confirmed hostile domains, through whom, on what evidence."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adtrace.case import Case, Entry
    from adtrace.case.read_list import read_list, read_list_file
    from adtrace.errors import AdtraceError
    from adtrace.export import table, write_files
    from adtrace.extract.document import extract_page, find_sightings
    from adtrace.extract.unwrap import unwrap
    from adtrace.knowledge import load_knowledge
    from adtrace.relate.graph import build_graph
    from adtrace.relate.questions import ask, ask_all, load_questions
    from adtrace.report import write_report
    from adtrace.trace import trace_list

# Where each public name lives. They are imported when first used: pandas and Scrapy take seconds.
_HOMES = {
    "AdtraceError": "adtrace.errors",
    "Case": "adtrace.case",
    "Entry": "adtrace.case",
    "ask": "adtrace.relate.questions",
    "ask_all": "adtrace.relate.questions",
    "build_graph": "adtrace.relate.graph",
    "extract_page": "adtrace.extract.document",
    "find_sightings": "adtrace.extract.document",
    "load_knowledge": "adtrace.knowledge",
    "load_questions": "adtrace.relate.questions",
    "read_list": "adtrace.case",
    "read_list_file": "adtrace.case",
    "table": "adtrace.export",
    "trace_list": "adtrace.trace",
    "unwrap": "adtrace.extract.unwrap",
    "write_files": "adtrace.export",
    "write_report": "adtrace.report",
}

__all__ = [
    "AdtraceError",
    "Case",
    "Entry",
    "ask",
    "ask_all",
    "build_graph",
    "extract_page",
    "find_sightings",
    "load_knowledge",
    "load_questions",
    "read_list",
    "read_list_file",
    "table",
    "trace_list",
    "unwrap",
    "write_files",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
