"""Study statistics: on what share of the observable domains something was seen, as lower bounds."""

from collections import defaultdict
from itertools import chain
from math import sqrt
from statistics import NormalDist
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result, share


def _find(findings: Findings, *, by: str, sampled: bool, percent: int) -> Result:
    """One row a thing, most domains first: share = observable domains with it / observable domains.

    by: any (live advertising), network, role (of the network's card), brand. A lower bound: what shows itself only to
    others, later or after a click is not counted, and domains without a page of the operator's are in no share. low and
    high only where the parameter `sampled` declares that the list is a random sample of what is spoken of: Wilson's
    score interval (Journal of the American Statistical Association 22, 1927), which holds for small shares too, at
    `percent` confidence. Cost: linear in the edges.
    """
    behind = _seen(findings, by)
    on = {name: {one.domain for one in seen} for name, seen in behind.items()}
    whole = len(findings.observable)
    rows: list[list[Any]] = []
    for name in sorted(on, key=lambda name: (-len(on[name]), name)):
        low, high = wilson(len(on[name]), whole, percent / 100) if sampled and whole else (None, None)
        rows.append(
            [
                name if by in ("any", "role") else "",
                name if by == "network" else "",
                name if by == "brand" else "",
                len(on[name]),
                share(len(on[name]), whole),
                "" if low is None else f"{low:.3f}",
                "" if high is None else f"{high:.3f}",
            ]
        )
    reached = set().union(*on.values()) if on else set()
    numbers: dict[str, int | str] = {
        "things": len(rows), "with_any": len(reached), "share": share(len(reached), whole) or "0.000",
    }  # fmt: skip
    return Result(rows, numbers, [behind[row[0] or row[1] or row[2]] for row in rows])


def _seen(findings: Findings, by: str) -> dict[str, list[Any]]:
    """By what is counted, the links or offers on observable domains that show it."""
    if by == "any":
        return {"any advertising": list(chain.from_iterable(findings.placed.values()))}
    if by == "network":
        return {network: list(links) for network, links in findings.placed.items()}
    found: dict[str, list[Any]] = defaultdict(list)
    if by == "brand":
        for offer in findings.offers:
            if offer.domain in findings.observable:
                found[offer.brand].append(offer)
        return found
    from adtrace.knowledge import load_knowledge

    cards = load_knowledge().cards
    for network, links in findings.placed.items():
        for role in cards[network].roles if network in cards else ["unknown"]:
            found[role] += links
    return found


def wilson(successes: int, trials: int, confidence: float) -> tuple[float, float]:
    """Wilson's score interval of a share.

    >>> [round(end, 3) for end in wilson(8, 10, 0.95)]
    [0.49, 0.943]
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p, n = successes / trials, trials
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


PREVALENCE = Measure(
    "prevalence",
    (
        Column("what", "word", "Any advertising, or the networks' role."),
        Column("network", "network", "The network, if counted by network."),
        Column("brand", "brand", "The brand, if counted by brand."),
        Column("domains", "count", "Observable domains with it, at least.", "observable"),
        Column("share", "share", "Of the observable domains, at least."),
        Column("low", "share", "Lower end of the interval; empty unless sampling is declared."),
        Column("high", "share", "Upper end of it."),
    ),
    _find,
    {"by": "any", "sampled": False, "percent": 95},
)
