"""Where a brand is offered, and through whom."""

from __future__ import annotations

from collections import defaultdict

from adtrace.draw.layers import Layers, Line, Spot, arrange
from adtrace.draw.subject import Subject
from adtrace.errors import UsageError
from adtrace.knowledge.brand import fold
from adtrace.wording import count

_SURE = {
    "once": "one look: a lead",
    "repeated": "more than one look shows it",
    "no_offer": "no advertiser's place: a lead",
}
_NOTES = (
    "An offer, not a payment: the brand may not know; an affiliate, a reseller or a user may have placed the link.",
    "Read from click URLs and ad responses that pages state; nothing was clicked.",
)


def draw_brand(subject: Subject, brand: str) -> Layers:
    """A brand, the networks its offers came through, and the domains, each with how sure that is.

    brand: its name in letters of any case, or its site's host.

    Raises:
        UsageError: no such brand is offered.
    """
    wanted = fold(brand).removeprefix("www.")
    rows = [row for row in subject.rows("brand-evidence") if fold(row["brand"]) == wanted]
    if not rows:
        raise UsageError(
            f'no brand "{brand}" is offered in this case.', do="adtrace ask CASE brand-shares lists them."
        )
    spots: dict[str, dict[str, Spot]] = defaultdict(dict)
    node = f"brand:{rows[0]['brand']}"
    lines = []
    for row in rows:
        domain, sure = f"domain:{row['domain']}", str(row["sure"])
        spots["domain"][domain] = subject.spot(domain, _SURE.get(sure, sure))
        for name in row["through"] or [""]:
            network = f"network:{name}"
            spots["network"][network] = (
                subject.spot(network) if name else Spot(network, "network not known", kind="network")
            )
            lines += [Line(node, network, not name), Line(network, domain, not name)]
    columns = [
        ("Brand", [subject.spot(node)]),
        ("Offered through", spots["network"].values()),
        ("On", spots["domain"].values()),
    ]
    observable = len(subject.source.findings.observable)
    said = f"On {len(spots['domain']):,} of {count(observable, 'observable domain')}."
    title = f"Where {subject.text('brand', rows[0]['brand'])} is offered"
    return arrange(title, said, columns, lines, [*_NOTES, subject.stamp])
