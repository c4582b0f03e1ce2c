"""What a site's adagents.json says against its ads.txt, against the tags on its page, and against itself.

Rules: Ad Context Protocol, "adagents.json Tech Spec" (see extract/adagents_json.py). That an agent's network stands
nowhere on the page contradicts nothing, for any ad server may deliver what an agent sold; nor does an ads.txt that does
not name it, for the two files authorise for different ways of selling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from adtrace.case.canonical import read_json
from adtrace.relate.contradicting.statements import Statements, is_direct
from adtrace.relate.contradiction import Contradiction
from adtrace.relate.declarations import Line, site_of

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

    @property
    def sells_any(self) -> bool:
        """Whether its authorisation says nothing of what it is for."""
        return not (self.sites or self.declared.get("authorization_type"))

    def sells(self, sites: set[str]) -> bool:
        """Whether it may sell one of these sites."""
        return self.sells_any or not sites.isdisjoint(self.sites)


def agents(statements: Statements) -> Iterator[Contradiction]:
    """What the agents of each domain's file contradict: the ads.txt, an exclusive right, or the site itself.

    Cost: linear in the agents and the sites they may sell.
    """
    declared = statements.declared
    lines, direct = declared.named(lambda _: True), declared.named(is_direct)
    for domain, found in _read(statements).items():
        own = declared.related(domain)
        yield from _elsewhere(statements, domain, found, own)
        resold = {
            system: line
            for system, line in lines.get(domain, {}).items()
            if system not in direct.get(domain, {})
        }
        yield from _not_direct(statements, domain, found, resold)
        yield from _not_alone(statements, domain, found, own)


def _read(statements: Statements) -> dict[str, list[_Agent]]:
    """Domain → the agents of its file as last read, in its order; files whose sites were not all read are left out."""
    found: dict[str, tuple[int, dict[str, _Agent]]] = {}
    for row in statements.case.rows(
        "SELECT s.row, s.id, s.via, s.capture, s.kind, s.domain, s.network, s.host, s.account, s.declared"
        " FROM current_sightings AS s JOIN captures ON captures.seq = s.capture"
        " WHERE s.locator ->> 'part' = 'adagents_json' AND captures.parse_status NOT LIKE '%cut at%'"
        " AND (s.kind = 'declaration' OR s.declared ->> 'variable' = 'PROPERTY') ORDER BY s.capture, s.row"
    ):
        if row["domain"] not in found or found[row["domain"]][0] != row["capture"]:
            found[row["domain"]] = row["capture"], {}
        _, by_id = found[row["domain"]]
        if row["kind"] == "declaration":
            declared: Any = read_json(row["declared"])
            by_id[row["id"]] = _Agent(row["row"], row["network"], row["host"], row["account"], declared, {})
        elif selling := by_id.get(row["via"]):
            selling.sites.setdefault(site_of(row["host"]), row["row"])
    return {domain: list(by_id.values()) for domain, (_, by_id) in found.items()}


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


def _not_direct(
    statements: Statements, domain: str, found: list[_Agent], resold: Mapping[str, Line]
) -> Iterator[Contradiction]:
    """A direct agent of a system that the ads.txt calls a reseller; resold: these systems, each with a line."""
    for agent in found:
        line = resold.get(agent.system)
        if line and agent.declared.get("relation") == "direct":
            yield Contradiction(
                "agent_not_direct", domain, agent.system, agent.address, "the domain's adagents.json: direct",
                "the domain's ads.txt: RESELLER alone", (statements.id(agent.row), statements.id(line.row)),
            )  # fmt: skip


def _not_alone(
    statements: Statements, domain: str, found: list[_Agent], own: set[str]
) -> Iterator[Contradiction]:
    """An exclusive agent beside another agent of the same sites, or beside a live tag of another network."""
    sellers = _Sellers(found)
    observed = statements.declared.observed.get(domain, {})
    for agent in found:
        if not agent.declared.get("exclusive") or not agent.sells(own) or agent.declared.keys() & _LIMITS:
            continue
        tag = next((row for network, row in observed.items() if network != agent.network), None)
        for row, against, is_of_page in (
            (sellers.beside(agent, own), "it names another agent for the same site", False),
            (tag, "a live tag of another network stands on the page", True),
        ):
            if row is not None:
                yield Contradiction(
                    "agent_not_alone", domain, agent.system, agent.address,
                    "the domain's adagents.json: this agent alone may sell", against,
                    (statements.id(agent.row), statements.id(row)), is_of_page=is_of_page,
                )  # fmt: skip


class _Sellers:
    """Who of a file's agents sells what: of each site, and of whatever there is, the first two addresses, with rows.

    Two are enough to find another than any one.
    """

    def __init__(self, agents: list[_Agent]) -> None:
        self._by_site: dict[str | None, dict[str, int]] = defaultdict(dict)
        for agent in agents:
            for site in agent.sites or ([None] if agent.sells_any else ()):
                if len(self._by_site[site]) < 2:
                    self._by_site[site].setdefault(agent.address, agent.row)

    def beside(self, agent: _Agent, own: set[str]) -> int | None:
        """The row of the first agent at another address for one of the agent's sites, for own if it names none."""
        return min(
            (
                row
                for site in (*(agent.sites or own), None)
                for address, row in self._by_site.get(site, {}).items()
                if address != agent.address
            ),
            default=None,
        )
