"""What sites, systems and tags of a case say of who sells whose space: read once, to be held against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case.canonical import read_json
from adtrace.case.links import FEEDS_LINKS
from adtrace.names import registrable_domain
from adtrace.relate.seller_lists import SellerLists

if TYPE_CHECKING:
    from adtrace.case import Case

FILES = "('ads_txt', 'app_ads_txt')"


class Line(msgspec.Struct, frozen=True, gc=False):
    """A record of a declaration file: who sells the domain's space, where, under which id; row: of its sighting."""

    row: int
    capture: int
    part: str
    domain: str
    network: str | None
    host: str | None
    account: str
    relation: str | None


class Seller(msgspec.Struct, frozen=True):
    """A row of a system's sellers.json; domain: registrable, "" if none is stated; row: of its sighting."""

    row: int
    type: str
    domain: str
    is_confidential: bool


class Declarations:
    """The newest readings of a case, of what is not withdrawn.

    lines: of every ads.txt and app-ads.txt that name a seller, in the order they were read. sellers: (network, seller
    id) → the last row read of it. lists: which sellers.json were read, and which are not there.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self.lists = SellerLists(case)
        self.lines = [
            Line(*row)
            for row in case.rows(
                "SELECT row, capture, locator ->> 'part' AS part, domain, network, host, account,"
                " declared ->> 'relation' FROM current_sightings WHERE kind = 'declaration'"
                f" AND part IN {FILES} ORDER BY row"
            )
        ]
        self.sellers = self._read_sellers()
        self._owners = self._read_owners()

    def _read_sellers(self) -> dict[tuple[str, str], Seller]:
        found = {}
        for row in self._case.rows(
            "SELECT row, network, account, declared FROM current_sightings WHERE kind = 'declaration'"
            " AND locator ->> 'part' = 'sellers_json' AND network IS NOT NULL ORDER BY row"
        ):
            declared: Any = read_json(row["declared"])
            found[row["network"], row["account"]] = Seller(
                row["row"],
                str(declared.get("seller_type", "")),
                site_of(str(declared.get("domain", ""))),
                declared.get("is_confidential") == 1,
            )
        return found

    def _read_owners(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._case.rows(
            "SELECT DISTINCT domain, host FROM current_sightings WHERE kind = 'declared_site'"
            f" AND locator ->> 'part' IN {FILES} AND declared ->> 'variable' IN ('OWNERDOMAIN', 'MANAGERDOMAIN')"
        ):
            found[row["domain"]].add(site_of(row["host"]))
        return found

    def owners(self, domain: str) -> set[str]:
        """The sites that the domain's files call its owner or manager."""
        return self._owners.get(domain, set())

    def related(self, domain: str) -> set[str]:
        """The domain's own site, and its owners: where none is named, the site itself is (ads.txt 1.1)."""
        return {site_of(domain), *self.owners(domain)}

    def names_another(self, seller: Seller, domain: str) -> bool:
        """Whether a system lists the seller as the publisher of a site that has nothing to do with the domain."""
        return (
            seller.type == "PUBLISHER" and bool(seller.domain) and seller.domain not in self.related(domain)
        )

    @cached_property
    def observed(self) -> dict[str, dict[str, int]]:
        """Domain → network → a sighting's row, of live tags on the operator's own pages."""
        return self._tags("s.state = 'live'")

    @cached_property
    def kept(self) -> dict[str, dict[str, int]]:
        """The same, of tags that stood there and were not live."""
        return self._tags("s.state <> 'live'")

    def _tags(self, state: str) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for row, domain, network in self._case.rows(
            "SELECT min(s.row), s.domain, s.network FROM current_sightings AS s"
            f" JOIN outcomes ON outcomes.seq = s.capture WHERE s.kind = 'network' AND {state}"
            f" AND s.basis IN ('embedded', 'served') AND s.advertising = 1 AND {FEEDS_LINKS} AND s.network IS NOT NULL"
            " GROUP BY s.domain, s.network"
        ):
            found[domain][network] = row
        return found

    def named(self, is_meant: Callable[[Line], bool]) -> dict[str, dict[str, Line]]:
        """Domain → network → the first line of those that are meant."""
        found: dict[str, dict[str, Line]] = defaultdict(dict)
        for line in self.lines:
            if line.network and is_meant(line):
                found[line.domain].setdefault(line.network, line)
        return found


@cache
def site_of(host: str) -> str:
    """The registrable domain of a host as written, the host itself if it has none."""
    host = host.strip().lower()
    return registrable_domain(host) or host
