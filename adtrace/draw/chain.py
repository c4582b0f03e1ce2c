"""The observed way from a domain's page: what it names, what stands behind that, and the brands at each end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from adtrace.draw.layers import Layers, Line, Spot, arrange
from adtrace.draw.subject import OFFERED, PLACED, Subject
from adtrace.relate.chains import Chain, Fact, Step, find_chain
from adtrace.relate.styles import load_styles
from adtrace.wording import count

_BEHIND = "A column further right: named by the document, or within the tag, to its left."
_EVIDENCE = (
    "Under each name the sightings and documents (outcomes) that show it: `adtrace show CASE ID` has them."
)
_MOST_IDS = 2


def draw_chain(subject: Subject, domain: str) -> Layers:
    """Networks by how far they stand behind the page, each joined to what named it, with the records that show it.

    A brand stands right of what offers it. What files only declare is not drawn.

    Raises:
        UsageError: the case has no such domain, or no run has read a page of it.
    """
    chain = find_chain(subject.source.case, subject.listed(domain))
    name = subject.text("domain", subject.source.names.domain(chain.domain))
    drawn = _Drawn(subject)
    page = drawn.add(0, "domain", name, None, (step.capture for step in chain.steps))
    for step in chain.steps:
        drawn.follow(step, page, 1)
    styles = load_styles()
    marks = f"{styles['network'].shape.capitalize()}: network. {styles['brand'].shape.capitalize()}: brand."
    notes = [PLACED, f"{marks} {_BEHIND}", OFFERED, _EVIDENCE]
    if others := chain.others_pages:
        notes.insert(0, f"{others[0].upper()}{others[1:]}.")
    if chain.declared:
        networks = count(len(chain.declared), "network")
        notes.append(f"Declared in its files and not drawn: {networks}; a line there proves no relation.")
    return arrange(
        f"What stands behind {name}",
        _said(chain, drawn),
        drawn.columns(),
        drawn.lines,
        [*notes, subject.stamp],
    )


def _said(chain: Chain, drawn: _Drawn) -> str:
    networks, brands = (count(len(drawn.names(kind)), kind) for kind in ("network", "brand"))
    whose = "; not the operator's page" if chain.others_pages else ""
    return f"{networks}, {brands} offered{whose}; {chain.reached}."


class _Drawn:
    """Boxes by column, with the records that show each, and the lines between them, as the way is followed."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._boxes: dict[int, dict[str, Spot]] = defaultdict(dict)
        self._evidence: dict[str, dict[str, None]] = defaultdict(dict)
        self.lines: list[Line] = []

    def add(self, place: int, kind: str, text: str, left: str | None, records: Iterable[str | None]) -> str:
        """The box of that name in a column, joined to what is left of it; its id."""
        spot = Spot(f"{place} {kind} {text}", text, "", kind)
        self._boxes[place][spot.id] = spot
        self._evidence[spot.id] |= dict.fromkeys(filter(None, records))
        if left is not None:
            self.lines.append(Line(left, spot.id, dashed=kind == "brand"))
        return spot.id

    def follow(self, step: Step, left: str, place: int) -> None:
        """The facts of a document, right of whose it is; then what it led to, right of the network that was asked."""
        self._add_facts(step.facts, left, place, step.network)
        for one in step.steps:
            if one.network and one.end != "not asked":
                self.follow(one, self._network(one.network, left, place, one.capture), place + 1)

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
                network = self._network(fact.name, left, place, fact.sighting)
                self._add_facts(fact.inside, network, place + 1, fact.name)
            elif fact.kind == "brand":
                self.add(place, "brand", self._subject.text("brand", fact.name), left, (fact.sighting,))

    def _network(self, network: str, left: str, place: int, record: str | None) -> str:
        return self.add(place, "network", self._subject.text("network", network), left, (record,))

    def names(self, kind: str) -> set[str]:
        """What stands in boxes of this kind."""
        return {spot.text for boxes in self._boxes.values() for spot in boxes.values() if spot.kind == kind}

    def columns(self) -> Iterator[tuple[str, Iterable[Spot]]]:
        """From the domain to what stands furthest behind."""
        for place, boxes in sorted(self._boxes.items()):
            heading = ("Domain", "On the page")[place] if place < 2 else f"{place - 1} behind"
            yield heading, [Spot(one.id, one.text, self._note(one.id), one.kind) for one in boxes.values()]

    def _note(self, box: str) -> str:
        ids = [one.removeprefix(f"{self._subject.source.case.short}-") for one in self._evidence[box]]
        more = [f"{len(ids) - _MOST_IDS:,} more"] if len(ids) > _MOST_IDS else []
        return ", ".join([*ids[:_MOST_IDS], *more])
