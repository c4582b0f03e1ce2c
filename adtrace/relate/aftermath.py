"""Did it work? What stands now on the sites that a notice named: removed, moved, replaced, or unchanged."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from adtrace.case.carried import read_carried
from adtrace.case.notices import Registered, read_register

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from adtrace.case import Case

# removed: nothing live of the network is left. moved: nor is it, but a network is live that was not before. replaced:
# the network is live, with none of the accounts that were named. unchanged: a named one is still live. not_observed:
# the operator's own page has not been read since, which says nothing.
Now = Literal["removed", "moved", "replaced", "unchanged", "not_observed"]
NOW: tuple[Now, ...] = ("removed", "moved", "replaced", "unchanged", "not_observed")


class Aftermath(msgspec.Struct, frozen=True):
    """One site a notice named, in clear: what is seen there in the newest run after it was sent.

    named: accounts of the notice there, as network/kind/id. live: of those, the ones that are live now. moved_to:
    networks live now that were not before. seen: day of that reading, "" if there is none.
    """

    domain: str
    now: Now
    named: tuple[str, ...]
    live: tuple[str, ...]
    moved_to: tuple[str, ...]
    seen: str


def see_all(case: Case) -> list[tuple[Registered, list[Aftermath]]]:
    """Every notice that was said to be sent, oldest first, with what came after."""
    return [(one, see_after(case, one)) for one in read_register(case, date.min) if one.sent]


class _Live(msgspec.Struct):
    """What is live on one domain at one side of the day: names of networks, and of accounts."""

    places: set[str] = msgspec.field(default_factory=set)
    carries: set[str] = msgspec.field(default_factory=set)


def see_after(case: Case, notice: Registered) -> list[Aftermath]:
    """By domain, what came after the notice was sent; [] if it was not said to be sent.

    Live is what the edges `places` and `carries` of the graph say. A later run is needed: only the operator's own page,
    read after the day of sending, counts; of several readings the newest run's. Cost: the sightings of these domains.
    """
    if not notice.sent:
        return []
    named = _named(case, notice)
    newest = _newest_runs(case, notice, named)
    before: dict[str, _Live] = defaultdict(_Live)
    now: dict[str, _Live] = defaultdict(_Live)
    for row in case.rows(_LIVE):
        domain = row["domain"]
        if domain not in named:
            continue
        if not _is_after(notice, row["time"]):
            getattr(before[domain], row["edge"]).add(row["target"])
        elif domain in newest and row["run"] == newest[domain][0]:
            getattr(now[domain], row["edge"]).add(row["target"])
    found = []
    for domain, accounts in sorted(named.items()):
        seen = newest[domain][1] if domain in newest else ""
        live = accounts & now[domain].carries
        moved_to = now[domain].places - before[domain].places if seen else set()
        found.append(
            Aftermath(
                domain,
                _judge(notice.network, now[domain], accounts, moved_to) if seen else "not_observed",
                tuple(sorted(accounts)),
                tuple(sorted(live)),
                tuple(sorted(moved_to)),
                seen,
            )
        )
    return found


def _judge(network: str, now: _Live, accounts: Collection[str], moved_to: Collection[str]) -> Now:
    is_there = network in now.places or any(name.split("/", 1)[0] == network for name in now.carries)
    if not is_there:
        return "moved" if moved_to else "removed"
    return "replaced" if accounts and not now.carries.intersection(accounts) else "unchanged"


def _named(case: Case, notice: Registered) -> dict[str, set[str]]:
    """By domain, the accounts that the notice's export carried live."""
    runs = next((one.sightings for one in read_carried(case) if one.seq == notice.export), ())
    found: dict[str, set[str]] = {}
    for first, last in runs:
        for row in case.rows(
            "SELECT domain, kind, network, account_kind, account, state, basis FROM sightings"
            " WHERE row BETWEEN ? AND ?",
            (first, last),
        ):
            if row["state"] != "live" or row["basis"] not in ("embedded", "served"):
                continue
            accounts = found.setdefault(row["domain"], set())
            if row["kind"] == "account":
                accounts.add(f"{row['network']}/{row['account_kind']}/{row['account']}")
    return found


def _newest_runs(case: Case, notice: Registered, domains: Iterable[str]) -> dict[str, tuple[int, str]]:
    """By domain, the newest run after the notice that read the operator's own page, and its day."""
    wanted, found = set(domains), {}
    for row in case.rows(
        "SELECT domain, run, time FROM captures WHERE document = 'page' AND page_state = 'operator' ORDER BY time"
    ):
        if row["domain"] in wanted and _is_after(notice, row["time"]):
            found[row["domain"]] = (row["run"], row["time"][:10])
    return found


def _is_after(notice: Registered, time: str) -> bool:
    """Whether a record is younger than the sending: of a later day, or of the same and written after the note of it."""
    return time[:10] > notice.sent or (time[:10] == notice.sent and time > notice.sent_at)


_LIVE = """
SELECT links.domain, links.edge, links.target, captures.run, captures.time
FROM links
  JOIN link_sightings ON link_sightings.link = links.id
  JOIN sightings ON sightings.row = link_sightings.sighting
  JOIN captures ON captures.seq = sightings.capture
WHERE links.edge IN ('places', 'carries')"""
