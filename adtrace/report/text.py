"""The report in short, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adtrace.names import defang, display
from adtrace.report.words import NOT_CLEAN, OFFERED, SEAL, count

if TYPE_CHECKING:
    from adtrace.report.model import Report

_MOST_ROWS = 10


def as_text(report: Report) -> str:
    """Overview, answers' headlines, clusters, brands and record; plain lines, safe in any terminal."""
    lines = [
        *_head(report),
        *_overview(report),
        *_answers(report),
        *_brands(report),
        *_record(report),
    ]
    return "\n".join(display(line) for line in lines) + "\n"


def _head(report: Report) -> list[str]:
    tlp = f", TLP:{report.tlp.upper()}" if report.tlp else ""
    of = f"case {report.record.case[:8]}, for the {report.audience}{tlp}"
    return [f"Advertising placed on confirmed hostile domains: {of}", ""]


def _overview(report: Report) -> list[str]:
    o, d = report.overview, report.overview.denominators
    seen = f"{d.observable:,} observable, {d.not_operator:,} not the operator's page, {d.unobservable:,} unobservable"
    on = f"on {o.placed_on:,} of {count(d.observable, 'observable domain')}"
    files = f"; in files of {o.placed_elsewhere:,} more" if o.placed_elsewhere else ""
    hypotheses = count(o.operators, "operator hypothesis", "operator hypotheses")
    lines = [
        f"{count(d.domains, 'domain')}: {seen}.",
        f"Placed: {count(o.networks, 'network')} {on}{files}.",
        f"Carried: {count(o.accounts, 'ad account')}; {o.shared_accounts:,} on several domains; {hypotheses}.",
        f"Offered: {count(o.brands, 'brand')}, {count(o.leads, 'lead')}. {OFFERED}",
    ]
    if o.letters:
        lines += [
            "",
            f"Whom to write to first (of {count(o.placed_on, 'observable domain')} with a live tag):",
        ]
        names = [report.labels.network(letter.network) for letter in o.letters]
        width = max(map(len, names))
        lines += [
            f"  {name:<{width}}  on {letter.domains:>3}  reached with those above {letter.reach:>3}  "
            f"{count(letter.accounts, 'id')}"
            for name, letter in zip(names, o.letters, strict=True)
        ]
    lines += ["", "What is not known:"]
    return lines + [f"  {defang(sentence)}" for sentence in o.unknown or [NOT_CLEAN]] + [""]


def _answers(report: Report) -> list[str]:
    lines = ["Answers:"]
    lines += [f"  {answer.id}: {answer.headline}" for answer, _ in report.answers]
    return [
        *lines,
        *(f"  Cluster {cluster.title} {cluster.sentence}" for cluster in report.drawing.clusters),
        "",
    ]


def _brands(report: Report) -> list[str]:
    headlines = [brand for brand in report.brands if brand.is_headline]
    if not headlines:
        return []
    lines = [f"Brands ({OFFERED[0].lower()}{OFFERED[1:-1]}):"]
    for brand in headlines[:_MOST_ROWS]:
        through = ", ".join(report.labels.network(network) for network in brand.through) or "no network known"
        name = report.labels.find("brand", brand.name).name
        lines.append(f"  {name}  {count(len(brand.domains), 'domain')}, through {through}; {brand.why}")
    if len(headlines) > _MOST_ROWS:
        lines.append(f"  and {len(headlines) - _MOST_ROWS:,} more")
    return [*lines, ""]


def _record(report: Report) -> list[str]:
    lines = []
    for run in report.record.runs[-1:]:
        lines.append(f"Run {run.id}: reach {run.reach}, egress {run.egress}, knowledge {run.knowledge[:12]}.")
        lines += [
            f"  Could learn of it: {defang(party.party)}: {defang(party.learns)}" for party in run.exposure
        ]
    return [*lines, SEAL]
