"""The observed way from a domain's page: what it names, what stands behind that, and the brands at its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from adtrace.draw.layers import Layers, Line, Spot, arrange
from adtrace.draw.subject import PLACED, Subject
from adtrace.errors import UsageError
from adtrace.relate.chains import Chain, Fact, Step, find_chain
from adtrace.report.words import count

_OFFERED = (
    "Dashed: offered, read from click URLs or ad responses; the brand may not know. Nothing was clicked."
)
_BEHIND = "A column further right: named by the document, or within the tag, to its left."


def draw_chain(subject: Subject, domain: str) -> Layers:
    """Networks by how far they stand behind the page, each joined to what named it; brands in the last column.

    Raises:
        UsageError: the case has no such domain, or no run has read a page of it.
    """
    chain = find_chain(subject.source.case, _clear(subject, domain))
    drawn = _Drawn(subject)
    name = subject.text("domain", subject.source.names.domain(chain.domain))
    drawn.add(0, "domain", Spot("page", name, "", "domain"))
    for step in chain.steps:
        drawn.follow(step, "page", 1)
    networks = {
        spot.text for (place, kind), spots in drawn.spots.items() if kind == "network" for spot in spots
    }
    title = f"What stands behind {name}"
    return arrange(
        title,
        _said(chain, len(networks)),
        drawn.columns(),
        drawn.lines,
        [PLACED, _BEHIND, _OFFERED, subject.stamp],
    )


def _said(chain: Chain, networks: int) -> str:
    behind = count(chain.deepest, "document") + " of ad networks one behind another were read"
    return f"{count(networks, 'network')}; reach {chain.reach}: {behind}."


def _clear(subject: Subject, domain: str) -> str:
    """The listed domain, asked for in clear or as this audience reads it."""
    for entry in subject.source.case.entries():
        listed = entry.entry.domain
        if domain.lower() in (listed, subject.source.names.domain(listed)):
            return str(listed)
    raise UsageError(f'there is no domain "{domain}" in this case.', do="Give a listed domain.")


class _Drawn:
    """Boxes by column, and the lines between them, as the way is followed."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.spots: dict[tuple[int, str], dict[Spot, None]] = defaultdict(dict)
        self.lines: list[Line] = []

    def add(self, place: int, kind: str, spot: Spot) -> None:
        self.spots[place, kind][spot] = None

    def follow(self, step: Step, left: str, place: int) -> None:
        """The facts of a document, right of whose it is; then what it led to, right of the network that was asked."""
        self._add_facts(step.facts, left, place, step.network)
        for one in step.steps:
            if one.network and one.end != "not asked":
                self.follow(one, self._network(one.network, left, place), place + 1)

    def _add_facts(self, facts: Iterable[Fact], left: str, place: int, own: str | None) -> None:
        """own: the network whose document it is, which does not stand behind itself.

        What is only declared, or has not run, leads nowhere and is not drawn.
        """
        for fact in facts:
            if fact.basis == "declared" or fact.state != "live":
                continue
            if fact.kind == "network" and fact.name == own:
                self._add_facts(fact.inside, left, place, own)
            elif fact.kind == "network" and fact.advertising:
                self._add_facts(fact.inside, self._network(fact.name, left, place), place + 1, fact.name)
            elif fact.kind == "brand":
                brand = Spot(f"brand {fact.name}", self._subject.text("brand", fact.name), "", "brand")
                self.add(_LAST, "brand", brand)
                self.lines.append(Line(left, brand.id, dashed=True))

    def _network(self, network: str, left: str, place: int) -> str:
        spot = Spot(f"{place} {network}", self._subject.text("network", network), "", "network")
        self.add(place, "network", spot)
        self.lines.append(Line(left, spot.id))
        return spot.id

    def columns(self) -> list[tuple[str, Iterable[Spot]]]:
        """From the domain to the brands."""
        return [
            (_HEADINGS.get(kind) or ("On the page" if place == 1 else f"{place - 1} behind"), spots)
            for (place, kind), spots in sorted(self.spots.items())
        ]


_LAST = 1_000
_HEADINGS = {"domain": "Domain", "brand": "Brands offered"}
