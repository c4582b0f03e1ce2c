"""Every format is opened by the program or library it is made for, for every reader who may have it."""

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pandas as pd
import pytest

from adtrace.case import Case
from adtrace.errors import UsageError
from adtrace.export import Reader, read_reader, write_files
from adtrace.export.cells import restore
from adtrace.export.tables import find_table
from tests.export.readers import READERS, everything_for, fill, judge
from tests.relate.small_case import PUBLISHER, RUN, SmallCase


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """One judged case for all of this file: nothing here changes what it says."""
    small = SmallCase(tmp_path_factory.mktemp("consumers") / "case")
    with small.case.transaction():
        small.run = small.case.append("note", RUN)
    fill(small)
    judge(small)
    with small.case:
        yield small.case


@pytest.fixture(scope="module", params=READERS, ids=str)
def exported(
    request: pytest.FixtureRequest, case: Case, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Reader, Path]:
    """Everything one reader can be given, and where it lies."""
    reader = request.param
    folder = tmp_path_factory.mktemp(reader.audience)
    write_files(case, folder, everything_for(reader), reader)
    return reader, folder


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text("ascii").splitlines()]


def test_every_row_and_every_graph_bears_its_labels(exported: tuple[Reader, Path]) -> None:
    """TLP 2.0 in the file itself, where its reader sees it, and where a copied row still has it."""
    reader, folder = exported
    labels = f"TLP:GREEN PAP:{'GREEN' if reader.is_outside else 'AMBER'}"
    for file in folder.glob("*.csv"):
        column = "Marking" if file.name.startswith("graph") else "marking"
        assert pd.read_csv(file, dtype=str)[column].str.startswith("TLP:GREEN").all(), file.name
    for file in folder.glob("*.jsonl"):
        for line in map(json.loads, file.read_text("ascii").splitlines()):
            said = line["marking"] if "marking" in line else line["properties"]["description"][0]
            assert said.endswith(labels), file.name
    with (folder / "graph.gexf").open("rb") as stream:
        meta = ET.parse(stream).find("{*}meta")
    assert meta is not None
    assert meta.findtext("{*}description", "").startswith("TLP:GREEN")


def test_rows_name_evidence_that_the_reader_has(exported: tuple[Reader, Path]) -> None:
    """Three sightings at most, by the names they have in this reader's own table of sightings."""
    reader, folder = exported
    known = {row["id"] for row in rows_of(folder, "sightings")}
    tables = [
        name
        for name in ("networks", "accounts", "brands", "links")
        if find_table(name).columns_for(reader.audience)
    ]
    named = [row["evidence"] for table in tables for row in rows_of(folder, table)]
    assert named
    assert {len(evidence) for evidence in named} <= {1, 2, 3}
    assert {sighting for evidence in named for sighting in evidence} <= known


def test_parquet_is_typed_and_says_what_the_rows_are(exported: tuple[Reader, Path]) -> None:
    """Read by pyarrow: the rows of JSON Lines, with types of their own and each column's meaning."""
    parquet = pytest.importorskip("pyarrow.parquet")
    reader, folder = exported
    read = parquet.read_table(folder / "sightings.parquet")
    expected = rows_of(folder, "sightings")
    assert len(read) == len(expected) > 0
    assert [restore(text) for text in read["domain"].to_pylist()] == [row["domain"] for row in expected]
    is_inside = not reader.is_outside
    assert str(read.schema.field("seen").type) == ("timestamp[us, tz=UTC]" if is_inside else "string")
    if is_inside:
        assert str(read.schema.field("position").type) == "int64"
        assert str(read.schema.field("advertising").type) == "bool"
        assert read["seen"][0].as_py().isoformat()[:19] == expected[0]["seen"][:19]
    assert read.schema.metadata[b"marking"].startswith(b"TLP:")
    assert read.schema.field("domain").metadata[b"meaning"] == b"The listed domain."


def test_the_workbook_opens_and_computes_nothing(exported: tuple[Reader, Path]) -> None:
    """Read by openpyxl: a readme with the marking, then typed tables with filters under a frozen header."""
    openpyxl = pytest.importorskip("openpyxl")
    reader, folder = exported
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    readme = {tuple(cell.value for cell in row) for row in book["readme"].iter_rows()}
    assert ("For", str(reader).replace(":", " ").replace(".", "[.]")) in readme
    assert any(name == "Marking" and text.startswith("TLP:") for name, text in readme)
    tables = [table for table, form in everything_for(reader) if form == "xlsx"]
    assert book.sheetnames == ["readme", *tables]
    for name in tables:
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        assert [cell.value for cell in sheet[1]] == [
            c.name for c in find_table(name).columns_for(reader.audience)
        ]
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
        assert not any(re.search(r"\bhttps?://", str(cell.value)) for cell in cells)
    with zipfile.ZipFile(folder / "tables.xlsx") as package:
        assert not any("externalLink" in name or "vba" in name.lower() for name in package.namelist())
    if reader.audience == "investigator":
        assert book["sightings"]["F2"].value.isoformat()[:10] == rows_of(folder, "sightings")[0]["seen"][:10]


def test_gephis_pair_names_every_end_of_every_edge(exported: tuple[Reader, Path]) -> None:
    """As Gephi's import wants it: Id and Label; Source and Target, each of them an Id."""
    _, folder = exported
    nodes = pd.read_csv(folder / "graph.nodes.csv")
    edges = pd.read_csv(folder / "graph.edges.csv")
    assert list(nodes.columns[:2]) == ["Id", "Label"]
    assert list(edges.columns[:4]) == ["Source", "Target", "Type", "Weight"]
    assert set(edges["Source"]) | set(edges["Target"]) <= set(nodes["Id"])
    assert set(edges["Type"]) == {"Directed"}
    assert len(edges) > 0


def test_graphml_bears_the_marking(exported: tuple[Reader, Path]) -> None:
    """Read by networkx: nodes, edges, and what may be done with them."""
    _, folder = exported
    graph = nx.read_graphml(folder / "graph.graphml", force_multigraph=True)
    assert graph.graph["marking"].startswith("TLP:")
    assert len(graph) > 1


def test_stix_is_read_by_its_library_and_says_no_more_than_seen(exported: tuple[Reader, Path]) -> None:
    """Parsed strictly; every object is marked with TLP and PAP; nothing is an indicator, a threat or an attack."""
    stix2 = pytest.importorskip("stix2")
    reader, folder = exported
    bundle = stix2.parse((folder / "case.stix.json").read_text("ascii"))
    kinds = {made["type"] for made in bundle.objects}
    assert kinds == {
        "marking-definition", "identity", "domain-name", "relationship", "observed-data", "grouping", "note",
        *({"user-account"} if reader.audience != "brand" else ()),
    }  # fmt: skip
    ids = {made["id"] for made in bundle.objects}
    assert len(ids) == len(bundle.objects)
    for made in bundle.objects:
        if made["type"] != "marking-definition":
            assert len(made["object_marking_refs"]) == 2
            assert set(made["object_marking_refs"]) <= ids
        if made["type"] == "relationship":
            assert made["relationship_type"] == "related-to"
            assert {made["source_ref"], made["target_ref"]} <= ids
    names = {made["value"] for made in bundle.objects if made["type"] == "domain-name"}
    assert all(name.endswith(".invalid") for name in names) == (reader.audience != "investigator")


def test_misp_loads_the_event_and_nothing_in_it_detects(exported: tuple[Reader, Path]) -> None:
    """Read back by pymisp: for the own organisation, no attribute for detection, tagged, with its templates."""
    pymisp = pytest.importorskip("pymisp")
    reader, folder = exported
    event = pymisp.MISPEvent()
    event.load_file(folder / "case.misp.json")
    assert event.distribution == 0
    assert {tag.name.split(":")[0] for tag in event.tags} == {"tlp", "PAP"}
    attributes = [*event.attributes, *(one for made in event.objects for one in made.attributes)]
    assert attributes
    assert not any(one.to_ids for one in attributes)
    names = {made.name for made in event.objects}
    assert names == {"adtrace-placement", *(("tracking-id",) if reader.audience != "brand" else ())}
    ids = {one.value for made in event.objects for one in made.attributes if one.object_relation == "id"}
    assert (PUBLISHER in ids) == (reader.audience in ("investigator", "network"))


@pytest.mark.slow  # its library takes seconds to import
def test_follow_the_money_takes_every_entity(exported: tuple[Reader, Path]) -> None:
    """Validated by its own library, every link between entities that are there."""
    followthemoney = pytest.importorskip(
        "followthemoney", reason="its ICU must be compiled: the extra consumers"
    )
    _, folder = exported
    entities = [json.loads(line) for line in (folder / "case.ftm.jsonl").read_text("ascii").splitlines()]
    ids = {entity["id"] for entity in entities}
    links = 0
    for entity in entities:
        proxy = followthemoney.model.get_proxy(entity, cleaned=False)
        followthemoney.model[entity["schema"]].validate(entity)
        assert proxy.to_dict()["properties"].keys() == entity["properties"].keys()
        if entity["schema"] == "UnknownLink":
            links += 1
            assert {*entity["properties"]["subject"], *entity["properties"]["object"]} <= ids
    assert links
    assert len(ids) == len(entities)


@pytest.mark.slow  # its validator takes seconds to import
def test_waczs_own_validator_accepts_the_skeletons(case: Case, tmp_path: Path) -> None:
    """`wacz validate`; every record is text at its address, so that a replay has nothing to ask for."""
    pytest.importorskip("wacz")
    warcio = pytest.importorskip("warcio.archiveiterator")
    write_files(case, tmp_path, [("case", "wacz")], "investigator")
    file = tmp_path / "case.wacz"
    # In a process of its own, for it leaves a temporary folder behind that Python warns of.
    validate = "import sys; from wacz.main import main; sys.exit(main())"
    command = [sys.executable, "-W", "ignore", "-c", validate, "validate", "-f", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(file) as package:
        records = package.read("archive/skeletons.warc.gz")
        urls = [json.loads(line)["url"] for line in package.read("pages/pages.jsonl").splitlines()[1:]]
    found = []
    for record in warcio.ArchiveIterator(io.BytesIO(records), check_digests="raise"):
        assert (record.rec_type, record.content_type) == ("resource", "text/plain; charset=utf-8")
        assert record.content_stream().read().startswith(b"skeleton-1 ")
        found.append(record.rec_headers.get_header("WARC-Target-URI"))
    assert found == urls
    assert "https://clip.example/" in found


@pytest.mark.parametrize("reader", READERS[1:], ids=str)
@pytest.mark.parametrize("form", ["wacz", "datasette"])
def test_the_texts_of_pages_are_the_investigators(
    case: Case, tmp_path: Path, reader: Reader, form: str
) -> None:
    """Refused before anything is written."""
    with pytest.raises(UsageError, match="investigator alone"):
        write_files(case, tmp_path / "out", [("case", form)], reader)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("module", ["pyarrow", "xlsxwriter", "stix2", "pymisp", "warcio.warcwriter"])
def test_a_library_that_is_missing_is_named_with_what_brings_it(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    """One sentence: what is needed, and the extra."""
    form = {"pyarrow": "parquet", "xlsxwriter": "xlsx", "stix2": "stix", "pymisp": "misp"}.get(module, "wacz")
    table = "domains" if form in ("parquet", "xlsx") else "case"
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match=r"adtrace\[formats\]"):
        write_files(case, tmp_path, [(table, form)], "investigator")


def test_readers_are_named_as_they_are_written() -> None:
    """And what is none is answered with what to write."""
    assert [str(read_reader(str(reader))) for reader in READERS] == [str(reader) for reader in READERS]
    for text in ("network", "brand:", "network:nobody-has-this-card", "taskforce:x", "public"):
        with pytest.raises(UsageError):
            read_reader(text)


def test_the_verifier_alone_holds_for_every_reader(exported: tuple[Reader, Path]) -> None:
    """The standard library's verifier; outside, no record but the export's own shows its time or its type."""
    reader, folder = exported
    command = [sys.executable, "-I", "verify_export.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    proofs = json.loads((folder / "proofs.json").read_text("ascii"))
    shown = [row for row in proofs["records"] if len(row) != 2]
    assert len(proofs["records"]) > 1
    if reader.is_outside:
        assert [row[:2] for row in shown] == [[proofs["export"]["record"], "export"]]
    else:
        assert len(shown) == len(proofs["records"])
