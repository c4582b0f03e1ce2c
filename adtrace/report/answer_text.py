"""An answer in a terminal: folded to its width, as a table where that can be read, else a row a paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adtrace.knowledge import load_knowledge
from adtrace.names import defang, display
from adtrace.report.labels import cut_stand_ins, telling_length
from adtrace.report.rows import answer_rows

if TYPE_CHECKING:
    from adtrace.relate.measures import Column
    from adtrace.relate.questions import Answer

MAX_ROWS = 100  # `--json` has all
_MOST_PIECES = 3
_NUMBERS = ("count", "share")
_MOST_FOLDED = 1.5  # times as much text as a line holds
_SENTENCE = 60  # characters, from which on a cell is read as one
_INDENT, _DEEPER, _GAP = 2, 4, 2  # of everything, of what stands under something, between columns


def print_answer(answer: Answer, console: Console, *, with_meanings: bool = False) -> None:
    """Print question, headline, denominators, rows and limits; every word safe in any terminal, no host a link.

    with_meanings: and what each column means.
    """
    n = answer.denominators
    seen = (
        f"Of {n.domains:,} domains: {n.observable:,} observable, {n.not_operator:,} not the operator's page, "
        f"{n.unobservable:,} unobservable."
    )
    console.print(Text(display(f"{answer.id}: {answer.question}"), style="bold"))
    console.print(_indented(Text(display(answer.headline))))
    console.print(_indented(Text(seen)))
    for part in _rows(answer, console):
        console.print(part)
    if with_meanings and answer.rows:
        console.print(_meanings(answer.columns))
    for limit in answer.limits:
        console.print(_indented(Text(display(f"Limit: {limit}"))))
    console.print()


def _rows(answer: Answer, console: Console) -> Iterator[RenderableType]:
    rows = answer_rows(answer)
    if not rows:
        yield _indented(Text("No row: nothing of the kind was observed, which is never clean."))
        return
    # Of what is behind a row its name is enough: `adtrace show` takes it.
    columns = [
        column
        for column in answer.columns
        if column.holds != "records" and any(row[column.name] not in ("", []) for row in rows)
    ]
    texts = [str(cell) for row in rows[:MAX_ROWS] for cell in row.values()]
    length = telling_length(texts)
    cells = [[_cell(column, row[column.name], length) for column in columns] for row in rows[:MAX_ROWS]]
    yield from _laid_out(columns, cells, console.width - _INDENT)
    if len(rows) > MAX_ROWS:
        yield _indented(Text(f"The first {MAX_ROWS} of {len(rows):,} rows; --json has all."))


def _laid_out(columns: list[Column], cells: list[list[str]], room: int) -> Iterator[RenderableType]:
    """A table where there is room, else rows under what several begin with, else a row a paragraph."""
    widths = _widths(columns, cells, room)
    if widths:
        yield _table(columns, cells, widths)
    elif len({row[0] for row in cells}) == len(cells):
        yield from _paragraphs(columns, cells)
    else:
        for _, alike in groupby(cells, key=itemgetter(0)):
            yield from _group(columns, list(alike), room)


def _group(columns: list[Column], cells: list[list[str]], room: int) -> Iterator[RenderableType]:
    """Rows that begin with the same: this, and what they all say in words, once above what tells them apart."""
    said = [set(texts) for texts in zip(*cells, strict=True)]
    once = [n for n, column in enumerate(columns) if not n or (column.holds == "text" and len(said[n]) == 1)]
    yield from _paragraphs([columns[n] for n in once], [[cells[0][n] for n in once]])
    rest = [n for n in range(len(columns)) if n not in once and said[n] != {""}]
    apart, their_cells = [columns[n] for n in rest], [[row[n] for n in rest] for row in cells]
    widths = _widths(apart, their_cells, room - _DEEPER)
    for part in [_table(apart, their_cells, widths)] if widths else _paragraphs(apart, their_cells):
        yield Padding(part, (0, 0, 0, _DEEPER), expand=False)


def _widths(columns: list[Column], cells: list[list[str]], room: int) -> list[int]:
    """How wide each column is, so that no word is cut and few cells take more than two lines; [] without the room."""
    texts = [[column.title, *said] for column, said in zip(columns, zip(*cells, strict=True), strict=True)]
    least = [max(cell_len(word) for text in said for word in text.split()) for said in texts]
    most = [max(map(cell_len, said)) for said in texts]
    room -= _GAP * len(columns)
    if sum(least) > room or sum(most) > _MOST_FOLDED * room:
        return []
    widths, spare = list(least), room - sum(least)
    # Who wants least more is served first, of what is left its equal part.
    for served, n in enumerate(sorted(range(len(columns)), key=lambda n: most[n] - least[n])):
        more = min(most[n] - least[n], spare // (len(columns) - served))
        widths[n] += more
        spare -= more
    return widths


def _meanings(columns: Iterable[Column]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for column in columns:
        if column.holds not in ("record", "records"):
            grid.add_row(Text(column.title), Text(display(column.meaning)))
    return Padding(grid, (1, 0, 1, 2), expand=False)


def _table(columns: list[Column], cells: list[list[str]], widths: list[int]) -> RenderableType:
    found = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="")
    for column, width in zip(columns, widths, strict=True):
        justify = "right" if column.holds in _NUMBERS else "left"
        found.add_column(Text(column.title), justify=justify, width=width)  # type: ignore[arg-type]
    for row in cells:
        found.add_row(*map(Text, row))
    return _indented(found)


def _paragraphs(columns: list[Column], cells: list[list[str]]) -> Iterator[RenderableType]:
    titles = [column.title for column in columns]
    for row in cells:
        first, *others = (f"{title}: {cell}" for title, cell in zip(titles, row, strict=True) if cell)
        yield _indented(Text(first))
        for line in _lines(others):
            yield Padding(Text(line), (0, 0, 0, 6), expand=False)


def _lines(cells: list[str]) -> Iterator[str]:
    """Short cells side by side; a sentence has a line of its own."""
    for is_sentence, some in groupby(cells, key=lambda cell: len(cell) > _SENTENCE):
        side_by_side = list(some)
        yield from side_by_side if is_sentence else ["; ".join(side_by_side)]


def _cell(column: Column, value: Any, length: int) -> str:
    pieces = value if isinstance(value, list) else [value]
    if column.holds == "record":
        shown = [name.partition("-")[2] for name in pieces]  # `adtrace show` takes it without the case's part
    else:
        cards = load_knowledge().cards if column.holds in ("network", "networks", "system") else {}
        shown = [
            display(cards[name].name).partition(" (")[0]
            if name in cards
            else cut_stand_ins(defang(display(name)), length)
            for name in map(str, pieces)
        ]
    more = [f"{len(shown) - _MOST_PIECES:,} more"] if len(shown) > _MOST_PIECES else []
    return ", ".join([*shown[:_MOST_PIECES], *more])


def _indented(what: RenderableType) -> RenderableType:
    return Padding(what, (0, 0, 0, _INDENT), expand=False)
