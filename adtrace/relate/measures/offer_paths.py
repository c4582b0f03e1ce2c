"""Networks that stand between the domains and the brands offered on them."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

from adtrace.relate.findings import Findings, Offer
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings) -> Result:
    """One row a network, by the share of domain-brand pairs it stands between.

    A pair (d, b) is a brand offered on an observable domain; T(d, b) the networks its offers came through. between(n)
    = sum over pairs with n in T of 1 / |T|, over the number of pairs with a known network: betweenness of n for sources
    domains and targets brands (Freeman, Sociometry 40, 1977; of subsets, Brandes, Social Networks 30, 2008), which on
    paths of one network needs no search. alone(n) = pairs with T = {n}: they have no other way. Degree or PageRank of
    the whole graph would count declared sellers, which prove nothing. Cost: linear in the offers.
    """
    through: dict[tuple[str, str], set[str]] = defaultdict(set)
    pairs = set()
    offers: dict[str, list[Offer]] = defaultdict(list)
    for offer in findings.offers:
        if offer.domain in findings.observable:
            pairs.add((offer.domain, offer.brand))
            if offer.network:
                through[offer.domain, offer.brand].add(offer.network)
                offers[offer.network].append(offer)
    between: dict[str, Fraction] = defaultdict(Fraction)
    held: dict[str, list[tuple[str, str]]] = defaultdict(list)
    alone: dict[str, int] = defaultdict(int)
    for pair, networks in through.items():
        for network in networks:
            between[network] += Fraction(1, len(networks))
            held[network].append(pair)
            alone[network] += len(networks) == 1
    rows: list[list[Any]] = [
        [
            network,
            len(held[network]),
            alone[network],
            f"{float(between[network] / len(through)):.3f}",
            len({domain for domain, _ in held[network]}),
            len({brand for _, brand in held[network]}),
        ]
        for network in sorted(held, key=lambda name: (-between[name], name))
    ]
    return Result(
        rows,
        {"pairs": len(pairs), "known": len(through), "networks": len(rows)},
        [offers[row[0]] for row in rows],
    )


OFFER_PATHS = Measure(
    "offer_paths",
    (
        Column("network", "network", "The network the offers came through."),
        Column("pairs", "count", "Pairs of a domain and a brand it stands between."),
        Column("alone", "count", "Of these, pairs that no other network stands between."),
        Column("between", "share", "Its part of all pairs whose network is known."),
        Column("domains", "count", "Observable domains of its pairs.", "observable"),
        Column("brands", "count", "Brands of its pairs."),
    ),
    _find,
)
