"""What came of a run, in counts a person reads and with its denominators; computed from the ledger alone."""

from collections import Counter
from urllib.parse import urlsplit

import msgspec

from adtrace.case import Case
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


_ROWS = """
SELECT decisions.seq, decisions.entry, decisions.url, decisions.document, decisions.parent, decisions.depth,
  decisions.verdict, decisions.rule, outcomes.seq AS outcome_seq, outcomes.outcome, outcomes.layer,
  outcomes.reason, outcomes.page_state, outcomes.page_state_rule
FROM decisions LEFT JOIN outcomes ON outcomes.decision = decisions.seq
WHERE decisions.run = ? ORDER BY decisions.seq
"""
# What counts in a headline: live tags, on entries whose own page was read (design section 2).
_PLACED = """
SELECT count(DISTINCT domain) AS domains, count(DISTINCT network) AS networks,
  count(DISTINCT CASE WHEN kind = 'account' THEN network || '/' || account_kind || '/' || account END) AS accounts
FROM current_sightings WHERE kind IN ('network', 'account') AND advertising AND state = 'live'
  AND basis IN ('embedded', 'served') AND capture IN (
    SELECT seq FROM captures WHERE run = ? AND (page_state IS NULL OR page_state = 'operator'))
  AND entry IN (SELECT entry FROM captures WHERE run = ? AND page_state = 'operator')
"""
_SIGHTED = (
    "SELECT count(*) AS sightings FROM sightings WHERE capture IN (SELECT seq FROM captures WHERE run = ?)"
)


def summarise(
    case: Case,
    run: int,
    *,
    ended: str,
    resumed: bool,
    contacted: list[int],
    held_back: Counter[str],
    egress: EgressPlan,
    profile: Profile,
    knowledge: AdHosts,
) -> RunSummary:
    """The summary of a run as the ledger has it now."""
    rows = [dict(row) for row in case.rows(_ROWS, (run,))]
    allowed = [row for row in rows if row["verdict"] == "allow"]
    fronts = _Fronts(rows)
    observable, others, none = 0, Counter[str](), Counter[str]()
    for entry in contacted:
        state, reason = fronts.seen(entry)
        if state == "operator":
            observable += 1
        elif state is not None:
            others[state] += 1
        else:
            none[reason] += 1
    [placed] = case.rows(_PLACED, (run, run))
    [sighted] = case.rows(_SIGHTED, (run,))
    contacts = [
        _contact(row, knowledge)
        for row in allowed
        if (row["outcome"], row["reason"]) != ("interrupted", UNSENT)
    ]
    return RunSummary(
        run=run,
        ended=ended,
        resumed=resumed,
        entries=len(contacted),
        held_back=_sorted(held_back),
        observable=observable,
        not_operator=_sorted(others),
        unobservable=_sorted(none),
        outcomes=_sorted(Counter(row["outcome"] or "open" for row in allowed)),
        denied=_sorted(Counter(row["rule"] for row in rows if row["verdict"] == "deny")),
        refused=_sorted(Counter(row["layer"] for row in allowed if row["outcome"] == "refused")),
        failed=_sorted(Counter(row["layer"] for row in allowed if row["outcome"] == "failed")),
        sightings=sighted["sightings"],
        networks=placed["networks"],
        accounts=placed["accounts"],
        domains_with_ads=placed["domains"],
        exposure=exposure_of(contacts, egress, profile),
    )


class _Fronts:
    """Which page each entry's front led to, through redirects to other entries too."""

    def __init__(self, rows: list[dict[str, object]]) -> None:
        self._by_entry: dict[object, list[dict[str, object]]] = {}
        self._by_url: dict[object, list[dict[str, object]]] = {}
        self._by_parent: dict[object, list[dict[str, object]]] = {}
        for row in rows:
            if row["document"] == "page" and row["depth"] == 0:
                self._by_entry.setdefault(row["entry"], []).append(row)
                self._by_url.setdefault(row["url"], []).append(row)
                self._by_parent.setdefault(row["parent"], []).append(row)

    def seen(self, entry: int) -> tuple[str | None, str]:
        """The state of the page read for the entry, the operator's own if there is one; else None and why."""
        rows = self._by_entry.get(entry, [])
        states = [state for row in rows if (state := self._state(row, frozenset()))]
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

    def _state(self, row: dict[str, object], before: frozenset[object]) -> str | None:
        if row["outcome"] == "captured":
            return None if row["page_state_rule"] == UNREAD else str(row["page_state"])
        if row["outcome"] != "redirected" or row["url"] in before:
            return None
        for hop in self._by_parent.get(row["outcome_seq"], []):
            for target in self._by_url.get(hop["url"], []):
                if state := self._state(target, before | {row["url"]}):
                    return state
        return None


def _contact(row: dict[str, object], knowledge: AdHosts) -> Contact:
    url, document = str(row["url"]), str(row["document"])
    host = urlsplit(url).hostname or ""
    is_list = document == "sellers_json"
    card: object = None
    if str(row["rule"]).startswith("adtech/"):
        card = knowledge.card_of_sellers_json(url) if is_list else knowledge.card_of_host(host)
    network = getattr(card, "name", None)
    # A list of sellers is asked for on behalf of the whole case.
    entry = row["entry"] if isinstance(row["entry"], int) and not is_list else None
    return Contact(entry, host, network, document, is_encrypted=url.startswith("https:"))


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common())
