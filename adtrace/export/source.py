"""A case as one audience may see it: tables, graph and answers with every name and id rewritten."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.export.audience import Audience, Names
from adtrace.export.rows import MAKERS, Facts, Row
from adtrace.export.tables import Column, as_frame, find_table
from adtrace.knowledge import load_knowledge
from adtrace.relate.findings import Findings, relate
from adtrace.relate.graph import node_id
from adtrace.relate.questions import Answer, Question, answer
from adtrace.relate.seen import add_sightings

if TYPE_CHECKING:
    import pandas as pd

    from adtrace.case import Case
    from adtrace.relate.graph import Graph


class Source:
    """Everything that may leave the case for one audience; related once, however much is asked of it."""

    def __init__(self, case: Case, audience: Audience = "taskforce") -> None:
        self.case, self.audience = case, audience
        self.names = Names(case, audience, load_knowledge())
        # What was asked for so far: numbers of sightings, and listed domains.
        self.carried: set[int] = set()
        self.named: set[str] = set()

    @cached_property
    def findings(self) -> Findings:
        """In clear: for what is made here, never to be shown as it is."""
        return relate(self.case)

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.case, self.findings)

    def table(self, name: str) -> pd.DataFrame:
        """One table; see tables.table."""
        columns = find_table(name).columns_for(self.audience)
        rows = MAKERS[name](self._facts)
        if self.audience != "investigator":
            # What no card knows is the investigator's, to become a card (design section 5).
            rows = (row for row in rows if row.get("kind") != "unidentified")
        cells = []
        for row in rows:
            self._carry(row)
            cells.append([self._cell(column, row) for column in columns])
        if "id" not in (column.name for column in columns):
            # By what is shown: the order of the clear names would say something about them.
            cells.sort(key=lambda row: [str(cell) for cell in row])
        return as_frame(columns, cells)

    def carried_entries(self) -> list[int]:
        """The entries of the domains that were named so far."""
        return [seq for seq, row in self._facts.entries.items() if row.entry.domain in self.named]

    def _carry(self, row: Row) -> None:
        self.named.add(row["domain"])
        if "members" in row:
            self.carried.update(row["members"])
        elif "row" in row:
            self.carried.add(row["row"])

    def _carry_all(self) -> None:
        """For what is made of the whole graph."""
        self.named.update(self.findings.domains)
        self.carried.update(row["row"] for row in self.case.rows("SELECT row FROM current_sightings"))

    def _cell(self, column: Column, row: Row) -> Any:
        value = row.get(column.name)
        if value is None or column.rewrite == "word":
            return value
        names = self.names
        if column.rewrite == "account":
            return names.account(row["network"] or row["ad_domain"] or "", row["account_kind"] or "", value)
        if column.rewrite in ("source", "target"):
            return names.node(row[f"{column.rewrite}_kind"], value)
        if column.rewrite == "operator":
            return names.operator(value) if value else value
        if column.name == "ad_domain" and row["kind"] in ("brand", "landing"):
            return names.text(value)  # what is offered, not who serves it
        if (
            row.get("kind") == "declared_site"
            and row["host"]
            and column.name in ("value", "host", "ad_domain")
        ):
            return names.host(row["host"])
        return getattr(names, column.rewrite)(value)

    def graph(self) -> Graph:
        """The graph with its nodes renamed and no list of domains in clear; attributes as graph_of says.

        Domain nodes also carry authority, reference and operator.
        """
        import networkx as nx

        self._carry_all()
        clear, names = self.findings.graph, self.names
        add_sightings(self.case, clear)
        about = {row["domain"]: row for row in MAKERS["domains"](self._facts)}
        graph: Graph = nx.MultiDiGraph()
        renamed: dict[str, str] = {}
        for node, data in clear.nodes(data=True):
            renamed[node] = node_id(data["kind"], names.node(data["kind"], data["name"]))
        for node in sorted(renamed, key=renamed.__getitem__):
            data = clear.nodes[node]
            name = renamed[node].split(":", 1)[1]
            kept = {**data, "name": name}
            if row := about.get(data["name"]) if data["kind"] == "domain" else None:
                kept |= {key: names.text(row[key]) for key in ("authority", "reference", "site_role")}
                kept["operator"] = names.operator(row["operator"]) if row["operator"] else ""
            graph.add_node(renamed[node], **kept)
        for source, target, key, data in clear.edges(keys=True, data=True):
            domains = sorted(names.domain(domain) for domain in data["domains"])
            graph.add_edge(renamed[source], renamed[target], key, **{**data, "domains": domains})
        return graph

    def answer(self, question: Question) -> Answer:
        """The answer to one question, its cells rewritten as their columns say."""
        self._carry_all()
        found = answer(question, self.findings)
        rows = [self._answer_row(found, row) for row in found.rows]
        if found.columns[0].holds == "domain":
            rows.sort(key=lambda row: str(row[0]))
        return msgspec.structs.replace(found, rows=rows)

    def _answer_row(self, found: Answer, row: list[Any]) -> list[Any]:
        cells = dict(zip((column.name for column in found.columns), row, strict=True))
        names = self.names
        new = []
        for column, value in zip(found.columns, row, strict=True):
            if column.holds == "domain":
                value = names.domain(value)
            elif column.holds == "domains":
                value = sorted(names.domain(domain) for domain in value)
            elif column.holds == "account":
                value = names.account(cells["network"], cells["account_kind"], value)
            elif column.holds == "accounts":
                value = sorted(names.node("account", account) for account in value)
            elif column.holds == "seller":
                value = value and names.node("seller", value)
            elif column.holds == "operator":
                value = names.operator(value)
            elif isinstance(value, str):
                value = names.text(value)
            new.append(value)
        return new
