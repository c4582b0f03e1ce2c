"""A small case, and the parts it is made of; every name in it is invented."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from adtrace.case import Case, Entry
from adtrace.extract.sighting import Extraction, Kind, Locator, PageState, Sighting, sighting_id

RULE = "adsnet/tag@000000000000"
KINDS: tuple[Kind, ...] = ("network", "account")


class Link(msgspec.Struct, frozen=True):
    """An edge as relate gives it."""

    edge: str
    source_kind: str
    source: str
    target_kind: str
    target: str
    basis: str
    state: str
    certainty: str


def links_of(sighting: Sighting, domain: str, nearby: Mapping[str, Sighting]) -> Iterable[Link]:
    """A small stand-in for relate: a domain shows a network, and an account if there is one."""
    grade = (sighting.basis, sighting.state, sighting.certainty)
    if sighting.network:
        yield Link("shows", "domain", domain, "network", sighting.network, *grade)
    if sighting.account:
        yield Link("uses", "domain", domain, "account", f"{sighting.network}:{sighting.account}", *grade)


def an_entry(domain: str = "clip.example", **more: Any) -> Entry:
    return Entry(**{"domain": domain, "unit": "domain", "authority": "Authority", "reference": "A-1", **more})


def an_extraction(
    text: str = "skeleton-1 page\n<script src>\n",
    *,
    values: tuple[str, ...] = ("https://ads.example/x.js?zone=7",),
    state: str | None = "operator",
) -> Extraction:
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    places = [Locator("page", f"script[{index}]@src", index, index + 1) for index in range(len(values))]
    sightings = [
        Sighting(
            id=sighting_id(sha256, locator, RULE, kind, value),
            kind=kind,
            network="adsnet",
            account=str(locator.start) if kind == "account" else None,
            value=value,
            basis="embedded",
            state="live",
            certainty="likely",
            locator=locator,
            rule=RULE,
            declared={"relation": "DIRECT", "position": 1},
        )
        for locator, value in zip(places, values, strict=True)
        for kind in KINDS
    ]
    page_state = PageState(state, "default") if state else None
    return Extraction("page", text, sha256, page_state, sightings, [], [], "complete", "0" * 64)


def decide(case: Case, entry: int, **more: Any) -> int:
    payload = {
        "entry": entry,
        "url": "https://clip.example/",
        "document": "page",
        "verdict": "allow",
        "run": 0,
    }
    return case.append("decision", {**payload, **more}, (entry,))


def capture(case: Case, entry: int, extraction: Extraction, *, is_kept: bool = True) -> int:
    """A decision and its captured outcome; the outcome's number."""
    outcome = {
        "decision": decide(case, entry),
        "status": 200,
        "headers": [["server", "demo"]],
        "bytes_seen": 9,
    }
    skeleton = extraction.skeleton if is_kept else None
    return case.add_capture(outcome, extraction.kind, skeleton, extraction, links_of)


def fill(case: Case) -> None:
    """Two entries, three captures, every other ending, a second generation, a withdrawal, an open decision."""
    with case.transaction():
        first, second = case.add_entries([an_entry(), an_entry("other.test", handling="facts")])
        page = capture(case, first, an_extraction())
        capture(case, first, an_extraction("skeleton-1 page\n", values=(), state="parked"))
        capture(case, second, an_extraction(values=("//b.example/a.js", "//c.example/a.js")), is_kept=False)
        for ending in ("redirected", "refused", "failed", "interrupted"):
            case.append("outcome", {"decision": decide(case, first), "outcome": ending, "reason": "shown"})
        decide(case, first, verdict="deny")
        case.append("note", {"event": "run_started", "reach": "page"})
    with case.transaction():
        more = an_extraction(values=("https://ads.example/x.js?zone=7", "https://ads.example/y.js?zone=8"))
        case.add_generation(page, more, links_of)
        third = case.add_entries([an_entry("third.test")])[0]
        capture(case, third, an_extraction("skeleton-1 page\n<third>\n"))
        case.withdraw([third], "confirmed by mistake")
        decide(case, first)
