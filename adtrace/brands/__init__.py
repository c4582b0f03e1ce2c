"""A brand owner's own list, and what a case holds of it."""

from adtrace.brands.audit import Audit, AuditRow, audit
from adtrace.brands.owner_list import read_owner_list

__all__ = ["Audit", "AuditRow", "audit", "read_owner_list"]
