"""Everything the page and the terminal show, put together once for one audience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from adtrace.export.marking import Marking
from adtrace.knowledge import load_knowledge
from adtrace.relate.graph import node_id
from adtrace.relate.questions import Answer, load_questions
from adtrace.relate.schema import Edge, load_schema
from adtrace.report.anchors import Anchors
from adtrace.report.brands import Brand, brand_table, find_brands
from adtrace.report.cells import (
    HYPOTHESES,
    MAX_ANSWER_ROWS,
    MAX_ROWS,
    PageTable,
    answer_table,
    table_of,
)
from adtrace.report.chosen import MAX_NODES, Chosen, choose
from adtrace.report.dossiers import Dossier, cited, make_dossiers, ties_each
from adtrace.report.drawing import Drawing, draw_clusters
from adtrace.report.evidence import MAX_SIGHTINGS, answered_by, captures_first, named_by, read_evidence
from adtrace.report.labels import Labels
from adtrace.report.matrix import Matrix, make_matrix
from adtrace.report.overview import Overview, look_over
from adtrace.report.proof import Proof
from adtrace.report.record import Record, read_record
from adtrace.report.rows import Row, Rows, answer_rows, read_rows

if TYPE_CHECKING:
    from adtrace.export import Audience, Source
    from adtrace.relate.graph import Graph

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


class Report(msgspec.Struct, frozen=True):
    """One report. evidence: the sightings; rules, records: what these and the captures rest on."""

    audience: Audience
    record: Record
    marking: Marking
    overview: Overview
    brands: list[Brand]
    brand_table: PageTable
    answers: list[tuple[Answer, PageTable]]
    tables: list[PageTable]
    evidence: PageTable
    rules: PageTable
    records: PageTable
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
    questions = load_questions()
    by_id = {name: source.answer(questions[name]) for name in dict.fromkeys((*_FIRST, *questions))}
    answers = list(by_id.values())
    hypotheses = [row["operator"] for row in answer_rows(by_id[HYPOTHESES])]
    labels = Labels(graph, knowledge, chosen.nodes, hypotheses[:MAX_ANSWER_ROWS])
    tables = {name: read_rows(source.rows(name)) for name in _TITLES}
    domains = tables["domains"].rows
    domains.sort(key=lambda row: (-row["networks"], -row["accounts"], row["domain"]))
    brands = find_brands(tables["brands"].rows, answer_rows(by_id["brand-evidence"]))
    most_ties = ties_each(graph, chosen.nodes)
    by_ties = cited(graph, chosen.nodes, most_ties)
    named = chain(answered_by(answers), *map(named_by, tables.values()), by_ties)
    sightings, unidentified = read_evidence(source, named)
    most = dict.fromkeys(_TITLES, MAX_ROWS) | {"captures": captures_first(tables["captures"], sightings)}
    entries = source.entries()
    shown = {name: table.rows[: most[name]] for name, table in tables.items()}
    proof, anchors = _prove(source, sightings, shown, _named(graph, chosen, entries))
    seen = {data["edge"] for *_, data in graph.edges(data=True)}
    return Report(
        audience=source.audience,
        record=read_record(source),
        marking=source.marking,
        overview=look_over(graph, source.findings, by_id, tables, brands, len(unidentified)),
        brands=brands,
        brand_table=brand_table(brands, labels),
        answers=[(answer, answer_table(answer, labels, anchors)) for answer in answers],
        tables=[
            table_of(name, title, tables[name], labels, anchors, most=most[name])
            for name, title in _TITLES.items()
        ],
        evidence=_evidence_table(sightings, proof, labels, anchors),
        rules=proof.rule_table(anchors),
        records=proof.record_table(anchors),
        dossiers=make_dossiers(
            graph,
            labels,
            chosen.nodes,
            most_ties,
            {row["domain"]: row for row in domains},
            _holders(tables["accounts"]),
            entries,
            knowledge,
            anchors,
        ),
        drawing=draw_clusters(graph, by_id["shared-account"], labels),
        matrix=make_matrix(graph, labels),
        graph=graph,
        labels=labels,
        chosen=chosen,
        edges=[edge for edge in load_schema().edge if edge.id in seen],
    )


def _holders(accounts: Rows) -> dict[str, str]:
    """Account node → its holder_role."""
    return {
        node_id("account", f"{row['network']}/{row['account_kind']}/{row['account']}"): row["holder_role"]
        for row in accounts.rows
    }


def _named(graph: Graph, chosen: Chosen, entries: Mapping[str, list[str]]) -> list[str]:
    """The entries of the domains that have a dossier."""
    nodes = (graph.nodes[node] for node in chosen.nodes)
    return [entry for data in nodes if data["kind"] == "domain" for entry in entries.get(data["name"], ())]


def _evidence_table(sightings: Rows, proof: Proof, labels: Labels, anchors: Anchors) -> PageTable:
    more = proof.columns(anchors)
    return table_of("sightings", "Sightings", sightings, labels, anchors, most=MAX_SIGHTINGS, more=more)


def _prove(
    source: Source, sightings: Rows, shown: Mapping[str, Sequence[Row]], entries: Sequence[str]
) -> tuple[Proof, Anchors]:
    """What stands behind sightings, shown rows and entries, and where all of it is on the page."""
    records = [row["id"] for name in ("captures", "refusals") for row in shown[name]]
    rules = {row["page_state_rule"] or "" for row in shown["captures"]}
    proof = Proof(source, sightings.rows, [*records, *entries], rules)
    anchors = Anchors(
        source.case.short,
        (row["id"] for row in sightings.rows),
        (row["id"] for row in shown["captures"]),
        (record.id for record in proof.records),
        proof.rules,
    )
    return proof, anchors
