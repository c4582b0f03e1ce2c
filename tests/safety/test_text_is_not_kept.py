"""What pages say is nowhere after a run: not in the case, not in what leaves it, in no form, in four scripts."""

from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from adtrace.case import Case
from adtrace.cli import cli
from adtrace.cli.export import TABLES
from adtrace.demo.answers import Answer, Site, json, page, script, text
from adtrace.demo.server import DemoServer
from tests.extract.test_prose import PLACES, WORDS, planted
from tests.safety.forms import export_all, found_in, read_whole
from tests.safety.run import Watched, run_adtrace

TAG = '<script async src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-7081295346120983"></script>'
HEAD = "domain,authority,reference,handling\n"
# Words for files that are read as ASCII fields, and for headers.
PLAIN = ("quokkainfile", "quokkainhead", "quokkaincookie", "quokkainsellers")
SECRETS = [*(word for word, _ in WORDS.values()), *PLAIN]
LOADER = '<script async src="https://a.magsrv.com/ad-provider.js"></script>'
PAGE = TAG + LOADER + "".join(planted(place, script)[0] for place in PLACES for script in WORDS)
# A name that a skeleton shows, on the page of which none is kept.
ONLY_IN_FACTS = "data-of-the-other-page"
FACTS = f"{PAGE}<div {ONLY_IN_FACTS}></div>"
ADS_TXT = """# quokkainfile: all about the film
google.com, pub-7081295346120983, DIRECT, f08c47fec0942fa0 # quokkainfile
CONTACT=quokkainfile@clip.example
#quokkainfile
popads.net, 123456, RESELLER ; quokkainfile
"""
# A network's own file: every place of it that is nobody's account, and an end that is no JSON.
SELLERS_JSON = """{"version": "1.0", "comment": "quokkainsellers", "contact_email": "quokkainsellers@google.com",
"contact_address": "1 quokkainsellers road", "ext": {"note": "quokkainsellers"}, "quokkainsellers": 1,
"identifiers": [{"name": "TAG-ID", "value": "quokkainsellers"}], "sellers": [
{"seller_id": "pub-7081295346120983", "seller_type": "PUBLISHER", "name": "Harbour Media", "domain": "harbour.example",
 "comment": "quokkainsellers: all about the film", "ext": {"quokkainsellers": ["quokkainsellers"]}},
{"seller_id": "pub-1111111111111112", "name": "quokkainsellers", "domain": "quokkainsellers.example"}
], "more": quokkainsellers}
"""
SELLERS_AT = ("storage.googleapis.com", "/adx-rtb-dictionaries/sellers.json")
HEADERS = (
    ("X-Title", "quokkainhead"),
    ("Set-Cookie", "title=quokkaincookie"),
    ("Link", '<https://clip.example/watch-the-quokkainhead-online>; rel="canonical"; title="quokkainhead"'),
)


class Run(NamedTuple):
    """What the run printed, and its case."""

    watched: Watched
    case: Path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One page with every place in every script, its headers, its ads.txt; and one of which only facts are kept."""
    home = tmp_path_factory.mktemp("text")
    files = {"/ads.txt": text(ADS_TXT), "/app-ads.txt": text(ADS_TXT)}
    sites = [
        Site(host="clip.example", answers={"/": Answer(body=PAGE.encode(), headers=HEADERS), **files}),
        Site(host="facts.example", answers={"/": Answer(body=FACTS.encode(), headers=HEADERS), **files}),
        Site(host=SELLERS_AT[0], answers={SELLERS_AT[1]: json(SELLERS_JSON)}),
        Site(host="a.magsrv.com", answers={}, catch_all=script("var a = 1; // quokkainfile: a comment")),
    ]
    with DemoServer(sites) as server:
        rows = f"{HEAD}clip.example,A,R,\nfacts.example,A,R,facts\n"
        arguments = ["trace", "-", "-o", "case", "--reach", "tags"]
        return Run(run_adtrace(server, arguments, rows, home), home / "case")


def _kept(case: Path) -> bytes:
    files = b"\n".join(path.read_bytes() for path in case.rglob("*") if path.is_file())
    with Case.open(case) as opened:
        captures = [row["seq"] for row in opened.rows("SELECT seq FROM captures")]
        skeletons = "\n".join(opened.skeleton(seq) or "" for seq in captures)
        payloads = "\n".join(row["payload"] for row in opened.rows("SELECT payload FROM records"))
    return files + f"{skeletons}\n{payloads}".encode()


def test_the_page_was_read(run: Run) -> None:
    """Its tag, its ads.txt record and the seller's row are in the case: there was something to keep."""
    assert run.watched.code == 0, run.watched.output.decode()
    with Case.open(run.case) as case:
        accounts = {row["account"] for row in case.rows("SELECT account FROM current_sightings")}
        [home] = case.rows("SELECT seq FROM captures WHERE document = 'page' AND domain = 'clip.example'")
        assert case.skeleton(home["seq"])
        files = {row["document"] for row in case.rows("SELECT document FROM captures")}
        sql = "SELECT declared FROM current_sightings WHERE locator ->> 'part' = 'sellers_json'"
        [seller] = case.rows(sql)
    assert {"pub-7081295346120983", "123456"} <= {str(account).removeprefix("ca-") for account in accounts}
    assert {"page", "ads_txt", "app_ads_txt", "sellers_json", "script"} <= files
    assert "Harbour Media" in seller["declared"]


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
    printed += export_all(run.case, audience, tmp_path / "files")
    printed += _call("report", run.case, "--audience", audience, "-o", tmp_path / "report.html")
    printed += _call("ask", run.case, "shared-account", "--audience", audience)
    printed += _call("case", "show", run.case) + _call("verify", run.case)
    printed += _shown(run.case)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(left) > len(TABLES)
    assert found_in(printed.encode() + read_whole(left), SECRETS) == []


def _call(*arguments: object, given: str | None = None) -> str:
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=given)
    assert done.exit_code == 0, done.output
    return done.output


def _shown(folder: Path) -> str:
    """All that `show` says of every record and every sighting."""
    with Case.open(folder) as case:
        ids = [str(row["seq"]) for row in case.rows("SELECT seq FROM records ORDER BY seq")]
        ids += [
            f"{case.id[:8]}-sighting-{row['row']}" for row in case.rows("SELECT row FROM current_sightings")
        ]
    given = "".join(f"{one}\n" for one in ids)
    return _call("show", folder, "-", given=given) + _call("show", folder, "-", "--json", given=given)


def test_facts_keep_no_skeleton(run: Run) -> None:
    """handling=facts: sightings and hashes alone, the database looked into."""
    with Case.open(run.case) as case:
        kept = {
            row["domain"]: row["kept"]
            for row in case.rows("SELECT domain, max(skeleton_kept) AS kept FROM captures GROUP BY domain")
        }
        assert kept == {"clip.example": 1, "facts.example": 0}
        sql = "SELECT count(DISTINCT skeleton_sha256) AS n FROM captures WHERE skeleton_kept"
        assert next(case.rows("SELECT count(*) AS n FROM skeletons"))["n"] == next(case.rows(sql))["n"]
        sql = "SELECT count(*) AS n FROM current_sightings WHERE domain = 'facts.example'"
        assert next(case.rows(sql))["n"] > 0
    assert ONLY_IN_FACTS.encode() not in _kept(run.case)


def test_the_page_says_the_words() -> None:
    """Before the run, the search finds each in the page or its files: it is no blind search."""
    served = page(PAGE).body + ADS_TXT.encode() + repr(HEADERS).encode() + SELLERS_JSON.encode()
    assert set(found_in(served, SECRETS)) == set(SECRETS)
