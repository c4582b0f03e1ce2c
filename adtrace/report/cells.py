"""Tables as the page shows them: cells of linked pieces, made from a table of the export layer or an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.export.tables import find_table
from adtrace.names import defang, display
from adtrace.report.rows import Row, Rows, answer_rows
from adtrace.report.words import words_of

if TYPE_CHECKING:
    from adtrace.relate.denominators import Denominators
    from adtrace.relate.measures import Column
    from adtrace.relate.questions import Answer
    from adtrace.report.anchors import Anchors
    from adtrace.report.labels import Label, Labels

# Rows the page holds of one table, and of one answer. Beyond, a reader wants the export.
MAX_ROWS = 1000
MAX_ANSWER_ROWS = 300
# The answer whose rows others lead to.
HYPOTHESES = "operator-hypotheses"
_MOST_PIECES = 6
_MOST_NAMES = 25  # of a list, in what a cell gives to be copied
_LONGEST_TEXT, _LONGEST_LINE = 120, 30
_LONGEST_SENTENCES = 1000  # of an answer's own words: half an innocent explanation explains nothing


class Piece(msgspec.Struct, frozen=True):
    """Text, and the anchor it leads to ("" for none)."""

    text: str
    anchor: str = ""


class Cell(msgspec.Struct, frozen=True):
    """What a cell shows; whole: what copy and CSV give, where the cell shows less."""

    pieces: tuple[Piece, ...]
    whole: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it reads better on several lines, which break between words."""
        return any(len(piece.text) > _LONGEST_LINE for piece in self.pieces)

    @property
    def is_list(self) -> bool:
        """Whether its lines break between its pieces alone."""
        return len(self.pieces) > 1 and not self.is_long


class PageRow(msgspec.Struct, frozen=True):
    """One row; anchor: by which evidence is linked."""

    cells: list[Cell]
    anchor: str = ""


class Heading(msgspec.Struct, frozen=True):
    """A column's name and meaning.

    of: how many domains it speaks of, 0 if it speaks of no such number. on_demand: shown when all columns are wanted.
    """

    name: str
    meaning: str
    is_number: bool = False
    of: int = 0
    on_demand: bool = False

    @property
    def title(self) -> str:
        """The name as a heading."""
        return self.name.replace("_", " ")


class Extra(msgspec.Struct, frozen=True):
    """A column that is no column of the export's table, and what its cell of a row is."""

    heading: Heading
    cell: Callable[[Row], Cell]


class PageTable(msgspec.Struct, frozen=True):
    """One table of the page; total: rows there are, which may be more than are shown."""

    id: str
    title: str
    meaning: str
    headings: tuple[Heading, ...]
    rows: list[PageRow]
    total: int


# Columns of the export's tables that the page shows, where the audience has them: those that tell rows apart and bear
# them, together no wider than a common screen, then those it shows on demand. The rest is in the dossiers and in
# `adtrace export`.
SHOWN = {
    "domains": (
        "domain seen networks accounts brands operator page_states category authority reference last_seen",
        "site_role status sightings",
    ),
    "networks": (
        "domain network company basis state certainty sightings last_seen evidence",
        "advertising row",
    ),
    "accounts": (
        "domain network account account_kind scope holder_role basis state certainty sightings evidence",
        "system relation row",
    ),
    "brands": ("domain brand role through basis state certainty sightings last_seen evidence", "row"),
    "captures": (
        "id domain seen document outcome page_state status sightings url",
        "page_state_rule parse_status bytes_seen run",
    ),
    "refusals": ("id domain seen document outcome layer rule status address", "reason"),
    "sightings": (
        "id domain kind network account brand basis state certainty",
        "rule part start end capture account_kind scope role ad_domain path value",
    ),
}


def table_of(
    name: str,
    title: str,
    table: Rows,
    labels: Labels,
    anchors: Anchors,
    *,
    most: int = MAX_ROWS,
    more: Sequence[Extra] = (),
) -> PageTable:
    """A table of the export layer as the page shows it, with further columns behind its own."""
    known = find_table(name)
    columns = {column.name: column for column in known.columns}
    first, on_demand = (names.split() for names in SHOWN[name])
    shown = [column for column in (*first, *on_demand) if column in table.columns]
    headings = tuple(
        Heading(
            column,
            columns[column].meaning,
            columns[column].type == "integer",
            on_demand=column in on_demand,
        )
        for column in shown
    )
    headings += tuple(extra.heading for extra in more)
    anchor = {"sightings": anchors.sighting, "captures": anchors.capture}.get(name)
    made = [
        PageRow(
            [_cell(column, row, labels, anchors) for column in shown] + [extra.cell(row) for extra in more],
            anchor(row["id"]) if anchor else "",
        )
        for row in table.rows[:most]
    ]
    return PageTable(name, title, known.meaning, headings, made, len(table.rows) + table.left_out)


def answer_table(
    answer: Answer, labels: Labels, anchors: Anchors, *, most: int = MAX_ANSWER_ROWS
) -> PageTable:
    """The rows of an answer; a column in which nothing stands is left out. An operator hypothesis is an anchor."""
    rows = answer_rows(answer)
    columns = [
        column
        for column in answer.columns
        if not rows or any(row[column.name] not in ("", []) for row in rows)
    ]
    places = _places(columns)
    made = [
        PageRow(
            [_place_cell(place, row, labels, anchors) for place in places],
            labels.find("operator", row["operator"]).anchor if answer.id == HYPOTHESES else "",
        )
        for row in rows[:most]
    ]
    headings = tuple(_answer_heading(place, answer.denominators) for place in places)
    return PageTable(f"answer-{answer.id}", answer.question, answer.why, headings, made, len(rows))


def _places(columns: Sequence[Column]) -> list[tuple[Column, ...]]:
    """The columns of an answer as the page has them: sentences stand below one another, for no screen is so wide."""
    sentences = tuple(column for column in columns if column.holds == "text")
    places: list[tuple[Column, ...]] = [(column,) for column in columns if column not in sentences]
    if sentences:
        places.insert(columns.index(sentences[0]), sentences)
    return places


def _answer_heading(place: tuple[Column, ...], denominators: Denominators) -> Heading:
    if len(place) > 1:
        return Heading("in_words", " ".join(f"{column.title}: {column.meaning}" for column in place))
    (column,) = place
    whole = {"": 0, "observable": denominators.observable, "domains": denominators.domains}
    of = whole[column.of] if column.holds == "count" else 0
    is_number = column.holds in ("count", "share")
    return Heading(column.name, column.meaning, is_number, of, on_demand=column.holds == "record")


def _place_cell(place: tuple[Column, ...], row: Row, labels: Labels, anchors: Anchors) -> Cell:
    if len(place) == 1:
        return _answer_cell(place[0], row, labels, anchors)
    said = {
        column.title: _plain(row[column.name], labels, _LONGEST_SENTENCES)
        for column in place
        if row[column.name]
    }
    lines = tuple(Piece(f"{name}: {cell.pieces[0].text}") for name, cell in said.items())
    is_cut = any(cell.whole for cell in said.values())
    whole = " ".join(f"{name}: {cell.whole or cell.pieces[0].text}" for name, cell in said.items())
    return Cell(lines, whole if is_cut else "")


def _answer_cell(column: Column, row: Row, labels: Labels, anchors: Anchors) -> Cell:
    value, holds = row[column.name], column.holds
    if holds in ("record", "records"):
        return _cell("row" if holds == "record" else "evidence", row, labels, anchors)
    if holds in ("domains", "networks", "accounts"):
        return linked(
            [labels.find(holds.removesuffix("s"), name) for name in value], in_full=holds == "accounts"
        )
    if holds == "system":
        return linked([labels.system(value)])
    if holds == "share":
        return Cell((Piece(f"{100 * float(value):.1f} %"),), value) if value else Cell(())
    if holds in ("domain", "network", "brand", "company", "seller", "operator") and value:
        return linked([labels.find(holds, value)], in_full=holds == "seller")
    if holds == "account":
        return linked([labels.find("account", f"{row['network']}/{row['account_kind']}/{value}")])
    return _plain(value, labels, _LONGEST_SENTENCES if holds == "text" else _LONGEST_TEXT)


def linked(found: Sequence[Label], *, in_full: bool = False) -> Cell:
    """Labels as a cell: the first few, and how many more; whole: all of their names. in_full: by their titles."""
    pieces = [Piece(label.title if in_full else label.text, label.anchor) for label in found[:_MOST_PIECES]]
    if len(found) > _MOST_PIECES:
        pieces.append(Piece(f"and {len(found) - _MOST_PIECES:,} more"))
    names = " ".join(label.name for label in found[:_MOST_NAMES])
    if len(found) > _MOST_NAMES:
        names += f" and {len(found) - _MOST_NAMES:,} more"
    return Cell(tuple(pieces), names if names != " ".join(piece.text for piece in pieces) else "")


def _cell(column: str, row: Row, labels: Labels, anchors: Anchors) -> Cell:
    value = row[column]
    if value is None or value == "":
        return Cell(())
    if column in ("domain", "network", "brand", "company", "operator"):
        return linked([labels.find(column, value)])
    if column == "through":
        return linked([labels.find("network", value)])
    if column == "account":
        return linked([_account(row, labels)])
    if column in ("id", "capture", "run", "row"):
        return Cell((Piece(anchors.short(value), _place(column, value, anchors)),))
    if column == "evidence":
        return Cell(tuple(Piece(one.rpartition("-")[2], anchors.of(one)) for one in value))
    if column in ("rule", "layer") and (words := words_of(value)):
        return Cell((Piece(words),), value)
    if column in ("rule", "page_state_rule"):
        whole = defang(display(value))
        named = whole.partition("@")[0]  # without the hash of its card
        return Cell((Piece(named, anchors.rule(value)),), whole if whole != named else "")
    if column == "seen" and "T" in value:
        return Cell((Piece(value[:19].replace("T", " ")),))
    if column == "last_seen":
        return Cell((Piece(value[:10]),), value)
    return _plain(value, labels)


def _place(column: str, public_id: str, anchors: Anchors) -> str:
    """Where an id leads: a sighting's to itself, where all behind it is told; a record's to its place in the chain."""
    if column == "capture":
        return anchors.capture(public_id)
    return anchors.of(public_id) if column != "row" else ""


def _account(row: Row, labels: Labels) -> Label:
    if row["account_kind"] in ("seller_id", "agent") or row.get("kind") == "declaration":
        system = row["network"] or row.get("system") or row.get("ad_domain") or ""
        return labels.find("seller", f"{system}/{row['account']}")
    return labels.find("account", f"{row['network'] or ''}/{row['account_kind'] or ''}/{row['account']}")


def _plain(value: Any, labels: Labels, longest: int = _LONGEST_TEXT) -> Cell:
    if isinstance(value, bool):
        return Cell((Piece("yes" if value else "no"),))
    if isinstance(value, int):
        return Cell((Piece(f"{value:,}"),))
    if isinstance(value, list):
        value = " ".join(value)
    whole = defang(display(value))
    text = labels.shorten(value, longest)
    return Cell((Piece(text),), whole if whole != text else "")
