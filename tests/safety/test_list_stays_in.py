"""The list is written into the case and into exports meant to carry it, and stands nowhere else in any form."""

import base64
import hashlib
import secrets
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from adtrace.case import Case
from adtrace.cli.export import FORMATS, TABLES
from adtrace.cli.export import command as export
from adtrace.cli.report import command as report
from adtrace.demo.answers import Answer, Request, Site, page, redirect, text
from adtrace.demo.server import DemoServer
from adtrace.names import canonical_host
from tests.safety.forms import forms_of, found_in
from tests.safety.run import Watched, run_adtrace

TAG = '<script async src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-7081295346120983"></script>'
ADS_TXT = "google.com, pub-7081295346120983, DIRECT\n"
WORDS = "<p>" + "and many more words " * 60
HEAD = "domain,authority,reference\n"


class Run(NamedTuple):
    """The listed names, and everything the run left."""

    names: list[str]
    watched: Watched
    home: Path
    case: Path
    requests: list[Request]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A list of six names, one beyond ASCII: pages with tags that name each other, a redirect, media, a dead worker."""
    names = [f"zq{secrets.token_hex(6)}.example" for _ in range(5)]
    letters = "\u0430\u0431\u0432\u0433\u0434"
    names.append("\u043a\u0432\u043e\u043a" + "".join(secrets.choice(letters) for _ in range(8)) + ".example")
    hosts = [canonical_host(name) for name in names]
    links = "".join(f'<a href="https://{host}/x">x</a>' for host in hosts)
    sites = [
        Site(host=hosts[0], answers={"/": page(TAG + links + WORDS), "/ads.txt": text(ADS_TXT)}),
        Site(host=hosts[1], answers={"/": redirect(f"https://{hosts[0]}/")}),
        Site(host=hosts[2], answers={"/": page(TAG + "deadly" + WORDS)}),
        Site(host=hosts[3], answers={"/": Answer(body=b"\xff\xd8\xff\xe0" + bytes(99), content_type="image/jpeg")}),
        Site(host=hosts[4], answers={"/": Answer(manner="reset")}, tls="wrong_name"),
        Site(host=hosts[5], answers={"/": page(TAG + links + WORDS)}),
        Site(host="pagead2.googlesyndication.com", answers={}),
    ]  # fmt: skip
    home = tmp_path_factory.mktemp("home")
    rows = HEAD + "".join(f"{name},A,R\n" for name in names)
    with DemoServer(sites) as server:
        watched = run_adtrace(server, ["trace", "-", "-o", "case", "--reach", "tags"], rows, home)
        return Run([*names, *hosts[5:]], watched, home, home / "case", server.log())


def test_the_run_was_one(run: Run) -> None:
    """Captures, a refusal, a failure and a page that killed its worker: there was something to leak."""
    assert run.watched.code == 3, run.watched.output.decode()
    with Case.open(run.case) as case:
        outcomes = {row["outcome"] for row in case.rows("SELECT outcome FROM outcomes")}
        statuses = [row["parse_status"] for row in case.rows("SELECT parse_status FROM captures")]
    assert {"captured", "redirected", "refused", "failed"} <= outcomes
    assert any("SIGABRT" in status for status in statuses)
    assert found_in((run.case / "case.db").read_bytes() + _wal(run.case), run.names)


def _wal(case: Path) -> bytes:
    return b"".join(file.read_bytes() for file in case.glob("case.db-wal"))


def test_output_of_the_command_names_none(run: Run) -> None:
    """Standard output and error, of the command, its children and a worker that was aborted."""
    assert found_in(run.watched.output, run.names) == []


def test_processes_name_none(run: Run) -> None:
    """Arguments, environment and name of every process, read while they ran."""
    modules = {part for value in run.watched.processes.values() for part in value.split(b"\0")}
    assert {b"adtrace.fetch.fetcher", b"tests.fetch.deadly_worker"} <= modules
    assert found_in(b"\n".join(run.watched.processes.values()), run.names) == []


def test_files_outside_the_case_name_none(run: Run) -> None:
    """Temporary folder, home, working folder: no file, and no file's name."""
    outside = [path for path in run.home.rglob("*") if run.case not in path.parents]
    told = b"\n".join(str(path.relative_to(run.home)).encode() for path in run.home.rglob("*"))
    told += b"\n".join(path.read_bytes() for path in outside if path.is_file())
    assert found_in(told, run.names) == []
    assert not [path for path in outside if path.name.startswith("core")]


def test_in_the_case_only_the_database_names_any(run: Run) -> None:
    """The report of a trace is the taskforce's; the lock, the keys and what else lies there say nothing."""
    others = [path for path in run.case.rglob("*") if path.is_file() and not path.name.startswith("case.db")]
    assert "report.html" in {path.name for path in others}
    assert found_in(b"\n".join(path.read_bytes() for path in others), run.names) == []


def test_no_site_learns_of_another(run: Run) -> None:
    """No Referer, and in no request's line or headers a name but that of the host asked."""
    assert len(run.requests) >= 8
    for request in run.requests:
        told = "\n".join((request.target, *(f"{name}: {value}" for name, value in request.headers)))
        others = [name for name in run.names if canonical_host(name) != request.host]
        assert found_in(told.encode(), others) == []
        assert "referer" not in {name.lower() for name, _ in request.headers}


def test_nothing_is_looked_up_and_loopback_alone_connected_to(run: Run) -> None:
    """An audit hook in every process: the loopback egress has no use for a resolver."""
    lines = run.watched.network.splitlines()
    assert [line for line in lines if line.startswith("look-up")] == []
    connected = [line for line in lines if line.startswith("connect")]
    assert connected
    assert [line for line in connected if "'127.0.0.1'" not in line] == []


def test_what_the_taskforce_gets_names_none(run: Run, tmp_path: Path) -> None:
    """Every table in every format, the graph, the report: pseudonyms."""
    for form in FORMATS:
        names = [name for name in TABLES if (name == "graph") == (form in ("graphml", "gexf"))]
        options = [part for name in names for part in ("--table", name)]
        done = CliRunner().invoke(
            export, [str(run.case), *options, "--format", form, "-o", str(tmp_path / form)]
        )
        assert done.exit_code == 0, done.output
        assert found_in(done.output.encode(), run.names) == []
    done = CliRunner().invoke(report, [str(run.case), "-o", str(tmp_path / "report.html")])
    assert done.exit_code == 0, done.output
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(left) > len(TABLES)
    assert found_in(b"\n".join(path.read_bytes() for path in left), run.names) == []


def test_a_fault_of_ours_names_none(tmp_path: Path) -> None:
    """A crash is told by its place: a traceback would end in the words of the exception."""
    code = (
        "import sys, adtrace.cli, adtrace.trace\n"
        "def fail(entries, *a, **k): raise RuntimeError(entries[0].domain)\n"
        "adtrace.trace.trace_list = fail\n"
        "sys.argv = ['adtrace', 'trace', '-', '-o', 'case']; adtrace.cli.main()"
    )
    rows = f"{HEAD}zqcanary.example,A,R\n".encode()
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, input=rows, capture_output=True)
    assert done.returncode == 1
    assert b"RuntimeError" in done.stderr
    assert b"zqcanary" not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr


def test_the_search_finds() -> None:
    """What the tests above rely on: a name is found in each form."""
    name = "\u043a\u0432\u043e\u043a\u043a\u0430.example"
    idna = canonical_host(name)
    for text_ in (
        name.encode(), idna.upper().encode(), b"x=" + base64.b64encode(b"ab" + idna.encode() + b"cd"),
        idna.encode().hex().encode(), hashlib.sha256(idna.encode()).hexdigest().encode(),
        name.replace(".", "[.]").encode(), "".join(f"%{byte:02X}" for byte in name.encode()).encode(),
    ):  # fmt: skip
        assert found_in(b"before " + text_ + b" after", [name]) == [name]
    assert found_in(b"nothing of it", [name]) == []
    assert len(forms_of(name)) > 15
