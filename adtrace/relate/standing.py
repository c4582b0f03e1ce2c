"""When a brand may stand in a headline, and when it is a lead: a false accusation is the worst error here.

Only an ad that was served, or two independent captures, is more than a lead. Independent are those of two runs or of
two domains: what one mistake put on a site stands on all its pages.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

Sure = Literal["served", "repeated", "once", "no_offer"]
# What may stand in a headline, the surest first; all else is a lead.
HEADLINES: tuple[Sure, ...] = ("served", "repeated")
# Roles that are leads however often they are seen: nobody's offer, or not this brand's.
NO_OFFERS = frozenset({"fallback", "content_link", "look_alike"})
# Who looked where: the run (None of an example, which has none) and the domain.
Look = tuple[int | None, str]


def sure_of(roles: Collection[str], looks: Collection[Look]) -> Sure:
    """How a finding stands against a single mistake.

    served: an ad response names the brand. repeated: independent captures show it. once: one look at one domain alone,
    however many of its pages. no_offer: only NO_OFFERS. roles: of the sightings that are judged. looks: of every live
    one of the brand, wherever it is, whose role is none of NO_OFFERS.

    >>> sure_of(["affiliate_merchant"], [(1, "a.example"), (1, "a.example")])
    'once'
    >>> sure_of(["affiliate_merchant"], [(1, "a.example"), (1, "b.example")])
    'repeated'
    >>> sure_of(["fallback"], [(1, "a.example"), (2, "a.example")])
    'no_offer'
    """
    if "served" in roles:
        return "served"
    if NO_OFFERS.issuperset(roles):
        return "no_offer"
    return "repeated" if len(set(looks)) > 1 else "once"
