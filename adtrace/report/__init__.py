"""The report: one page people open, and its summary in a terminal."""

from adtrace.report.write import report_text, write_report

__all__ = ["report_text", "write_report"]
