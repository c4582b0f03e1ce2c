"""One run over a case: started or taken up again, carried through, audited, summed up (design section 4)."""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import msgspec

from adtrace.case import Case, EntryRow
from adtrace.errors import IntegrityError, UsageError
from adtrace.fetch.exposure import resolver_label
from adtrace.fetch.history import loaded_today, past_of, unfinished_run
from adtrace.fetch.messages import EgressPlan, Profile, ScopeRule, Setup, Start
from adtrace.fetch.planner import Planner
from adtrace.fetch.policy import REACHES
from adtrace.fetch.processes import Processes
from adtrace.fetch.progress import Progress
from adtrace.fetch.stops import Stops
from adtrace.fetch.summary import RunSummary, summarise
from adtrace.fetch.writer import Writer
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.names import display

DEFAULT_USER_AGENT = "adtrace (authorised research; reads text only)"
# Links a front page may offer; one per path shape is chosen of them, and --pages bounds those.
_LINKS_OFFERED = 200
# A header's value that is read in one way alone (RFC 9110, 5.5).
_FIELD = re.compile(r"(?! )[ -~]{1,256}(?<! )")
_POLICY = ("policy.py", "parts.py", "response.py", "sniff.py", "addresses.py")


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast: requests at once over all hosts, pause between two to one host, limit of one request."""

    concurrency: int = 16
    delay_ms: int = 500
    timeout_ms: int = 20_000


def run_case(
    case: Case,
    *,
    egress: EgressPlan,
    knowledge: Knowledge | None = None,
    reach: str = "page",
    pages: int = 0,
    authority_note: str = "",
    profile: Profile | None = None,
    pace: Pace | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> RunSummary:
    """Ask for what every active entry stands for, and return what came of it.

    case: open for writing. pages: further pages of each entry, one per path shape. Ctrl-C once ends the run
    cleanly (summary.ended is "stopped"), twice at once; the same call takes an unfinished run up again.
    With no active entry nothing is contacted and summary.ended is "nothing to do".

    Raises:
        UsageError: as check_usage.
        AdtraceError: the fetcher or the worker cannot be run; what was acknowledged is kept.
        IntegrityError: the closing audit found an allowed decision without an outcome.
    """
    check_usage(reach, pages, authority_note, profile)
    settings = _Settings(
        egress=egress,
        reach=reach,
        pages=pages,
        profile=profile or Profile(DEFAULT_USER_AGENT),
        pace=pace or Pace(),
    )
    # Whose a host is, and what may be asked there, is said by the cards of the day on which this began.
    today = (knowledge or load_knowledge()).on(datetime.now(UTC).date())
    entries = case.entries()
    before = unfinished_run(case, settings.recorded)
    run = before or _start_run(case, settings, authority_note, today, entries)
    ended = _carry_through(case, run, settings, entries, today, progress)
    _audit(case, run)
    summary = summarise(
        case,
        run,
        entries,
        ended=ended,
        resumed=before is not None,
        egress=egress,
        profile=settings.profile,
        knowledge=today,
    )
    event = "run_stopped" if ended == "stopped" else "run_ended"
    with case.transaction():
        case.append("note", {"event": event, **msgspec.to_builtins(summary)}, (run,))
    return summary


class _Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a run looks, how far it goes and how fast."""

    egress: EgressPlan
    reach: str
    pages: int
    profile: Profile
    pace: Pace

    @property
    def recorded(self) -> dict[str, Any]:
        """What its record says: a run that was cut off is taken up again by one that says the same."""
        return {
            "reach": self.reach,
            "pages": self.pages,
            "profile": msgspec.to_builtins(self.profile),
            "egress": egress_label(self.egress),
        }

    def start(self, run: int) -> Start:
        """What the fetcher is told of it."""
        return Start(
            run=run,
            profile=self.profile,
            egress=self.egress,
            reach=self.reach,
            concurrency=self.pace.concurrency,
            delay_s=self.pace.delay_ms / 1000,
            timeout_s=self.pace.timeout_ms / 1000,
        )


def _carry_through(
    case: Case,
    run: int,
    settings: _Settings,
    entries: Sequence[EntryRow],
    knowledge: Knowledge,
    progress: Callable[[Progress], None] | None,
) -> str:
    """Do what is left of the run; how it ended, as in RunSummary."""
    rules = {row.seq: scope_rule(row) for row in entries if row.status == "active"}
    if not rules:
        return "nothing to do"
    past = past_of(case, run)
    planner = Planner(
        rules,
        reach=settings.reach,
        pages=settings.pages,
        knowledge=knowledge,
        asked=past.asked,
        denied=past.denied,
        loaded=loaded_today(case, run),
        linked=past.linked,
        chained=past.chained,
    )
    start = settings.start(run)
    setup = Setup(
        key=case.key,
        links=_LINKS_OFFERED if settings.pages else 0,
        domains=frozenset(rule.host.removeprefix("www.") for rule in rules.values()),
    )
    writer = Writer(
        case,
        run,
        entries,
        planner,
        past,
        reach=settings.reach,
        profile=settings.profile.egress,
        knowledge=knowledge,
        timeout_s=start.timeout_s,
    )
    with Stops() as stops, Processes(start, list(rules.values()), setup) as processes:
        return writer.carry_through(processes, stops, progress)


def scope_rule(row: EntryRow) -> ScopeRule:
    """What this entry lets us contact."""
    entry = row.entry
    root_only = entry.site_role == "shortener"
    return ScopeRule(row.seq, entry.unit, entry.domain, entry.url, entry.include_subdomains, root_only)


def egress_label(egress: EgressPlan) -> str:
    """The egress as records and the report name it."""
    return "loopback demo" if egress.kind == "loopback" else egress.kind


def policy_hash() -> str:
    """First 12 hex digits of the SHA-256 of the policy's own source: which policy decided."""
    source = b"".join(files("adtrace.fetch").joinpath(name).read_bytes() for name in _POLICY)
    return hashlib.sha256(source).hexdigest()[:12]


def check_usage(reach: str, pages: int, authority_note: str, profile: Profile | None = None) -> None:
    """Return if a run may have these settings.

    Raises:
        UsageError: an unknown reach; reach ads or pages without the note of the authority's consent; a profile that
            cannot be sent to a site, or shown.
    """
    if profile:
        _check_profile(profile)
    if reach not in REACHES:
        raise UsageError(f'reach "{reach}" is unknown.', do=f"Use one of: {', '.join(REACHES)}.")
    if (reach == "ads" or pages) and not authority_note.strip():
        what = (
            "reach ads may count as an ad request"
            if reach == "ads"
            else "further pages go beyond the entries"
        )
        raise UsageError(
            f"{what} and needs the authority's consent.", do="Give its reference with --authority-note TEXT."
        )


def _check_profile(profile: Profile) -> None:
    for name, value in (("user agent", profile.user_agent), ("language", profile.language)):
        if not _FIELD.fullmatch(value):
            raise UsageError(
                f'the {name} "{display(value[:80])}" cannot be sent.', do="Use 1 to 256 characters of ASCII."
            )
    if display(profile.egress) != profile.egress:
        raise UsageError(
            f'the egress label "{display(profile.egress[:80])}" cannot be shown.', do="Use plain words."
        )


def _start_run(
    case: Case, settings: _Settings, note: str, knowledge: Knowledge, entries: Sequence[EntryRow]
) -> int:
    payload = {
        "event": "run_started",
        **settings.recorded,
        "resolver": resolver_label(settings.egress),
        "authority_note": note,
        "entries": sum(row.status == "active" for row in entries),
        "policy": policy_hash(),
        "knowledge": knowledge.hash,
        "pace": msgspec.to_builtins(settings.pace),
    }
    with case.transaction():
        return case.append("note", payload)


def _audit(case: Case, run: int) -> None:
    """Every allowed decision of the run has exactly one outcome (a second one cannot be written)."""
    missing = [row["seq"] for row in case.rows("SELECT seq FROM open_decisions WHERE run = ?", (run,))]
    if missing:
        raise IntegrityError(
            f"{len(missing)} allowed requests have no outcome, the first is decision {missing[0]}.",
            where=str(case.path),
            do="Run the same command again: it closes them as interrupted.",
        )
