"""What is asked next in a run: every address judged once. No database, no clock."""

from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from adtrace.extract.sighting import Extraction
from adtrace.fetch.candidates import (
    MAX_ATTEMPTS,
    MAX_CHAINED,
    MAX_HOPS,
    MAX_NAMED_BY_A_PAGE,
    Candidate,
    companions,
    front_page,
    is_front,
    is_referred,
    is_transient,
    is_unreachable,
    linked_pages,
    may_answer_plain_http,
    named_documents,
    plain_http,
    redirect_target,
    referred,
    second_try,
)
from adtrace.fetch.messages import Answer, ScopeRule
from adtrace.fetch.parts import DECLARATIONS
from adtrace.fetch.policy import AdHosts, Scope, may_request
from adtrace.fetch.verdict import Verdict

Step = tuple[Candidate, Verdict]
# What ad networks answer with, of which each may name the next (design section 4, reach ads).
_ANSWERS = frozenset({"script", "frame", "vast"})
_ASKED = Verdict(False, "adtech/asked", "Asked for already in this run, for another document that names it.")


class Plan(msgspec.Struct):
    """What follows from one outcome: steps become decisions, denied ones too; declined counts the rest."""

    steps: list[Step] = []
    declined: Counter[str] = msgspec.field(default_factory=Counter)


class Planner:
    """The state of a run's questions.

    asked, denied: URLs with such a decision of this run. loaded: ad-tech URLs an earlier run of this case asked for
    today. linked, chained: how many linked pages, and how many documents behind those a page names, were allowed for
    each entry so far.
    """

    def __init__(
        self,
        rules: Mapping[int, ScopeRule],
        *,
        reach: str,
        pages: int,
        knowledge: AdHosts,
        asked: Iterable[str] = (),
        denied: Iterable[str] = (),
        loaded: Iterable[str] = (),
        linked: Mapping[int | None, int] | None = None,
        chained: Mapping[int | None, int] | None = None,
    ) -> None:
        self._rules, self._scope = rules, Scope(rules.values())
        self._reach, self._pages, self._knowledge = reach, pages, knowledge
        self._asked, self._denied, self._loaded = set(asked), set(denied), frozenset(loaded)
        self._linked, self._chained = Counter(linked or {}), Counter(chained or {})

    def has_begun(self, entry: int) -> bool:
        """Whether this entry's front page has a decision."""
        return front_page(self._rules[entry]).url in self._asked

    def begin(self, entry: int) -> list[Step]:
        """The front page of an entry; [] if another entry of the same scope has asked for it."""
        return self._fresh(front_page(self._rules[entry]))

    def again(self, candidate: Candidate) -> list[Step]:
        """A second try of what was interrupted; [] if it was the second."""
        return [self._judge(second_try(candidate))] if candidate.attempt < MAX_ATTEMPTS else []

    def network_file(self, candidate: Candidate) -> list[Step]:
        """A network's own file (sellers.json); [] if asked for in this run."""
        return self._fresh(candidate)

    def is_generic(self, candidate: Candidate) -> bool:
        """Whether a network serves this file to everybody alike, so that it says nothing of the site that named it."""
        host = urlsplit(candidate.url).hostname or ""
        return (
            candidate.document in ("script", "worker")
            and self._scope.rule_for(candidate.url, host, candidate.document) is None
            and self._knowledge.effect_of(candidate.url) == "generic"
        )

    def after(self, candidate: Candidate, answer: Answer, extraction: Extraction | None) -> Plan:
        """What the outcome of one request leads to."""
        plan = Plan()
        if answer.outcome == "redirected" and is_referred(candidate):
            plan.declined["redirect/referred"] += 1
        elif answer.outcome == "redirected":
            self._redirect(plan, redirect_target(candidate, answer.location))
        elif is_transient(answer) and candidate.attempt < MAX_ATTEMPTS:
            plan.steps += self.again(candidate)
            return plan
        rule = self._rules.get(candidate.entry) if candidate.entry is not None else None
        if rule and is_front(candidate, rule):
            self._beside_front(plan, candidate, answer, rule)
        if extraction and self._leads_on(candidate):
            self._chain(plan, candidate, extraction)
        elif extraction and candidate.document == "page":
            self._named(plan, candidate, extraction)
            if self._pages and candidate.depth == 0 and rule and rule.unit != "url":
                self._linked_pages(plan, candidate, extraction)
        elif extraction and candidate.document in DECLARATIONS:
            self._refer(plan, candidate, extraction)
        return plan

    def _beside_front(self, plan: Plan, candidate: Candidate, answer: Answer, rule: ScopeRule) -> None:
        if may_answer_plain_http(answer) and (http := plain_http(candidate, rule)):
            plan.steps += self._fresh(http)
        elif not is_unreachable(answer):
            for companion in companions(rule, candidate):
                for step in self._fresh(companion):
                    if step[1].allow:
                        plan.steps.append(step)
                    else:  # the registrable domain of a host is not this entry's affair unless it is in scope
                        plan.declined[step[1].rule] += 1

    def _redirect(self, plan: Plan, target: Candidate | None) -> None:
        if target is None:
            plan.declined["redirect/form"] += 1
        elif target.hops > MAX_HOPS:
            plan.steps.append((target, Verdict(False, "redirect/hops", f"More than {MAX_HOPS} redirects.")))
        elif target.url in self._asked:
            plan.steps.append((target, Verdict(False, "redirect/asked", "Asked for already in this run.")))
        else:
            # Denied for one site or for a hundred: each site's redirect says where it led.
            plan.steps.append(self._noted(self._judge(target)))

    def _refer(self, plan: Plan, candidate: Candidate, extraction: Extraction) -> None:
        for target in referred(candidate, extraction.proposals):
            if is_referred(candidate):
                plan.declined["reference/nested"] += 1
            else:
                self._redirect(plan, target)

    def _named(self, plan: Plan, candidate: Candidate, extraction: Extraction) -> None:
        rule = self._rules.get(candidate.entry) if candidate.entry is not None else None
        if rule is None or rule.unit == "url":
            return
        for number, named in enumerate(named_documents(candidate, extraction.proposals)):
            if number >= MAX_NAMED_BY_A_PAGE:
                plan.declined["page/too_many"] += 1
            elif named.document == "page":
                self._meta_refresh(plan, named)
            else:
                plan.steps += self._fresh(named)

    def _leads_on(self, candidate: Candidate) -> bool:
        """Whether what this document names is followed: an ad network's answer, made for the page that led to it."""
        return self._reach == "ads" and candidate.document in _ANSWERS and not self.is_generic(candidate)

    def _chain(self, plan: Plan, candidate: Candidate, extraction: Extraction) -> None:
        for number, named in enumerate(named_documents(candidate, extraction.proposals)):
            if number >= MAX_NAMED_BY_A_PAGE:
                plan.declined["page/too_many"] += 1
            elif named.document not in _ANSWERS or named.hops:
                # An answer has no workers, and its refreshes lead where clicks lead.
                plan.declined["chain/kind"] += 1
            elif self._chained[candidate.entry] >= MAX_CHAINED:
                plan.declined["chain/too_many"] += 1
            else:
                steps = self._fresh(named)
                plan.steps += steps
                self._chained[candidate.entry] += sum(verdict.allow for _, verdict in steps)

    def _meta_refresh(self, plan: Plan, target: Candidate) -> None:
        # Many pages refresh themselves; that is no redirect.
        if target.url not in self._asked:
            self._redirect(plan, target)

    def _linked_pages(self, plan: Plan, candidate: Candidate, extraction: Extraction) -> None:
        for page in linked_pages(candidate, extraction.proposals):
            if self._linked[candidate.entry] >= self._pages:
                plan.declined["page/pages"] += 1
                continue
            if page.url in self._asked:
                continue
            found, verdict = self._judge(page)
            if verdict.allow and found.entry == candidate.entry:
                self._asked.add(found.url)
                self._linked[candidate.entry] += 1
                plan.steps.append((found, verdict))
            else:
                # Links that lead elsewhere are counted, not listed: they are neither evidence nor questions.
                plan.declined["page/another_entry" if verdict.allow else verdict.rule] += 1

    def _fresh(self, candidate: Candidate) -> list[Step]:
        if candidate.url in self._asked and self._reach == "ads" and candidate.document in _ANSWERS:
            return [(candidate, _ASKED)]  # where two chains meet, or one turns back: an edge, and no request
        if candidate.url in self._asked or candidate.url in self._denied:
            return []
        return [self._noted(self._judge(candidate))]

    def _noted(self, step: Step) -> Step:
        candidate, verdict = step
        (self._asked if verdict.allow else self._denied).add(candidate.url)
        return step

    def _judge(self, candidate: Candidate) -> Step:
        verdict = may_request(
            candidate.url,
            candidate.document,
            scope=self._scope,
            reach=self._reach,
            knowledge=self._knowledge,
            named_by=candidate.named_by,
            origin=candidate.origin,
            depth=candidate.depth,
        )
        if not verdict.allow:
            return candidate, verdict
        if is_adtech(verdict):
            if candidate.url in self._loaded:
                verdict = Verdict(False, "adtech/once_a_day", "This case asked for it today already.")
            return candidate, verdict
        # Whose page it is, whoever led there: the entry that covers the address most closely.
        rule = self._scope.rule_for(candidate.url, urlsplit(candidate.url).hostname or "", candidate.document)
        if rule is None:
            return candidate, verdict
        depth = 0 if is_front(candidate, rule) else candidate.depth
        return replace(candidate, entry=rule.entry, depth=depth), verdict


def is_adtech(verdict: Verdict) -> bool:
    """Whether the allowing rule is about an ad network's address, not about an entry's."""
    return verdict.rule.startswith("adtech/")
