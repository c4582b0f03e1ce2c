"""The data dictionary: every column of every table, its type, its meaning, and how each audience reads it."""

from __future__ import annotations

from collections.abc import Mapping

from adtrace.export.audience import AUDIENCES, Audience
from adtrace.export.tables import TABLES, Column, Rewrite

_CLEAR = "as it is"
_KEYED = "keyed"
# How a reader gets a cell, where it is not as it is. One line for each kind of rewriting, one word or two for each
# audience in the order of AUDIENCES.
_READS: Mapping[Rewrite, tuple[str, str, str, str]] = {
    "word": (_CLEAR, _CLEAR, _CLEAR, _CLEAR),
    "record": (_CLEAR, _CLEAR, _KEYED, _KEYED),
    "time": (_CLEAR, _CLEAR, "to the day", "to the month"),
    "number": (_CLEAR, _CLEAR, "at least", "at least"),
    "declared": (_CLEAR, "known words", "known words", "known words"),
    "domain": (_CLEAR, _KEYED, _KEYED, _KEYED),
    "account": (_CLEAR, _KEYED, "own in clear", _KEYED),
    "operator": (_CLEAR, _KEYED, _KEYED, _KEYED),
    "text": (_CLEAR, "listed hosts keyed", "listed hosts keyed", "listed hosts keyed"),
    "quote": ("others' hosts keyed", "hosts keyed", "hosts keyed", "hosts keyed"),
    "host": ("others' hosts keyed", "hosts keyed", "hosts keyed", "hosts keyed"),
    "system": (_CLEAR, "unknown hosts keyed", "unknown hosts keyed", "unknown hosts keyed"),
    "site": ("others' hosts keyed", "hosts keyed", "hosts keyed", "hosts keyed"),
    "url": ("others' hosts keyed", "hosts keyed", "hosts keyed", "hosts keyed"),
    "source": (_CLEAR, _KEYED, _KEYED, _KEYED),
    "target": (_CLEAR, _KEYED, _KEYED, _KEYED),
}


def reading(column: Column, audience: Audience) -> str:
    """How this audience reads the column; "-" if it does not get it."""
    if audience not in column.audiences:
        return "-"
    return _READS[column.rewrite][AUDIENCES.index(audience)]


def dictionary_text(audience: Audience | None = None) -> str:
    """The dictionary as Markdown; of the tables and columns of one audience alone, if it is named."""
    shown = AUDIENCES if audience is None else (audience,)
    parts = [_HEAD]
    for table in TABLES:
        columns = [
            column for column in table.columns if audience is None or column in table.columns_for(audience)
        ]
        if not columns or (audience is not None and audience not in table.audiences):
            continue
        parts.append(f"\n## {table.name}\n\n{table.meaning}\n\n")
        parts.append(f"| column | type | what it says | {' | '.join(shown)} |\n")
        parts.append(f"|---|---|---|{'---|' * len(shown)}\n")
        for column in columns:
            cells = [reading(column, one) if one in table.audiences else "-" for one in shown]
            type_ = column.type if audience is None else column.type_for(audience)
            parts.append(f"| {column.name} | {type_} | {column.meaning} | {' | '.join(cells)} |\n")
    return "".join(parts)


_HEAD = """# Data dictionary

Made from the one definition of the tables that every format is written from. Types: text; integer; flag (yes or no);
list (in CSV with spaces between); time (UTC, ISO 8601). An empty cell is "does not apply" or "not known", never "no".

How a reader gets a cell: "keyed" is a stand-in made with a key of this case and this audience, the same wherever the
same thing stands (dom- a listed domain, sub- a name under one, acc- an id, op- an operator hypothesis, out- a host
nobody confirmed, rec- a record); "at least" is a count rounded down to 1, 2, 5, 10, 20, 50 and so on.
"""
