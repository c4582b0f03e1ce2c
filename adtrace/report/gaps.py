"""What the numbers of a report do not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from adtrace.limits import NOT_CLEAN
from adtrace.relate.denominators import Denominators
from adtrace.report.rows import Row, Rows
from adtrace.report.words import in_words
from adtrace.wording import count

# Rules of the policy by which an address of an ad network is not asked for at a run's reach.
_BEYOND_REACH = ("request/reach", "request/effect")


def find_gaps(
    denominators: Denominators,
    placed_on: int,
    tables: Mapping[str, Rows],
    behind_trackers: int,
    unidentified: int,
) -> list[str]:
    """One sentence for each gap, the widest first; [] if nothing is known to be missing.

    placed_on: observable domains with a live tag. behind_trackers: domains with a click URL that ends at a tracker.
    unidentified: hosts that behave like ad tech and that no card knows.
    """
    domains, refusals = tables["domains"].rows, tables["refusals"].rows
    bare = denominators.observable - placed_on
    return [
        *_pages_of_others(denominators.not_operator, domains),
        *_no_pages(denominators.unobservable, domains, refusals),
        *(
            [f"On {count(bare, 'observable domain')} no advertising was observed. {NOT_CLEAN}"]
            if bare
            else []
        ),
        *_idle_tags(tables["networks"].rows),
        *(
            [
                f"Click URLs on {count(behind_trackers, 'domain')} end at a tracker: the brand behind is not known."
            ]
            if behind_trackers
            else []
        ),
        *_unidentified(unidentified),
        *_beyond_reach(refusals),
        *_stale(domains),
    ]


def _pages_of_others(number: int, domains: Sequence[Row]) -> Iterable[str]:
    if number:
        states = Counter(_states(row["page_states"]) for row in domains if row["seen"] == "not_operator")
        yield f"{count(number, 'domain')} showed a page that is not the operator's: {_listed(states)}."


def _states(page_states: str) -> str:
    """What a domain showed, if it showed several: "parked and soft 404" of "parked 1; soft_404 2"."""
    return " and ".join(part.rsplit(" ", 1)[0].replace("_", " ") for part in page_states.split("; "))


def _no_pages(number: int, domains: Sequence[Row], refusals: Sequence[Row]) -> Iterable[str]:
    if not number:
        return
    last: dict[str, str] = {}
    for row in refusals:
        # A denied address is not the last word if another one was asked for.
        if row["document"] == "page" and (row["outcome"] != "denied" or row["domain"] not in last):
            how = row["rule"] or row["layer"]
            last[row["domain"]] = in_words(f"{row['outcome']}: {how}") if how else row["outcome"]
    why = Counter(
        row["status"] if row["status"] != "active" else last.get(row["domain"], "not asked")
        for row in domains
        if row["seen"] == "unobservable"
    )
    yield f"{count(number, 'domain')} showed no page: {_listed(why)}."


def _idle_tags(networks: Sequence[Row]) -> Iterable[str]:
    idle = {(row["domain"], row["network"]): row["state"] for row in networks if row["state"] != "live"}
    if idle:
        stood = "tag stood" if len(idle) == 1 else "tags stood"
        states = _listed(Counter(state.replace("_", " ") for state in idle.values()))
        yield f"{len(idle):,} {stood} on pages without being live, and no headline counts them: {states}."


def _unidentified(number: int) -> Iterable[str]:
    if number:
        behave, them = ("host behaves", "it") if number == 1 else ("hosts behave", "them")
        yield f"{number:,} {behave} like ad tech, and no card knows {them}."


def _beyond_reach(refusals: Sequence[Row]) -> Iterable[str]:
    number = sum(row["rule"] in _BEYOND_REACH for row in refusals)
    if number:
        were = "address of an ad network was" if number == 1 else "addresses of ad networks were"
        yield f"{number:,} {were} named by pages and not asked for: beyond this reach."


def _stale(domains: Sequence[Row]) -> Iterable[str]:
    number = sum(bool(row["stale"]) for row in domains)
    if number:
        yield f"The confirmation of {count(number, 'domain')} is older than the case's limit, or has no date."


def _listed(counts: Counter[str]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {number:,}" for name, number in ordered)
