"""The report: one page people open; the same in short, and dossiers, in a terminal."""

from adtrace.report.write import write_report

__all__ = ["write_report"]
