"""Which of many sets are nearly the same as another, without looking at every pair."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from math import ceil


def are_alike(one: frozenset[str], other: frozenset[str], share: float) -> bool:
    """Whether two sets have at least this share of all their elements in common (Jaccard 1912)."""
    small, large = sorted((len(one), len(other)))
    if small < share * large:
        return False
    shared = len(one & other)
    return shared >= share * (small + large - shared)


def find_alike(sets: Mapping[str, frozenset[str]], share: float) -> set[str]:
    """The names whose set is alike another's; an empty set is like none.

    Exact. Of two alike sets of n elements, the first n - ceil(share * n) + 1 in order of rarity have one in common
    (prefix filtering; Chaudhuri, Ganti and Kaushik, ICDE 2006): only sets that do are compared. Cost: near-linear where
    the first elements are rare; a family of copies costs its length, since of what is known to be alike one match is
    enough.
    """
    often = Counter(element for elements in sets.values() for element in elements)
    named: dict[frozenset[str], list[str]] = defaultdict(list)
    for name, elements in sets.items():
        named[elements].append(name)
    found = {elements for elements, names in named.items() if len(names) > 1}
    alone: dict[str, list[frozenset[str]]] = defaultdict(list)
    known: dict[str, list[frozenset[str]]] = defaultdict(list)
    for elements in named:
        rarest = sorted(elements, key=lambda element: (often[element], element))
        first = rarest[: len(rarest) - ceil(share * len(rarest) - 1e-9) + 1]
        for element in first:
            for other in alone[element]:
                if are_alike(elements, other, share):
                    found |= {elements, other}
        if elements not in found and any(
            are_alike(elements, other, share) for element in first for other in known[element]
        ):
            found.add(elements)
        for element in first:
            known[element] += [other for other in alone[element] if other in found]
            alone[element] = [other for other in alone[element] if other not in found]
            (known if elements in found else alone)[element].append(elements)
    found.discard(frozenset())
    return {name for elements in found for name in named[elements]}
