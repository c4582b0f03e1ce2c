"""A local, read-only web view of an open case, also while a run writes to it."""

from adtrace.serve.server import CaseServer, serve

__all__ = ["CaseServer", "serve"]
