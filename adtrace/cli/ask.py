"""adtrace ask: the questions a case can answer, and the answers."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from adtrace.cli.options import examples, inside_option, json_lines_option, questions_option
from adtrace.cli.terminal import echo_folded
from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.export import Audience
    from adtrace.relate.questions import Answer, Question


@click.command(
    "ask",
    epilog=examples(
        "adtrace ask",
        "adtrace ask mycase first-letters",
        "adtrace ask mycase operator-hypotheses --audience investigator",
    ),
)
@click.argument("case", required=False, metavar="[CASE]")
@click.argument("question_id", required=False, metavar="[ID]")
@json_lines_option
@questions_option
@inside_option
def command(
    case: str | None, question_id: str | None, folder: Path | None, audience: str, *, as_json: bool
) -> None:
    """What CASE answers to question ID, or to all questions. Without CASE: which questions there are.

    Every answer says of how many domains it can speak, and that to one question what its columns mean. `adtrace show`
    takes the name of a row. Not observed is never clean.
    """
    from adtrace.relate.questions import load_questions

    questions = load_questions(folder)
    if case is None:
        for question in questions.values():
            click.echo(_listed(question, as_json=as_json))
        return
    if case in questions and not Path(case).exists():
        raise UsageError(
            f'"{case}" is a question, not a case.', do=f"Give the case first: adtrace ask CASE {case}."
        )
    if question_id is not None and question_id not in questions:
        raise UsageError(f'there is no question "{question_id}".', do=_nearest(question_id, list(questions)))
    from adtrace.case import Case
    from adtrace.export import Source
    from adtrace.report.answer_text import print_answer

    with Case.open(case) as opened, opened.snapshot():
        source = Source(opened, cast("Audience", audience))
        for question in [questions[question_id]] if question_id else questions.values():
            found = source.answer(question)
            if as_json:
                click.echo(_as_json(found))
            else:
                echo_folded(partial(print_answer, found, with_meanings=question_id is not None))


def _nearest(wanted: str, known: list[str]) -> str:
    """What to do instead: the questions whose names come near, else where all of them are listed."""
    from difflib import get_close_matches

    near = get_close_matches(wanted, known, n=3)
    return f"Did you mean {' or '.join(near)}?" if near else "`adtrace ask` lists them, with what each asks."


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
    said = msgspec.to_builtins(found)
    del said["behind"]
    return json.dumps({**said, "rows": rows})
