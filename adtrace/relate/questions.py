"""Questions put to a case: one TOML file each, which proves itself by an example (graphs/questions/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.errors import UsageError
from adtrace.extract.sighting import Basis, Certainty, Role, Scope, State
from adtrace.relate.answer_rows import name_rows
from adtrace.relate.collection import no_collection
from adtrace.relate.denominators import Denominators
from adtrace.relate.findings import Findings, find, relate
from adtrace.relate.graph import Observability
from adtrace.relate.measures import MEASURES, Column, Measure
from adtrace.relate.measures.measure import Behind, Cell
from adtrace.relate.operators import Evidence
from adtrace.relate.schema import SchemaError, graphs_folder, load_schema, read_toml
from adtrace.relate.seen import Seen
from adtrace.wording import count

if TYPE_CHECKING:
    import pandas as pd

    from adtrace.case import Case

_EXAMPLE_DAY = "2026-01-01T00:00:00Z"
_MEASURES = {measure.name: measure for measure in MEASURES}


class ExampleLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One link of an example: by default embedded, live, likely, in a sighting of its own on its domain."""

    edge: str
    source: str
    target: str
    domain: str | None = None
    basis: Basis = "embedded"
    state: State = "live"
    certainty: Certainty = "likely"
    role: Role | None = None
    scope: Scope | None = None
    sighting: str | None = None


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A small graph and what the question must answer on it.

    domains are observable and dedicated; unobservable ones may still have links, by a file that is no page.
    """

    domains: list[str]
    links: list[ExampleLink]
    rows: list[list[Cell]]
    headline: str
    unobservable: list[str] = []


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: what is asked, why, what the answer does not say, and the measure that finds it."""

    id: str
    question: str
    why: str
    measure: str
    headline: str
    limits: list[str]
    example: Example
    parameters: dict[str, Any] = {}


class Answer(msgspec.Struct, frozen=True):
    """What a case answers: rows under columns, one sentence, its limits, and its denominators.

    behind: what each row rests on, in clear. Of a case, the last two columns are each row's name and its evidence.
    """

    id: str
    question: str
    why: str
    headline: str
    columns: tuple[Column, ...]
    rows: list[list[Cell]]
    limits: list[str]
    denominators: Denominators
    behind: Sequence[Behind] = ()

    def frame(self) -> pd.DataFrame:
        """The rows as a pandas frame: counts are Int64, lists stay lists, shares ("0.125") become numbers."""
        import pandas as pd

        found = pd.DataFrame(self.rows, columns=[column.name for column in self.columns])
        for column in self.columns:
            if column.holds == "count":
                found[column.name] = found[column.name].astype("Int64")
            elif column.holds == "share":
                found[column.name] = pd.to_numeric(found[column.name])
        return found


def load_questions(folder: Path | None = None) -> dict[str, Question]:
    """Every question of a folder by id, in order of file name; the shipped ones by default.

    Raises:
        SchemaError: a file is not readable, names no measure, or its example does not answer as it says.
    """
    found = {}
    for file in sorted((folder or graphs_folder() / "questions").glob("*.toml")):
        question = _read(file)
        _check(question, file.name)
        found[question.id] = question
    return found


def ask(case: Case, question_id: str, *, folder: Path | None = None) -> Answer:
    """The answer to one question.

    Raises:
        UsageError: there is no such question.
    """
    questions = load_questions(folder)
    if question_id not in questions:
        raise UsageError(f'there is no question "{question_id}".', do=f"Ask one of: {', '.join(questions)}.")
    with case.snapshot():
        return name_rows(case, answer(questions[question_id], relate(case)))


def ask_all(case: Case, *, folder: Path | None = None) -> dict[str, Answer]:
    """Every question's answer by id; the case is related once for all of them."""
    with case.snapshot():
        findings = relate(case)
        return {
            name: name_rows(case, answer(question, findings))
            for name, question in load_questions(folder).items()
        }


def answer(question: Question, findings: Findings) -> Answer:
    """What these findings answer; for several questions of one case, relate it once."""
    measure = _MEASURES[question.measure]
    with no_collection():
        result = measure.find(findings, **{**measure.parameters, **question.parameters})
    denominators = findings.denominators
    return Answer(
        id=question.id,
        question=question.question,
        why=question.why,
        headline=_headline(question.headline, {**msgspec.structs.asdict(denominators), **result.numbers}),
        columns=measure.columns,
        rows=result.rows,
        limits=question.limits,
        denominators=denominators,
        behind=result.behind,
    )


class _Counted(int):
    """A number in a headline: {letters} alone, {letters:letter} and {holders:company/companies} with its noun."""

    def __format__(self, noun: str) -> str:
        return count(int(self), *noun.split("/")) if noun else f"{int(self):,}"


def _headline(template: str, numbers: Mapping[str, int | str]) -> str:
    return template.format_map(
        {name: _Counted(said) if isinstance(said, int) else said for name, said in numbers.items()}
    )


def _read(file: Path) -> Question:
    question = read_toml(file, Question)
    if question.id != file.stem:
        raise SchemaError(
            f'its id is "{question.id}".', where=file.name, do="Name the file after the id, or the reverse."
        )
    measure = _MEASURES.get(question.measure)
    if measure is None:
        raise SchemaError(
            f'there is no measure "{question.measure}".',
            where=file.name,
            do=f"Use one of: {', '.join(_MEASURES)}.",
        )
    _check_parameters(question, measure, file.name)
    return question


def _check_parameters(question: Question, measure: Measure, where: str) -> None:
    for name, value in question.parameters.items():
        if name not in measure.parameters or type(value) is not type(measure.parameters[name]):
            known = ", ".join(f"{key} = {default!r}" for key, default in measure.parameters.items()) or "none"
            raise SchemaError(
                f'"{name}" is no such parameter of {measure.name}.',
                where=where,
                do=f"Its parameters: {known}.",
            )


def _check(question: Question, where: str) -> None:
    try:
        found = answer(question, _example_findings(question.example, where))
    except (KeyError, IndexError, ValueError) as error:
        raise SchemaError(
            f"its headline names {error}, which the measure does not count.",
            where=where,
            do="Fix the headline.",
        ) from None
    if found.rows != question.example.rows:
        raise SchemaError(
            f"its example answers {found.rows}, not {question.example.rows}.",
            where=where,
            do="Fix the example.",
        )
    if found.headline != question.example.headline:
        raise SchemaError(
            f'its example says "{found.headline}".', where=where, do="Fix the example's headline."
        )


def _example_findings(example: Example, where: str) -> Findings:
    edges = {edge.id: edge for edge in load_schema().edge}
    seen = []
    for number, link in enumerate(example.links):
        edge = edges.get(link.edge)
        if edge is None:
            raise SchemaError(
                f'its example names the edge "{link.edge}".', where=where, do="See graphs/schema.toml."
            )
        ends: Mapping[str, str] = {edge.source_kind: link.source, edge.target_kind: link.target}
        seen.append(
            Seen(
                edge=link.edge,
                source_kind=edge.source_kind,
                source=link.source,
                target_kind=edge.target_kind,
                target=link.target,
                basis=link.basis,
                state=link.state,
                certainty=link.certainty,
                domain=link.domain or ends.get("domain", ""),
                sightings=(link.sighting or f"example-{number}",),
                captures=(link.domain or ends.get("domain", ""),),
                first_seen=_EXAMPLE_DAY,
                last_seen=_EXAMPLE_DAY,
                advertising=link.edge != "uses",
                role=link.role,
                scope=link.scope,
            )
        )
    domains: dict[str, Observability] = dict.fromkeys(example.domains, "observable")
    domains |= dict.fromkeys(example.unobservable, "unobservable")
    roles = dict.fromkeys(domains, frozenset({"dedicated"}))
    return find(seen, domains, Evidence(site_roles=roles))
