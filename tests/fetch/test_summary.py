"""The summary counts every contacted entry once: observable, somebody else's page, or unobservable with its reason."""

import pytest

from adtrace.case import Case, Entry
from adtrace.extract import extract_page
from adtrace.fetch import summary
from adtrace.fetch.messages import EgressPlan, Profile
from adtrace.fetch.summary import MAX_REDIRECTS, _Fronts, summarise
from adtrace.knowledge import load_knowledge
from adtrace.relate.links import links_of

HOME = "<!doctype html>" + "<p>words and more words</p>" * 40
FOR_SALE = "<!doctype html><title>a.example</title><h1>This domain is for sale</h1><p>Make an offer</p>"


class Ledger:
    """A case whose run is written by hand: ask() decides, end() and page() say how it went."""

    def __init__(self, folder):
        self.case = Case.create(folder / "case", operator="tester", purpose="a test")
        names = ("a.example", "b.example", "c.example")
        entries = [Entry(domain=name, unit="domain", authority="A", reference="R") for name in names]
        with self.case.transaction():
            self.a, self.b, self.c = self.case.add_entries(entries)
            self.run = self.case.append("note", {"event": "run_started"})

    def ask(self, entry, url, *, parent=None, verdict="allow", rule="scope/domain", document="page"):
        payload = {
            "run": self.run,
            "entry": entry,
            "url": url,
            "document": document,
            "parent": parent,
            "depth": 0,
        }
        with self.case.transaction():
            return self.case.append("decision", payload | {"verdict": verdict, "rule": rule})

    def end(self, decision, outcome, layer=""):
        with self.case.transaction():
            return self.case.append(
                "outcome", {"decision": decision, "outcome": outcome, "layer": layer, "reason": ""}
            )

    def page(self, decision, html):
        extraction = extract_page(html, url="https://a.example/", status=200)
        with self.case.transaction():
            self.case.add_capture({"decision": decision}, "page", extraction.skeleton, extraction, links_of)

    def summary(self):
        return summarise(
            self.case,
            self.run,
            self.case.entries(),
            ended="finished",
            resumed=False,
            egress=EgressPlan("direct"),
            profile=Profile("agent"),
            knowledge=load_knowledge(),
        )


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path)
    yield made
    made.case.close()


def test_page_of_the_operator_makes_an_entry_observable(ledger):
    """And an entry that was never asked says so."""
    ledger.page(ledger.ask(ledger.a, "https://a.example/"), HOME)
    found = ledger.summary()
    assert (found.observable, found.unobservable) == (1, {"not asked": 2})


def test_somebody_elses_page_is_counted_by_its_state(ledger):
    """A page of somebody who sells the name is a page, and not the operator's."""
    ledger.page(ledger.ask(ledger.a, "https://a.example/"), FOR_SALE)
    found = ledger.summary()
    assert (found.observable, found.not_operator) == (0, {"for_sale": 1})


def test_redirect_to_another_entry_shows_that_entrys_page(ledger):
    """Both are observable: what visitors of the first see is the second's page."""
    first = ledger.end(ledger.ask(ledger.a, "https://a.example/"), "redirected")
    ledger.page(ledger.ask(ledger.b, "https://b.example/", parent=first), HOME)
    second = ledger.end(ledger.ask(ledger.c, "https://c.example/"), "redirected")
    ledger.ask(ledger.c, "https://b.example/", parent=second, verdict="deny", rule="redirect/asked")
    assert ledger.summary().observable == 3


def test_redirects_in_a_circle_are_unobservable(ledger):
    """And the counting ends."""
    first = ledger.end(ledger.ask(ledger.a, "https://a.example/"), "redirected")
    second = ledger.end(ledger.ask(ledger.a, "https://a.example/x", parent=first), "redirected")
    ledger.ask(ledger.a, "https://a.example/", parent=second, verdict="deny", rule="redirect/asked")
    assert ledger.summary().unobservable["redirect denied: redirect/asked"] == 1


def test_redirects_from_entry_to_entry_lead_as_far_as_a_browser_goes():
    """Whoever has a thousand domains of a list may send each on to the next."""
    rows = []
    for number in range(3000):
        front = {"entry": number, "url": f"https://s{number}.example/", "parent": None, "verdict": "allow"}
        on = {
            "entry": number,
            "url": f"https://s{number + 1}.example/",
            "parent": number + 1,
            "verdict": "deny",
        }
        end = {"outcome": "redirected", "outcome_seq": number + 1, "layer": ""}
        rows += [front | end, on | {"outcome": None, "outcome_seq": None, "rule": "redirect/asked"}]
    rows[-2] |= {"outcome": "captured", "page_state": "operator", "page_state_rule": "default"}
    fronts = _Fronts(rows)
    assert fronts.seen(2999 - MAX_REDIRECTS) == ("operator", "")
    assert fronts.seen(2998 - MAX_REDIRECTS) == (None, "redirect denied: redirect/asked")
    assert fronts.seen(0) == (None, "redirect denied: redirect/asked")


@pytest.mark.parametrize("query", ["_DECIDED", "_FRONTS", "_CONTACTS"])
def test_outcomes_are_found_by_their_decision(ledger, query):
    """By an index: looked through for each decision, they took minutes at 28,000."""
    sql = getattr(summary, query)
    plan = [row["detail"] for row in ledger.case.rows(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?"))]
    assert any("SEARCH ended USING AUTOMATIC" in step for step in plan)


def test_last_try_gives_the_reason(ledger):
    """https failed, http failed otherwise: the second is what is said."""
    ledger.end(ledger.ask(ledger.a, "https://a.example/"), "failed", "tls")
    ledger.end(ledger.ask(ledger.a, "http://a.example/"), "failed", "reset")
    found = ledger.summary()
    assert found.unobservable == {"failed: reset": 1, "not asked": 2}
    assert found.failed == {"tls": 1, "reset": 1}


def test_whose_lists_were_asked_for_is_said(ledger):
    """Also where a list stands on a host that is nobody's card."""
    for url in (
        "https://storage.googleapis.com/adx-rtb-dictionaries/sellers.json",
        "https://taboola.com/sellers.json",
    ):
        ledger.end(ledger.ask(ledger.a, url, rule="adtech/sellers_json", document="sellers_json"), "failed")
    [told] = [one for one in ledger.summary().exposure if "network" in one.party]
    assert (told.party, told.entries) == ("the networks Google AdSense, Taboola", 0)
