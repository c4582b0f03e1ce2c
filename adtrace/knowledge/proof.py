"""The proof of the cards: every hit and miss of each, run through the extraction that uses it."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from adtrace.errors import CardError
from adtrace.extract.document import extract_page
from adtrace.extract.sighting import DocumentKind, Sighting
from adtrace.extract.unwrap import unwrap_with_rules
from adtrace.knowledge.card import Card, Shape
from adtrace.knowledge.cards import Knowledge, Place, Rule, load_knowledge, read_card
from adtrace.knowledge.folder import hash12, read_folder
from adtrace.knowledge.state import Example, Marker, StateCard, read_state
from adtrace.knowledge.wrapper import Form, Hit, WrapperCard, read_wrapper
from adtrace.knowledge.wrappers import Grammar
from adtrace.names import registrable_domain

T = TypeVar("T")
# In an example of a page state, {prose} stands for more neutral text than any page in another's place has.
PROSE = "The tea garden opens at nine, and the gate stays open until the last guest has gone home. " * 80
_PAGE = "https://page.example/"
_ASKED = {"url": "address", "tag": "tag", "script": "script"}


def find_faults() -> Iterator[CardError]:
    """What is wrong with the cards that ship with adtrace, in the order of their files; nothing if all hold.

    A card that cannot be read hides what its folder's other cards could not prove: mend it first.
    """
    yield from _folder("networks", read_card, lambda card: faults_of(card, load_knowledge()))
    yield from _folder("wrappers", read_wrapper, _wrapper_faults)
    yield from _folder("states", read_state, _state_faults)


def find_faults_in(name: str, data: bytes) -> Iterator[CardError]:
    """What is wrong with one network card that does not ship yet, read among those that do."""
    try:
        card = read_card(name, data)
        knowledge = load_knowledge().with_card(card, hash12(data))
    except CardError as error:
        yield error
        return
    for other in load_knowledge().cards.values():
        if other.id != card.id:
            yield from _shared(card, other)
    yield from faults_of(card, knowledge)


def find_costly(name: str, data: bytes) -> Iterator[str]:
    """What is told of a network card that holds, for each shape that costs every page its time.

    A page asks a shape only if words of its pattern are there (cards.Place); where there are none that any match must
    have, as in a number in quotes, every address, tag or script is asked.
    """
    card = read_card(name, data)
    for at, what in _ASKED.items():
        place = Place([Rule(card, shape, hash12(data)) for shape in card.shape if shape.at == at])
        for rule in place.asked_always():
            yield (
                f"networks/{card.id}.toml, shape {rule.shape.name}: no word stands in all that it matches, so that"
                f" every {what} is searched for it. Name one beside it, if there is one."
            )


def _shared(card: Card, other: Card) -> Iterator[CardError]:
    where = f"networks/{card.id}.toml"
    for name in sorted({card.id, *card.aliases} & {other.id, *other.aliases}):
        yield CardError(f'"{name}" is what {other.id} goes by.', where=where, do="Keep it on one card.")
    theirs = {host.name: host for host in other.host}
    for host in card.host:
        if host.name in theirs and host.overlaps(theirs[host.name]):
            yield CardError(f"host {host.name} is on {other.id} too.", where=where, do="Keep it on one card.")


def faults_of(card: Card, knowledge: Knowledge) -> Iterator[CardError]:
    """The hosts and cards it names that are none, the hits that its shapes do not find, the misses that they do."""
    for host in card.host:
        # A typing error makes a host that no page will ever name, and nothing else would tell.
        if registrable_domain(host.name) is None:
            yield CardError(
                f"host {host.name} has no public suffix.", where=f"networks/{card.id}.toml", do="Correct it."
            )
    for shape in card.shape:
        rule, what = f"{card.id}/{shape.name}", f"shape {shape.name}"
        for name in shape.not_beside:
            if name not in knowledge.cards:
                yield CardError(
                    f"there is no card {name}, which {what} names.",
                    where=f"networks/{card.id}.toml",
                    do="Correct it.",
                )

        def is_found(html: str, shape: Shape = shape, rule: str = rule) -> bool:
            found = read_example(html, shape, knowledge)
            return any(sighting.rule.partition("@")[0] == rule for sighting in found)

        yield from _unproven(f"networks/{card.id}.toml", what, shape.hits, shape.misses, is_found)


def read_example(example: str, shape: Shape, knowledge: Knowledge) -> list[Sighting]:
    """What extraction finds in a hit or miss of this shape: a page, a worker's code, or one header line."""
    kind: DocumentKind = "worker" if shape.at == "worker" else "page"
    headers = [_header(example)] if shape.at == "header" else []
    body = "" if headers else example
    return extract_page(body, kind=kind, url=_PAGE, headers=headers, knowledge=knowledge).sightings


def _header(line: str) -> tuple[str, str]:
    """The hit of a shape at header: `Name: value`."""
    name, _, value = line.partition(":")
    return name, value.strip()


def _wrapper_faults(card: WrapperCard) -> Iterator[CardError]:
    for form in card.form:

        def is_read(hit: Hit, form: Form = form) -> bool:
            found, grammars = unwrap_with_rules(hit.url, page=hit.page)
            said = (found.landing, found.kind, found.declared) == (hit.landing, hit.kind, hit.declared)
            return said and (form.store or _takes(card, form, grammars))

        def is_taken(url: str, form: Form = form) -> bool:
            return _takes(card, form, unwrap_with_rules(url)[1])

        where, what = f"wrappers/{card.id}.toml", f"form {form.name}"
        yield from _unproven(where, what, form.hits, (), is_read)
        yield from _unproven(where, what, (), form.misses, is_taken)


def _takes(card: WrapperCard, form: Form, grammars: Iterable[Grammar]) -> bool:
    return any(g.card.id == card.id and g.form.name == form.name for g in grammars)


def _state_faults(card: StateCard) -> Iterator[CardError]:
    for marker in card.marker:

        def is_named(example: Example, marker: Marker = marker) -> bool:
            found = extract_page(
                example.html.replace("{prose}", PROSE),
                url=example.url or _PAGE,
                status=example.status,
                headers=tuple(example.headers.items()),
            ).page_state
            return found is not None and found.rule.rpartition("@")[0] == f"{card.id}/{marker.name}"

        what = f"marker {marker.name}"
        yield from _unproven(f"states/{card.id}.toml", what, marker.hits, marker.misses, is_named)


def _folder(
    name: str, read: Callable[[str, bytes], T], prove: Callable[[T], Iterator[CardError]]
) -> Iterator[CardError]:
    cards, faults = [], []
    for stem, data in read_folder(name):
        try:
            cards.append(read(stem, data))
        except CardError as error:
            faults.append(error)
    yield from faults
    for card in cards if not faults else ():
        yield from prove(card)


def _unproven(
    where: str, what: str, hits: Iterable[T], misses: Iterable[T], is_found: Callable[[T], bool]
) -> Iterator[CardError]:
    for number, hit in enumerate(hits, 1):
        if not is_found(hit):
            yield CardError(
                f"hit {number} is not found by {what}.", where=where, do="Fix the pattern or the hit."
            )
    for number, miss in enumerate(misses, 1):
        if is_found(miss):
            yield CardError(
                f"miss {number} is found by {what}.", where=where, do="Fix the pattern or the miss."
            )
