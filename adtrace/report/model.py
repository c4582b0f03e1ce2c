"""Everything the page and the terminal show, put together once for one audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from adtrace.report.rows import Rows, answer_rows, read_rows

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
    entries = source.entries()
    most_ties = ties_each(graph, chosen.nodes)
    by_ties = cited(graph, chosen.nodes, most_ties)
    evidence = _gather(
        source,
        tables,
        chain(answered_by(answers), *map(named_by, tables.values()), by_ties),
        _named(graph, chosen, entries),
    )
    anchors = evidence.anchors
    return Report(
        audience=source.audience,
        record=read_record(source),
        marking=source.marking,
        overview=look_over(graph, source.findings, by_id, tables, brands, len(evidence.unidentified)),
        brands=brands,
        brand_table=brand_table(brands, labels),
        answers=[(answer, answer_table(answer, labels, anchors)) for answer in answers],
        tables=[
            table_of(name, title, tables[name], labels, anchors, most=evidence.most[name])
            for name, title in _TITLES.items()
        ],
        evidence=_evidence_table(evidence, labels),
        rules=evidence.proof.rule_table(anchors),
        records=evidence.proof.record_table(anchors),
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
        edges=_edges(graph),
    )


def _edges(graph: Graph) -> list[Edge]:
    """The kinds of edges it has, in the schema's order."""
    seen = {data["edge"] for *_, data in graph.edges(data=True)}
    return [edge for edge in load_schema().edge if edge.id in seen]


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


def _evidence_table(evidence: _Evidence, labels: Labels) -> PageTable:
    more = evidence.proof.columns(evidence.anchors)
    return table_of(
        "sightings",
        "Sightings",
        evidence.sightings,
        labels,
        evidence.anchors,
        most=MAX_SIGHTINGS,
        more=more,
    )


class _Evidence(msgspec.Struct, frozen=True):
    """What a page's statements rest on, and where on the page it is.

    unidentified: hosts of the case that behave like ad tech. most: table → rows that are shown of it.
    """

    sightings: Rows
    unidentified: set[str]
    most: dict[str, int]
    proof: Proof
    anchors: Anchors


def _gather(
    source: Source, tables: Mapping[str, Rows], named: Iterable[Sequence[str]], entries: Sequence[str]
) -> _Evidence:
    """What stands behind the sightings that are named, the rows that are shown, and the entries."""
    sightings, unidentified = read_evidence(source, named)
    most = dict.fromkeys(tables, MAX_ROWS) | {"captures": captures_first(tables["captures"], sightings)}
    captures, refusals = (tables[name].rows[: most[name]] for name in ("captures", "refusals"))
    rules = {row["page_state_rule"] or "" for row in captures}
    records = [row["id"] for row in (*captures, *refusals)]
    proof = Proof(source, sightings.rows, [*records, *entries], rules)
    anchors = Anchors(
        source.case.short,
        (row["id"] for row in sightings.rows),
        (row["id"] for row in captures),
        (record.id for record in proof.records),
        proof.rules,
    )
    return _Evidence(sightings, unidentified, most, proof, anchors)
