"""From a stand-in that a reader names back to what it stands for: for the investigator, who holds the case's key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from adtrace.export.audience import Names, listed_hosts, outside_hosts
from adtrace.export.rows import MAKERS, Facts
from adtrace.knowledge import load_knowledge

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.export.party import Reader


def resolve(case: Case, reader: Reader, stand_ins: Collection[str]) -> dict[str, str]:
    """What each of these stands for in exports to this reader; one that stands for nothing is left out.

    A pseudonym of a domain or host gives its name, of an account its network, kind and id, of a record its public id,
    which `adtrace show` takes. Nothing is kept to look it up in: each candidate is keyed anew.
    """
    names = Names(case, reader.audience, load_knowledge(), reader.party)
    wanted = set(stand_ins)
    found: dict[str, str] = {}
    for stand_in, clear in _candidates(case, names, {name.partition("-")[0] for name in wanted}):
        if stand_in in wanted:
            found.setdefault(stand_in, clear)
            if len(found) == len(wanted):
                break
    return found


def _candidates(case: Case, names: Names, kinds: Collection[str]) -> Iterator[tuple[str, str]]:
    """(stand-in, what it stands for) of all that stand-ins of these kinds may be made of."""
    if not {"dom", "sub", "out"}.isdisjoint(kinds):
        entries = ((row.entry.domain, row.entry.site_role) for row in case.entries())
        yield from ((names.domain(host), host) for host in listed_hosts(entries, load_knowledge()))
        seen = case.rows("SELECT host FROM sightings UNION SELECT ad_domain FROM sightings")
        hosts = {*outside_hosts(case), *(row["host"] for row in seen if row["host"])}
        yield from ((shown, host) for host in hosts for shown in names.host(host).split("."))
    if "acc" in kinds:
        for row in case.rows(
            "SELECT DISTINCT coalesce(network, ad_domain, '') AS issuer, coalesce(account_kind, '') AS kind, account"
            " FROM sightings WHERE account IS NOT NULL"
        ):
            clear = f"{row['issuer']}/{row['kind']}/{row['account']}"
            yield names.account(row["issuer"], row["kind"], row["account"]), clear
    if "rec" in kinds:
        public = (case.public_id("sighting", row["row"]) for row in case.rows("SELECT row FROM sightings"))
        yield from ((names.record(name), name) for name in public)
        facts = Facts(case, frozenset(row["row"] for row in case.rows("SELECT row FROM current_sightings")))
        for table in ("networks", "accounts", "brands"):
            yield from ((names.record(row["row"]), row["row"]) for row in MAKERS[table](facts))
