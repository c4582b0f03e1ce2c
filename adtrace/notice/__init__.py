"""Draft notices to networks about their own accounts. Nothing is sent."""

from adtrace.notice.draft import Draft, draft_notice

__all__ = ["Draft", "draft_notice"]
