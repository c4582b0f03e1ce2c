"""What a site's adagents.json says against its ads.txt, against the tags on its page, and against itself.

Rules: Ad Context Protocol, "adagents.json Tech Spec" (see extract/adagents_json.py). That an agent's network stands
nowhere on the page contradicts nothing, for any ad server may deliver what an agent sold; nor does an ads.txt that does
not name it, for the two files authorise for different ways of selling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from adtrace.case.canonical import read_json
from adtrace.relate.contradicting.statements import Statements, is_direct
from adtrace.relate.contradiction import Contradiction
from adtrace.relate.declarations import site_of

# What an agent's exclusive right may be limited by, so that others beside it contradict nothing.
_LIMITS = frozenset({"countries", "limited_to", "effective_from", "effective_until"})


class _Agent(msgspec.Struct):
    """An agent of a domain's file, and the sites it may sell, registrable, each with its sighting's row."""

    row: int
    network: str | None
    host: str
    address: str
    declared: dict[str, Any]
    sites: dict[str, int]

    @property
    def system(self) -> str:
        return self.network or self.host

    def sells(self, sites: set[str]) -> bool:
        """Whether it may sell one of these sites: any, if its authorisation says nothing of what it is for."""
        return not sites.isdisjoint(self.sites) or not (self.sites or self.declared.get("authorization_type"))


def agents(statements: Statements) -> Iterator[Contradiction]:
    """What the agents of each domain's file contradict: the ads.txt, an exclusive right, or the site itself."""
    declared = statements.declared
    lines, direct = declared.named(lambda _: True), declared.named(is_direct)
    for domain, found in _read(statements).items():
        own = declared.related(domain)
        yield from _elsewhere(statements, domain, found, own)
        for agent in found:
            line = lines.get(domain, {}).get(agent.system)
            if (
                agent.declared.get("relation") == "direct"
                and line
                and agent.system not in direct.get(domain, {})
            ):
                yield Contradiction(
                    "agent_not_direct", domain, agent.system, agent.address, "the domain's adagents.json: direct",
                    "the domain's ads.txt: RESELLER alone", (statements.id(agent.row), statements.id(line.row)),
                )  # fmt: skip
            if agent.declared.get("exclusive") and agent.sells(own) and not agent.declared.keys() & _LIMITS:
                yield from _not_alone(statements, domain, agent, found)


def _read(statements: Statements) -> dict[str, list[_Agent]]:
    """Domain → the agents of its file, in its order; files whose sites were not all read are left out."""
    found: dict[str, list[_Agent]] = defaultdict(list)
    by_id: dict[tuple[int, str], _Agent] = {}
    for row in statements.case.rows(
        "SELECT s.row, s.id, s.via, s.capture, s.kind, s.domain, s.network, s.host, s.account, s.declared"
        " FROM current_sightings AS s JOIN captures ON captures.seq = s.capture"
        " WHERE s.locator ->> 'part' = 'adagents_json' AND captures.parse_status NOT LIKE '%cut at%'"
        " AND (s.kind = 'declaration' OR s.declared ->> 'variable' = 'PROPERTY') ORDER BY s.row"
    ):
        declared: Any = read_json(row["declared"])
        if row["kind"] == "declaration":
            agent = _Agent(row["row"], row["network"], row["host"], row["account"], declared, {})
            by_id[row["capture"], row["id"]] = agent
            found[row["domain"]].append(agent)
        elif selling := by_id.get((row["capture"], row["via"])):
            selling.sites.setdefault(site_of(row["host"]), row["row"])
    return found


def _elsewhere(
    statements: Statements, domain: str, found: list[_Agent], own: set[str]
) -> Iterator[Contradiction]:
    """A file that says of other sites alone who may sell them."""
    sites = {site: row for agent in found for site, row in agent.sites.items()}
    if sites and not any(agent.sells(own) for agent in found):
        site, row = next(iter(sites.items()))
        yield Contradiction(
            "agent_elsewhere", domain, "", "", "the domain's adagents.json says who may sell",
            "it names other sites and not this one", (statements.id(row),), other=site,
        )  # fmt: skip


def _not_alone(
    statements: Statements, domain: str, agent: _Agent, found: list[_Agent]
) -> Iterator[Contradiction]:
    """An exclusive agent beside another agent of the same sites, or beside a live tag of another network."""
    own = set(agent.sites) or statements.declared.related(domain)
    others = [one.row for one in found if one.address != agent.address and one.sells(own)]
    tags = [
        row
        for network, row in statements.declared.observed.get(domain, {}).items()
        if network != agent.network
    ]
    for rows, against in (
        (others, "it names another agent for the same site"),
        (tags, "a live tag of another network stands on the page"),
    ):
        if rows:
            yield Contradiction(
                "agent_not_alone", domain, agent.system, agent.address,
                "the domain's adagents.json: this agent alone may sell", against,
                (statements.id(agent.row), statements.id(rows[0])), is_of_page=rows is tags,
            )  # fmt: skip
