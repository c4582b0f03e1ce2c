"""Who may hold an account, where something says it is not the site's operator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from adtrace.knowledge import load_knowledge

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.seen import Seen

# A card's role → what holding one of its ids makes of the holder.
_BY_ROLE = {"platform": "platform", "management": "manager"}


def find_holders(case: Case, carried: Iterable[Seen]) -> dict[str, str]:
    """Account name → holder_role (platform, manager, intermediary, operator), where a source says it.

    carried: the links from domains to accounts.

    platform, manager: by the card's roles. manager: an ads.txt that names a MANAGERDOMAIN lists the id too, or two of
    the account's domains name one MANAGERDOMAIN. intermediary, operator: a captured sellers.json row calls the id
    INTERMEDIARY or BOTH, or PUBLISHER. The most careful one wins; a claim that would only help a merge never overrides
    one that forbids it.
    """
    cards = load_knowledge().cards
    types = _seller_types(case)
    managers, files = _manager_domains(case)
    managed = _managed_sellers(case, files)
    named: dict[str, set[str]] = defaultdict(set)
    for manager, of in managers.items():
        for domain in of:
            named[domain].add(manager)
    found: dict[str, str] = {}
    domains_of: dict[str, set[str]] = defaultdict(set)
    for link in carried:
        domains_of[link.target].add(link.source)
    for account, domains in domains_of.items():
        network, _, number = account.split("/", 2)
        card = cards.get(network)
        by_card = [_BY_ROLE[role] for role in (card.roles if card else ()) if role in _BY_ROLE]
        if by_card:
            found[account] = by_card[0]
        elif (network, number) in managed or _have_one_in_common(
            named[domain] for domain in domains & named.keys()
        ):
            found[account] = "manager"
        elif seller := types.get((network, number)):
            found[account] = "operator" if seller == {"PUBLISHER"} else "intermediary"
    return found


def _have_one_in_common(sets: Iterable[set[str]]) -> bool:
    """Whether something is in two of the sets."""
    seen: set[str] = set()
    for one in sets:
        if not seen.isdisjoint(one):
            return True
        seen |= one
    return False


# Only files are asked, however many pages there are.
_FROM = (
    "FROM captures AS c JOIN sightings AS s ON s.capture = c.seq AND s.extraction = c.extraction"
    " WHERE c.entry_status <> 'withdrawn' AND c.document"
)
_ADS_TXT = "IN ('ads_txt', 'app_ads_txt')"


def _seller_types(case: Case) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in case.rows(
        f"SELECT s.network, s.account, s.declared ->> 'seller_type' AS seller_type {_FROM} = 'sellers_json'"
        " AND s.kind = 'declaration' AND s.network IS NOT NULL"
    ):
        if row["seller_type"]:
            found[row["network"], row["account"]].add(str(row["seller_type"]).upper())
    return found


def _manager_domains(case: Case) -> tuple[dict[str, set[str]], list[int]]:
    """MANAGERDOMAIN → the domains whose ads.txt names it; and the extractions of those files."""
    found: dict[str, set[str]] = defaultdict(set)
    files = []
    for row in case.rows(
        f"SELECT s.domain, s.host, s.extraction {_FROM} {_ADS_TXT}"
        " AND s.kind = 'declared_site' AND s.declared ->> 'variable' = 'MANAGERDOMAIN'"
    ):
        found[row["host"]].add(row["domain"])
        files.append(row["extraction"])
    return found, files


def _managed_sellers(case: Case, files: list[int]) -> set[tuple[str, str]]:
    """(network, id) that an ads.txt lists which names a MANAGERDOMAIN: it speaks of this file's sellers."""
    return {
        (row["network"], row["account"])
        for row in case.rows(
            "SELECT DISTINCT s.network, s.account FROM sightings AS s WHERE s.capture IN"
            " (SELECT capture FROM extractions WHERE seq IN (SELECT value FROM json_each(?)))"
            " AND s.extraction IN (SELECT value FROM json_each(?))"
            " AND s.kind = 'declaration' AND s.network IS NOT NULL",
            (str(files), str(files)),
        )
    }
