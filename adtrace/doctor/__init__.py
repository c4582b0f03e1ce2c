"""Whether this installation, on this machine, keeps the promises of the README: `adtrace doctor`."""

from adtrace.doctor.check import Check
from adtrace.doctor.examination import Examination, examine

__all__ = ["Check", "Examination", "examine"]
