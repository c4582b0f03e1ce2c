"""How far letters to networks reach, letter by letter."""

from __future__ import annotations

import msgspec

from adtrace.draw.subject import PLACED, Subject
from adtrace.errors import UsageError
from adtrace.relate.coverage import coverage_of, curve, letters_for, order_by_size, rank
from adtrace.relate.measures.letters import placements
from adtrace.wording import count

PARTS = (50, 80, 95)  # per cent


class Curves(msgspec.Struct, frozen=True):
    """The picture: (label, reached after each letter) a curve, the order's own first; names: of the letters."""

    title: str
    subtitle: str
    curves: tuple[tuple[str, tuple[int, ...]], ...]
    total: int
    names: tuple[str, ...]
    notes: tuple[str, ...]


def draw_letters(subject: Subject, _: str) -> Curves:
    """The curve of the letters' order, the most that as many letters could reach, and the order by size.

    Raises:
        UsageError: no live advertising was seen.
    """
    problem = coverage_of(placements(subject.source.findings))
    found = rank(problem)
    if not found.order:
        raise UsageError("no live advertising was seen in this case.", do="Trace it first.")
    by_size = curve(problem, order_by_size(problem))[: len(found.order)]
    best = "the best of as many letters" if found.is_exact else "no choice reaches more"
    needed = ", ".join(
        f"{part} %: {letters_for(found.covered, -(-found.total * part // 100))}" for part in PARTS
    )
    observable = len(subject.source.findings.observable)
    return Curves(
        "Observable domains that letters reach",
        f"Live advertising on {found.total:,} of {count(observable, 'observable domain')}; letters to reach {needed}.",
        (
            ("in this order", tuple(found.covered)),
            (best, tuple(found.at_most)),
            ("largest networks first", tuple(by_size)),
        ),
        found.total,
        tuple(subject.text("network", name) for name in found.order),
        (
            "Reached is not removed: other networks may still stand on a domain.",
            PLACED,
            subject.stamp,
        ),
    )
