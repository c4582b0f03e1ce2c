"""adtrace show: what stands behind a row of any table or answer."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adtrace.cli.entry_names import entries_of, site_named
from adtrace.cli.options import examples, questions_option
from adtrace.cli.terminal import names_given, shown

if TYPE_CHECKING:
    from adtrace.case.provenance import Provenance, Prover, RecordPlace
    from adtrace.export.row_lookup import RowLookup
    from adtrace.relate.answered import AnsweredRow, AnsweredRows

_ANSWER = re.compile(r"([0-9a-f]{8}-)?answer-[0-9a-f]{8}|op-[0-9a-f]{12}")
# How many ids of one kind a terminal lists, and how many of those behind a row are told of in full as JSON.
_MOST_IDS, _MOST_TOLD = 12, 100
_ROW_FACTS = (
    "domain", "edge", "source", "target", "network", "system", "account", "account_kind", "scope", "brand", "role",
    "through", "basis", "state", "certainty", "first_seen", "last_seen",
)  # fmt: skip
_SIGHTING_FACTS = (
    "kind", "network", "company", "account", "account_kind", "scope", "brand", "role", "host", "value", "url",
    "basis", "state", "certainty",
)  # fmt: skip


@click.command(epilog=examples("adtrace show mycase sighting-1", "adtrace show mycase clip.example --json"))
@click.argument("case", metavar="CASE")
@click.argument("ids", metavar="ID…|-", nargs=-1, required=True)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object an id; of what is behind a row the first 100 in full.",
)
@questions_option
def command(case: str, ids: tuple[str, ...], folder: Path | None, *, as_json: bool) -> None:
    """What stands behind a row of any table or answer.

    The place in the text, the rule, the records, and what is signed of them. ID is the id of a sighting, capture,
    decision or any other record, the name in the column `row` of networks, accounts, brands, links and of every
    answer, an operator hypothesis (op-…), or a listed domain or URL, for its entries; a bare number is a record of
    the ledger. What a network or a brand was given in its place ("rec-…") is found too. - reads ids, one a line. What
    is shown is what the investigator may see; addresses are defanged. Run `adtrace verify` to know that it is as it
    was written.
    """
    from adtrace.case import Case
    from adtrace.case.provenance import Prover
    from adtrace.export.record_names import RecordNames
    from adtrace.export.row_lookup import RowLookup
    from adtrace.relate.answered import AnsweredRows

    named = names_given(*ids)
    with Case.open(case) as opened, opened.snapshot():
        prover, lookup, answers = Prover(opened), RowLookup(opened), AnsweredRows(opened, folder)
        given = RecordNames(opened, lookup)
        for count, name in enumerate(map(given.find, named)):
            said, lines = _answered(prover, answers, name) or _behind(prover, lookup, name)
            if as_json:
                click.echo(json.dumps(said))
            else:
                click.echo(("\n" if count else "") + "\n".join(lines))


def _behind(prover: "Prover", lookup: "RowLookup", name: str) -> tuple[dict[str, Any], list[str]]:
    """What stands behind a name, as one JSON object and as lines."""
    listed = entries_of(lookup.case, name) or entries_of(lookup.case, site_named(name))
    entries = [prover.prove("entry", row.seq) for row in listed]
    if entries:
        said: dict[str, Any] = {"id": name, "entries": [*map(_as_dict, entries)]}
        return said, [line for one in entries for line in ("", *_lines(one))][1:]
    place = prover.number(name)
    if place:
        found = prover.prove(*place)
        return _as_dict(found), _lines(found)
    row = lookup.find(name)
    facts = {key: row[key] for key in _ROW_FACTS if row.get(key)}
    ids = prover.case.public_ids("sighting", row["members"])
    return _row(prover, name, facts, ids)


def _answered(
    prover: "Prover", answers: "AnsweredRows", name: str
) -> tuple[dict[str, Any], list[str]] | None:
    """The same of a row of an answer; None if the name is none of one."""
    if not _ANSWER.fullmatch(name):
        return None
    whole = f"{prover.case.short}-{name}" if name.startswith("answer-") else name
    found = [_answer_row(prover, name, row) for row in answers.find(whole)]
    lines = [line for _, row_lines in found for line in ("", *row_lines)][1:]
    return found[0][0] if len(found) == 1 else {"id": name, "rows": [said for said, _ in found]}, lines


def _answer_row(prover: "Prover", name: str, row: "AnsweredRow") -> tuple[dict[str, Any], list[str]]:
    cells = {key: value for key, value in row.cells.items() if value not in ("", [])}
    return _row(prover, name, {"question": row.question, **cells}, row.records)


def _row(
    prover: "Prover", name: str, facts: dict[str, Any], ids: Sequence[str]
) -> tuple[dict[str, Any], list[str]]:
    """A row of these facts and the records behind it, of which a terminal tells the first."""
    numbers = [prover.number(one) for one in ids[:_MOST_TOLD]]
    behind = [prover.prove(*number) for number in numbers if number]
    said = {"id": name, "row": facts, "evidence": ids, "sightings": [*map(_as_dict, behind)]}
    return said, _row_lines(name, facts, ids, behind[:1])


def _as_dict(found: "Provenance") -> dict[str, Any]:
    import msgspec

    from adtrace.knowledge.rule_today import rule_today

    said: dict[str, Any] = msgspec.to_builtins(found)
    said["rule"] = msgspec.to_builtins(rule_today(found.sighting.rule)) if found.sighting else None
    return said


def _row_lines(name: str, facts: dict[str, Any], ids: Sequence[str], first: "list[Provenance]") -> list[str]:
    told = f"{len(ids):,}: {_first(ids)}" if ids else "none: the row says that none was seen"
    return [
        name,
        *(_line(key, value) for key, value in facts.items()),
        _line("rests on", told),
        *(line for one in first for line in ("", *_lines(one))),
    ]


def _lines(found: "Provenance") -> list[str]:
    lines = [found.id]
    if found.sighting:
        lines += [_line(name, value) for name in _SIGHTING_FACTS if (value := getattr(found.sighting, name))]
        lines += _page_lines(found)
        lines += [_line("decoded", f"{one.encoding}: {one.text}") for one in found.sighting.decoded]
        lines += [_line(f"states {key}", value) for key, value in found.sighting.declared.items()]
        lines += _place_lines(found) + _rule_lines(found.sighting.rule)
    if found.within:
        lines.append(_line("found inside", found.within))
    if found.generation:
        newer = (
            "" if found.generation == found.newest_generation else f", newest is {found.newest_generation}"
        )
        lines.append(_line("generation", f"{found.generation}{newer}"))
    if found.review:
        review = found.review
        lines.append(_line("review", f"{review.judgement} by {review.role}, {review.time}: {review.reason}"))
    elif found.sighting:
        lines.append(_line("review", "none yet"))
    seen = next((record.time for record in found.records if record.type == "outcome"), None)
    if seen:
        lines.append(_line("seen", seen))
    if found.entry:
        entry = found.entry.entry
        lines.append(_line("listed", entry.scope))
        confirmed = f", confirmed {entry.confirmed_at}" if entry.confirmed_at else ""
        lines.append(
            _line("authority", f"{entry.authority}, {entry.reference}{confirmed}; {found.entry.status}")
        )
    if found.captures:
        lines.append(_line("captures", _first(found.captures)))
    if found.exports:
        lines.append(_line("left with", _first(found.exports)))
    for record in found.records:
        lines += _record_lines(record)
    return lines


def _first(ids: Sequence[str]) -> str:
    more = f", and {len(ids) - _MOST_IDS:,} more (--json has all)" if len(ids) > _MOST_IDS else ""
    return ", ".join(ids[:_MOST_IDS]) + more


def _page_lines(found: "Provenance") -> list[str]:
    """Whose page it stood on, if it was not the operator's."""
    states = [
        record.says.get("page_state") for record in found.records if record.type == "outcome" and record.says
    ]
    return [
        _line(
            "page", f"{state}: not the operator's page; no headline, link or ranking counts what stands on it"
        )
        for state in states
        if state not in (None, "operator")
    ]


def _place_lines(found: "Provenance") -> list[str]:
    place = found.place
    if place is None:
        return []
    where = f"{place.part} {place.path}, characters {place.start} to {place.end}"
    if place.missing:
        return [_line("place", f"{where}; no text: {place.missing}")]
    note = "" if place.is_value else " (the row holds it in another form)"
    return [
        _line("place", f"{where} of the skeleton{note}"),
        *(f"{'':19} | {shown(line)}" for line in f"{place.before}»{place.text}«{place.after}".split("\n")),
    ]


def _rule_lines(rule: str) -> list[str]:
    from adtrace.knowledge.rule_today import rule_today

    now = rule_today(rule)
    is_same = {True: "today's is the same", False: "today's is another", None: "no card"}[now.is_same]
    lines = [_line("rule", f"{rule} ({now.about}; {is_same})")]
    lines += [_line("source", source) for source in now.sources]
    return [*lines, _line("limits", now.limits)] if now.limits else lines


def _record_lines(record: "RecordPlace") -> list[str]:
    signed = record.checkpoint
    covered = "no signature covers it yet"
    if signed:
        names = " and ".join(key.partition("+")[0] for key in signed.keys)
        covered = f"{signed.record} signs records 1 to {signed.size}, by {names}"
    lines = [
        _line(record.type, f"{record.id}, {record.time}"),
        _line("", f"chain {record.chain}"),
        _line("", covered),
        *([_line("", record.timestamp.sentence)] if record.timestamp else []),
    ]
    if record.says is None:
        return [
            *lines,
            _line("", f"what it said was deleted by {record.deleted_by}; its place in the chain holds"),
        ]
    said = {name: value for name, value in record.says.items() if value not in (None, "", [], {})}
    for name in ("note", "keys", "subtrees") if record.type == "checkpoint" else ():
        said.pop(name, None)
    return [*lines, *(_line(f"  {name}", value) for name, value in said.items())]


def _line(name: str, value: object) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return f"{name.replace('_', ' '):19} {shown(text)}".rstrip()
