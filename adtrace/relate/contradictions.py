"""Where what a site, a system and a tag say of one another does not fit together.

A contradiction is a place to look, never a proof: each names what it suggests and, beside it, how it comes about
innocently. Rules: ads.txt 1.1, sellers.json 1.0, SupplyChain object 1.0 (IAB Tech Lab). A file that could not be read
contradicts nothing, and what no page shows without running scripts is not absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.relate.contradiction_kinds import KINDS
from adtrace.relate.copy_marks import mark_copies
from adtrace.relate.declarations import FILES, SHOWN, Declarations, Line, Seller, site_of

if TYPE_CHECKING:
    from adtrace.case import Case

MOST_SHOWN = 20  # further sightings that one contradiction lists

_DIRECT = "the domain's ads.txt: DIRECT"
_PLACED = "a live tag of it stands on the page"
_OTHERS = "sellers.json: the account is another site's"
_INTERMEDIARY = "sellers.json: the seller is an INTERMEDIARY"
_UNKNOWN = "sellers.json: no such seller"


class Contradiction(msgspec.Struct, frozen=True):
    """Two statements that do not fit: kind (of KINDS), whose, what each says, and the records that show it.

    system: the network card's id, else the system's host. account: "" where no seller is spoken of. evidence: public
    ids of sightings, and of a request's outcome where that is what shows it. other: the site that is named instead, in
    clear, for the investigator alone. is_of_page: a tag says so, no file. shown: those of the innocent explanations
    that the case itself bears out.
    """

    kind: str
    domain: str
    system: str
    account: str
    says: str
    against: str
    evidence: tuple[str, ...]
    other: str = ""
    is_of_page: bool = False
    shown: frozenset[str] = frozenset()

    @property
    def suggests(self) -> str:
        """What it may mean."""
        return KINDS[self.kind].suggests

    @property
    def innocent(self) -> Mapping[str, str]:
        """How it comes about without anybody's bad faith, by a word for each."""
        return KINDS[self.kind].innocent

    @property
    def copied(self) -> bool:
        """Whether the file or page that says so is near-identical to another's, and may speak of that one."""
        return "copied" in self.shown


def find_contradictions(case: Case, knowledge: Knowledge | None = None) -> list[Contradiction]:
    """Every contradiction of a case, by kind in the order of KINDS, then domain, system and account; [] if none.

    Reads the newest generation of what is not withdrawn. Cost: linear in the declarations that a read sellers.json
    speaks of and in (domain, system) pairs, and that of mark_copies.
    """
    with case.snapshot():
        declared = Declarations(case)
        finder = _Finder(case, declared, knowledge or load_knowledge())
        found = mark_copies(case, declared.lines, finder.find())
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.domain, one.system, one.account))


class _Finder:
    def __init__(self, case: Case, declared: Declarations, knowledge: Knowledge) -> None:
        self._case, self._declared, self._knowledge = case, declared, knowledge

    def find(self) -> Iterator[Contradiction]:
        yield from self._declared_lines()
        yield from self._embedded_accounts()
        yield from self._unknown_sellers()
        yield from self._pooled()
        yield from self._not_observed()
        yield from self._not_declared()
        yield from self._no_list()
        yield from self._chains()
        yield from self._sites()

    def _id(self, row: int) -> str:
        return self._case.public_id("sighting", row)

    def _declared_lines(self) -> Iterator[Contradiction]:
        """What a system's own rows say against an ads.txt line."""
        lines: dict[tuple[str, str, str], int] = {}
        for line in self._declared.lines:
            if line.network and line.relation == "DIRECT":
                lines.setdefault((line.domain, line.network, line.account), line.row)
        for place, row in lines.items():
            seller = self._declared.sellers.get((place[1], place[2]))
            if seller is None:
                continue
            shown = (self._id(row), self._id(seller.row))
            if seller.type == "INTERMEDIARY":
                yield Contradiction(
                    "direct_intermediary", *place, _DIRECT, _INTERMEDIARY, shown,
                    shown=self._named_as_owner(seller, place[0], "manager"),
                )  # fmt: skip
            if seller.is_confidential:
                yield Contradiction(
                    "confidential_seller", *place, _DIRECT, "sellers.json: the seller is confidential", shown
                )
            elif self._declared.names_another(seller, place[0]):
                yield Contradiction("other_domain", *place, _DIRECT, _OTHERS, shown, other=seller.domain)

    def _named_as_owner(self, seller: Seller, domain: str, word: str) -> frozenset[str]:
        """The explanation, if the domain's own files call the seller its owner or manager."""
        return frozenset({word} if seller.domain in self._declared.owners(domain) else ())

    def _embedded_accounts(self) -> Iterator[Contradiction]:
        """A live tag's account whose row in sellers.json names another site's publisher."""
        sellers = self._declared.sellers
        networks = sorted({network for network, _ in sellers})
        for row in self._case.rows(
            "SELECT min(s.row) AS row, s.domain AS domain, s.network AS network, s.account AS account"
            " FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture"
            f" WHERE s.kind = 'account' AND s.basis = 'embedded' AND s.state = 'live' AND {SHOWN}"
            f" AND s.network IN ({', '.join('?' * len(networks))}) GROUP BY s.domain, s.network, s.account",
            networks,
        ):
            seller = sellers.get((row["network"], row["account"]))
            if seller and self._declared.names_another(seller, row["domain"]):
                yield Contradiction(
                    "other_domain", row["domain"], row["network"], row["account"],
                    "a live tag carries the account", _OTHERS, (self._id(row["row"]), self._id(seller.row)),
                    other=seller.domain, is_of_page=True,
                )  # fmt: skip

    def _unknown_sellers(self) -> Iterator[Contradiction]:
        """A declared id that the system's own list, read afterwards and to its end, does not have."""
        lines: dict[tuple[str, str, str, str | None], Line] = {}
        for line in self._declared.lines:
            if line.network:
                lines.setdefault((line.domain, line.network, line.account, line.relation), line)
        for (domain, network, account, relation), line in lines.items():
            if self._is_unlisted(network, line.host, account, line.capture):
                yield Contradiction(
                    "unknown_seller", domain, network, account, f"the domain's ads.txt: {relation}", _UNKNOWN,
                    (self._id(line.row),),
                )  # fmt: skip

    def _is_unlisted(self, network: str, system: str | None, account: str, capture: int) -> bool:
        """Whether the system's list was read whole after that capture, and no row of the network has the id.

        Of a list only the rows are kept whose ids the case held by then.
        """
        read = self._declared.lists.read.get(self._address(network, system))
        return read is not None and capture < read and (network, account) not in self._declared.sellers

    def _address(self, network: str, system: str | None) -> str:
        """Where the list of this system stands; "" if nowhere."""
        card = self._knowledge.cards.get(network)
        return (card and card.sellers_address(system)) or ""

    def _pooled(self) -> Iterator[Contradiction]:
        """One seller declared DIRECT by domains of several owners."""
        groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for line in self._declared.lines:
            system = line.network or line.host
            if system and line.relation == "DIRECT":
                groups[system, line.account].setdefault(line.domain, line.row)
        for (system, account), rows in groups.items():
            if len(rows) > 1:
                yield from self._pool(system, account, dict(sorted(rows.items())))

    def _pool(self, system: str, account: str, rows: dict[str, int]) -> Iterator[Contradiction]:
        naming: dict[str, set[str]] = defaultdict(set)
        for domain in rows:
            for site in self._declared.related(domain):
                naming[site].add(domain)
        seller = self._declared.sellers.get((system, account))
        shown = frozenset({"manager"} if seller and seller.type in ("INTERMEDIARY", "BOTH") else ())
        for domain, number in rows.items():
            own = set().union(*(naming[site] for site in self._declared.related(domain)))
            if len(own) < len(rows):
                others = islice((row for other, row in rows.items() if other not in own), MOST_SHOWN)
                against = (
                    f"also DIRECT on {len(rows) - len(own)} domains that name no owner or manager in common"
                )
                yield Contradiction(
                    "dark_pooling", domain, system, account, _DIRECT, against,
                    tuple(map(self._id, (number, *others))), shown=shown,
                )  # fmt: skip

    def _not_observed(self) -> Iterator[Contradiction]:
        """A system declared DIRECT of which no live tag was seen, on a domain whose own page was seen with tags."""
        observed, kept = self._declared.observed, self._declared.kept
        for domain, networks in self._declared.named(_is_direct).items():
            if domain in observed:
                for network, line in networks.items():
                    if network not in observed[domain]:
                        waiting = kept.get(domain, {}).get(network)
                        yield Contradiction(
                            "not_observed", domain, network, "", _DIRECT, "no live tag of it was observed",
                            tuple(map(self._id, (line.row, *([waiting] if waiting else ())))),
                            shown=frozenset({"not_run"} if waiting else ()),
                        )  # fmt: skip

    def _not_declared(self) -> Iterator[Contradiction]:
        """A live tag of a system that publishes sellers, where the domain's own ads.txt does not name the system."""
        named = self._declared.named(lambda line: line.part == "ads_txt")
        speaking = {
            row["domain"]
            for row in self._case.rows(
                "SELECT DISTINCT domain FROM captures WHERE document = 'ads_txt' AND entry_status <> 'withdrawn'"
                " AND parse_status NOT LIKE '%nothing is declared%' AND parse_status NOT LIKE '%not a declaration%'"
            )
        }
        for domain, networks in self._declared.observed.items():
            for network, row in networks.items():
                card = self._knowledge.cards.get(network)
                if domain in speaking and card and card.ads_txt and network not in named.get(domain, {}):
                    yield Contradiction(
                        "not_declared", domain, network, "", _PLACED, "the domain's ads.txt does not name it",
                        (self._id(row),), is_of_page=True,
                    )  # fmt: skip

    def _no_list(self) -> Iterator[Contradiction]:
        """A system declared DIRECT, or placed live, whose list of sellers was asked for and is not there."""
        missing = self._declared.lists.missing
        for domain, networks in self._declared.named(_is_direct).items():
            for network, line in networks.items():
                if outcome := missing.get(self._address(network, line.host)):
                    yield self._listless(domain, network, _DIRECT, line.row, outcome)
        for domain, placed in self._declared.observed.items():
            for network, row in placed.items():
                if outcome := missing.get(self._address(network, None)):
                    yield self._listless(domain, network, _PLACED, row, outcome)

    def _listless(self, domain: str, network: str, says: str, row: int, outcome: int) -> Contradiction:
        shown = (self._id(row), self._case.public_id("outcome", outcome))
        return Contradiction(
            "no_list", domain, network, "", says, "its sellers.json: 404, there is none", shown,
            is_of_page=says == _PLACED,
        )  # fmt: skip

    def _chains(self) -> Iterator[Contradiction]:
        """A supply chain against the lists of the systems it names: its beginning, each seller, each handing on."""
        found: dict[tuple[str, ...], Contradiction] = {}
        before: Any = None
        for row in self._case.rows(
            "SELECT row, capture, domain, network, host, account, declared ->> 'position' AS position,"
            " declared ->> 'complete' AS complete FROM current_sightings WHERE kind = 'declaration'"
            f" AND locator ->> 'part' NOT IN {FILES} AND position IS NOT NULL ORDER BY row"
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
        domain, network = row["domain"], row["network"]
        place = (domain, network, row["account"])
        shown: tuple[str, ...] = (self._id(row["row"]),)
        seller = self._declared.sellers.get((network, row["account"]))
        if seller is None:
            if network and self._is_unlisted(network, row["host"], row["account"], row["capture"]):
                yield Contradiction(
                    "unknown_seller", *place, "the supply chain names the seller", _UNKNOWN, shown,
                    is_of_page=True,
                )  # fmt: skip
            return
        shown = (*shown, self._id(seller.row))
        if row["position"] == 1 and row["complete"] == 1:
            says = "the supply chain: complete, and this seller is its first"
            if seller.type == "INTERMEDIARY":
                yield Contradiction(
                    "short_chain", *place, says, _INTERMEDIARY, shown, is_of_page=True,
                    shown=self._named_as_owner(seller, domain, "owner"),
                )  # fmt: skip
            elif self._declared.names_another(seller, domain):
                yield Contradiction(
                    "other_domain", *place, says, _OTHERS, shown, other=seller.domain, is_of_page=True
                )
        if before is not None and seller.domain and not self._is_system(seller.domain, before):
            yield Contradiction(
                "broken_chain", *place, f"the supply chain: handed on by {before['network'] or before['host']}",
                "sellers.json: the account is another system's", (*shown, self._id(before["row"])),
                other=seller.domain, is_of_page=True,
            )  # fmt: skip

    def _is_system(self, domain: str, node: Any) -> bool:
        """Whether the domain is that of a node's system, under this or another of its names."""
        card = self._knowledge.system(domain)
        return domain == site_of(node["host"]) or (card is not None and card.id == node["network"])

    def _sites(self) -> Iterator[Contradiction]:
        """A tag or an ad's address that states another site than the one it stands on."""
        for row in self._case.rows(
            "SELECT min(s.row) AS row, s.domain AS domain, s.host AS host, coalesce(s.network, o.network, '') AS system"
            " FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture"
            " LEFT JOIN current_sightings AS o ON o.capture = s.capture AND o.id = s.via"
            f" WHERE s.kind = 'declared_site' AND s.basis <> 'declared' AND s.host IS NOT NULL AND {SHOWN}"
            " GROUP BY s.domain, s.host, system"
        ):
            if site_of(row["host"]) not in self._declared.related(row["domain"]):
                yield Contradiction(
                    "other_site", row["domain"], row["system"], "", "the tag stands on the domain's page",
                    "it states another site", (self._id(row["row"]),), other=row["host"], is_of_page=True,
                )  # fmt: skip


def _is_direct(line: Line) -> bool:
    return line.relation == "DIRECT"
