"""What came of a run, in counts a person reads and with its denominators; computed from the ledger alone."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from sqlite3 import Row
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from adtrace.case import Case, EntryRow
from adtrace.case.ended import ENDED
from adtrace.case.links import FEEDS_LINKS
from adtrace.fetch.exposure import Contact, Exposure, exposure_of
from adtrace.fetch.messages import EgressPlan, Profile
from adtrace.fetch.policy import AdHosts
from adtrace.fetch.records import UNSENT
from adtrace.fetch.worker import UNREAD


class RunSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One run; every count is of this run alone.

    entries = contacted entries = observable + not_operator + unobservable. observable: a page of the operator
    was read. not_operator: a page was read, but not the operator's, by page state. unobservable: no page was
    read, by the end of the last try. domains_with_ads, networks and accounts: live tags of the operator's pages.
    Not observed is never clean.
    """

    run: int
    ended: str  # finished, stopped, nothing to do
    resumed: bool
    entries: int
    held_back: dict[str, int]  # entries not contacted, by status
    observable: int
    not_operator: dict[str, int]
    unobservable: dict[str, int]
    outcomes: dict[str, int]
    denied: dict[str, int]
    refused: dict[str, int]
    failed: dict[str, int]
    sightings: int
    domains_with_ads: int
    networks: int
    accounts: int
    exposure: list[Exposure]

    @property
    def is_complete(self) -> bool:
        """Whether nothing was left undone: not stopped, and every contacted entry gave a page."""
        return self.ended != "stopped" and not self.unobservable


# As many as a browser follows (https://fetch.spec.whatwg.org/#http-redirect-fetch, 2026-01).
MAX_REDIRECTS = 20
_DECIDED = f"""
{ENDED} SELECT verdict, CASE WHEN verdict = 'deny' THEN rule END, outcome, layer
FROM decisions LEFT JOIN ended ON ended.decision = decisions.seq WHERE decisions.run = ? ORDER BY decisions.seq
"""
_FRONTS = f"""
{ENDED} SELECT decisions.entry, decisions.url, decisions.parent, decisions.verdict, decisions.rule,
  ended.seq AS outcome_seq, ended.outcome, ended.layer, ended.page_state, ended.page_state_rule
FROM decisions LEFT JOIN ended ON ended.decision = decisions.seq
WHERE decisions.run = ? AND decisions.document = 'page' AND decisions.depth = 0 ORDER BY decisions.seq
"""
_CONTACTS = f"""
{ENDED} SELECT decisions.entry, decisions.url, decisions.document, decisions.rule
FROM decisions LEFT JOIN ended ON ended.decision = decisions.seq
WHERE decisions.run = ? AND decisions.verdict = 'allow' AND ended.reason IS NOT ? ORDER BY decisions.seq
"""
# What counts in a headline: live tags, on entries whose own page was read (design section 2).
_PLACED = f"""
SELECT count(DISTINCT domain) AS domains, count(DISTINCT network) AS networks,
  count(DISTINCT CASE WHEN kind = 'account' THEN network || '/' || account_kind || '/' || account END) AS accounts
FROM current_sightings WHERE kind IN ('network', 'account') AND advertising AND state = 'live'
  AND basis IN ('embedded', 'served') AND capture IN (
    SELECT seq FROM captures WHERE run = ? AND {FEEDS_LINKS})
  AND entry IN (SELECT entry FROM captures WHERE run = ? AND page_state = 'operator')
"""
_SIGHTED = (
    "SELECT count(*) AS sightings FROM sightings WHERE capture IN (SELECT seq FROM captures WHERE run = ?)"
)


def summarise(
    case: Case,
    run: int,
    entries: Sequence[EntryRow],
    *,
    ended: str,
    resumed: bool,
    egress: EgressPlan,
    profile: Profile,
    knowledge: AdHosts,
) -> RunSummary:
    """The summary of a run as the ledger has it now; entries: all of the case's."""
    contacted = [row.seq for row in entries if row.status == "active"]
    seen = _seen(contacted, _Fronts(case.rows(_FRONTS, (run,))))
    decided = Counter(_Decided(*row) for row in case.rows(_DECIDED, (run,)))
    [placed] = case.rows(_PLACED, (run, run))
    [sighted] = case.rows(_SIGHTED, (run,))
    contacts = (_contact(row, knowledge) for row in case.rows(_CONTACTS, (run, UNSENT)))
    return RunSummary(
        run=run,
        ended=ended,
        resumed=resumed,
        entries=len(contacted),
        held_back=_sorted(Counter(row.status for row in entries if row.status != "active")),
        observable=seen["observable"].total(),
        not_operator=_sorted(seen["not_operator"]),
        unobservable=_sorted(seen["unobservable"]),
        outcomes=_count(decided, lambda one: one.outcome, lambda one: one.verdict == "allow"),
        denied=_count(decided, lambda one: one.denied_by, lambda one: one.verdict == "deny"),
        refused=_count(decided, lambda one: one.layer, lambda one: one.outcome == "refused"),
        failed=_count(decided, lambda one: one.layer, lambda one: one.outcome == "failed"),
        sightings=sighted["sightings"],
        networks=placed["networks"],
        accounts=placed["accounts"],
        domains_with_ads=placed["domains"],
        exposure=exposure_of(contacts, egress, profile),
    )


def _seen(contacted: Iterable[int], fronts: "_Fronts") -> dict[str, Counter[str]]:
    """Each contacted entry in one of three groups of RunSummary, by the state of its page or the reason for none."""
    found = {group: Counter[str]() for group in ("observable", "not_operator", "unobservable")}
    for entry in contacted:
        state, reason = fronts.seen(entry)
        if state is None:
            found["unobservable"][reason] += 1
        else:
            found["observable" if state == "operator" else "not_operator"][state] += 1
    return found


class _Decided(NamedTuple):
    """What a decision came to: the rule that denied it, or its outcome (None: none yet) with its layer."""

    verdict: str
    denied_by: str | None
    outcome: str | None
    layer: str | None


def _count(
    decided: Counter[_Decided], value: Callable[[_Decided], str | None], applies: Callable[[_Decided], bool]
) -> dict[str, int]:
    """How many of the decisions that it applies to have each value, the most frequent first."""
    found = Counter[str]()
    for one, number in decided.items():
        if applies(one):
            found[value(one) or "open"] += number
    return _sorted(found)


class _Fronts:
    """Which page each entry's front led to, through redirects to other entries too."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_entry: dict[int, list[Row]] = {}
        self._by_url: dict[str, list[Row]] = {}
        self._by_parent: dict[int, list[Row]] = {}
        for row in rows:
            self._by_entry.setdefault(row["entry"], []).append(row)
            self._by_url.setdefault(row["url"], []).append(row)
            if row["parent"] is not None:
                self._by_parent.setdefault(row["parent"], []).append(row)

    def seen(self, entry: int) -> tuple[str | None, str]:
        """The state of the page read for the entry, the operator's own if there is one; else None and why."""
        rows = self._by_entry.get(entry, [])
        states = [state for row in rows if (state := self._state(row))]
        if states:
            return ("operator" if "operator" in states else states[0]), ""
        if not rows:
            return None, "not asked"
        last = rows[-1]
        if last["verdict"] == "deny":
            return None, f"{'redirect ' if last['parent'] else ''}denied: {last['rule']}"
        if last["outcome"] == "captured":
            return None, "captured, but it could not be read"
        return None, ": ".join(str(part) for part in (last["outcome"], last["layer"]) if part)

    def _state(self, row: Row) -> str | None:
        """The state of the page that this request led to, None if none was read."""
        left: set[str] = set()  # addresses that redirected
        waiting = [row]
        while waiting and len(left) <= MAX_REDIRECTS:
            row = waiting.pop()
            if row["outcome"] == "captured" and row["page_state_rule"] != UNREAD:
                return str(row["page_state"])
            if row["outcome"] == "redirected" and row["url"] not in left:
                left.add(row["url"])
                hops = self._by_parent.get(row["outcome_seq"], ())
                targets = [target for hop in hops for target in self._by_url[hop["url"]]]
                waiting += reversed(targets)
        return None


def _contact(row: Row, knowledge: AdHosts) -> Contact:
    url, document = row["url"], row["document"]
    host = urlsplit(url).hostname or ""
    is_list = document == "sellers_json"
    card: object = None
    if row["rule"].startswith("adtech/"):
        card = knowledge.card_of_sellers_json(url) if is_list else knowledge.card_of_host(host)
    network = getattr(card, "name", None)
    # A list of sellers is asked for on behalf of the whole case.
    entry = None if is_list else row["entry"]
    return Contact(entry, host, network, document, is_encrypted=url.startswith("https:"))


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common())
