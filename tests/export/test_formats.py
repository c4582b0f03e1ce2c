"""Every format holds any text, and gives it back."""

import csv
import io
import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adtrace.export import formats
from adtrace.export.cells import read_spreadsheet_cell, restore
from adtrace.export.formats import FORMATS, Format
from adtrace.export.formats.csv import CSV
from adtrace.export.formats.gexf import GEXF
from adtrace.export.formats.graphml import GRAPHML
from adtrace.export.formats.jsonl import JSONL
from adtrace.export.table_rows import TableRows, as_frame
from adtrace.export.tables import Column
from adtrace.relate.graph import graph_of
from adtrace.relate.seen import Seen

HOSTILE = "a\x00b\x1b[2J\udc80\u202e=1\r\n<&\"'\ufffe\\u{0}"
COLUMNS = (
    Column("word", "w", "word"),
    Column("number", "n", "word", "integer"),
    Column("flag", "f", "word", "flag"),
    Column("many", "m", "word", "list"),
)
ANY = st.text(st.characters() | st.characters(categories=["Cs"]))


def written(form: Format, what: Any) -> bytes:
    stream = io.BytesIO()
    (file,) = form.files
    file.write(what, stream)
    return stream.getvalue()


def as_table(rows: list[list[Any]]) -> TableRows:
    """These rows in batches of two."""
    parts = [rows[start : start + 2] for start in range(0, len(rows), 2)]
    batches = (list(map(list, zip(*part, strict=True))) for part in parts)
    return TableRows("some", COLUMNS, "investigator", batches)


def read_csv(data: bytes) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    return [{name: read_spreadsheet_cell(cell) for name, cell in row.items()} for row in rows]


def a_graph(name: str) -> "nx.MultiDiGraph[str]":
    plain: dict[str, Any] = {
        "edge": "offered_on",
        "source_kind": "brand",
        "source": name,
        "target_kind": "domain",
        "target": "a.example",
        "basis": "landing",
        "state": "live",
        "certainty": "likely",
        "domain": "a.example",
        "captures": ("c-1",),
        "first_seen": "2026-11-22T00:00:00Z",
        "last_seen": "2026-11-22T00:00:00Z",
    }
    seen = [
        Seen(**plain, sightings=("s-1",), role="unknown"),
        Seen(**plain, sightings=("s-2",), role="unknown"),
        Seen(**plain, sightings=("s-3",), role="fallback"),
    ]
    return graph_of(seen, {"a.example": "observable", "b.example": "unobservable"})


def test_every_format_is_listed() -> None:
    """FORMATS is explicit: a module in it or not at all."""
    modules = [
        import_module(f"{formats.__name__}.{module.name}") for module in iter_modules(formats.__path__)
    ]
    defined = {
        value.name for module in modules for value in vars(module).values() if isinstance(value, Format)
    }
    assert defined == {known.name for known in FORMATS}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(ANY, st.none() | st.integers(0, 2**60), st.none() | st.booleans()), max_size=20))
def test_csv_is_read_back_as_it_was(rows: list[tuple[str, int | None, bool | None]]) -> None:
    """Export then read back."""
    frame = as_table([[text, number, flag, ["x", "y"]] for text, number, flag in rows])
    back = [(row["word"], row["number"], row["flag"], row["many"]) for row in read_csv(written(CSV, frame))]
    expected = [
        (text, "" if number is None else str(number), "" if flag is None else str(flag).lower(), "x y")
        for text, number, flag in rows
    ]
    assert back == expected


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.none() | ANY, st.none() | st.integers(0, 2**60), st.none() | st.booleans()), max_size=20
    )
)
def test_jsonl_is_read_back_as_it_was(rows: list[tuple[str | None, int | None, bool | None]]) -> None:
    """Export then read back, missing values too."""
    frame = as_table([[text, number, flag, ["x"]] for text, number, flag in rows])
    back = [json.loads(line) for line in written(JSONL, frame).splitlines()]
    assert repr([(row["word"], row["number"], row["flag"]) for row in back]) == repr(rows)  # False is not 0
    assert all(row["many"] == ["x"] for row in back)


def test_csv_quotes_every_cell_and_keeps_a_row_on_a_line() -> None:
    """A line break of a page is written out, so that tools that read lines read rows."""
    data = written(CSV, as_table([[HOSTILE, 1, True, []]])).decode("utf-8")
    lines = data.split("\r\n")
    assert len(lines) == 3
    assert lines[0] == '"word","number","flag","many"'
    assert all(line.startswith('"') for line in lines[:2])


def test_jsonl_is_ascii() -> None:
    """So that any reader takes it."""
    assert written(JSONL, as_table([[HOSTILE, 1, True, []]])).isascii()


def test_an_empty_table_is_a_header_or_nothing() -> None:
    """Nothing seen is a valid file."""
    assert written(CSV, as_table([])) == b'"word","number","flag","many"\r\n'
    assert written(JSONL, as_table([])) == b""
    assert list(as_frame(as_table([])).dtypes.astype(str)) == ["object", "Int64", "boolean", "object"]


def test_pandas_reads_the_csv() -> None:
    """The plainest reader there is."""
    frame = pd.read_csv(io.BytesIO(written(CSV, as_table([["=1", 7, False, ["x"]]]))))
    assert frame.to_dict("records") == [{"word": "'=1", "number": 7, "flag": False, "many": "x"}]


@pytest.mark.parametrize("form", [GRAPHML, GEXF])
def test_a_graph_file_is_read_back_by_networkx(form: Format) -> None:
    """Nodes, parallel edges and attributes, whatever characters a name holds."""
    graph = a_graph(HOSTILE)
    data = written(form, graph)
    if form is GRAPHML:
        back = nx.read_graphml(io.BytesIO(data), force_multigraph=True)
    else:
        back = nx.read_gexf(io.BytesIO(data))
    assert {restore(node) for node in back} == set(graph)
    assert back.number_of_edges() == 2
    assert {restore(data["name"]) for _, data in back.nodes(data=True)} == {HOSTILE, "a.example", "b.example"}
    edges = sorted((data["role"], data["count"], data["sightings"]) for _, _, data in back.edges(data=True))
    assert edges == [("fallback", 1, "s-3"), ("unknown", 2, "s-1 s-2")]


@pytest.mark.parametrize("form", [GRAPHML, GEXF])
@settings(deadline=None)
@given(name=ANY)
def test_any_name_makes_a_graph_file_that_parses(form: Format, name: str) -> None:
    """networkx alone raises, or writes a file nothing can read."""
    ET.fromstring(written(form, a_graph(name)))


@pytest.mark.parametrize("form", [GRAPHML, GEXF])
def test_an_empty_graph_is_a_valid_file(form: Format) -> None:
    """Nothing listed is a valid file too."""
    ET.fromstring(written(form, graph_of([])))


def test_gephi_opens_each_kind_in_its_colour_and_shape() -> None:
    """As the pictures have them (graphs/styles)."""
    data = written(GEXF, a_graph("clip.example"))
    # networkx reads a shape by another attribute than it and GEXF write it.
    colours = {str(node["viz"]["color"]) for _, node in nx.read_gexf(io.BytesIO(data)).nodes(data=True)}
    viz = "{http://www.gexf.net/1.2draft/viz}"
    shapes = {shape.get("value") for shape in ET.fromstring(data).iter(f"{viz}shape")}
    kinds = {node["kind"] for _, node in a_graph("clip.example").nodes(data=True)}
    assert str({"r": 179, "g": 52, "b": 27, "a": 1.0}) in colours
    assert len(colours) == len(kinds)
    assert shapes == {"disc", "triangle"}
