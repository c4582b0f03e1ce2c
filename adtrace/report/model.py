"""Everything the page and the terminal show, put together once for one audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from adtrace.knowledge import load_knowledge
from adtrace.relate.graph import node_id
from adtrace.relate.questions import Answer, load_questions
from adtrace.relate.schema import Edge, load_schema
from adtrace.report.brands import Brand, brand_table, find_brands
from adtrace.report.cells import (
    HYPOTHESES,
    MAX_ANSWER_ROWS,
    PageTable,
    anchor_of,
    answer_table,
    table_of,
)
from adtrace.report.chosen import MAX_NODES, Chosen, choose
from adtrace.report.dossiers import Dossier, cited, make_dossiers, ties_each
from adtrace.report.drawing import Drawing, draw_clusters
from adtrace.report.labels import Labels
from adtrace.report.matrix import Matrix, make_matrix
from adtrace.report.overview import Overview, look_over
from adtrace.report.record import Record, read_record
from adtrace.report.rows import Row, answer_rows, read_rows, read_some

if TYPE_CHECKING:
    from adtrace.export import Audience, Source
    from adtrace.relate.graph import Graph

# The narrowest first (FIRST, TLP 2.0).
_TLP = ("red", "amber+strict", "amber", "green", "clear")
_TITLES = {
    "domains": "Domains",
    "networks": "Networks on each domain",
    "accounts": "Accounts on each domain",
    "brands": "Brands on each domain",
    "captures": "What was read",
    "refusals": "What was not read, and why",
}
# Answers that the overview rests on stand first; all others follow in the order of their files.
_FIRST = (
    "first-letters",
    "best-letters",
    "hub-networks",
    "shared-account",
    "operator-hypotheses",
    "brand-evidence",
)
MAX_SIGHTINGS = 4000


class Report(msgspec.Struct, frozen=True):
    """One report. tlp: the narrowest label of its entries, "" without entries."""

    audience: Audience
    record: Record
    tlp: str
    overview: Overview
    brands: list[Brand]
    brand_table: PageTable
    answers: list[tuple[Answer, PageTable]]
    tables: list[PageTable]
    evidence: PageTable
    dossiers: list[Dossier]
    drawing: Drawing
    matrix: Matrix
    graph: Graph
    labels: Labels
    chosen: Chosen
    edges: list[Edge]


def make_report(source: Source) -> Report:
    """The report of a case as one audience may see it; the same for the same case."""
    knowledge = load_knowledge()
    graph = source.graph(MAX_NODES)
    chosen = choose(graph)
    by_id = {name: source.answer(question) for name, question in load_questions().items()}
    answers = [by_id[name] for name in (*_FIRST, *(name for name in by_id if name not in _FIRST))]
    hypotheses = [row["operator"] for row in answer_rows(by_id[HYPOTHESES])]
    labels = Labels(graph, knowledge, chosen.nodes, hypotheses[:MAX_ANSWER_ROWS])
    tables = {name: read_rows(source.rows(name)) for name in _TITLES}
    domains = tables["domains"].rows
    domains.sort(key=lambda row: (-row["networks"], -row["accounts"], row["domain"]))
    brands = find_brands(tables["brands"].rows, answer_rows(by_id["brand-evidence"]))
    most_ties = ties_each(graph, chosen.nodes)
    wanted = cited(graph, chosen.nodes, most_ties)
    unidentified: set[str] = set()

    def is_wanted(row: Row) -> bool:
        if row["kind"] == "unidentified":
            unidentified.add(row["ad_domain"])
        return row["id"] in wanted

    sightings = read_some(source.rows("sightings"), MAX_SIGHTINGS, is_wanted)
    evidence = table_of("sightings", "Evidence: every sighting", sightings, labels, most=MAX_SIGHTINGS)
    anchors = {row.anchor for row in evidence.rows}
    holders = {
        node_id("account", f"{row['network']}/{row['account_kind']}/{row['account']}"): row["holder_role"]
        for row in tables["accounts"].rows
    }
    seen = {data["edge"] for *_, data in graph.edges(data=True)}
    return Report(
        audience=source.audience,
        record=read_record(source),
        tlp=_narrowest(domains),
        overview=look_over(graph, source.findings, by_id, tables, brands, len(unidentified)),
        brands=brands,
        brand_table=brand_table(brands, labels),
        answers=[(answer, answer_table(answer, labels)) for answer in answers],
        tables=[table_of(name, title, tables[name], labels) for name, title in _TITLES.items()],
        evidence=evidence,
        dossiers=make_dossiers(
            graph,
            labels,
            chosen.nodes,
            most_ties,
            {row["domain"]: row for row in domains},
            holders,
            knowledge,
            lambda sighting: anchor_of(sighting) in anchors,
        ),
        drawing=draw_clusters(graph, by_id["shared-account"], labels),
        matrix=make_matrix(graph, labels),
        graph=graph,
        labels=labels,
        chosen=chosen,
        edges=[edge for edge in load_schema().edge if edge.id in seen],
    )


def _narrowest(domains: list[Row]) -> str:
    found = {label for row in domains for label in row["tlp"].split("; ")}
    return next((label for label in _TLP if label in found), "")
