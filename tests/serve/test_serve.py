"""The web view shows the case as it is, nothing private, and no link that leads out."""

import re
import sqlite3
import sys
from html.parser import HTMLParser

import pytest
import uvicorn
from click.testing import CliRunner

from adtrace.case import Case
from adtrace.cli.serve import command
from adtrace.errors import UsageError
from adtrace.serve import server
from adtrace.serve.reading import SHOWN, restrict
from tests.relate.small_case import RUN, SmallCase, adsense
from tests.serve.conftest import HOSTILE, Reader, served

PAGES = (
    "/",
    "/dossiers",
    "/dossiers?kind=network&find=ad",
    "/dossier?node=domain%3Aclip.example",
    "/dossier?node=brand%3Ashoes.test",
    "/report",
    "/case",
    *(f"/case/{table}" for table in SHOWN),
    "/case/shared-accounts",
    "/case/advertising-of-a-domain?domain=clip.example",
    "/case/how-it-goes",
    "/case/sightings/1",
)


class Links(HTMLParser):
    """Where a page's elements lead, and what it runs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.to: list[str] = []
        self.handlers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action", "data", "poster", "srcset", "formaction"):
                self.to.append(value or "")
            if name.startswith("on"):
                self.handlers.append(f"{tag} {name}")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_shown_and_leads_nowhere_else(shown: Reader, path: str) -> None:
    """Links stay here; no address, script or markup of a list or a page becomes one."""
    answer = shown.ask(path)
    assert answer.status_code == 200, answer.text
    links = Links(answer.text)
    # Ours are beside the page; Datasette's name the whole path.
    ours = rf"{shown.server.mount}|\./$|(?:case|dossiers?|report|style\.css)(?:[?/#]|$)|#|\?|http://localhost{shown.server.mount}"
    assert [to for to in links.to if not re.match(ours, to)] == []
    assert links.handlers == []
    assert HOSTILE not in answer.text
    assert not [word for word in shown.private if word in answer.text]
    assert "https://" not in re.sub(r"<script.*?</script>|<style>.*?</style>", "", answer.text, flags=re.S)


@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
def test_hosts_that_nobody_confirmed_stand_nowhere(shown: Reader, ending: str) -> None:
    """Where a domain redirects to is for the ledger; tables hold its keyed hash (design section 4)."""
    said = shown.ask(f"/case/outcomes{ending}").text
    assert "elsewhere.test" not in said
    assert "out-" in said


@pytest.mark.parametrize(
    "path",
    [
        "/case/payloads",
        "/case/payloads.json",
        "/case/payloads/1",
        "/case/skeletons",
        "/case/records",
        "/case/records.csv",
        "/case/openings.json",
        "/case?sql=select+1",
        "/case.json?sql=select+payload+from+payloads",
        "/case/ledger?_where=1=1",
        '/case/ledger?_through={"table":"payloads","column":"payload","value":"x"}',
        "/_internal",
        "/_internal/databases",
    ],
)
def test_what_is_private_is_refused(shown: Reader, path: str) -> None:
    """The secret of the case, the nonces, the texts, and SQL of one's own, which could ask for them."""
    assert shown.ask(path).status_code in (400, 403, 404, 500)


@pytest.mark.parametrize(
    "path", ["/case.db", "/-/metadata", "/-/databases.json", "/-/threads", "/-/patterns", "/x"]
)
def test_pages_of_datasette_that_say_more_are_not_there(shown: Reader, path: str) -> None:
    """Neither the file nor where it lies."""
    assert shown.ask(path).status_code == 404


def test_no_table_holds_the_secret_or_a_nonce(shown: Reader) -> None:
    """Nor does what programs are given."""
    for table in SHOWN:
        text = shown.ask(f"/case/{table}.json?_size=max").text
        assert not [word for word in shown.private if word in text], table


FORBIDDEN = (
    "SELECT payload FROM payloads",
    "SELECT nonce FROM payloads",
    "SELECT body FROM skeletons",
    "SELECT payload FROM records",
    "SELECT * FROM openings",
    "WITH a AS (SELECT nonce FROM payloads) SELECT * FROM a",
    "ATTACH ':memory:' AS other",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "DELETE FROM links",
    "CREATE TEMP TABLE a (b)",
    "SELECT load_extension('x')",
)


def test_sqlite_itself_refuses_what_is_not_shown(small: SmallCase) -> None:
    """Were a page of Datasette's ever to ask: the connection has no right to it."""
    connection = sqlite3.connect(small.case.path / "case.db", isolation_level=None)
    restrict(connection, str)
    for sql in FORBIDDEN:
        with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
            connection.execute(sql)
    names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'"
    tables = {name for (name,) in connection.execute(names)}
    assert tables >= set(SHOWN)
    for table in SHOWN:
        connection.execute(f"SELECT * FROM {table}").fetchall()
    for table in tables - set(SHOWN):
        with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
            connection.execute(f"SELECT * FROM {table}")
    connection.set_authorizer(None)
    assert connection.execute("PRAGMA temp_store").fetchone() == (2,)  # what it sorts is on no disk
    connection.close()


def test_what_is_written_meanwhile_is_shown(reader: Reader, small: SmallCase) -> None:
    """The case is open for writing all the while."""
    assert "late.example" not in reader.ask("/case/entries.csv").text
    small.site("late.example", adsense())
    assert "late.example" in reader.ask("/case/entries.csv").text
    reader.server.desk.view.expire()  # the pages made of answers wait a little, to leave the run its time
    assert "late[.]example" in reader.ask("/").text


def test_a_host_that_is_new_is_known_when_its_row_is(reader: Reader, small: SmallCase) -> None:
    """Also one that was named since the last look."""
    assert "out-" in reader.ask("/case/outcomes.csv").text
    small.end("dark.example", "redirected", location="https://new-elsewhere.test/")
    reader.server.desk.names.expire()
    told = reader.ask("/case/outcomes.csv").text
    assert "new-elsewhere" not in told
    assert told.count("out-") == 2


def test_a_run_that_goes_on_is_said(reader: Reader, small: SmallCase) -> None:
    """So that nobody takes a part for the whole."""
    assert "A run is going on" not in reader.ask("/").text
    with small.case.transaction():
        small.case.append("note", RUN)
    reader.server.desk.view.expire()
    assert "A run is going on" in reader.ask("/").text


def test_an_error_says_where_and_not_what(shown: Reader, capfd: pytest.CaptureFixture[str]) -> None:
    """No trace of ours with names of the list in the terminal."""
    assert shown.ask("/dossier?node=domain%3Anobody.example").status_code == 404
    shown.ask("/case?sql=select+1")
    shown.ask("/case/clip.example")
    told = capfd.readouterr()
    assert "clip" not in told.out + told.err
    assert "Traceback" not in told.out + told.err


def test_what_datasette_says_of_a_failed_query_is_not_heard(
    small: SmallCase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It writes the query with its parameters to the terminal, which may be kept in a log: names of the list."""
    asked = []

    def run(_: uvicorn.Server, sockets: object) -> None:
        del sockets
        too_many = "&source__contains=clip.example" * 1100
        asked.append(Reader(small.case.path).ask(f"/case/links.json?{too_many}"))

    monkeypatch.setattr(uvicorn.Server, "run", run)
    server.serve(small.case.path, 0, lambda address: None)
    assert [answer.status_code for answer in asked] == [400]
    told = capsys.readouterr()
    assert "clip" not in told.out + told.err


@pytest.mark.slow
def test_the_command_serves_on_loopback_and_ends_quietly(small: SmallCase) -> None:
    """One real process: the printed address opens the case, and Ctrl-C ends it with 0."""
    import httpx

    with served(small.case.path) as address:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[0-9a-f]{32}/-/open\?token=[\w-]{40,}", address)
        with httpx.Client(trust_env=False, follow_redirects=True, timeout=None) as browser:
            page = browser.get(address)
            assert "film[.]example" in page.text
            assert browser.get(address).status_code == 403


def test_a_copy_that_cannot_change_is_served(small: SmallCase, monkeypatch: pytest.MonkeyPatch) -> None:
    """As from a medium without a place for SQLite's files beside it."""
    small.case.close()
    monkeypatch.setattr(server, "is_live", lambda path: False)
    assert "film" in Reader(small.case.path).ask("/case/entries").text


def test_without_datasette_the_extra_is_named(small: SmallCase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback."""
    monkeypatch.setitem(sys.modules, "adtrace.serve", None)
    result = CliRunner().invoke(command, [str(small.case.path)])
    assert isinstance(result.exception, UsageError)
    assert "adtrace[serve]" in str(result.exception)


def test_reading_a_case_leaves_it_as_it_is(reader: Reader, small: SmallCase) -> None:
    """No record is written by looking."""
    before = small.case.seq
    for path in PAGES[:4]:
        reader.ask(path)
    with Case.open(small.case.path) as case:
        assert case.seq == before
