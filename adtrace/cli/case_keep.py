"""adtrace case retain, hold, close, delete, compact: how long a case is kept, and how it ends."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adtrace.cli.options import examples, read_day
from adtrace.errors import UsageError
from adtrace.names import display
from adtrace.wording import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from adtrace.case import Case

_case = click.argument("case", metavar="CASE")


def _said(function: "Callable[..., Any]") -> "Callable[..., Any]":
    """Why, and as whom: it stands in the sealed record."""
    role = click.option(
        "--role", required=True, metavar="ROLE", help="As whom you say so: a role or pseudonym."
    )
    reason = click.option("--reason", required=True, metavar="TEXT", help="Why; it is recorded.")
    return reason(role(function))


@click.command(
    epilog=examples('adtrace case retain mycase --until 2028-06-30 --reason "order 5" --role lead')
)
@_case
@click.option(
    "--until", metavar="DAY", required=True, help="YYYY-MM-DD, or `open` if no day is known any more."
)
@_said
def retain(case: str, until: str, reason: str, role: str) -> None:
    """Say until when CASE is kept. Before that day nothing is deleted, from it on all is to be."""
    from adtrace.case import Case

    day = None if until == "open" else read_day(until)
    with Case.open(case, write=True) as opened:
        with opened.transaction():
            opened.retain(day, reason=reason, role=role)
        _echo(opened)


@click.command(
    epilog=examples(
        'adtrace case hold mycase --reason "case 7 Js 5" --role lead',
        'adtrace case hold mycase --lift --reason "judged" --role lead',
    )
)
@_case
@click.option("--lift", is_flag=True, help="Lift it.")
@_said
def hold(case: str, reason: str, role: str, *, lift: bool) -> None:
    """Put CASE on legal hold. Nothing of it is deleted, whatever its day, until the hold is lifted."""
    from adtrace.case import Case

    with Case.open(case, write=True) as opened:
        with opened.transaction():
            opened.hold(on=not lift, reason=reason, role=role)
        _echo(opened)


@click.command(
    epilog=examples('adtrace case close mycase --reason "handed over" --role lead >checkpoint.txt')
)
@_case
@_said
def close(case: str, reason: str, role: str) -> None:
    """Close CASE for ever, and print its last checkpoint. Keep that elsewhere.

    Nothing new is recorded of any site. It can still be read, exported, corrected, timestamped and deleted.
    """
    from adtrace.case import Case
    from adtrace.relate.links import links_of

    with Case.open(case, write=True) as opened:
        opened.verify(links_of)
        with opened.transaction():
            opened.finish(reason=reason, role=role)
        opened.sign()
        _echo(opened)
        note = opened.seal_summary().checkpoint
    click.echo(note, nl=False)


@click.command(
    epilog=examples(
        'adtrace case delete mycase clip.example --reason "request 3" --role lead',
        'adtrace case delete mycase --all --reason "day has come" --role lead',
    )
)
@_case
@click.argument("entries", metavar="[ENTRY…|-]", nargs=-1)
@click.option("--texts", is_flag=True, help="The texts of pages alone; what was found in them stays.")
@click.option("--all", "everything", is_flag=True, help="Everything but the chain and its signatures.")
@click.option("--early", is_flag=True, help="Although the day until which the case is kept has not come.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_said
def delete(
    case: str,
    entries: tuple[str, ...],
    reason: str,
    role: str,
    *,
    texts: bool,
    everything: bool,
    early: bool,
    yes: bool,
) -> None:
    """Delete what stands on ENTRY, or everything. ENTRY: number, id, domain or URL. For ever, and with proof.

    What records said goes, with the salt that hides it; their lines in the chain stay, so that the case still
    verifies and says what is gone, when, by whom and why. Copies of it that adtrace made before a migration go, too.
    Your own copies, exports and what was sent are not touched: the files beside the case are named. On drives that
    wear-level only an encrypted disk makes deletion certain.
    """
    from adtrace.case import Case
    from adtrace.cli.entry_names import entry_number
    from adtrace.cli.terminal import names_given
    from adtrace.relate.links import links_of

    if bool(entries) == everything and not texts:
        raise UsageError("What shall be deleted?", do="Give entries, --texts, or --all.")
    if everything and (entries or texts):
        raise UsageError("--all leaves nothing to choose.", do="Give it alone.")
    with Case.open(case, write=True) as opened:
        numbers = sorted({entry_number(opened, name) for name in names_given(*entries)})
        plan = opened.plan_deletion(numbers or None, texts=texts)
        what = f"the words of {count(len(plan.records), 'record')} and {count(len(plan.captures), 'text')}"
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError(f"this deletes {what} for ever.", do="Give --yes if it is meant.")
            click.confirm(f"Delete {what} for ever?", abort=True, err=True)
        opened.delete(plan, links_of, reason=reason, role=role, early=early)
        click.echo(display(opened.deletions()[-1].sentence), err=True)
    left = sorted(path.name for path in Path(case).iterdir() if path.name not in ("case.db", "case.lock"))
    if left:
        click.echo(display(f"Not touched, and may hold the same: {', '.join(left)} in {case}."), err=True)


@click.command(epilog=examples("adtrace case compact mycase"))
@_case
def compact(case: str) -> None:
    """Write the file of CASE anew, without what was deleted. Nothing of it is left then; each deletion does so."""
    from adtrace.case import Case

    with Case.open(case, write=True) as opened:
        opened.compact()


def _echo(case: "Case") -> None:
    for sentence in case.retention().sentences:
        click.echo(display(sentence), err=True)
