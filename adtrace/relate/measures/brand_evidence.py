"""Each brand on each domain: through whom, on whose evidence, and how sure."""

from collections import defaultdict
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result

_CERTAINTIES = ("proven", "likely", "weak")


def _find(findings: Findings) -> Result:
    """One row a domain and brand, in order of domain. sure: how the exposure stands against a single mistake.

    served = an ad response names the brand; repeated = independent captures show it: of several runs of the domain, or
    of several domains; once = one look at one domain alone, however many of its pages: a lead, not a finding. Cost:
    linear in the offers.
    """
    groups = defaultdict(list)
    domains: dict[str, set[str]] = defaultdict(set)
    for offer in findings.offers:
        groups[offer.domain, offer.brand].append(offer)
        domains[offer.brand].add(offer.domain)
    rows: list[list[Any]] = []
    for (domain, brand), offers in sorted(groups.items()):
        captures = {capture for offer in offers for capture in offer.captures}
        looks = {findings.runs.get(capture) for capture in captures}
        is_repeated = len(looks) > 1 or len(domains[brand]) > 1
        sure = "served" if any(o.basis == "served" for o in offers) else "repeated" if is_repeated else "once"
        rows.append(
            [
                domain,
                brand,
                sorted({offer.network for offer in offers} - {""}),
                ", ".join(sorted({offer.role for offer in offers})),
                ", ".join(sorted({offer.basis for offer in offers})),
                min((offer.certainty for offer in offers), key=_CERTAINTIES.index),
                len(captures),
                sure,
            ]
        )
    exposed = {row[0] for row in rows} & findings.observable
    return Result(
        rows,
        {
            "brands": len(domains),
            "domains": len(exposed),
            "leads": len({row[1] for row in rows if row[7] == "once"}),
        },
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
        Column("sure", "word", "served, repeated, or once."),
    ),
    _find,
)
