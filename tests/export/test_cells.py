"""Any text can be shown anywhere, computes nowhere, and comes back as it was."""

import csv
import io
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adtrace.export.cells import read_spreadsheet_cell, restore, show, spreadsheet_cell
from adtrace.export.formats.csv import CSV
from tests.export.test_formats import as_table, written

ANY = st.text(st.characters() | st.characters(categories=["Cs"]))  # lone surrogates too


@settings(deadline=None)
@given(ANY)
def test_show_is_undone_by_restore(text: str) -> None:
    """Also where the text itself looks escaped."""
    assert restore(show(text)) == text
    show(text).encode("utf-8")


@settings(deadline=None)
@given(ANY)
def test_a_spreadsheet_cell_is_undone_by_reading_it(text: str) -> None:
    """Exactly one quote is taken away."""
    assert read_spreadsheet_cell(spreadsheet_cell(text)) == text


BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_nothing_a_spreadsheet_would_compute_begins_a_cell(beginning: str) -> None:
    """Page text is hostile (OWASP, CSV injection)."""
    assert spreadsheet_cell(f"{beginning}1").startswith("'")


@settings(max_examples=20, deadline=None)
@given(st.lists(ANY, max_size=20))
def test_no_cell_begins_like_a_formula(texts: list[str]) -> None:
    """For any text."""
    assert not [text for text in texts if spreadsheet_cell(text).startswith(BEGINNINGS)]


@settings(deadline=None)
@given(st.lists(st.text(";=+-@\"' a1,"), min_size=2, max_size=4))
def test_no_cell_begins_like_a_formula_where_semicolons_part_them(texts: list[str]) -> None:
    """As spreadsheets of half of Europe open any CSV: a quote inside a line is to them one sign more."""
    rows = as_table([[text, 1, True, [text]] for text in texts])
    for cell in chain(*csv.reader(io.StringIO(written(CSV, rows).decode(), newline=""), delimiter=";")):
        assert not cell.startswith(("=", "+", "-", "@")), cell


@pytest.mark.parametrize("text", ["\\u{0}", "\\u{5c}u{0}", "'", "''=", "a\nb", "\ufffe", "\x1b[2J", "\u202e"])
def test_texts_that_look_escaped_come_back(text: str) -> None:
    """The escape sign is escaped itself."""
    assert restore(show(text)) == text
    assert read_spreadsheet_cell(spreadsheet_cell(text)) == text
