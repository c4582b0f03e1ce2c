"""adtrace notice: letters to networks about their own accounts, drafted, never sent; and what became of them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adtrace.cli.export import leaving_options
from adtrace.cli.options import examples, json_lines_option, read_day, unused
from adtrace.cli.terminal import json_line, shown
from adtrace.errors import SharingError
from adtrace.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adtrace.case.notices import Registered
    from adtrace.export import Terms
    from adtrace.export.party import OwnRows
    from adtrace.notice import Draft
    from adtrace.relate.aftermath import Aftermath

_case = click.argument("case", metavar="CASE")
_id = click.argument("notice", metavar="ID")
_role = click.option("--role", required=True, metavar="ROLE", help="As whom you say so: a role or pseudonym.")
_NONE = "No notice was drafted."
_on = click.option("--on", metavar="DAY", help="When: YYYY-MM-DD. [default: today]")


@click.group("notice")
def command() -> None:
    """Draft letters to networks, and keep a register of them. About their own accounts; adtrace sends nothing."""


@command.command(
    "draft",
    epilog=examples(
        "adtrace notice draft mycase", "adtrace notice draft mycase --network exoclick -o letters"
    ),
)
@_case
@click.option(
    "--network",
    "networks",
    multiple=True,
    metavar="ID",
    help="To whom; repeatable. [default: all with confirmed rows that are advertising]",
)
@click.option("-o", "--output", metavar="DIR", help="A folder; one in it a network. [default: CASE/notices]")
@leaving_options
@json_lines_option
def draft(case: str, networks: tuple[str, ...], output: str | None, *, as_json: bool, terms: "Terms") -> None:
    """Write a notice to each network with confirmed rows in CASE. Markdown, e-mail file, table, proof.

    A notice names the network its own accounts, from rows that somebody confirmed (`adtrace review`), and calls nobody
    the operator. Entries whose handling is no-notice or hold are in none. Sites are pseudonyms unless revealed.
    """
    from adtrace.case import Case
    from adtrace.export.party import checked_reader, count_own_rows
    from adtrace.notice import draft_notice

    folder = Path(output) if output else Path(case) / "notices"
    refused: list[str] = []
    with Case.open(case, write=True) as opened:
        counted = count_own_rows(opened)
        named = [checked_reader("network", name).party for name in networks]
        chosen = named or [network for network, own in counted.items() if own.confirmed and own.advertising]
        for network in dict.fromkeys(chosen):
            try:
                # What was drafted before may have been sent.
                made = draft_notice(opened, network, unused(folder / network), terms)
            except SharingError as error:
                click.echo(f"No notice to {network}: {shown(str(error))}", err=True)
                refused.append(network)
                continue
            click.echo(json_line(made) if as_json else _drafted(made))
    for line in _not_drafted(counted, case) if not networks else ():
        click.echo(line, err=True)
    if refused:
        raise click.exceptions.Exit(3)


@command.command("register", epilog=examples("adtrace notice register mycase"))
@_case
@json_lines_option
def register(case: str, *, as_json: bool) -> None:
    """Every notice of CASE, and what came of it. When it was drafted and said to be sent, by whom, until when."""
    from adtrace.case import Case
    from adtrace.case.notices import read_register

    with Case.open(case) as opened, opened.snapshot():
        found = read_register(opened, _today())
    for notice in found:
        click.echo(json_line(notice) if as_json else _listed(notice))
    if not found:
        click.echo(_NONE, err=True)


@command.command(
    "sent", epilog=examples("adtrace notice sent mycase note-7 --role lead --deadline 2026-12-31")
)
@_case
@_id
@_role
@_on
@click.option("--deadline", metavar="DAY", help="Until when an answer is awaited: YYYY-MM-DD.")
def sent(case: str, notice: str, role: str, on: str | None, deadline: str | None) -> None:
    """Put notice ID on record as sent. adtrace takes your word for it."""
    from adtrace.case import Case
    from adtrace.case.notices import note_sent

    until = _day(deadline) if deadline else None
    with Case.open(case, write=True) as opened:
        note_sent(opened, notice, on=_day(on), by=role, deadline=until)


@command.command(
    "outcome",
    epilog=examples('adtrace notice outcome mycase note-7 acted --role lead --note "closed"'),
)
@_case
@_id
@click.argument("outcome", type=click.Choice(("acted", "partly", "refused", "no-answer")))
@_role
@_on
@click.option("--note", metavar="TEXT", default="", help="In words, as the network put it.")
def outcome(case: str, notice: str, outcome: str, role: str, on: str | None, note: str) -> None:
    """Put on record what the network says it did about notice ID. What is seen is another question: after."""
    from adtrace.case import Case
    from adtrace.case.notices import note_outcome

    with Case.open(case, write=True) as opened:
        note_outcome(opened, notice, outcome, on=_day(on), by=role, note=note)


@command.command(
    "after", epilog=examples("adtrace notice after mycase", "adtrace notice after mycase note-7")
)
@_case
@click.argument("notice", metavar="[ID]", required=False)
@json_lines_option
def after(case: str, notice: str | None, *, as_json: bool) -> None:
    """What stands now on the sites a notice named. Removed, moved, replaced, unchanged, or not observed since.

    Trace the list into CASE again first. For the investigator: sites are in clear.
    """
    from adtrace.case import Case
    from adtrace.case.notices import find_notice, read_register
    from adtrace.relate.aftermath import see_after

    with Case.open(case) as opened, opened.snapshot():
        asked = [find_notice(opened, notice)] if notice else read_register(opened, _today())
        for one in asked:
            found = see_after(opened, one)
            click.echo(_after_json(one, found) if as_json else _after_text(one, found))
    if not asked:
        click.echo(_NONE, err=True)


def _today() -> date:
    return datetime.now(UTC).date()


def _day(text: str | None) -> date:
    if text is None:
        return _today()
    return read_day(text)


def _not_drafted(counted: "Mapping[str, OwnRows]", case: str) -> "Iterator[str]":
    """Which networks got no letter of themselves, and what to do about it."""
    unread = [own.waiting for own in counted.values() if own.waiting and not own.confirmed]
    others = [network for network, own in counted.items() if own.confirmed and not own.advertising]
    if not counted:
        yield "No notice: no tag or account of a network was seen on a page of an operator's."
    if unread:
        yield (
            f"No notice to {count(len(unread), 'network')}, of which nothing is confirmed; "
            f"{count(sum(unread), 'sighting')} awaiting review: adtrace review {case}."
        )
    if others:
        yield (
            f"No notice to {count(len(others), 'network')} whose rows are no advertising; "
            f"--network ID drafts one: {', '.join(others)}."
        )


def _drafted(made: "Draft") -> str:
    from adtrace.names import display

    counts = (
        f"{count(made.accounts, 'account')} on {count(made.domains, 'site')}, live or not;"
        f" {count(made.waiting, 'sighting')} awaiting review"
    )
    lines = (f"{made.id}  {made.network}: {counts}.", f"  route: {made.route}", f"  {made.folder}")
    return "\n".join(map(display, lines))


def _listed(notice: "Registered") -> str:
    parts = [f"{notice.id}  {notice.network}: drafted {notice.drafted}"]
    if notice.sent:
        parts.append(f"sent {notice.sent} by {notice.by}")
    if notice.deadline:
        parts.append(f"answer by {notice.deadline}{' (overdue)' if notice.overdue else ''}")
    if notice.outcome:
        parts.append(f"{notice.outcome} {notice.outcome_on}{f': {notice.note}' if notice.note else ''}")
    return shown(", ".join(parts))


def _after_json(notice: "Registered", found: "list[Aftermath]") -> str:
    import msgspec

    return json.dumps({"notice": notice.id, "network": notice.network, "after": msgspec.to_builtins(found)})


def _after_text(notice: "Registered", found: "list[Aftermath]") -> str:
    from collections import Counter

    from adtrace.relate.aftermath import NOW

    if not found:
        return shown(f"{notice.id}  {notice.network}: not said to be sent.")
    counts = Counter(one.now for one in found)
    if counts["not_observed"] == len(found):
        return shown(
            f"{notice.id}  {notice.network}, sent {notice.sent}: no page of its {count(len(found), 'site')}"
            " has been read since; run `adtrace fetch CASE` first."
        )
    said = ", ".join(f"{counts[now]} {now.replace('_', ' ')}" for now in NOW if counts[now])
    lines = [f"{notice.id}  {notice.network}, sent {notice.sent}: {said}.", *map(_site, found)]
    return "\n".join(map(shown, lines))


def _site(one: "Aftermath") -> str:
    line = f"  {one.domain}: {one.now.replace('_', ' ')}"
    if one.now == "moved":
        line += f" to {', '.join(one.moved_to)}"
    if one.now == "unchanged" and one.live:
        line += f": {', '.join(name.split('/', 1)[1] for name in one.live)}"
    return line + (f" ({one.seen})" if one.seen else "")
