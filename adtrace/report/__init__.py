"""The report: one page people open, and its summary in a terminal."""

from adtrace.report.write import print_report, write_report

__all__ = ["print_report", "write_report"]
