"""What the ledger says of a run is what its next start needs: no more, and nothing of other runs."""

from collections import Counter

import pytest
from msgspec.structs import replace

from adtrace.case import Case, Entry
from adtrace.extract import extract_page
from adtrace.fetch.candidates import Candidate
from adtrace.fetch.history import loaded_today, past_of, unfinished_run
from adtrace.fetch.messages import Answer
from adtrace.fetch.records import UNSENT, decision_payload, interrupted, outcome_payload
from adtrace.fetch.verdict import Verdict
from adtrace.relate.links import links_of

HOME = Candidate(url="https://a.example/", document="page", entry=2)
ALLOWED = Verdict(True, "scope/domain/2")
LOADER = "https://cdn.network.example/tag.js"


class Records:
    """A case with one entry, and short ways to write into it."""

    def __init__(self, case):
        self.case = case
        with case.transaction():
            [self.entry] = case.add_entries(
                [Entry(domain="a.example", unit="domain", authority="A", reference="R")]
            )
        self.run = self.start()

    def start(self, event="run_started", **more):
        with self.case.transaction():
            return self.case.append("note", {"event": event, **more})

    def decide(self, candidate=HOME, verdict=ALLOWED, run=None):
        payload = decision_payload(run or self.run, candidate, verdict, reach="ads", profile="direct")
        with self.case.transaction():
            return self.case.append("decision", payload)

    def end(self, decision, outcome, **more):
        answer = Answer(decision=decision, outcome=outcome, **more)
        with self.case.transaction():
            return self.case.append("outcome", outcome_payload(answer, Counter()))

    def cut_off(self, decision, reason):
        with self.case.transaction():
            self.case.append("outcome", outcome_payload(interrupted(decision, reason), Counter()))

    def capture(self, decision):
        found = extract_page('<script async src="https://a.magsrv.com/ad-provider.js"></script>')
        payload = outcome_payload(Answer(decision=decision, outcome="received"), Counter())
        with self.case.transaction():
            self.case.add_capture(payload, "page", None, found, links_of)
        return len(found.sightings)

    @property
    def past(self):
        return past_of(self.case, self.run)


@pytest.fixture
def records(tmp_path):
    with Case.create(tmp_path / "case", operator="tester", purpose="a test") as case:
        yield Records(case)


def test_what_was_cut_off_comes_back_as_it_was(records):
    """Every field of the address, whether it has no outcome or ended as interrupted."""
    one = Candidate(
        url=LOADER,
        document="script",
        entry=records.entry,
        parent=records.run,
        named_by="https://network.example/f",
        origin="https://a.example/",
        depth=3,
        hops=2,
    )
    two = replace(one, url="https://a.example/2", document="page")
    first, second = records.decide(one), records.decide(two)
    records.cut_off(second, "stopped")
    assert records.past.again == [one, two]
    assert records.past.unclosed == [first]


def test_what_ended_is_not_asked_again(records):
    """Whatever it ended with; nor is a second try."""
    for number, outcome in enumerate(("redirected", "refused", "failed")):
        records.end(records.decide(replace(HOME, url=f"https://a.example/{number}")), outcome)
    records.capture(records.decide())
    records.cut_off(records.decide(replace(HOME, url="https://a.example/9", attempt=2)), "stopped")
    past = records.past
    assert past.again == []
    assert past.outcomes == {"redirected": 1, "refused": 1, "failed": 1, "captured": 1, "interrupted": 1}


def test_second_try_that_never_left_is_still_to_be_made(records):
    """It comes back as a first, whose second try is the next; one that may have left does not."""
    second = replace(HOME, attempt=2)
    records.cut_off(records.decide(second), UNSENT)
    assert records.past.again == [HOME]
    records.cut_off(records.decide(second), "stopped")
    assert records.past.again == []


def test_what_has_no_outcome_is_counted_as_interrupted(records):
    """The next start closes it so; asked and denied addresses are known by their decisions."""
    records.decide()
    records.decide(replace(HOME, url="https://b.example/"), Verdict(False, "request/out_of_scope", "No."))
    past = records.past
    assert past.outcomes == {"interrupted": 1}
    assert (past.asked, past.denied) == ({"https://a.example/"}, {"https://b.example/"})


def test_linked_pages_and_chained_documents_are_counted_once_each(records):
    """Neither a second try nor a redirect of one counts against the entry's number."""
    page = replace(HOME, url="https://a.example/about", depth=1)
    chained = Candidate(url=LOADER, document="script", entry=2, origin="https://a.example/", depth=2)
    for one in (HOME, page, chained):
        for tried in (one, replace(one, attempt=2), replace(one, hops=1)):
            records.decide(tried)
    assert (records.past.linked, records.past.chained) == ({2: 1}, {2: 1})


def test_of_other_runs_nothing_counts(records):
    """Their requests, outcomes and sightings are theirs, of an earlier one as of a later."""
    records.capture(records.decide())
    records.decide(replace(HOME, url="https://a.example/open"))
    records.run, earlier = records.start(), records.run
    assert records.past == past_of(records.case, 10**6)
    seen = records.capture(records.decide())
    assert records.past.sightings == seen > 0
    assert records.past.outcomes == {"captured": 1}
    assert past_of(records.case, earlier).asked == {"https://a.example/", "https://a.example/open"}


def test_the_newest_run_with_these_settings_is_taken_up(records):
    """One that ended is not, nor one that was asked for something else."""
    first, _, second = (records.start(reach=reach) for reach in ("tags", "ads", "tags"))
    assert unfinished_run(records.case, {"reach": "tags"}) == second
    records.start("run_ended", run=second)
    assert unfinished_run(records.case, {"reach": "tags"}) == first
    assert unfinished_run(records.case, {"reach": "page"}) is None


LOADS = {
    "captured": (Verdict(True, "adtech/generic"), "captured", True),
    "redirected": (Verdict(True, "adtech/generic"), "redirected", True),
    "refused": (Verdict(True, "adtech/sellers_json"), "refused", True),
    "failed": (Verdict(True, "adtech/generic"), "failed", False),
    "interrupted": (Verdict(True, "adtech/generic"), "interrupted", False),
    "in scope": (ALLOWED, "captured", False),
    "denied": (Verdict(False, "adtech/asked", "Asked."), None, False),
}


@pytest.mark.parametrize("name", LOADS)
def test_a_network_is_asked_once_a_day(records, name):
    """By any other run of the case, if it was reached; today as the ledger's clock has it."""
    verdict, outcome, counts = LOADS[name]
    decision = records.decide(replace(HOME, url=LOADER, document="script"), verdict)
    if outcome == "captured":
        records.capture(decision)
    elif outcome:
        records.end(decision, outcome)
    assert loaded_today(records.case, records.start()) == ({LOADER} if counts else set())
    assert loaded_today(records.case, records.run) == set()


def test_yesterdays_request_does_not_count(records, monkeypatch):
    """A day is over at midnight, UTC."""
    monkeypatch.setattr("adtrace.case.ledger._now", lambda: "2026-01-01T23:59:59.999999Z")
    decision = records.decide(replace(HOME, url=LOADER, document="script"), Verdict(True, "adtech/generic"))
    records.end(decision, "redirected")
    assert loaded_today(records.case, records.start()) == set()
