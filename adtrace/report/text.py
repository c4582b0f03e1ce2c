"""The report in short, for a terminal: plain words under headings, wrapped to its width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adtrace.limits import NOT_CLEAN, OFFERED
from adtrace.names import defang, display
from adtrace.report.words import AUDIENCES
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.report.model import Report

_MOST_ROWS = 10


def print_text(report: Report, console: Console) -> None:
    """Print overview, answers' headlines, clusters, brands and record; every word safe in any terminal."""
    console.print(
        Group(
            *_head(report),
            *_overview(report),
            *_answers(report),
            *_brands(report),
            *_record(report),
        )
    )


def plain_report(report: Report) -> dict[str, Any]:
    """The same as lists and dicts: case, overview, headlines, brands, runs."""
    return {
        "audience": report.audience,
        "tlp": report.marking.tlp,
        "pap": report.marking.pap,
        "overview": msgspec.to_builtins(report.overview),
        "answers": {answer.id: answer.headline for answer, _ in report.answers},
        "brands": msgspec.to_builtins([brand for brand in report.brands if brand.is_headline]),
        "record": msgspec.to_builtins(report.record),
    }


def _head(report: Report) -> list[RenderableType]:
    title = f"Advertising placed on confirmed hostile domains: case {report.record.case[:8]}"
    return [_heading(title), _words(f"{report.marking.labels}. {AUDIENCES[report.audience]}")]


def _overview(report: Report) -> list[RenderableType]:
    o, d = report.overview, report.overview.denominators
    seen = f"{d.observable:,} observable, {d.not_operator:,} not the operator's page, {d.unobservable:,} unobservable"
    on = f"on {o.placed_on:,} of {count(d.observable, 'observable domain')}"
    files = f"; in files of {o.placed_elsewhere:,} more" if o.placed_elsewhere else ""
    hypotheses = count(o.operators, "operator hypothesis", "operator hypotheses")
    found = [
        _list(
            [
                f"{count(d.domains, 'domain')}: {seen}.",
                f"Placed: {count(o.networks, 'network')} {on}{files}.",
                f"Carried: {count(o.accounts, 'ad account')}; {o.shared_accounts:,} on several domains; {hypotheses}.",
                f"Offered: {count(o.brands, 'brand')}, {count(o.leads, 'lead')}. {OFFERED}",
            ]
        )
    ]
    if o.letters:
        whole = count(o.placed_on, "observable domain")
        rows = [
            [report.labels.network(one.network), f"{one.accounts:,}", f"{one.domains:,}", f"{one.reach:,}"]
            for one in o.letters
        ]
        found += [
            _heading(f"Whom to write to first (of {whole} with a live tag)"),
            _grid(["network", "ids", "on", "reached with those above"], rows),
        ]
    return [*found, _heading("What is not known"), _list(o.gaps or [NOT_CLEAN])]


def _answers(report: Report) -> list[RenderableType]:
    clusters = [cluster.sentence for cluster in report.drawing.clusters]
    found: list[RenderableType] = [
        _heading("Answers"),
        _list(f"{answer.id}: {answer.headline}" for answer, _ in report.answers),
    ]
    if clusters:
        found += [_heading("Domains that live accounts tie together"), _list(clusters)]
    return found


def _brands(report: Report) -> list[RenderableType]:
    headlines = [brand for brand in report.brands if brand.is_headline]
    if not headlines:
        return []
    rows = [
        [
            report.labels.find("brand", brand.name).text,
            f"{len(brand.domains):,}",
            ", ".join(report.labels.network(network) for network in brand.through),
            brand.why,
        ]
        for brand in headlines[:_MOST_ROWS]
    ]
    shown = f", the first {_MOST_ROWS} of {len(headlines):,}" if len(headlines) > _MOST_ROWS else ""
    return [
        _heading(f"Brands{shown}"),
        _words(OFFERED),
        _grid(["brand", "domains", "through", "why it is named"], rows),
    ]


def _record(report: Report) -> list[RenderableType]:
    lines = []
    for run in report.record.runs[-1:]:
        lines.append(f"Run {run.id}: reach {run.reach}, egress {run.egress}, knowledge {run.knowledge[:12]}.")
        lines += [f"Could learn of it: {defang(one.party)}: {defang(one.learns)}" for one in run.exposure]
    verified = f"Case {report.record.case}, record {report.record.verified:,}, {report.record.at}."
    return [_heading("Record"), _list([*lines, verified, report.record.seal, *report.record.seal_says])]


def _heading(words: str) -> RenderableType:
    return Padding(Text(display(words), style="bold"), (1, 0, 0, 0), expand=False)


def _words(words: str) -> RenderableType:
    return Text(display(words))


def _list(lines: Iterable[str]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row(Text(" -"), Text(display(line)))
    return grid


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    for title in head:
        grid.add_column(Text(title), justify="right" if title in ("ids", "on", "domains") else "left")
    for row in rows:
        grid.add_row(*(Text(display(cell)) for cell in row))
    return Padding(grid, (0, 0, 0, 1), expand=False)
