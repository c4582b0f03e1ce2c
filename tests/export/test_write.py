"""What leaves a case is verified first, whole or not at all, and on record."""

import base64
import errno
import hashlib
import io
import json
import os
import re
import sqlite3
import stat
import zipfile
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import networkx as nx
import pytest

from adtrace.case import Case
from adtrace.case.verify_export import check
from adtrace.errors import CaseError, IntegrityError, UsageError
from adtrace.export import FORMATS, TABLES, Reader, Source, parts, write_files, write_stream
from adtrace.export.formats.format import Format, one_file
from adtrace.export.write import write_parts
from adtrace.relate.links import links_of
from tests.case.test_verify_export import RunCase
from tests.export.readers import READERS, SHOP, everything_for, judge
from tests.relate.small_case import PUBLISHER, SmallCase, adsense

EVERYTHING = [(table.name, form) for table in TABLES for form in ("csv", "jsonl")] + [
    ("graph", "graphml"),
    ("graph", "gexf"),
]


def fill(small: SmallCase) -> None:
    """A case whose pages name listed domains in every way a page can."""
    named = "watch-film.example"
    urls = [
        f"https://s.magsrv.com/click.php?zoneid=1&u=https%3A%2F%2F{named}%2F",
        f"https://s.magsrv.com/ad-provider.js?r={base64.b64encode(f'https://{named}/x'.encode()).decode()}",
        f"https://{named}.magsrv.com/ad-provider.js",
        f"https://s.magsrv.com/ad-provider.js?r={quote(quote(f'https://{named}/', safe=''), safe='')}",
        f"https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&clickref={named}&ued=https%3A%2F%2F{named}%2F",
    ]
    tags = "".join(f'<script src="{url}"></script><a href="{url}">x</a>' for url in urls)
    inline = f'<script>var ref = "{named}"; var z = {{"host": "https:\\/\\/{named}"}};</script>'
    small.site(
        "clip.example",
        adsense(),
        tags,
        inline,
        reference="see watch-film.example",
        category="of clip.example",
    )
    small.site(named, adsense(), tags)
    ads_txt = f"google.com, {PUBLISHER}, DIRECT\n{named}, 77, RESELLER\nOWNERDOMAIN={named}\n"
    small.read("clip.example", ads_txt, kind="ads_txt", path="/ads.txt")
    small.end("clip.example", "redirected", location=f"https://{named}/?from=clip.example")
    small.end("clip.example", "failed", layer="dns", reason=f"no such host {named}")
    small.deny("clip.example", f"https://stranger.test/?u={named}", f"{named} named it")


def test_every_file_is_whole_private_and_in_the_manifest(small: SmallCase, tmp_path: Path) -> None:
    """0600, no temporary file left, and the SHA-256 that any tool computes."""
    fill(small)
    folder = tmp_path / "out"
    manifest = write_files(small.case, folder, EVERYTHING)
    said = json.loads((folder / "manifest.json").read_text("ascii"))
    assert {file.name for file in folder.iterdir()} == {one["file"] for one in said["files"]} | {
        "manifest.json",
        "proofs.json",
        "checkpoint.txt",
        "verify_export.py",
    }
    for one in said["files"]:
        data = (folder / one["file"]).read_bytes()
        assert (one["sha256"], one["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert said["record"] == manifest.record
    assert len(said["files"]) == len(EVERYTHING)


def test_an_export_is_a_record_of_the_ledger(small: SmallCase, tmp_path: Path) -> None:
    """The manifest, sealed; the case verifies after it."""
    small.site("clip.example", adsense())
    manifest = write_files(small.case, tmp_path / "out", [("accounts", "csv")], "investigator")
    (row,) = small.case.rows("SELECT seq, payload FROM exports")
    payload = json.loads(row["payload"])
    assert manifest.record == small.case.public_id("export", row["seq"])
    assert payload["audience"] == "investigator"
    assert payload["verified"] == row["seq"] - 1
    assert payload["files"][0]["sha256"] == manifest.files[0].sha256
    small.case.verify(links_of)


def test_a_damaged_case_yields_no_export(small: SmallCase, tmp_path: Path) -> None:
    """A damaged case.db is named, and nothing is made from it."""
    small.site("clip.example", adsense())
    path = small.case.path
    small.case.close()
    database = sqlite3.connect(path / "case.db")
    database.executescript(
        "DROP TRIGGER sightings_update; UPDATE sightings SET account = 'pub-0' WHERE account IS NOT NULL;"
    )
    database.commit()
    database.close()
    with Case.open(path, write=True) as case:
        with pytest.raises(IntegrityError):
            write_files(case, tmp_path / "out", EVERYTHING)
        with pytest.raises(IntegrityError):
            write_stream(case, "accounts", "csv", BytesIO())
        assert not list(case.rows("SELECT seq FROM exports"))
    assert not (tmp_path / "out").exists()


class _Full(io.BufferedWriter):
    """A file on a disk with room for so many bytes more."""

    room = 0

    def write(self, data: Any) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


def test_a_full_disk_leaves_nothing(
    small: SmallCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any format: no file under any name, in the case's folder neither, no record, and a sentence that says why."""
    for module in ("pyarrow", "xlsxwriter", "stix2", "pymisp", "warcio"):
        pytest.importorskip(module)
    fill(small)
    small.case.sign()
    before, own = small.case.seq, {path.name for path in tmp_path.rglob("*") if path.is_file()}
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))  # nothing is written there

    for known, room in product(FORMATS, (0, 600)):

        def small_disk(handle: int, _: str, room: int = room) -> _Full:
            stream = _Full(io.FileIO(handle, "wb"), 1)
            stream.room = room
            return stream

        monkeypatch.setattr("adtrace.export.files.os.fdopen", small_disk)
        table = {"graph": "graph", "case": "case"}.get(known.holds, "domains")
        with pytest.raises(CaseError, match=r"out: cannot be written \(No space left on device\)"):
            write_files(small.case, tmp_path / "out", [(table, known.name)], "investigator")
        files = {path.name for path in tmp_path.rglob("*") if path.is_file()}
        assert (files, small.case.seq) == (own, before), known.name


def test_a_workbook_without_room_for_its_parts_is_none(
    small: SmallCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie among the machine's temporary files until it is closed."""
    workbook = pytest.importorskip("xlsxwriter.workbook")
    small.site("clip.example", adsense())

    class Full(zipfile.ZipFile):
        def write(self, *_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(workbook, "ZipFile", Full)
    with pytest.raises(CaseError, match=r"cannot be written \(No space left on device\)"):
        write_files(small.case, tmp_path / "out", [("domains", "xlsx")], "investigator")


def test_a_format_that_fails_leaves_nothing(
    small: SmallCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No half set of files, no record of it."""

    def fail(*_: object) -> None:
        raise RuntimeError("disk")

    from adtrace.export import parts

    broken = (
        *[known for known in FORMATS if known.name != "jsonl"],
        Format("jsonl", "table", one_file("jsonl", fail)),
    )
    monkeypatch.setattr(parts, "FORMATS", broken)
    with pytest.raises(RuntimeError):
        write_files(small.case, tmp_path / "out", [("domains", "csv"), ("domains", "jsonl")])
    assert list((tmp_path / "out").iterdir()) == []
    assert not list(small.case.rows("SELECT seq FROM exports"))


@pytest.mark.parametrize(
    "part", [("graph", "csv"), ("domains", "gexf"), ("domains", "stix"), ("sites", "csv")]
)
def test_what_cannot_be_written_is_refused_before_anything(
    small: SmallCase, tmp_path: Path, part: tuple[str, str]
) -> None:
    """What, and what to do."""
    with pytest.raises(UsageError):
        write_files(small.case, tmp_path / "out", [part])
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_named(small: SmallCase, tmp_path: Path) -> None:
    """One sentence, no traceback."""
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CaseError, match="out"):
        write_files(small.case, tmp_path / "out", [("domains", "csv")])


def test_a_stream_gets_the_bytes_of_the_file(small: SmallCase, tmp_path: Path) -> None:
    """And its own record."""
    small.site("clip.example", adsense())
    stream = BytesIO()
    manifest = write_stream(small.case, "domains", "csv", stream)
    assert hashlib.sha256(stream.getvalue()).hexdigest() == manifest.files[0].sha256
    assert len(list(small.case.rows("SELECT seq FROM exports"))) == 1


def decoded(text: str) -> list[str]:
    """The text, and every base64 run in it at every offset, as a finder with a grep would try."""
    found = [text]
    for run in re.findall(r"[A-Za-z0-9+/_-]{12,}", text):
        plain = run.replace("-", "+").replace("_", "/")
        for offset in range(4):
            part = plain[offset:]
            part = part[: len(part) - len(part) % 4]
            found.append(base64.b64decode(part).decode("latin-1"))
    return found


def test_no_listed_host_is_in_what_the_taskforce_gets(small: SmallCase, tmp_path: Path) -> None:
    """Canary: grep every file, also percent-decoded and base64-decoded, for every listed host."""
    from urllib.parse import unquote

    fill(small)
    folder = tmp_path / "out"
    write_files(small.case, folder, EVERYTHING)
    for file in folder.iterdir():
        text = file.read_text("utf-8").lower() + file.read_text("utf-8")
        for shown in decoded(unquote(unquote(text))):
            assert "clip.example" not in shown, file.name
            assert "watch-film.example" not in shown, file.name
            assert PUBLISHER not in shown, file.name
    mine = tmp_path / "mine"
    write_files(small.case, mine, EVERYTHING, "investigator")
    assert "watch-film.example" in (mine / "sightings.csv").read_text("utf-8")


def test_the_exported_graph_is_the_graph(small: SmallCase, tmp_path: Path) -> None:
    """Round trip through networkx, with the rewritten names."""
    fill(small)
    write_files(small.case, tmp_path, [("graph", "graphml"), ("graph", "gexf")])
    graph = Source(small.case).graph()
    for back in (
        nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True),
        nx.read_gexf(tmp_path / "graph.gexf"),
    ):
        assert set(back) == set(graph)
        assert back.number_of_edges() == graph.number_of_edges()
        kinds = {node: data["kind"] for node, data in back.nodes(data=True)}
        assert kinds == {node: data["kind"] for node, data in graph.nodes(data=True)}


def test_a_graph_too_large_for_memory_is_refused(
    small: SmallCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is made, with the number, and what to take instead."""
    small.site("clip.example", adsense())
    monkeypatch.setattr(parts, "MAX_LINKS", 1)
    with pytest.raises(UsageError, match=r'links is more than .* the table "links"'):
        write_files(small.case, tmp_path, [("graph", "gexf")], "investigator")
    assert list(tmp_path.glob("*.gexf")) == []


def test_a_network_gets_its_graph_of_a_case_however_large(
    small: SmallCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own rows alone are in it: what else the case holds takes no memory."""
    small.site("clip.example", adsense())
    for number in range(5):
        small.site(f"film-{number}.example", '<script src="//cdn.popcash.net/show.js"></script>')
    judge(small)
    monkeypatch.setattr(parts, "MAX_LINKS", 4)
    write_files(small.case, tmp_path, [("graph", "gexf")], Reader("network", "adsense"))
    assert list(tmp_path.glob("*.gexf"))


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_every_export_is_proven_by_itself(tmp_path: Path, reader: Reader) -> None:
    """Each table, graph and document alone: all that it names is in its own proof, whatever stands in others."""
    small = RunCase(tmp_path / "case")
    fill(small)
    small.site("shop.example", adsense(), SHOP)
    judge(small)
    with small.case as case:
        for table, form in everything_for(reader):
            if form not in ("csv", "gexf", "graphml", "ftm"):
                continue
            folder = tmp_path / f"{table}.{form}"
            source = Source(case, reader.audience, reader.party)
            write_parts(source, folder, parts.make_parts([(table, form)]))
            assert check(folder)[0].startswith("1 files are those")
