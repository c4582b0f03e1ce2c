"""Nothing a page says harms whoever reads what adtrace makes of it: each harm of the threat table, by name.

One site says all of it at once, in every place that reaches an output; then everything is read as a user reads it.
"""

import ast
import csv
import io
import json
import os
import pickle
import re
import unicodedata
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import defusedxml.ElementTree
import networkx as nx
import pytest
from click.testing import CliRunner

import adtrace
from adtrace.case import Case, Entry
from adtrace.cli import cli
from adtrace.demo.answers import Answer, Site, text
from adtrace.demo.server import DemoServer
from adtrace.extract import extract_page
from adtrace.fetch.run import Pace, run_case
from adtrace.fetch.spider import WhereOnly
from tests.safety.forms import export_all

TERMINAL = [
    "\x1b]0;zqpwn\x07\x1b[2J", "\x9b31mzqpwn", "\x1b]8;;https://zqpwn.example\x1b\\zqpwn\x1b]8;;\x1b\\",
    "\u202egpj.zqpwn", "\u2066zqpwn\u2069", "\u200bzqpwn\u2060", "zq\x00pwn", "zq\x7fpwn", "zq\u0085pwn", "zq\u2028pwn",
]  # fmt: skip
MARKUP = ["[/zq]", "[link=file:///etc/zqpasswd]zq[/link]", "[red]zqpwn"]
FORMULAS = [
    "=zq+1",
    "+zq1",
    "-zq1",
    "@zqSUM(1)",
    "\t=zq",
    "\r=zq",
    "\uff1dzq+1",
    '=HYPERLINK("https://zq.example")',
]
SCRIPTS = [
    "<script>zqalert(1)</script>", '"><img src=x onerror=zqalert(1)>', "</style><script>zqalert(1)</script>",
    "javascript:zqalert(1)", "<svg onload=zqalert(1)>", "' onmouseover='zqalert(1)", "</script><b>zq",
]  # fmt: skip
NAMES = ["../../zqx", "..\\..\\zqx", "CON", "/etc/zqpasswd", "zq" + "a" * 300, "zq\u0301", "~zq", "zq;rm -rf"]
LINES = ["zq\r\nINFO: all is well", "zq\nadtrace: certified"]
ALL = [*TERMINAL, *MARKUP, *FORMULAS, *SCRIPTS, *NAMES, *LINES]
# Control characters of either set, and what reorders, hides or breaks lines of text.
HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udfff]"
)


def _written(raw: str) -> str:
    """The payload as markup can bring it through the door, which takes no control bytes: as references."""
    return "".join(f"&#{ord(c)};" if ord(c) < 32 or c in '&"\x7f' else c for c in raw)


def _page() -> bytes:
    parts = ["<!doctype html>"]
    for number, raw in enumerate(ALL):
        said, name = _written(raw), re.sub(r"[\x00-\x20]", "", raw)
        path = quote(raw, safe="<>'=+@[]()")
        code = json.dumps(raw, ensure_ascii=number % 2 == 0).replace("</", "<\\/")
        parts.append(
            f'<title>{said}</title><div id="{said}" class="{said}" data-zone="{said}" {name}="zq"></div>'
            f'<script src="https://cdn.popcash.net/{path}/a{number}.js"></script>'
            f'<iframe src="https://ad.a-ads.com/{number}{path}"></iframe>'
            f'<ins class="adsbygoogle" data-ad-client="ca-pub-{7081295346120000 + number}" data-ad-slot="{said}"></ins>'
            f'<a href="https://s.magsrv.com/click.php?d={path}">zq</a><meta name="{said}" content="{said}">'
            f"<script>var a={code}, uid = {code}; var v='{_vast(raw)}';</script><!-- {said} --><img src='//{said}'>"
            f'<script>pbjs.addAdUnits([{{code: {code}, bids: [{{bidder: "appnexus", params:'
            f"{{placementId: {code}}}}}]}}]);</script>"
        )
    return "".join(parts).encode() + b"<p>" + b"and more words " * 60


def _vast(raw: str) -> str:
    allowed = "".join(c for c in raw if c >= " " and c != "\x7f")  # XML has no way to say the others
    said = allowed.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;").replace('"', "&quot;")
    landing = f"https://zqshop{len(raw)}.example/{quote(raw)}"
    return (
        f'<VAST version="3.0"><Ad id="{said}"><InLine><AdSystem>ExoClick</AdSystem><Advertiser>{said}</Advertiser>'
        f"<Creatives><Creative><Linear><VideoClicks><ClickThrough>{landing}</ClickThrough></VideoClicks></Linear>"
        "</Creative></Creatives></InLine></Ad></VAST>"
    )


_LINES = [re.sub(r"[\x00\x07\x0e-\x1a\x1c-\x1f]", "", raw) for raw in ALL]
ADS_TXT = "".join(
    f"{raw}, {raw}, DIRECT, {raw}\ngoogle.com, {raw}, RESELLER\nOWNERDOMAIN={raw}\n" for raw in _LINES
)
HEADERS = (
    ("Server", "\x1b]0;zqpwn\x07=zq"),
    ("X-Powered-By", "<script>zqalert(1)</script>"),
    ("Via", "[/zq]\x9b"),
)


class Read(NamedTuple):
    """The case, what each command printed, and the files they wrote, for each audience."""

    case: Path
    printed: dict[str, str]
    files: Path


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Traced once; then every reading command, every table in every format, the report."""
    base = tmp_path_factory.mktemp("harm")
    answers = {"/": Answer(body=_page(), headers=HEADERS), "/ads.txt": text(ADS_TXT)}
    given = Entry(
        domain="clip.example",
        unit="domain",
        authority="=zq authority [/zq]",
        reference="<b>zq</b>",
        category="+zq",
    )
    with (
        DemoServer([Site(host="clip.example", answers=answers)]) as server,
        Case.create(base / "case", operator="=zq operator", purpose="\u202ezq [/zq]") as case,
    ):
        with case.transaction():
            case.add_entries([given])
        run_case(case, egress=server.plan(), pace=Pace(delay_ms=0, timeout_ms=8000))
    (base / "page.html").write_bytes(_page())
    (base / "addresses").write_text(
        "\n".join(f"https://s.magsrv.com/click.php?d={raw}" for raw in _LINES if "\n" not in raw)
    )
    files = base / "files"
    printed = {}
    # The investigator's have every column there is; the task force's are of the same makers.
    printed["export"] = export_all(base / "case", "investigator", files)
    for audience in ("investigator", "taskforce"):
        to = files / f"{audience}.html"
        printed[f"report {audience}"] = _call("report", base / "case", "--audience", audience, "-o", to)
        asked = ("ask", base / "case", "brand-exposure", "--audience", audience)
        printed[f"ask {audience}"] = _call(*asked)
    with Case.open(base / "case") as case:
        ids = [str(row["seq"]) for row in case.rows("SELECT seq FROM records")]
        ids += [
            f"{case.id[:8]}-sighting-{row['row']}" for row in case.rows("SELECT row FROM current_sightings")
        ]
    printed["show"] = _call("show", base / "case", "-", given="\n".join(ids[:200]))
    printed["case show"] = _call("case", "show", base / "case")
    printed["verify"] = _call("verify", base / "case")
    printed["extract"] = _call("extract", base / "page.html", "--url", "https://clip.example/")
    printed["unwrap"] = _call("unwrap", "-", given=(base / "addresses").read_text())
    return Read(base / "case", printed, files)


def _call(*arguments: object, given: str | None = None) -> str:
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=given)
    assert done.exit_code in (0, 3), (arguments, done.output, done.exception)
    return done.output


def _files(read: Read, *suffixes: str) -> list[Path]:
    found = sorted(path for path in read.files.rglob("*") if path.suffix in suffixes)
    assert found
    return found


def test_the_page_said_it(read: Read) -> None:
    """What is searched for came in: the canary of the payloads stands in what the investigator reads."""
    assert "zq" in read.printed["show"]
    assert any("zq" in path.read_text() for path in _files(read, ".csv"))
    with Case.open(read.case) as case:
        kinds = {row["kind"] for row in case.rows("SELECT kind FROM current_sightings")}
    assert {"network", "account", "brand", "declaration", "landing"} <= kinds


def test_no_escape_reaches_a_terminal(read: Read) -> None:
    """CWE-150: no control of either set, nothing that turns or hides text; half a surrogate neither."""
    for command, printed in read.printed.items():
        assert HARMFUL.search(printed.replace("\n", "").replace("\t", "")) is None, command


def test_no_rich_markup_is_read(read: Read) -> None:
    """A title in brackets neither fails nor becomes a link: wherever rich writes, it is given plain text."""
    for path, nodes in _sources().items():
        for node in nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Console", "TextColumn"):
                assert {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}.get(
                    "markup"
                ) == "False", path
    assert "[/zq]" in read.printed["show"]


def test_no_cell_is_a_formula(read: Read) -> None:
    """CWE-1236: read as a spreadsheet reads it, no cell of any table begins as a formula, in full width neither."""
    cells = 0
    for path in _files(read, ".csv"):
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            for cell in row:
                cells += 1
                assert unicodedata.normalize("NFKC", cell)[:1] not in set("=+-@\t\r"), (path.name, cell)
    assert cells > 1000


class _Page(HTMLParser):
    """What a browser would do with a page: its scripts, handlers, links and resources."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.acts: list[str] = []
        self.leads: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"] or ""
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(
                ("javascript:", "data:text", "vbscript:")
            ):
                self.acts.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href"):
                self.leads.append(value or "")


def test_no_script_and_no_link_of_a_page_is_in_the_report(read: Read) -> None:
    """Hostile text stays text: no handler, no link or resource elsewhere, no script but our own, a strict policy."""
    counts = set()
    for path in _files(read, ".html"):
        page = _Page()
        page.feed(path.read_text())
        counts.add(page.scripts)
        assert page.acts == []
        assert [lead for lead in page.leads if not lead.startswith("#")] == []
        assert "default-src 'none'" in page.policy
        assert "zqalert(1)</script>" not in path.read_text().replace("\\u003c", "<").replace("&lt;", "")
    assert len(counts) == 1


def test_graph_files_parse(read: Read) -> None:
    """XML out: any text there is makes a file that parses, with as many nodes as the other format has."""
    for path in _files(read, ".graphml"):
        graph = nx.read_graphml(path)
        defusedxml.ElementTree.parse(path)
        assert len(graph) > 5
    for path in _files(read, ".gexf"):
        defusedxml.ElementTree.parse(path)


def test_xml_comes_in_by_one_way_alone() -> None:
    """Entity bombs, external entities, DTDs: refused before they are read; no other XML parser reads anything."""
    bomb = '<!DOCTYPE VAST [<!ENTITY a "zqzqzqzqzq">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8)
    )
    for dtd in (
        f"{bomb}]>",
        '<!DOCTYPE VAST SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE VAST [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ):
        ad = '<Ad id="&i;"><InLine><AdSystem>&a;</AdSystem></InLine></Ad>'
        body = f'<?xml version="1.0"?>{dtd}<VAST version="3.0">{ad}</VAST>'
        found = extract_page(body, kind="vast", url="https://tsyndicate.com/vast/1")
        assert "DTD" in found.parse_status
        assert (found.sightings, found.skeleton) == ([], "skeleton-1 vast 0\n")
    parsers = {
        "xml.sax",
        "xml.dom",
        "xml.dom.minidom",
        "xml.parsers.expat",
        "lxml",
        "lxml.etree",
        "lxml.html",
    }
    assert _imports() & parsers == set()


@cache
def _sources() -> dict[Path, list[ast.AST]]:
    """Every module of ours as a parser sees it."""
    return {
        path: list(ast.walk(ast.parse(path.read_text())))
        for path in Path(adtrace.__file__).parent.rglob("*.py")
    }


def _imports() -> set[str]:
    found: set[str] = set()
    for nodes in _sources().values():
        for node in nodes:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
    return found


def test_no_format_that_runs_code_is_read() -> None:
    """pickle, marshal, YAML: no module of ours reads or writes one; and no SQL engine that opens files by itself."""
    formats = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml", "duckdb"}
    assert _imports() & formats == set()
    forbidden = {"read_pickle", "to_pickle", "load_extension", "enable_load_extension", "eval", "exec"}
    for path, nodes in _sources().items():
        calls = (node.func for node in nodes if isinstance(node, ast.Call))
        names = {getattr(call, "attr", getattr(call, "id", "")) for call in calls}
        assert names & forbidden == set(), path


def test_a_frame_between_our_processes_that_is_a_pickle_runs_nothing() -> None:
    """Were one of the three roles taken over, what it sends is decoded as a message and nothing else."""
    import msgspec

    from adtrace.fetch.messages import FromWorker, ToFetcher

    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return os.system, ("exit 1",)

    for kind in (FromWorker, ToFetcher):
        with pytest.raises(msgspec.DecodeError):
            msgspec.msgpack.decode(pickle.dumps(Bomb()), type=kind)


def test_no_log_line_is_forged(read: Read) -> None:
    """A line is one line: what the fetcher logs has no value in it, and no output has a line the page wrote."""
    import logging

    record = logging.LogRecord(
        "scrapy", logging.ERROR, "x", 7, "a %s\r\nINFO: forged", ("https://zq.example",), None
    )
    assert WhereOnly().format(record) == "adtrace fetcher: ERROR message in scrapy, line 7"
    for command, printed in read.printed.items():
        forged = ("INFO: all is well", "adtrace: certified")
        assert not [line for line in printed.splitlines() if line.startswith(forged)], command


def test_no_file_is_named_by_a_page(read: Read) -> None:
    """Paths, devices, 300 letters: names of files are ours alone, and all lie where they were asked for."""
    names = {path.name for path in read.files.rglob("*")} | {path.name for path in read.case.rglob("*")}
    assert not [name for name in names if "zq" in name or not re.fullmatch(r"[A-Za-z0-9._-]{1,60}", name)]
    assert not [path for path in read.files.rglob("*") if path.is_symlink()]
    assert [path.name for path in read.files.parent.iterdir() if "zq" in path.name] == []


def test_a_packed_export_holds_no_path_of_a_page(read: Read) -> None:
    """What is packed unpacks under itself."""
    for path in read.files.rglob("*"):
        if path.is_file() and path.read_bytes()[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(path) as packed:
                assert not [
                    name
                    for name in packed.namelist()
                    if name.startswith(("/", "..")) or ".." in Path(name).parts
                ]


LIVE = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)


def test_no_live_link_in_what_people_read(read: Read) -> None:
    """Mail programs fetch what looks like an address: what people read shows none, and the site's name in brackets."""
    for command, printed in read.printed.items():
        assert LIVE.search(printed) is None, command
        assert "clip.example" not in printed, command
    for path in _files(read, ".html"):
        words = re.sub(r"(?s)<(script|style).*?</\1>", "", path.read_text())
        assert "clip.example" not in words
        assert LIVE.findall(words) == []
