"""What the ledger holds of decisions and outcomes: every field, and of addresses in headers the origin alone."""

from collections import Counter

import pytest

from adtrace.fetch.candidates import Candidate
from adtrace.fetch.messages import Answer
from adtrace.fetch.records import decision_payload, interrupted, outcome_payload
from adtrace.fetch.verdict import Verdict

CANDIDATE = Candidate(
    url="https://cdn.network.example/a.js",
    document="script",
    entry=2,
    parent=5,
    named_by="https://network.example/f",
    origin="https://clip.example/",
    depth=3,
    hops=1,
    attempt=2,
)


def test_a_decision_says_all_that_was_decided():
    """Each field of the address, the verdict with its rule and reason, and how we looked."""
    verdict = Verdict(False, "request/role", "It counts.")
    assert decision_payload(7, CANDIDATE, verdict, reach="ads", profile="direct") == {
        "run": 7,
        "entry": 2,
        "url": "https://cdn.network.example/a.js",
        "document": "script",
        "parent": 5,
        "named_by": "https://network.example/f",
        "origin": "https://clip.example/",
        "depth": 3,
        "hops": 1,
        "attempt": 2,
        "verdict": "deny",
        "rule": "request/role",
        "reason": "It counts.",
        "reach": "ads",
        "profile": "direct",
    }
    allowed = decision_payload(7, CANDIDATE, Verdict(True, "adtech/generic"), reach="ads", profile="direct")
    assert allowed["verdict"] == "allow"


def test_what_nobody_recorded_singly_is_counted_by_rule():
    """In the order of the rules; a document that proposed nothing of the kind says nothing."""
    answer = Answer(decision=4, outcome="redirected", location="https://clip.example/a")
    payload = outcome_payload(answer, Counter({"request/role": 2, "page/pages": 1}))
    assert list(payload["declined"].items()) == [("page/pages", 1), ("request/role", 2)]
    assert "declined" not in outcome_payload(answer, Counter())
    assert {**payload, "declined": None} == {
        **{name: getattr(answer, name) for name in answer.__struct_fields__},
        "headers": [],
        "declined": None,
    }


HEADERS = {
    "link": (
        '<https://clip.example/a-film?x>; rel="canonical"; title="A film", </a-film>; rel=preload; as=image',
        '<https://clip.example>; rel="canonical", <>; rel=preload; as=image',
    ),
    "refresh": ("0000000005 ; url='https://clip.example/a-film'", "00000000; https://clip.example"),
    "server": ("nginx https://clip.example/a", "nginx https://clip.example/a"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_headers_address_is_its_origin(name):
    """A path is the page's title; what is no address of a page is left as it was sent."""
    given, kept = HEADERS[name]
    answer = Answer(decision=4, outcome="received", headers=((name, given), ("via", "1.1 x")))
    assert outcome_payload(answer, Counter())["headers"] == [[name, kept], ["via", "1.1 x"]]


@pytest.mark.parametrize("address", [f"//{'a' * 900}", "https://a-film@clip.example/", "/a-film", "a-film"])
def test_what_is_no_plain_origin_is_not_kept(address):
    """A name without an end, a user name, a path alone: nothing of them, not a part either."""
    answer = Answer(decision=4, outcome="received", headers=(("refresh", f"1; url={address}"),))
    assert outcome_payload(answer, Counter())["headers"] == [["refresh", "1; "]]


def test_what_this_process_ended_is_interrupted():
    """No failure of the site, and no refusal of ours."""
    answer = interrupted(9, "stopped")
    assert (answer.decision, answer.outcome, answer.layer, answer.reason) == (
        9,
        "interrupted",
        "writer",
        "stopped",
    )
