"""Where declarations and tags do not fit together, each with what else may be behind it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from adtrace.relate.contradiction import Contradiction
from adtrace.relate.contradiction_kinds import KINDS
from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Cell, Column, Measure, Result

_Group = tuple[str, str, str]  # kind, system and seller
_MOST_SAID = 3  # pairs of statements that a row quotes


def _find(findings: Findings, *, kinds: list[str]) -> Result:
    """One row a kind, system and seller, in the order of the kinds, most domains first.

    Cost: that of find_contradictions.
    """
    contradictions = [one for one in findings.contradictions if one.kind in kinds]
    groups: dict[_Group, list[Contradiction]] = {}
    for one in contradictions:
        groups.setdefault((one.kind, one.system, one.account), []).append(one)
    order = list(KINDS)
    sorted_groups = sorted(
        groups.items(),
        key=lambda group: (order.index(group[0][0]), -len({one.domain for one in group[1]}), group[0]),
    )
    return Result(
        [_row(group, found) for group, found in sorted_groups],
        {
            "contradictions": len(groups),
            "contradicted": len({one.domain for one in contradictions}),
            "copied": len({one.domain for one in contradictions if one.copied}),
            "by_kind": _by_kind(kind for (kind, _, _), _ in sorted_groups),
        },
        [
            list(dict.fromkeys(record for one in found for record in one.evidence))
            for _, found in sorted_groups
        ],
    )


def _row(group: _Group, found: Sequence[Contradiction]) -> list[Cell]:
    kind, system, account = group
    domains = sorted({one.domain for one in found})
    says = {(one.says, one.against) for one in found}
    return [
        kind,
        system,
        f"{system}/{account}" if account else "",
        len(domains),
        domains,
        len({one.domain for one in found if one.copied}),
        "; ".join(sorted(f"{one}, but {other}" for one, other in says)[:_MOST_SAID]),
        KINDS[kind].suggests,
        "; ".join(KINDS[kind].innocent.values()),
        _borne_out(kind, found),
    ]


def _by_kind(kinds: Iterable[str]) -> str:
    """How many of each kind, most first, as a headline ends; "" if none."""
    counts = Counter(kind.replace("_", " ") for kind in kinds)
    said = ", ".join(f"{kind} {number:,}" for kind, number in counts.most_common())
    return f" ({said})" if said else ""


def _borne_out(kind: str, found: Iterable[Contradiction]) -> str:
    """The explanations that the case shows, in their order: words (domains); "" if none."""
    on: dict[str, set[str]] = defaultdict(set)
    for one in found:
        for word in one.shown:
            on[word].add(one.domain)
    return "; ".join(
        f"{words} ({len(on[word])})" for word, words in KINDS[kind].innocent.items() if word in on
    )


CONTRADICTIONS = Measure(
    "contradictions",
    (
        Column("kind", "word", "Which statements do not fit together."),
        Column("system", "system", "The selling system it is about."),
        Column("seller", "seller", "The seller it is about; empty if it is about the system."),
        Column("domains", "count", "Domains it was found on.", "domains"),
        Column("on", "domains", "Which."),
        Column(
            "copied",
            "count",
            "Of these, domains whose file or page is near-identical to another's.",
            "domains",
        ),
        Column("what", "text", "What each of the two says."),
        Column("suggests", "text", "What it may mean."),
        Column("innocent", "text", "How else it comes about."),
        Column(
            "borne_out", "text", "Of these, what the case itself bears out, and on how many of the domains."
        ),
    ),
    _find,
    {"kinds": list(KINDS)},
)
