"""Draft notices to networks about their own accounts, and the register of what became of them. Nothing is sent."""

from adtrace.notice.aftermath import Aftermath, see_after
from adtrace.notice.draft import Draft, draft_notice
from adtrace.notice.register import OUTCOMES, Registered, note_outcome, note_sent, read_register

__all__ = [
    "OUTCOMES",
    "Aftermath",
    "Draft",
    "Registered",
    "draft_notice",
    "note_outcome",
    "note_sent",
    "read_register",
    "see_after",
]
