"""An answer in a terminal: no name is cut, no line is wider than the terminal, what rows have in common stands once."""

import io

import pytest
from rich.console import Console

from adtrace.relate.denominators import Denominators
from adtrace.relate.measures import Column
from adtrace.relate.measures.measure import Cell
from adtrace.relate.questions import Answer
from adtrace.report.answer_text import print_answer

WHY = "the file or the page was copied from another site, with its ids; or the id is mistyped"
COLUMNS = (
    Column("kind", "word", "Which."),
    Column("account", "account", "Whose."),
    Column("on", "domains", "Where."),
    Column("innocent", "text", "How else it comes about."),
    Column("row", "record", "Name."),
)


def printed(rows: list[list[Cell]], width: int, columns: tuple[Column, ...] = COLUMNS) -> list[str]:
    answer = Answer("q", "Which?", "", "Some.", columns, rows, [], Denominators(4, 4, 0, 0))
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    with console.capture() as captured:
        print_answer(answer, console)
    return [line.rstrip() for line in captured.get().splitlines()]


def rows(*accounts: str, kind: str = "other_domain") -> list[list[Cell]]:
    return [
        [kind, account, ["one.example", "another.example"], WHY, f"case-answer-{n}"]
        for n, account in enumerate(accounts)
    ]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_name_is_cut_and_no_line_too_wide(width: int) -> None:
    """Wide characters count as two; a column that can be folded gives way to one that cannot."""
    given = [*rows("a" * 30, "口" * 12), *rows("b", kind="unknown_seller")]
    lines = printed(given, width)
    text = "".join(lines)
    assert all(sum(2 if char == "口" else 1 for char in line) <= width for line in lines)
    for name in ("a" * 30, "口" * 12, "another[.]example", "answer-1", "unknown_seller"):
        assert name in text
    assert "…" not in text


def test_what_rows_of_one_kind_all_say_stands_once() -> None:
    """The sentence stands under the kind; what tells the rows apart is a table below it."""
    lines = printed([*rows("a1", "a2", "a3"), *rows("a4", kind="unknown_seller")], 80)
    text = " ".join(" ".join(lines).split())
    assert text.count(WHY) == 2
    assert [line for line in lines if line.startswith("  kind:")] == [
        "  kind: other_domain",
        "  kind: unknown_seller",
    ]
    table = next(n for n, line in enumerate(lines) if line.split() == ["account", "on", "row"])
    assert [line.split()[0] for line in lines[table + 1 : table + 4]] == ["a1", "a2", "a3"]


def test_a_sentence_that_differs_stands_with_its_row() -> None:
    """Nothing is said of a row that another one says."""
    different = rows("a1", "a2")
    different[1][3] = (
        "another reason altogether, of more than sixty characters in all, as long as the first one"
    )
    text = " ".join(" ".join(printed(different, 80)).split())
    assert text.index("a1") < text.index(WHY) < text.index("a2") < text.index("another reason")
