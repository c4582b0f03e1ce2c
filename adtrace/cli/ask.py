"""adtrace ask: the questions a case can answer, and the answers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.export import Audience
    from adtrace.relate.questions import Answer, Question

_SHOWN = 2  # of a list in a cell, for people; --json has all


@click.command("ask")
@click.argument("case", required=False, metavar="[CASE]")
@click.argument("question_id", required=False, metavar="[ID]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question or answer.")
@click.option(
    "--questions",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of your own.",
)
@click.option(
    "--audience",
    type=click.Choice(["investigator", "taskforce"]),
    default="taskforce",
    show_default=True,
    help="Whose eyes it is for: domains and ids in clear, or as keyed pseudonyms.",
)
def command(
    case: str | None, question_id: str | None, folder: Path | None, audience: str, *, as_json: bool
) -> None:
    """What a case answers to question ID; all questions without ID; which there are without CASE.

    Every answer says of how many domains it can speak. Not observed is never clean.
    """
    from adtrace.relate.questions import load_questions

    questions = load_questions(folder)
    if case is None:
        for question in questions.values():
            click.echo(_listed(question, as_json=as_json))
        return
    if question_id is not None and question_id not in questions:
        raise UsageError(f'there is no question "{question_id}".', do=f"Ask one of: {', '.join(questions)}.")
    from adtrace.case import Case
    from adtrace.export import Source

    with Case.open(case) as opened, opened.snapshot():
        source = Source(opened, cast("Audience", audience))
        for question in [questions[question_id]] if question_id else questions.values():
            found = source.answer(question)
            click.echo(_as_json(found) if as_json else _as_text(found))


def _listed(question: "Question", *, as_json: bool) -> str:
    from adtrace.names import display

    if as_json:
        return json.dumps({"id": question.id, "question": question.question, "why": question.why})
    return display(f"{question.id}: {question.question}")


def _as_json(found: "Answer") -> str:
    """The answer with each row as an object; controls and unpaired characters as JSON escapes."""
    import msgspec

    names = [column.name for column in found.columns]
    rows = [dict(zip(names, row, strict=True)) for row in found.rows]
    columns = [msgspec.structs.asdict(column) for column in found.columns]
    whole = {**msgspec.structs.asdict(found), "columns": columns, "rows": rows}
    return json.dumps({**whole, "denominators": msgspec.structs.asdict(found.denominators)})


def _as_text(found: "Answer") -> str:
    from adtrace.names import display

    n = found.denominators
    seen = (
        f"{n.observable} observable, {n.not_operator} not the operator's page, {n.unobservable} unobservable"
    )
    rows: list[list[Any]] = [[column.name for column in found.columns], *found.rows]
    lines = [
        f"{found.id}: {found.question}",
        f"  {found.headline}",
        f"  Of {n.domains} domains: {seen}.",
        *_grid(rows),
        *(f"  Limit: {limit}" for limit in found.limits),
    ]
    return "\n".join(display(line) for line in lines) + "\n"


def _grid(rows: list[list[Any]]) -> list[str]:
    """Rows as lines without a live link, columns aligned as they will be shown; of a long list its beginning."""
    from adtrace.names import defang, display

    shown = [[display(defang(_cell(cell))) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in shown]


def _cell(cell: Any) -> str:
    if not isinstance(cell, list):
        return str(cell)
    return ", ".join(cell[:_SHOWN]) + (f", {len(cell) - _SHOWN} more" if len(cell) > _SHOWN else "")
