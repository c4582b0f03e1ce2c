"""An operator hypothesis: its domains, and the accounts that tie them."""

from __future__ import annotations

from collections import defaultdict

from adtrace.draw.layers import Layers, Line, arrange
from adtrace.draw.subject import Subject
from adtrace.errors import UsageError
from adtrace.wording import count


def draw_cluster(subject: Subject, number: str) -> Layers:
    """Hypothesis number N, and every account that is live on two of its domains.

    Raises:
        UsageError: there are not so many.
    """
    answered = subject.rows("operator-hypotheses")
    if not number.isdecimal() or not 0 < int(number) <= len(answered):
        raise UsageError(
            f"there is no cluster {number}; the case has {len(answered)}.",
            do="Clusters count from 1, largest first.",
        )
    operator = answered[int(number) - 1]
    domains = {f"domain:{domain}" for domain in operator["on"]}
    bearing = {f"account:{account}" for account in operator["accounts"]}
    on: dict[str, set[str]] = defaultdict(set)
    for domain in domains:
        for _, account, data in subject.graph.out_edges(domain, data=True):
            if data["edge"] == "carries":
                on[account].add(domain)
    shared = {account: held for account, held in on.items() if len(held) > 1 or account in bearing}
    lines = [
        Line(account, domain, account not in bearing) for account, held in shared.items() for domain in held
    ]
    columns = [
        ("Accounts", [subject.spot(account) for account in shared]),
        ("Domains", [subject.spot(domain) for domain in domains]),
    ]
    notes = [
        "A hypothesis, not a finding: these domains may have one operator. Solid: accounts that may bear it.",
        f"Against it: {operator['against']}.",
    ]
    if any(line.dashed for line in lines):
        notes.append(
            "Dashed: shared as well, but of a kind that many share, or held by a manager or platform."
        )
    said = f"{count(len(domains), 'domain')}, tied by {count(len(bearing), 'account')} that may bear it."
    return arrange(f"Operator hypothesis {number}", said, columns, lines, [*notes, subject.stamp])
