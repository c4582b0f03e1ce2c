"""Every measure keeps to its denominators, whatever the graph; and its words to what was seen."""

import doctest
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adtrace.relate import graph
from adtrace.relate.findings import Findings, Offer, find
from adtrace.relate.graph import Observability
from adtrace.relate.measures import MEASURES, measure, prevalence
from adtrace.relate.measures.letters import placements
from adtrace.relate.operators import Evidence
from adtrace.relate.questions import answer, load_questions
from adtrace.relate.seen import Seen

DOMAINS: dict[str, Observability] = {
    "a.example": "observable",
    "b.example": "observable",
    "c.example": "not_operator",
    "d.example": "unobservable",
}
NETWORKS = ("popads", "adcash", "exoclick")
QUESTIONS = load_questions()


def link(edge: str, ends: tuple[str, str, str, str], domain: str, number: int, **more: Any) -> Seen:
    """One link in a sighting of its own, or of the number given."""
    plain: dict[str, Any] = {
        "edge": edge,
        **dict(zip(("source_kind", "source", "target_kind", "target"), ends, strict=True)),
        "basis": "embedded",
        "state": "live",
        "certainty": "likely",
        "domain": domain,
        "first_seen": "2026-01-01T00:00:00Z",
        "last_seen": "2026-01-01T00:00:00Z",
        "sightings": (f"s{number}",),
        "captures": (f"{domain}-page",),
        "advertising": True,
    }
    return Seen(**{**plain, **more})


@st.composite
def some_findings(draw: st.DrawFn) -> Findings:
    """A small graph of every kind of edge the measures read."""
    seen = []
    for number in range(draw(st.integers(0, 14))):
        domain = draw(st.sampled_from(sorted(DOMAINS)))
        network, other = draw(st.permutations(NETWORKS))[:2]
        brand = draw(st.sampled_from(("shoes.test", "hats.test")))
        account = f"{network}/publisher_id/{draw(st.integers(1, 2))}"
        certainty = draw(st.sampled_from(("proven", "likely", "weak")))
        seen.append(
            link("places", ("domain", domain, "network", network), domain, number, certainty=certainty)
        )
        kind = draw(st.sampled_from(("", "account", "inside", "brand", "declared")))
        if kind == "account":
            ends = ("domain", domain, "account", account)
            seen.append(link("carries", ends, domain, number, scope="account"))
        elif kind == "inside":
            seen.append(link("brings", ("network", other, "network", network), domain, number))
        elif kind == "brand":
            more = {"basis": "landing", "role": "unknown"}
            seen.append(link("offered_on", ("brand", brand, "domain", domain), domain, number, **more))
            if draw(st.booleans()):
                ends = ("brand", brand, "network", network)
                seen.append(link("offered_through", ends, domain, number, **more))
        elif kind == "declared":
            more = {"basis": "declared"}
            ends = ("domain", domain, "seller", f"{network}/1")
            seen.append(link("declares", ends, domain, number, **more))
            ends = ("seller", f"{network}/1", "network", network)
            seen.append(link("declared_at", ends, domain, number, **more))
    return find(seen, DOMAINS, Evidence(site_roles=dict.fromkeys(DOMAINS, frozenset({"dedicated"}))))


@given(some_findings())
@settings(deadline=None, max_examples=120)
def test_what_is_behind_a_row_is_what_it_counts(findings: Findings) -> None:
    """Links and offers of the network the row is about, on as many domains as it says."""
    for question in QUESTIONS.values():
        found = answer(question, findings)
        for row, behind in zip(found.rows, found.behind, strict=True):
            cells = dict(zip((column.name for column in found.columns), row, strict=True))
            for network in {cells.get("network")} - {None, ""}:
                assert all(names(one, str(network)) for one in behind), question.id
            column = next((one for one in found.columns if one.name == "domains"), None)
            if column and question.measure != "letters_needed":  # there it is all that letters could reach
                on = {one.domain for one in behind if not isinstance(one, str)}
                assert len(on & findings.observable if column.of == "observable" else on) == cells["domains"]


def names(one: Any, network: str) -> bool:
    """Whether a link or an offer is of that network, of an account of it, or of a seller there."""
    ends = (one.network,) if isinstance(one, Offer) else (one.source, one.target)
    return any(end == network or end.startswith(f"{network}/") for end in ends)


@given(some_findings())
@settings(deadline=None, max_examples=120)
def test_no_number_exceeds_the_denominator_its_column_names(findings: Findings) -> None:
    """Of the observable domains, or of all listed ones; shares lie between 0 and 1."""
    for question in QUESTIONS.values():
        found = answer(question, findings)
        whole = {
            "observable": found.denominators.observable,
            "domains": found.denominators.domains,
        }
        for row in found.rows:
            for column, cell in zip(found.columns, row, strict=True):
                if column.of:
                    assert (len(cell) if isinstance(cell, list) else int(cell)) <= whole[column.of], (
                        question.id,
                        column.name,
                    )
                if column.holds == "share" and cell:
                    assert 0 <= float(str(cell)) <= 1


@given(some_findings())
@settings(deadline=None, max_examples=60)
def test_a_brand_cut_leaves_no_offer_and_is_smallest(findings: Findings) -> None:
    """Every offer has an end in it; no smaller choice of letters does."""
    from itertools import combinations

    rows = answer(QUESTIONS["brand-cut"], findings).rows
    cut = {(str(row[0]), str(row[1]) or str(row[2])) for row in rows}
    offers = {
        frozenset({("network", offer.network), ("brand", offer.brand)} if offer.network else {("brand", offer.brand)})
        for offer in findings.offers
        if offer.domain in findings.observable
    }  # fmt: skip
    assert all(ends & cut for ends in offers)
    ends = sorted({end for pair in offers for end in pair})
    for fewer in combinations(ends, max(len(cut) - 1, 0)):
        assert not offers or len(cut) == 0 or not all(pair & set(fewer) for pair in offers)


@given(some_findings())
@settings(deadline=None, max_examples=60)
def test_what_is_freed_has_nothing_left(findings: Findings) -> None:
    """A network frees a domain where it stands alone, at least."""
    placed = placements(findings)
    for row in answer(QUESTIONS["after-a-letter"], findings).rows:
        others = set().union(*(domains for network, domains in placed.items() if network != row[0]))
        assert int(str(row[2])) >= len(placed[str(row[0])] - others)
        assert int(str(row[2])) + int(str(row[3])) == int(str(row[1])) == len(placed[str(row[0])])


def test_intervals_are_given_only_where_sampling_is_declared() -> None:
    """A list of confirmed domains is no sample unless somebody says so."""
    seen = [link("places", ("domain", "a.example", "network", "popads"), "a.example", 1)]
    findings = find(seen, DOMAINS, Evidence())
    plain = prevalence.PREVALENCE.find(findings, by="any", sampled=False, percent=95).rows
    sampled = prevalence.PREVALENCE.find(findings, by="any", sampled=True, percent=95).rows
    assert plain == [["any advertising", "", "", 1, "0.500", "", ""]]
    assert sampled == [["any advertising", "", "", 1, "0.500", "0.095", "0.905"]]


def test_more_than_sixty_networks_are_ranked_with_bounds_alone() -> None:
    """No integer program where it could take long."""
    seen = [
        link("places", ("domain", domain, "network", f"net-{number}"), domain, number)
        for number in range(61)
        for domain in ("a.example", "b.example")
    ]
    rows = answer(QUESTIONS["first-letters"], find(seen, DOMAINS, Evidence())).rows
    assert rows == [[1, "net-0", 2, 2, 2, "1.000", 2]]


@pytest.mark.parametrize("module", [graph, measure, prevalence])
def test_docstrings_run(module: Any) -> None:
    """What they show is what happens."""
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed


def test_every_measure_says_what_it_costs() -> None:
    """Formula, assumptions, cost and source stand in the docstring."""
    for one in MEASURES:
        words = one.find.__doc__ or ""
        assert "Cost:" in words or "As network_letters" in words or one.name == "letters_needed", one.name
