"""Brands, the domains they are offered on, and the network they came through."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings, Offer
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings, *, roles: list[str]) -> Result:
    """One row a brand, role, basis and network, most domains first. Cost: linear in the `offered` edges."""
    seen: dict[tuple[str, str, str, str], list[Offer]] = defaultdict(list)
    for offer in findings.offers:
        if offer.role in roles:
            seen[offer.brand, offer.role, offer.basis, offer.network].append(offer)
    rows: list[list[Any]] = []
    for key, offers in seen.items():
        domains = sorted({offer.domain for offer in offers})
        places = {(offer.domain, sighting) for offer in offers for sighting in offer.sightings}
        rows.append([*key, len(domains), domains, len(places)])
    rows.sort(key=lambda row: (-row[4], *row[:4]))
    domains_all = {domain for row in rows for domain in row[5]}
    return Result(
        rows,
        {
            "brands": len({row[0] for row in rows}),
            "domains": len(domains_all & findings.observable),
            "networks": len({row[3] for row in rows} - {""}),
        },
        [seen[row[0], row[1], row[2], row[3]] for row in rows],
    )


BRAND_EXPOSURE = Measure(
    "brand_exposure",
    (
        Column("brand", "brand", "The advertiser a click URL or an ad response leads to or names."),
        Column("role", "word", "How it stands there: served, affiliate_merchant, fallback, unknown."),
        Column("basis", "word", "Grade of evidence: served or landing."),
        Column("through", "network", "Network whose URL or response names it; empty if none is known."),
        Column("domains", "count", "Domains it was offered on.", "domains"),
        Column("on", "domains", "Which.", "domains"),
        Column("sightings", "count", "Places it was offered at."),
    ),
    _find,
    {"roles": ["served", "affiliate_merchant", "fallback", "unknown"]},
)
