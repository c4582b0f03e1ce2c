"""Each brand on each domain: through whom, on whose evidence, and how sure."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result
from adtrace.relate.seen import CERTAINTIES
from adtrace.relate.standing import HEADLINES, NO_OFFERS, Look, sure_of


def _find(findings: Findings) -> Result:
    """One row a domain and brand, in order of domain. sure: as standing.sure_of says. Cost: linear in the offers."""
    groups = defaultdict(list)
    looks: dict[str, set[Look]] = defaultdict(set)
    for offer in findings.offers:
        groups[offer.domain, offer.brand].append(offer)
        if offer.role not in NO_OFFERS:
            looks[offer.brand] |= {(findings.runs.get(capture), offer.domain) for capture in offer.captures}
    rows: list[list[Any]] = []
    for (domain, brand), offers in sorted(groups.items()):
        captures = {capture for offer in offers for capture in offer.captures}
        roles = {offer.role for offer in offers}
        rows.append(
            [
                domain,
                brand,
                sorted({offer.network for offer in offers} - {""}),
                ", ".join(sorted(roles)),
                ", ".join(sorted({offer.basis for offer in offers})),
                min((offer.certainty for offer in offers), key=CERTAINTIES.index),
                len(captures),
                sure_of(roles, looks[brand]),
            ]
        )
    exposed = {row[0] for row in rows} & findings.observable
    brands = {row[1] for row in rows}
    shown = {row[1] for row in rows if row[7] in HEADLINES}
    return Result(
        rows,
        {"brands": len(brands), "domains": len(exposed), "leads": len(brands - shown)},
        [groups[row[0], row[1]] for row in rows],
    )


BRAND_EVIDENCE = Measure(
    "brand_evidence",
    (
        Column("domain", "domain", "The domain it is offered on."),
        Column("brand", "brand", "The advertiser a click URL or an ad response leads to or names."),
        Column("through", "networks", "Networks whose URLs or responses name it."),
        Column("role", "word", "How it stands there."),
        Column("basis", "word", "Grade of evidence: served or landing."),
        Column("certainty", "word", "The strongest of its sightings."),
        Column("captures", "count", "Captures that show it on this domain."),
        Column("sure", "word", "served, repeated, once, or no_offer; the last two are leads."),
    ),
    _find,
)
