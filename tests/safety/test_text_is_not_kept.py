"""What pages say is nowhere after a run: not in the case, not in what leaves it, in no form, in four scripts."""

from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from adtrace.case import Case
from adtrace.cli import cli
from adtrace.cli.export import FORMATS, TABLES
from adtrace.demo.answers import Answer, Site, page, text
from adtrace.demo.server import DemoServer
from tests.extract.test_prose import PLACES, WORDS, planted
from tests.safety.forms import found_in
from tests.safety.run import Watched, run_adtrace

TAG = '<script async src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-7081295346120983"></script>'
HEAD = "domain,authority,reference,handling\n"
# Words for files that are read as ASCII fields, and for headers.
PLAIN = ("quokkainfile", "quokkainhead", "quokkaincookie")
SECRETS = [*(word for word, _ in WORDS.values()), *PLAIN]
PAGE = TAG + "".join(planted(place, script)[0] for place in PLACES for script in WORDS)
ADS_TXT = """# quokkainfile: all about the film
google.com, pub-7081295346120983, DIRECT, f08c47fec0942fa0 # quokkainfile
CONTACT=quokkainfile@clip.example
#quokkainfile
popads.net, 123456, RESELLER ; quokkainfile
"""
HEADERS = (
    ("X-Title", "quokkainhead"),
    ("Set-Cookie", "title=quokkaincookie"),
    ("Link", '<https://clip.example/watch-the-quokkainhead-online>; rel="canonical"; title="quokkainhead"'),
)


class Run(NamedTuple):
    """What the run printed, and its case."""

    watched: Watched
    case: Path


def _trace(home: Path, handling: str) -> Run:
    answer = Answer(body=PAGE.encode(), headers=HEADERS)
    with DemoServer([Site(host="clip.example", answers={"/": answer, "/ads.txt": text(ADS_TXT)})]) as server:
        rows = f"{HEAD}clip.example,A,R,{handling}\n"
        return Run(run_adtrace(server, ["trace", "-", "-o", "case"], rows, home), home / "case")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One page with every place in every script, its headers, its ads.txt."""
    return _trace(tmp_path_factory.mktemp("text"), "")


def _kept(case: Path) -> bytes:
    files = b"\n".join(path.read_bytes() for path in case.rglob("*") if path.is_file())
    with Case.open(case) as opened:
        captures = [row["seq"] for row in opened.rows("SELECT seq FROM captures")]
        skeletons = "\n".join(opened.skeleton(seq) or "" for seq in captures)
        payloads = "\n".join(row["payload"] for row in opened.rows("SELECT payload FROM records"))
    return files + f"{skeletons}\n{payloads}".encode()


def test_the_page_was_read(run: Run) -> None:
    """Its tag and its ads.txt record are in the case: there was something to keep."""
    assert run.watched.code == 0, run.watched.output.decode()
    with Case.open(run.case) as case:
        accounts = {row["account"] for row in case.rows("SELECT account FROM current_sightings")}
        assert case.skeleton(next(case.rows("SELECT seq FROM captures"))["seq"])
    assert {"pub-7081295346120983", "123456"} <= {str(account).removeprefix("ca-") for account in accounts}


def test_no_word_is_in_the_case(run: Run) -> None:
    """Database, write-ahead log, report, and every skeleton and record unpacked."""
    assert found_in(_kept(run.case), SECRETS) == []


def test_no_word_was_printed_or_left_elsewhere(run: Run) -> None:
    """Output, home, temporary folder."""
    home = run.case.parent
    others = [path for path in home.rglob("*") if path.is_file() and run.case not in path.parents]
    assert found_in(run.watched.output + b"\n".join(path.read_bytes() for path in others), SECRETS) == []


@pytest.mark.parametrize("audience", ["investigator", "taskforce"])
def test_no_word_leaves(run: Run, tmp_path: Path, audience: str) -> None:
    """Every table in every format, the graph, the report, and what the reading commands print."""
    printed = ""
    for form in FORMATS:
        names = [name for name in TABLES if (name == "graph") == (form in ("graphml", "gexf"))]
        options = [part for name in names for part in ("--table", name)]
        folder = str(tmp_path / form)
        printed += _call("export", run.case, *options, "--format", form, "--audience", audience, "-o", folder)
    printed += _call("report", run.case, "--audience", audience, "-o", tmp_path / "report.html")
    printed += _call("ask", run.case, "shared-account", "--audience", audience)
    printed += _call("case", "show", run.case) + _call("verify", run.case)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(left) > len(TABLES)
    assert found_in(printed.encode() + b"\n".join(path.read_bytes() for path in left), SECRETS) == []


def _call(*arguments: object) -> str:
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_facts_keep_no_skeleton(tmp_path: Path) -> None:
    """handling=facts: sightings and hashes alone, the database looked into."""
    run = _trace(tmp_path, "facts")
    assert run.watched.code == 0, run.watched.output.decode()
    with Case.open(run.case) as case:
        assert next(case.rows("SELECT count(*) AS n FROM skeletons"))["n"] == 0
        assert next(case.rows("SELECT count(*) AS n FROM captures"))["n"] > 0
        assert next(case.rows("SELECT count(*) AS n FROM current_sightings"))["n"] > 0
    assert found_in(_kept(run.case), SECRETS) == []
    assert b"skeleton-1 page" not in _kept(run.case)


def test_the_page_says_the_words() -> None:
    """Before the run, the search finds each in the page or its files: it is no blind search."""
    served = page(PAGE).body + ADS_TXT.encode() + repr(HEADERS).encode()
    assert set(found_in(served, SECRETS)) == set(SECRETS)
