"""What is not known is said in so many words, with numbers that add up."""

from typing import Any

from adtrace.relate.denominators import Denominators
from adtrace.report.gaps import find_gaps
from adtrace.report.rows import Rows


def gaps(
    numbers: tuple[int, int, int, int],
    *,
    placed_on: int = 0,
    behind_trackers: int = 0,
    unidentified: int = 0,
    **tables: list[dict[str, Any]],
) -> list[str]:
    """The sentences for these rows; tables that are not given are empty."""
    known = ("domains", "networks", "refusals")
    whole = {name: Rows([], tables.get(name, [])) for name in known}
    return find_gaps(Denominators(*numbers), placed_on, whole, behind_trackers, unidentified)


def domain(
    name: str, seen: str, *, states: str = "", status: str = "active", stale: bool = False
) -> dict[str, Any]:
    """A row of the domains table."""
    return {"domain": name, "seen": seen, "page_states": states, "status": status, "stale": stale}


def refusal(
    name: str, outcome: str, *, layer: str = "", rule: str = "", document: str = "page"
) -> dict[str, Any]:
    """A row of the refusals table."""
    return {"domain": name, "outcome": outcome, "layer": layer, "rule": rule, "document": document}


def test_nothing_missing_says_nothing() -> None:
    """All observable, all with advertising."""
    assert gaps((1, 1, 0, 0), placed_on=1, domains=[domain("a", "observable")]) == []


def test_silence_is_not_clean() -> None:
    """An observable domain without a tag."""
    (sentence,) = gaps((2, 2, 0, 0), placed_on=1)
    assert sentence == "On 1 observable domain no advertising was observed. Not observed is not clean."


def test_whose_pages_came_back() -> None:
    """Each domain once, also one that showed several."""
    rows = [
        domain("a", "not_operator", states="challenge 1; soft_404 2"),
        domain("b", "not_operator", states="parked 1"),
        domain("c", "not_operator", states="parked 3"),
    ]
    (sentence,) = gaps((3, 0, 3, 0), domains=rows)
    assert sentence == (
        "3 domains showed a page that is not the operator's: parked 2, challenge and soft 404 1."
    )


def test_why_no_page_came_back() -> None:
    """The last try counts, a denied address only if nothing else was asked for; the status of what is held back."""
    rows = [domain(name, "unobservable") for name in "abcd"]
    rows += [domain("e", "unobservable", status="hold")]
    refusals = [
        refusal("a", "failed", layer="tls"),
        refusal("a", "failed", layer="timeout"),
        refusal("b", "refused", layer="body"),
        refusal("b", "denied", rule="request/out_of_scope"),
        refusal("c", "denied", rule="request/form"),
        refusal("c", "failed", layer="dns", document="ads_txt"),
    ]
    (sentence,) = gaps((5, 0, 0, 5), domains=rows, refusals=refusals)
    assert sentence == (
        "5 domains showed no page: "
        "denied: no plain address (request/form) 1, failed: no whole answer in time (timeout) 1, hold 1,"
        " not asked 1, refused: its bytes are no text or too many (body) 1."
    )


def test_what_stands_idle_or_unknown_or_beyond_reach() -> None:
    """Tags that are not live, hosts without a card, addresses that were not asked for, stale confirmations."""
    found = gaps(
        (1, 1, 0, 0),
        placed_on=1,
        behind_trackers=2,
        domains=[domain("a", "observable", stale=True)],
        networks=[
            {"domain": "a", "network": "x", "state": "gated"},
            {"domain": "a", "network": "y", "state": "live"},
        ],
        unidentified=1,
        refusals=[refusal("a", "denied", rule="request/reach", document="script")],
    )
    assert found == [
        "1 tag stood on pages without being live, and no headline counts them: gated 1.",
        "Click URLs on 2 domains end at a tracker: the brand behind is not known.",
        "1 host behaves like ad tech, and no card knows it.",
        "1 address of an ad network was named by pages and not asked for: beyond this reach.",
        "The confirmation of 1 domain is older than the case's limit, or has no date.",
    ]
