"""All checks in one, and the page they make."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from adtrace.doctor.check import Check
from adtrace.doctor.gauntlet import run_gauntlet
from adtrace.doctor.machine import surroundings
from adtrace.doctor.settings import address_rule, effective_settings, permissions
from adtrace.fetch.run import policy_hash


class Examination(msgspec.Struct, frozen=True):
    """What was found, when, by which adtrace; certified: nothing was weak."""

    at: str
    tool: str
    policy: str
    certified: bool
    checks: list[Check]

    def lines(self) -> list[str]:
        """The one page of it."""
        width = max(len(check.name) for check in self.checks)
        verdict = (
            "Certified: every guard is in force and every disguise was refused."
            if self.certified
            else "NOT CERTIFIED: a promise of adtrace does not hold here. Mend what is weak before you contact anybody."
        )
        return [
            f"{self.tool}, policy {self.policy}, {self.at}",
            *(f"{check.level:5} {check.name:{width}}  {check.said}" for check in self.checks),
            verdict,
        ]


def examine(case: Path | None = None) -> Examination:
    """Look at everything; contacts nothing but loopback, changes nothing. case: one whose files are looked at too."""
    checks = [*effective_settings(), *address_rule()]
    if case is not None:
        checks += permissions(case)
    checks += surroundings(case or Path.cwd())
    if not any(check.level == "weak" for check in checks):
        checks += run_gauntlet()
    return Examination(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        tool=f"adtrace {version('adtrace')}",
        policy=policy_hash(),
        certified=not any(check.level == "weak" for check in checks),
        checks=checks,
    )
