"""The observed way from a domain's page through ad networks' answers to the advertiser, with the evidence of each step.

A step is one document of one run: the page, then what its tags load, then what those name (reach tags and ads). Within
a document, a tag found inside another's value hangs under it: a network behind a network. What files only declare is
no part of the way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case.canonical import read_json
from adtrace.case.ended import ENDED
from adtrace.errors import UsageError
from adtrace.extract.attributes import host_of
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.knowledge.card import Card

MOST_FACTS = 200  # of one document
_FILES = "('ads_txt', 'app_ads_txt', 'adagents_json')"
_SHOWN = ("network", "brand", "landing", "tracker", "declared_site")


class Fact(msgspec.Struct, frozen=True):
    """One thing a document says: a network and its ids, a brand, where a click leads, for which site it was made.

    name: the card's id, the brand, or the host. ids: kind/scope/id of its accounts. inside: the facts found within its
    value. role: of a brand. sighting: public id.
    """

    kind: str
    name: str
    basis: str
    state: str
    sighting: str
    ids: tuple[str, ...] = ()
    role: str | None = None
    advertising: bool = True
    inside: tuple[Fact, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """One document on the way, and what it led to.

    end: captured, or how else the request ended; "not asked" where a document was named and policy said no, by rule;
    "above" where it stands at another place of this way already. rule: "" of what was asked. reason: as it was
    recorded. decision, capture: public ids of what was decided and of its outcome, null if it was never asked. network:
    the card of the host that was asked, null for the domain's own. depth: documents of ad networks from the page to
    this one. more: facts beyond MOST_FACTS.
    """

    document: str
    url: str
    network: str | None
    depth: int
    end: str
    rule: str
    reason: str
    decision: str
    capture: str | None
    page_state: str | None
    facts: tuple[Fact, ...] = ()
    more: int = 0
    steps: tuple[Step, ...] = ()


class Chain(msgspec.Struct, frozen=True):
    """A domain's ways in one run.

    deepest: documents of ad networks one behind another that were read. declared: network → records of the domain's
    ads.txt, and agents of its adagents.json, by relation ("agent" where none is stated).
    """

    domain: str
    run: int
    reach: str
    steps: tuple[Step, ...]
    deepest: int
    declared: dict[str, dict[str, int]]

    @property
    def reached(self) -> str:
        """At which reach it was looked, and how far the way leads, as people read it."""
        behind = (
            f"{count(self.deepest, 'document')} of ad networks one behind another" if self.deepest else ""
        )
        return f"reach {self.reach}, {behind or 'no document of an ad network was read'}"

    @property
    def others_pages(self) -> str:
        """What is to be said first where pages are not the operator's, with their states; empty if all are."""
        states = dict.fromkeys(step.page_state or "unknown" for step in self.steps)
        others = ", ".join(state for state in states if state != "operator").replace("_", " ")
        return (
            others
            and f"not the operator's page ({others}): what stands there accuses nobody and counts nowhere"
        )


def find_chain(case: Case, domain: str, knowledge: Knowledge | None = None) -> Chain:
    """The ways of a listed domain in the last run that read one of its pages.

    Reads only, in one state of the case. Cost: the case's decisions, and the sightings of the documents on the way.

    Raises:
        UsageError: the case lists no such domain, or no run has read a page of it.
    """
    return next(find_chains(case, (domain,), knowledge))


def find_chains(case: Case, domains: Iterable[str], knowledge: Knowledge | None = None) -> Iterator[Chain]:
    """As find_chain() for each of these domains, in their order; the decisions are read once a run."""
    knowledge = knowledge or load_knowledge()
    runs: dict[int, _Way] = {}
    with case.snapshot():
        for domain in domains:
            entries, run = _last_run(case, domain)
            if run not in runs:
                runs[run] = _Way(case, run, knowledge)
            yield runs[run].chain(domain.lower(), entries)


def _last_run(case: Case, domain: str) -> tuple[list[int], int]:
    """The domain's entries, and the last run that read a page of one."""
    entries = [row["seq"] for row in case.rows("SELECT seq FROM entries WHERE domain = ?", (domain.lower(),))]
    if not entries:
        raise UsageError(f'there is no domain "{domain}" in this case.', do="Give a listed domain.")
    marks = ", ".join("?" * len(entries))
    (last,) = case.rows(
        "SELECT max(run) AS run FROM captures"
        f" WHERE document = 'page' AND entry_status <> 'withdrawn' AND entry IN ({marks})",
        entries,
    )
    if last["run"] is None:
        raise UsageError(
            f"{domain}: no run has read a page of it.", do="`adtrace show CASE DOMAIN` has what is on record."
        )
    return entries, last["run"]


# Of what a run named and did not ask for because the answer is in the case: from this run, or from one of that day.
_ANSWERED = frozenset({"adtech/asked", "adtech/once_a_day"})


class _Way:
    """One run's requests, as they led to each other, and those of earlier runs that it needed not make again."""

    def __init__(self, case: Case, run: int, knowledge: Knowledge) -> None:
        self._case, self._run, self._knowledge = case, run, knowledge
        self._asked: dict[str, Any] = {}
        self._led_to: dict[int | None, list[Any]] = defaultdict(list)
        self._pages: dict[int, list[Any]] = defaultdict(list)  # by entry: those that this run read
        self._shown: set[int] = set()
        # Their newest readings; the view of them would be made anew for every document.
        self._readings = dict(
            map(tuple, case.rows("SELECT seq, extraction FROM captures WHERE entry_status <> 'withdrawn'"))
        )
        for row in case.rows(
            f"{ENDED} SELECT d.seq AS seq, d.time AS time, d.run AS run, d.entry AS entry, d.url AS url,"
            " d.document AS document, d.parent AS parent, d.depth AS depth, d.verdict AS verdict, d.rule AS rule,"
            " d.reach AS reach, d.reason AS why,"
            " o.seq AS outcome, o.outcome AS end, o.reason AS reason, o.page_state AS page_state"
            " FROM decisions AS d LEFT JOIN ended AS o ON o.decision = d.seq WHERE d.run <= ? ORDER BY d.seq",
            (run,),
        ):
            self._led_to[row["parent"]].append(row)
            if row["verdict"] == "allow":
                self._asked[row["url"]] = row  # the last stands for those before it
            if row["run"] == run and row["document"] == "page" and row["end"] == "captured":
                self._pages[row["entry"]].append(row)

    def chain(self, domain: str, entries: list[int]) -> Chain:
        self._shown.clear()
        roots = [row for entry in entries for row in self._pages.get(entry, ())]
        steps = tuple(self._step(row) for row in sorted(roots, key=lambda row: row["seq"]))
        reach = roots[0]["reach"] if roots else ""
        return Chain(
            domain, self._run, reach, steps, max(map(_deepest, steps), default=0), self._declared(entries)
        )

    def _step(self, row: Any) -> Step:
        card = self._card(row) if row["document"] != "page" else None
        place = (row["document"], row["url"], card.id if card else None, _depth(row))
        decision = self._case.public_id("decision", row["seq"])
        if row["verdict"] != "allow":
            return Step(*place, "not asked", row["rule"], row["why"] or "", decision, None, None)
        capture = self._case.public_id("outcome", row["outcome"]) if row["outcome"] else None
        if row["seq"] in self._shown:
            return Step(*place, "above", "", "", decision, capture, None)
        self._shown.add(row["seq"])
        facts, more = self._facts(row["outcome"]) if row["end"] == "captured" else ((), 0)
        following = tuple(self._step(one) for one in self._following(row["outcome"]))
        end, reason = row["end"] or "open", row["reason"] or ""
        return Step(*place, end, "", reason, decision, capture, row["page_state"], facts, more, following)

    def _following(self, outcome: int | None) -> Iterator[Any]:
        """What this document led to, each address once: asked, asked elsewhere, or a network's and not."""
        seen = set()
        for row in self._led_to.get(outcome, ()) if outcome else ():
            if row["url"] in seen or row["document"] == "page":
                continue
            seen.add(row["url"])
            if row["verdict"] == "allow" or (row["rule"] in _ANSWERED and row["url"] in self._asked):
                yield self._asked[row["url"]]
            elif self._card(row):
                yield row

    def _card(self, row: Any) -> Card | None:
        """Whose the address was on the day of the decision, by its host."""
        return self._knowledge.card_of_host(host_of(row["url"]) or "", date.fromisoformat(row["time"][:10]))

    def _facts(self, outcome: int) -> tuple[tuple[Fact, ...], int]:
        """What the document says, in its order; how many things more."""
        rows = list(
            self._case.rows(
                "SELECT * FROM sightings WHERE capture = ? AND extraction = ? ORDER BY row",
                (outcome, self._readings.get(outcome)),
            )
        )
        by_id = {row["id"]: row for row in rows}
        ids: dict[str, list[str]] = defaultdict(list)
        inside: dict[str | None, list[Any]] = defaultdict(list)
        for row in rows:
            if row["kind"] == "account" and row["via"]:
                ids[row["via"]].append(f"{row['account_kind']}/{row['scope']}/{row['account']}")
            elif row["kind"] in _SHOWN:
                inside[row["via"] if row["via"] in by_id else None].append(row)

        def make(row: Any) -> Fact:
            return Fact(
                row["kind"],
                (row["network"] if row["kind"] in ("network", "tracker") else row["brand"])
                or row["host"]
                or "",
                row["basis"],
                row["state"],
                self._case.public_id("sighting", row["row"]),
                tuple(dict.fromkeys(ids[row["id"]])),
                row["role"],
                bool(row["advertising"]),
                tuple(map(make, inside[row["id"]])),
            )

        outer = inside[None]
        return tuple(map(make, outer[:MOST_FACTS])), max(0, len(outer) - MOST_FACTS)

    def _declared(self, entries: Iterable[int]) -> dict[str, dict[str, int]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in entries:
            for row in self._case.rows(
                "SELECT DISTINCT network, account, declared FROM current_sightings WHERE kind = 'declaration'"
                f" AND locator ->> 'part' IN {_FILES} AND entry = ? AND network IS NOT NULL",
                (entry,),
            ):
                declared: Any = read_json(row["declared"])
                found[row["network"]][str(declared.get("relation", "agent"))] += 1
        return {network: dict(sorted(counted.items())) for network, counted in sorted(found.items())}


def _deepest(step: Step) -> int:
    own = step.depth if step.network and step.end == "captured" else 0
    return max((own, *map(_deepest, step.steps)))


def _depth(row: Any) -> int:
    return 0 if row["document"] == "page" else row["depth"] or 0
