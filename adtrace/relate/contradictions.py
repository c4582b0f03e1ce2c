"""Where what a site, a system and a tag say of one another does not fit together.

A contradiction is a place to look, never a proof: each names what it suggests and, beside it, how it comes about
innocently. Rules: ads.txt 1.1, sellers.json 1.0, SupplyChain object 1.0 (IAB Tech Lab). A file that could not be read
contradicts nothing, and what no page shows without running scripts is not absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case.canonical import read_json
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.names import registrable_domain
from adtrace.relate.contradiction_kinds import KINDS

if TYPE_CHECKING:
    from adtrace.case import Case

ALIKE = 0.9  # share of records two files have in common from which on they are copies
MIN_RECORDS = 5  # of a file of fewer records, being alike says nothing
MAX_COMPARED = 60  # domains of one declared seller that are compared with each other

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
    speaks of and in (domain, system) pairs; pairs of domains only among those that declare one seller.
    """
    with case.snapshot():
        found = _Finder(case, knowledge or load_knowledge()).find()
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.domain, one.system, one.account))


class _Finder:
    def __init__(self, case: Case, knowledge: Knowledge) -> None:
        self._case, self._knowledge = case, knowledge
        self._sellers = self._read_sellers()
        self._files = self._read_seller_files()
        self._owners = self._read_owners()

    def find(self) -> list[Contradiction]:
        found = [*self._declared_lines(), *self._embedded_accounts(), *self._unknown_sellers()]
        pooled, copied = self._pooled()
        found += [*pooled, *self._not_observed(), *self._not_declared(), *self._chains(), *self._sites()]
        replace = msgspec.structs.replace
        return [replace(one, copied=True) if one.domain in copied else one for one in found]

    def _id(self, row: int) -> str:
        return self._case.public_id("sighting", row)

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
            if card and "not JSON" not in row["parse_status"] and "no list" not in row["parse_status"]:
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
        for row in self._lines("DIRECT"):
            seller = self._sellers.get((row["network"], row["account"]))
            if seller is None:
                continue
            place = (row["domain"], row["network"], row["account"])
            shown = (self._id(row["row"]), self._id(seller.row))
            says = "the domain's ads.txt: DIRECT"
            if seller.type == "INTERMEDIARY":
                yield Contradiction("direct_intermediary", *place, says, "sellers.json: INTERMEDIARY", shown)
            if seller.is_confidential:
                yield Contradiction(
                    "confidential_seller", *place, says, "sellers.json: the seller is confidential", shown
                )
            elif self._names_another(seller, row["domain"]):
                yield Contradiction("other_domain", *place, says, _OTHERS, shown, other=seller.domain)

    def _embedded_accounts(self) -> Iterator[Contradiction]:
        """A live tag's account whose row in sellers.json names another site's publisher."""
        for row in self._case.rows(
            "SELECT min(s.row) AS row, s.domain AS domain, s.network AS network, s.account AS account"
            " FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture"
            f" WHERE s.kind = 'account' AND s.basis = 'embedded' AND s.state = 'live' AND {_SHOWN}"
            " AND s.network IS NOT NULL GROUP BY s.domain, s.network, s.account"
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
        for row in self._lines():
            read = self._files.get(row["network"])
            # Of the list only the rows were kept whose ids the case held by then.
            if read and row["capture"] < read and (row["network"], row["account"]) not in self._sellers:
                says = f"the domain's ads.txt: {row['relation']}"
                yield Contradiction(
                    "unknown_seller", row["domain"], row["network"], row["account"], says,
                    "sellers.json: no such seller", (self._id(row["row"]),),
                )  # fmt: skip

    def _lines(self, relation: str | None = None) -> Iterable[Any]:
        """The distinct records of declaration files at systems whose sellers.json was read."""
        networks = sorted({network for network, _ in self._sellers} | set(self._files))
        marks = ", ".join("?" * len(networks))
        wanted = " AND declared ->> 'relation' = ?" if relation else ""
        return self._case.rows(
            "SELECT min(row) AS row, min(capture) AS capture, domain, network, account,"
            " declared ->> 'relation' AS relation FROM current_sightings WHERE kind = 'declaration'"
            f" AND locator ->> 'part' IN {_FILES} AND network IN ({marks}){wanted}"
            " GROUP BY domain, network, account, relation",
            [*networks, *([relation] if relation else [])],
        )

    def _pooled(self) -> tuple[list[Contradiction], set[str]]:
        """One seller declared DIRECT by domains of several owners; and the domains whose files are copies."""
        groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for row in self._case.rows(
            "SELECT min(row) AS row, domain, coalesce(network, host) AS system, account FROM current_sightings"
            f" WHERE kind = 'declaration' AND locator ->> 'part' IN {_FILES} AND declared ->> 'relation' = 'DIRECT'"
            " GROUP BY domain, coalesce(network, host), account"
        ):
            groups[row["system"], row["account"]][row["domain"]] = row["row"]
        groups = {key: rows for key, rows in groups.items() if len(rows) > 1}
        copied = self._copies(sorted(rows) for rows in groups.values())
        found = []
        for (system, account), rows in groups.items():
            for domain, number in rows.items():
                others = [
                    other for other in rows if other != domain and not self._related(other) & self._related(domain)
                ]  # fmt: skip
                if others:
                    found.append(
                        Contradiction(
                            "dark_pooling",
                            domain,
                            system,
                            account,
                            "the domain's ads.txt: DIRECT",
                            f"also DIRECT on {len(others)} domains that name no owner or manager in common",
                            (self._id(number), *(self._id(rows[other]) for other in sorted(others)[:20])),
                        )
                    )
        return found, copied

    def _copies(self, groups: Iterable[list[str]]) -> set[str]:
        pairs = {pair for group in groups for pair in combinations(group[:MAX_COMPARED], 2)}
        records: dict[str, frozenset[str]] = {}
        for domain in sorted({domain for pair in pairs for domain in pair}):
            records[domain] = frozenset(
                f"{row['host']},{row['account']},{row['relation']}"
                for row in self._case.rows(
                    "SELECT DISTINCT host, account, declared ->> 'relation' AS relation FROM current_sightings"
                    f" WHERE kind = 'declaration' AND locator ->> 'part' IN {_FILES} AND domain = ?",
                    (domain,),
                )
            )
        return {
            domain
            for pair in pairs
            if min(len(records[domain]) for domain in pair) >= MIN_RECORDS
            and _alike(*(records[domain] for domain in pair))
            for domain in pair
        }

    def _pairs(self, sql: str) -> dict[str, dict[str, int]]:
        """Domain → network → a sighting's row."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for row in self._case.rows(sql):
            found[row["domain"]][row["network"]] = row["row"]
        return found

    def _observed(self) -> dict[str, dict[str, int]]:
        return self._pairs(
            "SELECT min(s.row) AS row, s.domain AS domain, s.network AS network FROM current_sightings AS s"
            f" JOIN outcomes ON outcomes.seq = s.capture WHERE s.kind = 'network' AND s.state = 'live'"
            f" AND s.basis IN ('embedded', 'served') AND s.advertising = 1 AND {_SHOWN} AND s.network IS NOT NULL"
            " GROUP BY s.domain, s.network"
        )

    def _declared(self) -> dict[str, dict[str, int]]:
        return self._pairs(
            "SELECT min(row) AS row, domain, network FROM current_sightings WHERE kind = 'declaration'"
            f" AND locator ->> 'part' IN {_FILES} AND network IS NOT NULL AND declared ->> 'relation' = 'DIRECT'"
            " GROUP BY domain, network"
        )

    def _not_observed(self) -> Iterator[Contradiction]:
        """A system declared DIRECT of which no live tag was seen, on a domain whose own page was seen with tags."""
        observed = self._observed()
        for domain, networks in self._declared().items():
            if domain in observed:
                for network, row in networks.items():
                    if network not in observed[domain]:
                        yield Contradiction(
                            "not_observed", domain, network, "", "the domain's ads.txt: DIRECT",
                            "no live tag of it was observed", (self._id(row),),
                        )  # fmt: skip

    def _not_declared(self) -> Iterator[Contradiction]:
        """A live tag of a system that publishes sellers, where the domain's own ads.txt does not name the system."""
        named = self._pairs(
            "SELECT min(row) AS row, domain, network FROM current_sightings WHERE kind = 'declaration'"
            " AND locator ->> 'part' = 'ads_txt' AND network IS NOT NULL GROUP BY domain, network"
        )
        speaking = {
            row["domain"]
            for row in self._case.rows(
                "SELECT DISTINCT domain FROM captures WHERE document = 'ads_txt' AND entry_status <> 'withdrawn'"
                " AND parse_status NOT LIKE '%nothing is declared%' AND parse_status NOT LIKE '%not a declaration%'"
            )
        }
        for domain, networks in self._observed().items():
            for network, row in networks.items():
                card = self._knowledge.cards.get(network)
                if domain in speaking and card and card.ads_txt and network not in named.get(domain, {}):
                    yield Contradiction(
                        "not_declared", domain, network, "", "a live tag of it stands on the page",
                        "the domain's ads.txt does not name it", (self._id(row),),
                    )  # fmt: skip

    def _chains(self) -> Iterator[Contradiction]:
        """A supply chain that calls itself complete and begins with an intermediary."""
        for row in self._case.rows(
            "SELECT row, domain, network, account FROM current_sightings WHERE kind = 'declaration'"
            f" AND locator ->> 'part' NOT IN {_FILES} AND declared ->> 'position' = 1"
            " AND declared ->> 'complete' = 1 AND network IS NOT NULL"
        ):
            seller = self._sellers.get((row["network"], row["account"]))
            if seller and seller.type == "INTERMEDIARY":
                yield Contradiction(
                    "short_chain", row["domain"], row["network"], row["account"],
                    "the supply chain: complete, and this seller is its first",
                    "sellers.json: the seller is an INTERMEDIARY", (self._id(row["row"]), self._id(seller.row)),
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


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two files share so many of all their records (Jaccard 1912)."""
    return len(one & other) >= ALIKE * len(one | other)


def _site(host: str) -> str:
    host = host.strip().lower()
    return registrable_domain(host) or host
