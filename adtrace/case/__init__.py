"""Confirmed entries in; one case.db, sealed and verifiable, out (design section 7)."""

from adtrace.case.canonical import read_json
from adtrace.case.case import Case
from adtrace.case.entry import Entry, EntryRow, Limits
from adtrace.case.links import LinksOf
from adtrace.case.list_rows import COLUMNS
from adtrace.case.read_list import Default, EntryList, read_list, read_list_file
from adtrace.case.stored_text import stored_text
from adtrace.case.verify import Verification

__all__ = [
    "COLUMNS",
    "Case",
    "Default",
    "Entry",
    "EntryList",
    "EntryRow",
    "Limits",
    "LinksOf",
    "Verification",
    "read_json",
    "read_list",
    "read_list_file",
    "stored_text",
]
