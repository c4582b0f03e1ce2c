"""What came of the notices that were sent."""

from collections import Counter
from typing import Any

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Column, Measure, Result


def _find(findings: Findings) -> Result:
    """One row a notice that was said to be sent, oldest first: the sites it named, by what stands there now.

    Each site is one of removed, moved, replaced, unchanged, not_observed, as relate/aftermath.py tells them apart, so
    that the five sum to sites. Cost: the sightings of these sites.
    """
    rows: list[list[Any]] = []
    total: Counter[str] = Counter()
    for notice, found in findings.notices:
        now = Counter(one.now for one in found)
        total.update(now)
        moved_to = sorted({network for one in found if one.now == "moved" for network in one.moved_to})
        rows.append(
            [
                notice.network,
                notice.sent,
                notice.outcome,
                len(found),
                now["removed"],
                now["moved"],
                now["replaced"],
                now["unchanged"],
                now["not_observed"],
                moved_to,
            ]
        )
    return Result(
        rows,
        {
            "sent": len(rows),
            "sites": total.total(),
            "gone": total["removed"] + total["moved"],
            "moved": total["moved"],
            "there": total["replaced"] + total["unchanged"],
            "not_observed": total["not_observed"],
        },
        [(notice.id,) for notice, _ in findings.notices],
    )


AFTER_NOTICES = Measure(
    "after_notices",
    (
        Column("network", "network", "To whom the notice went."),
        Column("sent", "word", "The day it was said to be sent."),
        Column("answer", "word", "What the network said it did; empty if nothing is on record."),
        Column("sites", "count", "Sites on which the notice named live tags.", "domains"),
        Column("removed", "count", "Of these, sites without a live tag of the network.", "domains"),
        Column("moved", "count", "The same, with a network live that was not before.", "domains"),
        Column("replaced", "count", "Sites where it is live with none of the named accounts.", "domains"),
        Column("unchanged", "count", "Sites where a named account, or the tag, is live.", "domains"),
        Column("not_observed", "count", "Sites whose own page was not read since.", "domains"),
        Column("moved_to", "networks", "Networks that are live now and were not before."),
    ),
    _find,
)
