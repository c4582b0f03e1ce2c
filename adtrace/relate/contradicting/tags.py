"""What stands on a page against what the domain declares, and which site a tag says it is on."""

from __future__ import annotations

from collections.abc import Iterator

from adtrace.case.links import FEEDS_LINKS
from adtrace.relate.contradicting.statements import DIRECT, PLACED, Statements, is_direct
from adtrace.relate.contradiction import Contradiction
from adtrace.relate.declarations import site_of


def not_observed(statements: Statements) -> Iterator[Contradiction]:
    """A system declared DIRECT of which no live tag was seen, on a domain whose own page was seen with tags."""
    observed, kept = statements.declared.observed, statements.declared.kept
    for domain, networks in statements.declared.named(is_direct).items():
        if domain in observed:
            for network, line in networks.items():
                if network not in observed[domain]:
                    waiting = kept.get(domain, {}).get(network)
                    yield Contradiction(
                        "not_observed", domain, network, "", DIRECT, "no live tag of it was observed",
                        tuple(map(statements.id, (line.row, *([waiting] if waiting else ())))),
                        shown=frozenset({"not_run"} if waiting else ()),
                    )  # fmt: skip


def not_declared(statements: Statements) -> Iterator[Contradiction]:
    """A live tag of a system that publishes sellers, where the domain's own ads.txt does not name the system."""
    named = statements.declared.named(lambda line: line.part == "ads_txt")
    speaking = {
        row["domain"]
        for row in statements.case.rows(
            "SELECT DISTINCT domain FROM captures WHERE document = 'ads_txt' AND entry_status <> 'withdrawn'"
            " AND parse_status NOT LIKE '%nothing is declared%' AND parse_status NOT LIKE '%not a declaration%'"
        )
    }
    for domain, networks in statements.declared.observed.items():
        for network, row in networks.items():
            card = statements.knowledge.cards.get(network)
            if domain in speaking and card and card.ads_txt and network not in named.get(domain, {}):
                yield Contradiction(
                    "not_declared", domain, network, "", PLACED, "the domain's ads.txt does not name it",
                    (statements.id(row),), is_of_page=True,
                )  # fmt: skip


def other_sites(statements: Statements) -> Iterator[Contradiction]:
    """A tag or an ad's address that states another site than the one it stands on."""
    for row in statements.case.rows(
        "SELECT min(s.row) AS row, s.domain AS domain, s.host AS host, coalesce(s.network, o.network, '') AS system"
        " FROM current_sightings AS s JOIN outcomes ON outcomes.seq = s.capture"
        " LEFT JOIN current_sightings AS o ON o.capture = s.capture AND o.id = s.via"
        f" WHERE s.kind = 'declared_site' AND s.basis <> 'declared' AND s.host IS NOT NULL AND {FEEDS_LINKS}"
        " GROUP BY s.domain, s.host, system"
    ):
        if site_of(row["host"]) not in statements.declared.related(row["domain"]):
            yield Contradiction(
                "other_site", row["domain"], row["system"], "", "the tag stands on the domain's page",
                "it states another site", (statements.id(row["row"]),), other=row["host"], is_of_page=True,
            )  # fmt: skip
