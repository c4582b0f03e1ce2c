"""Hosts that a case's pages, files and redirects named and nobody confirmed, for an authority to judge.

adtrace contacts none of them, ranks none and draws none (design section 4); whether one is hostile, others say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from adtrace.export.audience import host_of, outside_hosts
from adtrace.export.cells import spreadsheet_cell
from adtrace.export.party import Reader
from adtrace.export.terms import Handover, Terms
from adtrace.export.write import write_document
from adtrace.names import registrable_domain

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.export.manifest import Manifest
    from adtrace.export.source import Source

_SIGHTED = "FROM current_sightings AS seen JOIN captures ON captures.seq = seen.capture"
_NAMED = f"""
  SELECT 'declared_site' AS how, seen.host AS place, seen.domain AS domain,
    captures.seq AS outcome, captures.time AS time, seen.row AS sighting
  {_SIGHTED} WHERE seen.kind = 'declared_site' AND seen.host <> ''
UNION ALL
  SELECT 'seller_domain', seen.declared ->> 'domain', seen.domain, captures.seq, captures.time, seen.row
  {_SIGHTED} WHERE seen.kind = 'declaration' AND seen.declared ->> 'domain' <> ''
UNION ALL
  SELECT 'redirect', outcomes.location, entries.domain, outcomes.seq, outcomes.time, NULL
  FROM outcomes JOIN decisions ON decisions.seq = outcomes.decision
    JOIN entries ON entries.seq = decisions.entry AND entries.status <> 'withdrawn'
  WHERE outcomes.location IS NOT NULL
UNION ALL
  SELECT 'not_asked', decisions.url, entries.domain, decisions.parent, decisions.time, NULL
  FROM decisions JOIN entries ON entries.seq = decisions.entry AND entries.status <> 'withdrawn'
  WHERE decisions.verdict = 'deny' AND decisions.parent IS NOT NULL
ORDER BY time, outcome"""


class Referral(msgspec.Struct, frozen=True):
    """A host beyond the case, and one way in which one confirmed domain named it.

    how: redirect (a Location header), declared_site (an ad URL or tag states it as its site), seller_domain (a
    sellers.json or schain states it), not_asked (the page has an address there that adtrace did not ask for).
    domain: the confirmed one. record: public id of the first outcome or capture that says so. times: how many do.
    """

    host: str
    registrable_domain: str
    how: str
    domain: str
    times: int
    first_seen: str
    last_seen: str
    record: str


COLUMNS = Referral.__struct_fields__


def find_referrals(source: Source) -> list[Referral]:
    """The hosts by name, then how and by whom they were named; [] if nothing was. Noted as carried by the source.

    Left out are hosts that are listed, a card's, a brand's or landing's, or that behave like ad tech.
    """
    case = source.case
    beyond = {host for host in outside_hosts(case) if source.names.is_beyond(host)}
    found: dict[tuple[str, str, str], Referral] = {}
    redirected: set[tuple[str, str]] = set()
    for row in case.rows(_NAMED):
        host = host_of(row["place"])
        if host not in beyond:
            continue
        record = case.public_id("outcome", row["outcome"])
        if row["sighting"] is not None:
            source.carry((), (row["sighting"],), ())
        if row["how"] == "redirect":
            redirected.add((host, row["domain"]))
        key = (host, row["how"], row["domain"])
        if known := found.get(key):
            found[key] = msgspec.structs.replace(known, times=known.times + 1, last_seen=row["time"])
        else:
            above = registrable_domain(host) or host
            found[key] = Referral(host, above, row["how"], row["domain"], 1, row["time"], row["time"], record)
    # A redirect out of scope is also an address that was not asked for.
    kept = [
        one
        for key, one in sorted(found.items())
        if one.how != "not_asked" or (one.host, one.domain) not in redirected
    ]
    source.carry({one.domain for one in kept}, (), {one.record for one in kept})
    return kept


def write_referral(
    case: Case, target: Path | BinaryIO, *, to: str, reason: str
) -> tuple[Manifest, list[Referral]]:
    """Write what find_referrals() finds as CSV to a file (0600) or a stream; who gets it and why is on record with it.

    Raises:
        UsageError: no recipient or no reason.
        IntegrityError, CaseError: as adtrace.export.write.write_document.
    """
    found: list[Referral] = []

    def make(source: Source) -> bytes:
        found.extend(find_referrals(source))
        return _as_csv(found, source.marking.labels)

    terms = Terms(handover=Handover(to, reason))
    return write_document(case, "referral", "csv", target, Reader("investigator"), make, terms), found


def _as_csv(found: Sequence[Referral], marking: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow((*COLUMNS, "marking"))
    writer.writerows(_cells(one, marking) for one in found)
    return text.getvalue().encode()


def _cells(one: Referral, marking: str) -> Iterator[str | int]:
    for value in (*msgspec.structs.astuple(one), marking):
        yield spreadsheet_cell(value) if isinstance(value, str) else value
