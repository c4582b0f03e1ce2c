"""The list is written into the case and into exports meant to carry it, and stands nowhere else in any form."""

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from adtrace.case import Case
from adtrace.cli.export import TABLES
from adtrace.cli.report import command as report
from adtrace.demo.answers import Answer, Request, Site, page, redirect, text
from adtrace.demo.server import DemoServer
from adtrace.names import canonical_host
from tests.safety.forms import Search, export_all, forms_of, found_in, read_whole
from tests.safety.listed import HEAD, Listed, listed
from tests.safety.run import Watched, run_adtrace

TAG = '<script async src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-7081295346120983"></script>'
ADS_TXT = "google.com, pub-7081295346120983, DIRECT\n"
WORDS = "<p>" + "and many more words " * 60


# Parts of a list, of 31 names each: what is quick, and what the README's bound stands on.
PARTS = {"quick": 1, "all": 10}


class Run(NamedTuple):
    """What was listed, the search for it, and everything the run left."""

    listed: list[Listed]
    search: Search
    watched: Watched
    home: Path
    case: Path
    requests: list[Request]


def _answers(number: int, hosts: list[str]) -> dict[str, Any]:
    """What the site of this number answers: pages that name other sites, a redirect, media, faults, a dead worker."""
    others = "".join(f'<a href="https://{host}/x">x</a>' for host in hosts[number : number + 5])
    match number % 9:
        case 0 | 1 | 2:
            return {"answers": {"/": page(TAG + others + WORDS), "/ads.txt": text(ADS_TXT)}}
        case 3:
            return {"answers": {"/": redirect(f"https://{hosts[number - 1]}/")}}
        case 4 if number < 20:
            return {"answers": {"/": page(TAG + "deadly" + WORDS)}}
        case 5:
            return {"answers": {"/": Answer(body=b"\xff\xd8\xff\xe0" + bytes(99), content_type="image/jpeg")}}
        case 6:
            return {"answers": {"/": Answer(manner="reset")}, "tls": "wrong_name"}
        case 7:
            return {"answers": {"/": redirect("https://elsewhere.example/")}}
    return {"answers": {}, "catch_all": page(TAG + others + WORDS)}


@pytest.fixture(scope="module", params=["quick", pytest.param("all", marks=pytest.mark.slow)])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A list with names of every kind, traced at reach tags by the command, watched from outside."""
    names = listed(PARTS[request.param])
    hosts = [one.host for one in names]
    sites = [Site(host=host, **_answers(number, hosts)) for number, host in enumerate(hosts)]
    sites.append(Site(host="pagead2.googlesyndication.com", answers={}))
    home = tmp_path_factory.mktemp("home")
    with DemoServer(sites) as server:
        rows = HEAD + "".join(one.row for one in names)
        watched = run_adtrace(server, ["trace", "-", "-o", "case", "--reach", "tags"], rows, home)
        search = Search(word for one in names for word in one.words)
        return Run(names, search, watched, home, home / "case", server.log())


def test_the_run_was_one(run: Run) -> None:
    """Captures, a refusal, a failure and a page that killed its worker: there was something to leak."""
    assert run.watched.code == 3, run.watched.output.decode()
    with Case.open(run.case) as case:
        outcomes = {row["outcome"] for row in case.rows("SELECT outcome FROM outcomes")}
        statuses = [row["parse_status"] for row in case.rows("SELECT parse_status FROM captures")]
        payloads = "\n".join(row["payload"] for row in case.rows("SELECT payload FROM records"))
    assert {"captured", "redirected", "refused", "failed"} <= outcomes
    assert any("SIGABRT" in status for status in statuses)
    # Each is in the case: the search that finds none elsewhere is no blind one.
    kept = run.search(payloads.encode())
    assert [one.row for one in run.listed if one.host not in kept] == []


def test_output_of_the_command_names_none(run: Run) -> None:
    """Standard output and error, of the command, its children and a worker that was aborted."""
    assert run.search(run.watched.output) == []


def test_processes_name_none(run: Run) -> None:
    """Arguments, environment and name of every process, read while they ran."""
    modules = {part for value in run.watched.processes.values() for part in value.split(b"\0")}
    assert {b"adtrace.fetch.fetcher", b"tests.fetch.deadly_worker"} <= modules
    assert run.search(b"\n".join(run.watched.processes.values())) == []


def test_files_outside_the_case_name_none(run: Run) -> None:
    """Temporary folder, home, working folder: no file, and no file's name."""
    outside = [path for path in run.home.rglob("*") if run.case not in path.parents]
    assert run.search(read_whole(outside)) == []
    assert (
        run.search("\n".join(str(path.relative_to(run.home)) for path in run.home.rglob("*")).encode()) == []
    )
    assert not [path for path in outside if path.name.startswith("core")]


def test_in_the_case_only_the_database_names_any(run: Run) -> None:
    """The report of a trace is the taskforce's; the lock, the keys and what else lies there say nothing."""
    others = [path for path in run.case.rglob("*") if path.is_file() and not path.name.startswith("case.db")]
    assert "report.html" in {path.name for path in others}
    assert run.search(read_whole(others)) == []


def test_no_site_learns_of_another(run: Run) -> None:
    """No Referer, and in no request's line or headers a name but that of the host asked."""
    assert len(run.requests) >= len(run.listed)
    owners = {word: one.host for one in run.listed for word in one.words}
    for request in run.requests:
        told = "\n".join((request.target, *(f"{name}: {value}" for name, value in request.headers)))
        assert {owners[word] for word in run.search(told.encode())} <= {request.host}
        assert "referer" not in {name.lower() for name, _ in request.headers}


def test_nothing_is_looked_up_and_loopback_alone_connected_to(run: Run) -> None:
    """An audit hook in every process: no look-up by any call, no datagram, no listener, and no other address."""
    lines = set(run.watched.network.splitlines())
    # A library asks, as it is loaded, whether this machine has IPv6: it listens nowhere.
    asked = {line for line in lines if line == "bind (('::1', 0),)"}
    assert lines - asked
    assert [line for line in lines - asked if not line.startswith("connect (('127.0.0.1',")] == []


def test_what_the_taskforce_gets_names_none(run: Run, tmp_path: Path) -> None:
    """Every table in every format, the graph, the report: pseudonyms."""
    assert run.search(export_all(run.case, "taskforce", tmp_path / "files").encode()) == []
    done = CliRunner().invoke(report, [str(run.case), "-o", str(tmp_path / "report.html")])
    assert done.exit_code == 0, done.output
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(left) > len(TABLES)
    assert run.search(read_whole(left)) == []


def test_a_fault_of_ours_names_none(tmp_path: Path) -> None:
    """A crash is told by its place: a traceback would end in the words of the exception."""
    code = (
        "import sys, adtrace.cli, adtrace.trace\n"
        "def fail(entries, *a, **k): raise RuntimeError(entries[0].domain)\n"
        "adtrace.trace.trace_list = fail\n"
        "sys.argv = ['adtrace', 'trace', '-', '-o', 'case']; adtrace.cli.main()"
    )
    rows = b"domain,authority,reference\nzqcanary.example,A,R\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, input=rows, capture_output=True)
    assert done.returncode == 1
    assert b"RuntimeError" in done.stderr
    assert b"zqcanary" not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr


def test_the_search_finds(tmp_path: Path) -> None:
    """What the tests above rely on: a name is found in each form, in packed files too, and in none by chance."""
    name = "\u043a\u0432\u043e\u043a\u043a\u0430.example"
    idna = canonical_host(name)
    search = Search([name])
    for text_ in (
        name.encode(), idna.upper().encode(), b"x=" + base64.b64encode(b"ab" + idna.encode() + b"cd"),
        idna.encode().hex().encode(), hashlib.sha256(idna.encode()).hexdigest().encode(),
        name.replace(".", "[.]").encode(), "".join(f"%{byte:02X}" for byte in name.encode()).encode(),
        base64.b32encode(b"abc" + idna.encode() + b"cdefgh"), hashlib.md5(f"https://{idna}/".encode()).hexdigest().encode(),
        base64.b64encode(hashlib.blake2b(idna.encode()).digest()), json.dumps({"name": name}).encode(),
    ):  # fmt: skip
        assert search(b"before " + text_ + b" after") == [name], text_
        assert found_in(b"before " + text_ + b" after", [name]) == [name]
    assert search(b"nothing of it: kvokka.example, xn--80aesccb.example") == []
    assert len(forms_of(name)) > 60
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", f"<c>{name}</c>")
    assert search(read_whole(tmp_path.iterdir())) == [name]
    (tmp_path / "table.arrow").write_bytes(b"ARROW1" + bytes(9))
    with pytest.raises(AssertionError, match="blind"):
        read_whole(tmp_path.iterdir())


def test_the_list_is_of_every_kind() -> None:
    """Plain, hyphens, digits, long, subdomains, four scripts in letters and in punycode, addresses, held back."""
    names = listed(PARTS["all"])
    assert len(names) == 310
    assert len({one.kind for one in names}) == 16
    assert len({one.host for one in names}) == len(names)
