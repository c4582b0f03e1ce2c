"""A run as people read it: the bar while it goes on, the summary when it has ended."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from adtrace.case import Entry
from adtrace.cli.terminal import fold
from adtrace.fetch import progress as run_progress
from adtrace.fetch.summary import RunSummary
from adtrace.names import display
from adtrace.report.words import in_words
from adtrace.trace import Trace
from adtrace.wording import count


@contextmanager
def progress_bar() -> Iterator[Callable[[run_progress.Progress], None]]:
    """A bar on stderr, and the function that moves it. No text of a site reaches it."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=12),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        TextColumn("{task.fields[left]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True, markup=False), transient=True) as bar:
        task = bar.add_task("starting", total=None, counts="", left="")

        def show(state: run_progress.Progress) -> None:
            counts = ", ".join(
                count(number, what)
                for number, what in (
                    (state.captures, "capture"),
                    (state.refusals, "refusal"),
                    (state.sightings, "sighting"),
                )
            )
            bar.update(
                task,
                description="stopping" if state.stopping else "tracing",
                total=state.entries,
                completed=state.entries_done,
                counts=counts,
                left="" if state.eta_s is None else f"{_duration(state.eta_s)} left",
            )

        yield show


def trace_and_show(entries: Sequence[Entry], case: Path, *, as_json: bool, **settings: Any) -> int:
    """Trace as trace_list() does, show the progress and what came of it, and return the exit code."""
    from adtrace.trace import trace_list

    with progress_bar() if sys.stderr.isatty() else nullcontext() as progress:
        trace = trace_list(entries, case, progress=progress, **settings)
    show_trace(trace, as_json=as_json)
    if trace.summary.ended == "stopped":
        return 130
    return 0 if trace.summary.is_complete else 3


def show_trace(trace: Trace, *, as_json: bool) -> None:
    """Print what a trace left, as one JSON object or as summary_lines() says it."""
    click.echo(msgspec.json.encode(trace, enc_hook=str) if as_json else "\n".join(summary_lines(trace)))


def summary_lines(trace: Trace) -> list[str]:
    """The summary, denominators first; every word safe for a terminal, and no line wider than it."""
    run = trace.summary
    lines = [f"Case {trace.case} ({trace.case_id[:8]}), run {run.run}: {_how_it_ended(run)}"]
    lines.append(f"Entries      {run.entries} contacted{_more('not contacted', run.held_back)}")
    if run.entries:
        lines += _denominators(run) + _requests(run)
    if run.exposure:
        lines.append("Who could learn of this run:")
        for one in run.exposure:
            of = f" ({count(one.entries, 'entry', 'entries')})" if one.entries else ""
            lines.append(f"  {one.party}: {one.learns}{of}")
    if trace.withheld:
        lines.append(f"Report       none for the taskforce: {trace.withheld}")
    elif trace.report:
        lines.append(f"Report       {trace.report}")
    return [folded for line in lines for folded in fold(display(line))]


def _denominators(run: RunSummary) -> list[str]:
    placed = f"{count(run.networks, 'network')}, {count(run.accounts, 'account')}"
    return [
        f"  {run.observable} observable: a page of the operator's was read",
        f"  {sum(run.not_operator.values())} not the operator's page{_kinds(run.not_operator)}",
        *_reasons("unobservable", run.unobservable),
        f"Advertising  live on {run.domains_with_ads} of {run.observable} observable: {placed}.",
        f"  {count(run.sightings, 'sighting')} in all. Not observed is never clean.",
    ]


def _requests(run: RunSummary) -> list[str]:
    return [
        f"Requests     {sum(run.outcomes.values())} allowed{_kinds(run.outcomes)}",
        *_reasons("refused at the door", run.refused),
        *_reasons("failed", run.failed),
        *_reasons("named by pages and not asked", run.denied),
    ]


def _how_it_ended(run: RunSummary) -> str:
    return {
        "finished": "finished" + (", after an earlier start of it." if run.resumed else "."),
        "stopped": "stopped by you. All that was done is kept; the same command goes on.",
        "nothing to do": "no entry may be contacted, so nothing was.",
    }[run.ended]


def _kinds(counts: Mapping[str, int]) -> str:
    said = ", ".join(f"{what.replace('_', ' ')} {number}" for what, number in counts.items())
    return f": {said}" if said else ""


def _reasons(what: str, counts: Mapping[str, int]) -> list[str]:
    """How many there are, and a line for each reason."""
    return [
        f"  {sum(counts.values())} {what}",
        *(f"    {n:>5}  {in_words(why)}" for why, n in counts.items()),
    ]


def _more(what: str, counts: Mapping[str, int]) -> str:
    return (
        f"; {what}: {', '.join(f'{number} {status}' for status, number in counts.items())}" if counts else ""
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
