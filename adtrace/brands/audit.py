"""Where a case holds a brand: on which domains, through whom, on whose evidence, at which grade.

False accusation is the worst error here: every row has a basis and a role, relate.standing says which is more than a
lead, and not observed is never clean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from adtrace.brands.look_alikes import looks_like
from adtrace.case.canonical import read_json
from adtrace.case.links import FEEDS_LINKS
from adtrace.knowledge.brand import Brand, Brands, app_of, fold
from adtrace.names import registrable_domain
from adtrace.relate.denominators import Denominators, count, observe
from adtrace.relate.standing import HEADLINES, NO_OFFERS, Look, sure_of

if TYPE_CHECKING:
    from adtrace.case import Case

MEANING = "offered on the page; does not show that the brand knew, chose or paid"

_SEEN = f"""
SELECT s.row AS row, s.capture AS capture, s.domain AS domain, s.kind AS kind, s.brand AS brand, s.role AS role,
  s.host AS host, s.basis AS basis, s.state AS state, s.certainty AS certainty, s.locator AS locator,
  s.declared AS declared, coalesce(o.network, s.network, '') AS through, decisions.run AS run,
  entries.authority AS authority, entries.reference AS reference
FROM current_sightings AS s
  JOIN outcomes ON outcomes.seq = s.capture JOIN decisions ON decisions.seq = outcomes.decision
  JOIN entries ON entries.seq = s.entry
  LEFT JOIN current_sightings AS o ON o.capture = s.capture AND o.id = s.via
WHERE s.kind IN ('brand', 'landing') AND {FEEDS_LINKS} ORDER BY s.capture, s.kind, s.row
"""
_NAMED = f"""
SELECT DISTINCT s.brand AS brand FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture
WHERE s.kind = 'brand' AND {FEEDS_LINKS} ORDER BY s.brand
"""
# Domains with a live ad tag, and those of them on which an offer was seen.
_SLOTS = f"""
SELECT s.domain AS domain, max(s.kind IN ('brand', 'landing', 'tracker')) AS offers,
  max(s.kind = 'network' AND s.advertising = 1 AND s.basis IN ('embedded', 'served') AND s.state = 'live') AS slots
FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture WHERE {FEEDS_LINKS} GROUP BY s.domain
"""


class AuditRow(msgspec.Struct, frozen=True):
    """One brand on one domain, as one kind of evidence shows it.

    matched: what of the brand's was seen (its domain, app or name; for a look-alike, the domain that resembles it).
    is_lead: as standing.sure_of says. What is not live is always one, for it was offered to nobody; so is a name
      alone, for others may bear it.
    authority and reference: who confirmed the domain. sightings and captures: public ids.
    """

    brand: str
    company: str
    domain: str
    matched: str
    role: str
    basis: str
    through: str
    state: str
    certainty: str
    is_lead: bool
    authority: str
    reference: str
    sightings: tuple[str, ...]
    captures: tuple[str, ...]
    meaning: str


class Audit(msgspec.Struct, frozen=True):
    """What a case holds of some brands.

    without_offer: observable domains with live ad tags on which no offer was seen. alike: for a brand of which only a
    name is known, the brands of the case whose names begin like it; none of them is counted.
    """

    brands: tuple[str, ...]
    rows: list[AuditRow]
    denominators: Denominators
    without_offer: int
    alike: dict[str, tuple[str, ...]]

    def finding(self, brand: str) -> str:
        """One sentence on one of the brands."""
        rows = [row for row in self.rows if row.brand == brand]
        shown = {row.domain for row in rows if not row.is_lead}
        n = self.denominators
        unseen = (
            f"on {self.without_offer} of {n.domains} domains live ad tags were seen and no offer, "
            f"{n.domains - n.observable} could not be observed"
        )
        if not rows:
            return f"not observed; {unseen}"
        leads = len({row.domain for row in rows} - shown)
        return (
            f"{MEANING}: {len(shown)} of {n.observable} observable domains, {leads} more as leads; {unseen}"
        )


class _Match(NamedTuple):
    """A brand that a sighting shows, and what of it was seen, in which role; by_name: by a name alone."""

    brand: Brand
    matched: str
    role: str
    by_name: bool = False


def audit(case: Case, brands: Sequence[Brand]) -> Audit:
    """The rows of these brands and of their look-alikes, by brand and domain; reads only.

    Cost: linear in the case's brand and landing sightings; look-alikes in their distinct domains times the brands'.
    """
    index = Brands(brands)
    with case.snapshot():
        seen = observe(case)
        rows = _rows(case, index)
        slots = {row["domain"] for row in case.rows(_SLOTS) if row["slots"] and not row["offers"]}
        alike = _named_alike(case, index.brands)
    observable = {domain for domain, how in seen.items() if how == "observable"}
    names = tuple(brand.name for brand in index.brands)
    return Audit(names, rows, count(seen), len(slots & observable), alike)


def _rows(case: Case, index: Brands) -> list[AuditRow]:
    groups: dict[AuditRow, list[Any]] = defaultdict(list)
    looks: dict[str, set[Look]] = defaultdict(set)
    for row, match in _offers(case, index):
        group = _group(row, match)
        groups[group].append(row)
        if not group.is_lead:
            looks[group.brand].add((row["run"], row["domain"]))
    made = [
        msgspec.structs.replace(
            group,
            is_lead=group.is_lead or sure_of((group.role,), looks[group.brand]) not in HEADLINES,
            sightings=tuple(case.public_id("sighting", row["row"]) for row in found),
            captures=tuple(sorted({case.public_id("outcome", row["capture"]) for row in found})),
        )
        for group, found in groups.items()
    ]
    return sorted(made, key=lambda row: (row.brand, row.is_lead, row.domain, row.role, row.matched))


def _group(row: Any, match: _Match) -> AuditRow:
    """What the sightings of one row have in common, none of them named; is_lead: it can be no more than a lead."""
    return AuditRow(
        brand=match.brand.name,
        company=match.brand.company or "",
        domain=row["domain"],
        matched=match.matched,
        role=match.role,
        basis=row["basis"],
        through=row["through"],
        state=row["state"],
        certainty=row["certainty"],
        is_lead=match.role in NO_OFFERS or row["state"] != "live" or match.by_name,
        authority=row["authority"],
        reference=row["reference"],
        sightings=(),
        captures=(),
        meaning=_meaning(match.role, by_name=match.by_name),
    )


def _offers(case: Case, index: Brands) -> Iterator[tuple[Any, _Match]]:
    """Each sighting of one of the brands; a brand and the landing at the same place are one offer."""
    offered: set[tuple[int, str]] = set()
    for row in case.rows(_SEEN):
        place = (row["capture"], row["locator"])
        if row["kind"] == "brand":
            offered.add(place)
        elif place in offered:
            continue
        for match in _matches(row, index):
            yield row, match


def _named_alike(case: Case, brands: Iterable[Brand]) -> dict[str, tuple[str, ...]]:
    names = {brand.name: _bare(brand.name) for brand in brands if not brand.domains and not brand.apps}
    named = [row["brand"] for row in case.rows(_NAMED)] if any(names.values()) else []
    found = {
        name: tuple(one for one in named if _bare(one).startswith(bare) and fold(one) != fold(name))
        for name, bare in names.items()
        if bare
    }
    return {name: alike for name, alike in found.items() if alike}


def _bare(name: str) -> str:
    return "".join(sign for sign in fold(name) if sign.isalnum())


def _meaning(role: str, *, by_name: bool) -> str:
    if role == "look_alike":
        return "resembles the brand's domain; nothing shows whose it is"
    return f"{MEANING}; others may bear the name" if by_name else MEANING


def _matches(row: Any, index: Brands) -> Iterator[_Match]:
    declared: Any = read_json(row["declared"])
    role = row["role"] if row["kind"] == "brand" else "content_link"
    app = app_of(declared)
    if app and (brand := index.of_app(app)):
        yield _Match(brand, app, role)
    elif brand := index.of_host(row["host"]):
        listed = index.domain_of(row["host"]) or ""
        # On a store's own site, what another sells there is not the store's offer; a host below it is one seller's.
        is_anothers = app is not None and listed == registrable_domain(row["host"])
        yield _Match(brand, listed, "content_link" if is_anothers else role)
    elif row["kind"] == "brand" and (brand := index.of_name(row["brand"])):
        yield _Match(brand, row["brand"], role, by_name=True)
    elif row["host"]:
        yield from _look_alikes(registrable_domain(row["host"]), index.brands)


def _look_alikes(domain: str | None, brands: Iterable[Brand]) -> Iterator[_Match]:
    for brand in brands if domain else ():
        if any(looks_like(domain or "", own) for own in brand.domains if own == registrable_domain(own)):
            yield _Match(brand, domain or "", "look_alike")
