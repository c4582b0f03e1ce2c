"""adtrace: which advertising is placed on confirmed hostile domains, through whom, on what evidence."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adtrace.case import Case as Case
    from adtrace.case import Entry as Entry
    from adtrace.case.read_list import read_list as read_list
    from adtrace.case.read_list import read_list_file as read_list_file
    from adtrace.errors import AdtraceError as AdtraceError
    from adtrace.export import table as table
    from adtrace.export import write_files as write_files
    from adtrace.extract.document import extract_page as extract_page
    from adtrace.extract.document import find_sightings as find_sightings
    from adtrace.extract.unwrap import unwrap as unwrap
    from adtrace.knowledge import load_knowledge as load_knowledge
    from adtrace.relate.graph import build_graph as build_graph
    from adtrace.relate.questions import ask as ask
    from adtrace.relate.questions import ask_all as ask_all
    from adtrace.relate.questions import load_questions as load_questions
    from adtrace.report import write_report as write_report
    from adtrace.trace import trace_list as trace_list

# The same for those who run it: each is imported when first used, for pandas and Scrapy take seconds.
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
    "read_list": "adtrace.case.read_list",
    "read_list_file": "adtrace.case.read_list",
    "table": "adtrace.export",
    "trace_list": "adtrace.trace",
    "unwrap": "adtrace.extract.unwrap",
    "write_files": "adtrace.export",
    "write_report": "adtrace.report",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
