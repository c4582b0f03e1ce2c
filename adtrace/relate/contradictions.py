"""Where what a site, a system and a tag say of one another does not fit together.

A contradiction is a place to look, never a proof: each names what it suggests and, beside it, how it comes about
innocently. Rules: ads.txt 1.1, sellers.json 1.0, SupplyChain object 1.0 (IAB Tech Lab). A file that could not be read
contradicts nothing, and what no page shows without running scripts is not absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case.canonical import read_json
from adtrace.extract.sellers_json import is_whole
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.names import registrable_domain
from adtrace.relate.alike import find_alike
from adtrace.relate.contradiction_kinds import KINDS

if TYPE_CHECKING:
    from adtrace.case import Case

ALIKE = 0.9  # share of records two files have in common from which on they are copies
MIN_RECORDS = 5  # of a file of fewer records, being alike says nothing
MOST_SHOWN = 20  # further sightings that one contradiction lists

_OTHERS = "sellers.json: the account is another site's"
_FILES = "('ads_txt', 'app_ads_txt')"
_SHOWN = "coalesce(outcomes.page_state, 'operator') = 'operator'"


class Contradiction(msgspec.Struct, frozen=True):
    """Two statements that do not fit: kind (of KINDS), whose, what each says, and the sightings that show it.

    system: the network card's id, else the system's host. account: "" where no seller is spoken of. copied: the
    domain's declaration file is near-identical to another domain's, so that it may speak of that one. other: the site
    that is named instead, in clear, for the investigator alone.
    """

    kind: str
    domain: str
    system: str
    account: str
    says: str
    against: str
    sightings: tuple[str, ...]
    copied: bool = False
    other: str = ""

    @property
    def suggests(self) -> str:
        """What it may mean."""
        return KINDS[self.kind].suggests

    @property
    def innocent(self) -> tuple[str, ...]:
        """How it comes about without anybody's bad faith."""
        return KINDS[self.kind].innocent


class _Seller(msgspec.Struct, frozen=True):
    row: int
    type: str
    domain: str
    is_confidential: bool


def find_contradictions(case: Case, knowledge: Knowledge | None = None) -> list[Contradiction]:
    """Every contradiction of a case, by kind in the order of KINDS, then domain, system and account; [] if none.

    Reads the newest generation of what is not withdrawn. Cost: linear in the declarations that a read sellers.json
    speaks of and in (domain, system) pairs, and that of find_alike for the files.
    """
    with case.snapshot():
        found = _Finder(case, knowledge or load_knowledge()).find()
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.domain, one.system, one.account))


class _Line(msgspec.Struct, frozen=True, gc=False):
    """A record of a declaration file: who sells the domain's space, where, under which id."""

    row: int
    capture: int
    part: str
    domain: str
    network: str | None
    host: str | None
    account: str
    relation: str | None


class _Finder:
    def __init__(self, case: Case, knowledge: Knowledge) -> None:
        self._case, self._knowledge = case, knowledge
        self._lines = self._read_lines()
        self._sellers = self._read_sellers()
        self._files = self._read_seller_files()
        self._owners = self._read_owners()

    def find(self) -> list[Contradiction]:
        found = [*self._declared_lines(), *self._embedded_accounts(), *self._unknown_sellers()]
        found += [
            *self._pooled(),
            *self._not_observed(),
            *self._not_declared(),
            *self._no_list(),
            *self._chains(),
            *self._sites(),
        ]
        copied, replace = self._copied(), msgspec.structs.replace
        return [replace(one, copied=True) if one.domain in copied else one for one in found]

    def _id(self, row: int) -> str:
        return self._case.public_id("sighting", row)

    def _read_lines(self) -> list[_Line]:
        """Every line of an ads.txt or app-ads.txt that names a seller, in the order they were read."""
        return [
            _Line(*row)
            for row in self._case.rows(
                "SELECT row, capture, locator ->> 'part' AS part, domain, network, host, account,"
                " declared ->> 'relation' FROM current_sightings WHERE kind = 'declaration'"
                f" AND part IN {_FILES} ORDER BY row"
            )
        ]

    def _read_sellers(self) -> dict[tuple[str, str], _Seller]:
        """(network, seller id) → the last row read of it."""
        found = {}
        for row in self._case.rows(
            "SELECT row, network, account, declared FROM current_sightings WHERE kind = 'declaration'"
            " AND locator ->> 'part' = 'sellers_json' AND network IS NOT NULL ORDER BY row"
        ):
            declared: Any = read_json(row["declared"])
            found[row["network"], row["account"]] = _Seller(
                row["row"],
                str(declared.get("seller_type", "")),
                _site(str(declared.get("domain", ""))),
                declared.get("is_confidential") == 1,
            )
        return found

    def _read_seller_files(self) -> dict[str, int]:
        """Network → the last capture of its sellers.json that was read to its end."""
        found: dict[str, int] = {}
        for row in self._case.rows(
            "SELECT seq, url, parse_status FROM captures WHERE document = 'sellers_json' ORDER BY seq"
        ):
            card = self._knowledge.card_of_sellers_json(row["url"])
            if card and is_whole(row["parse_status"]):
                found[card.id] = row["seq"]
        return found

    def _read_owners(self) -> dict[str, set[str]]:
        """Domain → the sites its files call owner or manager; where none is, the domain itself (ads.txt 1.1)."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._case.rows(
            "SELECT DISTINCT domain, host FROM current_sightings WHERE kind = 'declared_site'"
            f" AND locator ->> 'part' IN {_FILES} AND declared ->> 'variable' IN ('OWNERDOMAIN', 'MANAGERDOMAIN')"
        ):
            found[row["domain"]].add(_site(row["host"]))
        return found

    def _related(self, domain: str) -> set[str]:
        return {_site(domain), *self._owners.get(domain, ())}

    def _declared_lines(self) -> Iterator[Contradiction]:
        """What a system's own rows say against an ads.txt line."""
        lines: dict[tuple[str, str, str], int] = {}
        for line in self._lines:
            if line.network and line.relation == "DIRECT":
                lines.setdefault((line.domain, line.network, line.account), line.row)
        for place, row in lines.items():
            seller = self._sellers.get((place[1], place[2]))
            if seller is None:
                continue
            shown = (self._id(row), self._id(seller.row))
            says = "the domain's ads.txt: DIRECT"
            if seller.type == "INTERMEDIARY":
                yield Contradiction("direct_intermediary", *place, says, "sellers.json: INTERMEDIARY", shown)
            if seller.is_confidential:
                yield Contradiction(
                    "confidential_seller", *place, says, "sellers.json: the seller is confidential", shown
                )
            elif self._names_another(seller, place[0]):
                yield Contradiction("other_domain", *place, says, _OTHERS, shown, other=seller.domain)

    def _embedded_accounts(self) -> Iterator[Contradiction]:
        """A live tag's account whose row in sellers.json names another site's publisher."""
        networks = sorted({network for network, _ in self._sellers})
        for row in self._case.rows(
            "SELECT min(s.row) AS row, s.domain AS domain, s.network AS network, s.account AS account"
            " FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture"
            f" WHERE s.kind = 'account' AND s.basis = 'embedded' AND s.state = 'live' AND {_SHOWN}"
            f" AND s.network IN ({', '.join('?' * len(networks))}) GROUP BY s.domain, s.network, s.account",
            networks,
        ):
            seller = self._sellers.get((row["network"], row["account"]))
            if seller and self._names_another(seller, row["domain"]):
                yield Contradiction(
                    "other_domain", row["domain"], row["network"], row["account"],
                    "a live tag carries the account", _OTHERS, (self._id(row["row"]), self._id(seller.row)),
                    other=seller.domain,
                )  # fmt: skip

    def _names_another(self, seller: _Seller, domain: str) -> bool:
        return (
            seller.type == "PUBLISHER" and bool(seller.domain) and seller.domain not in self._related(domain)
        )

    def _unknown_sellers(self) -> Iterator[Contradiction]:
        """A declared id that the system's own list, read afterwards and to its end, does not have."""
        lines: dict[tuple[str, str, str, str | None], _Line] = {}
        for line in self._lines:
            if line.network:
                lines.setdefault((line.domain, line.network, line.account, line.relation), line)
        for (domain, network, account, relation), line in lines.items():
            read = self._files.get(network)
            # Of the list only the rows were kept whose ids the case held by then.
            if read and line.capture < read and (network, account) not in self._sellers:
                says = f"the domain's ads.txt: {relation}"
                yield Contradiction(
                    "unknown_seller", domain, network, account, says,
                    "sellers.json: no such seller", (self._id(line.row),),
                )  # fmt: skip

    def _pooled(self) -> Iterator[Contradiction]:
        """One seller declared DIRECT by domains of several owners."""
        groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for line in self._lines:
            system = line.network or line.host
            if system and line.relation == "DIRECT":
                groups[system, line.account].setdefault(line.domain, line.row)
        for (system, account), rows in groups.items():
            if len(rows) > 1:
                yield from self._pool(system, account, dict(sorted(rows.items())))

    def _pool(self, system: str, account: str, rows: dict[str, int]) -> Iterator[Contradiction]:
        naming: dict[str, set[str]] = defaultdict(set)
        for domain in rows:
            for site in self._related(domain):
                naming[site].add(domain)
        for domain, number in rows.items():
            own = set().union(*(naming[site] for site in self._related(domain)))
            if len(own) < len(rows):
                others = islice((row for other, row in rows.items() if other not in own), MOST_SHOWN)
                yield Contradiction(
                    "dark_pooling",
                    domain,
                    system,
                    account,
                    "the domain's ads.txt: DIRECT",
                    f"also DIRECT on {len(rows) - len(own)} domains that name no owner or manager in common",
                    tuple(map(self._id, (number, *others))),
                )

    def _copied(self) -> set[str]:
        """The domains whose declaration files are near-identical to another's."""
        records: dict[str, set[str]] = defaultdict(set)
        for line in self._lines:
            records[line.domain].add(f"{line.host},{line.account},{line.relation}")
        files = {domain: frozenset(lines) for domain, lines in records.items() if len(lines) >= MIN_RECORDS}
        return find_alike(files, ALIKE)

    @cached_property
    def _observed(self) -> dict[str, dict[str, int]]:
        """Domain → network → a sighting's row, of live tags on the operator's own pages."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for row, domain, network in self._case.rows(
            "SELECT min(s.row), s.domain, s.network FROM current_sightings AS s"
            " JOIN outcomes ON outcomes.seq = s.capture WHERE s.kind = 'network' AND s.state = 'live'"
            f" AND s.basis IN ('embedded', 'served') AND s.advertising = 1 AND {_SHOWN} AND s.network IS NOT NULL"
            " GROUP BY s.domain, s.network"
        ):
            found[domain][network] = row
        return found

    def _named(self, is_named: Callable[[_Line], bool]) -> dict[str, dict[str, int]]:
        """Domain → network → a sighting's row, of the lines that fit."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for line in self._lines:
            if line.network and is_named(line):
                found[line.domain].setdefault(line.network, line.row)
        return found

    def _not_observed(self) -> Iterator[Contradiction]:
        """A system declared DIRECT of which no live tag was seen, on a domain whose own page was seen with tags."""
        for domain, networks in self._named(lambda line: line.relation == "DIRECT").items():
            if domain in self._observed:
                for network, row in networks.items():
                    if network not in self._observed[domain]:
                        yield Contradiction(
                            "not_observed", domain, network, "", "the domain's ads.txt: DIRECT",
                            "no live tag of it was observed", (self._id(row),),
                        )  # fmt: skip

    def _not_declared(self) -> Iterator[Contradiction]:
        """A live tag of a system that publishes sellers, where the domain's own ads.txt does not name the system."""
        named = self._named(lambda line: line.part == "ads_txt")
        speaking = {
            row["domain"]
            for row in self._case.rows(
                "SELECT DISTINCT domain FROM captures WHERE document = 'ads_txt' AND entry_status <> 'withdrawn'"
                " AND parse_status NOT LIKE '%nothing is declared%' AND parse_status NOT LIKE '%not a declaration%'"
            )
        }
        for domain, networks in self._observed.items():
            for network, row in networks.items():
                card = self._knowledge.cards.get(network)
                if domain in speaking and card and card.ads_txt and network not in named.get(domain, {}):
                    yield Contradiction(
                        "not_declared", domain, network, "", "a live tag of it stands on the page",
                        "the domain's ads.txt does not name it", (self._id(row),),
                    )  # fmt: skip

    def _no_list(self) -> Iterator[Contradiction]:
        """A system declared DIRECT and placed live, of which no list of sellers is known."""
        for domain, networks in self._named(lambda line: line.relation == "DIRECT").items():
            for network, row in networks.items():
                placed = self._observed.get(domain, {}).get(network)
                card = self._knowledge.cards.get(network)
                if placed and card and not card.sellers_json:
                    yield Contradiction(
                        "no_list", domain, network, "", "the domain's ads.txt: DIRECT, and a live tag stands there",
                        "no sellers.json of the system is known", (self._id(row), self._id(placed)),
                    )  # fmt: skip

    def _chains(self) -> Iterator[Contradiction]:
        """A supply chain against the lists of the systems it names: its beginning, each seller, each handing on."""
        found: dict[tuple[str, ...], Contradiction] = {}
        before: Any = None
        for row in self._case.rows(
            "SELECT row, capture, domain, network, host, account, declared ->> 'position' AS position,"
            " declared ->> 'complete' AS complete FROM current_sightings WHERE kind = 'declaration'"
            f" AND locator ->> 'part' NOT IN {_FILES} AND position IS NOT NULL ORDER BY row"
        ):
            follows = before is not None and (before["capture"], before["position"] + 1) == (
                row["capture"], row["position"],
            )  # fmt: skip
            for one in self._node(row, before if follows else None):
                found.setdefault((one.kind, one.domain, one.system, one.account), one)
            before = row
        yield from found.values()

    def _node(self, row: Any, before: Any) -> Iterator[Contradiction]:
        """What the list of a node's system says of its seller; before: the node that handed on to it, if one did."""
        place = (row["domain"], row["network"], row["account"])
        shown: tuple[str, ...] = (self._id(row["row"]),)
        seller = self._sellers.get((row["network"], row["account"]))
        if seller is None:
            if row["capture"] < self._files.get(row["network"], 0):
                yield Contradiction(
                    "unknown_seller", *place, "the supply chain names the seller", "sellers.json: no such seller", shown
                )  # fmt: skip
            return
        shown = (*shown, self._id(seller.row))
        if row["position"] == 1 and row["complete"] == 1:
            says = "the supply chain: complete, and this seller is its first"
            if seller.type == "INTERMEDIARY":
                yield Contradiction(
                    "short_chain", *place, says, "sellers.json: the seller is an INTERMEDIARY", shown
                )
            elif self._names_another(seller, row["domain"]):
                yield Contradiction("other_domain", *place, says, _OTHERS, shown, other=seller.domain)
        if before is not None and seller.domain and seller.domain != _site(before["host"]):
            yield Contradiction(
                "broken_chain", *place, f"the supply chain: handed on by {before['network'] or before['host']}",
                "sellers.json: the account is another system's", (*shown, self._id(before["row"])), other=seller.domain,
            )  # fmt: skip

    def _sites(self) -> Iterator[Contradiction]:
        """A tag or an ad's address that states another site than the one it stands on."""
        for row in self._case.rows(
            "SELECT min(s.row) AS row, s.domain AS domain, s.host AS host, coalesce(s.network, o.network, '') AS system"
            " FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture"
            " LEFT JOIN current_sightings AS o ON o.capture = s.capture AND o.id = s.via"
            f" WHERE s.kind = 'declared_site' AND s.basis <> 'declared' AND s.host IS NOT NULL AND {_SHOWN}"
            " GROUP BY s.domain, s.host, system"
        ):
            if _site(row["host"]) not in self._related(row["domain"]):
                yield Contradiction(
                    "other_site", row["domain"], row["system"], "", "the tag stands on the domain's page",
                    "it states another site", (self._id(row["row"]),), other=row["host"],
                )  # fmt: skip


@cache
def _site(host: str) -> str:
    host = host.strip().lower()
    return registrable_domain(host) or host
