"""An operator hypothesis: its domains, and the accounts that tie them."""

from __future__ import annotations

from collections import defaultdict

from adtrace.draw.layers import Layers, Line, arrange
from adtrace.draw.subject import Subject
from adtrace.errors import UsageError
from adtrace.wording import count


def draw_cluster(subject: Subject, wanted: str) -> Layers:
    """The hypothesis of this number or name (op-…), and every account that is live on two of its domains.

    Raises:
        UsageError: there is none.
    """
    answered = subject.rows("operator-hypotheses")
    names = [operator["operator"] for operator in answered]
    numbers = [str(number) for number in range(1, len(names) + 1)]
    if wanted not in names + numbers:
        raise UsageError(
            f"there is no cluster {wanted}; the case has {len(answered)}.",
            do="Clusters count from 1, largest first, or go by their names, op-….",
        )
    place = (names + numbers).index(wanted) % len(names)
    operator = answered[place]
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
    title = f"Operator hypothesis {place + 1}: {operator['operator']}"
    return arrange(title, said, columns, lines, [*notes, subject.stamp])
