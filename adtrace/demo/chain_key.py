"""The ways from pages to what ad networks answered, as a correct run at reach ads saw them."""

from typing import Any

from adtrace.demo.adverts import MOST_DEEP
from adtrace.demo.visit import Hop, Visit


def write_chains(visit: Visit) -> list[list[Any]]:
    """domain, who names it, URL, document, documents from the page, how it ended, and whom it names.

    Whom it names: networks and brands, sorted; [] of what was not read.
    """
    depths: dict[str, int] = {}
    for hop in visit.hops:
        if hop.depth <= MOST_DEEP:
            depths.setdefault(hop.url, hop.depth)
    rows = {}
    for hop in visit.hops:
        end = visit.outcomes.get(hop.url, "not asked")
        # What was asked for already is at the depth it was asked at.
        at = depths.get(hop.url, hop.depth)
        names = _names(hop) if end == "captured" else []
        rows[hop[:3]] = [*hop[:3], hop.document, at, end, names]
    return list(rows.values())


def _names(hop: Hop) -> list[str]:
    networks = {str(fact.network) for fact in hop.told.facts if not fact.account}
    return sorted(networks | {offer.brand for offer in hop.told.offers})
