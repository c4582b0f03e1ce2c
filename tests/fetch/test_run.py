"""Whole runs against a loopback server: every request has one outcome, whatever the sites do."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from adtrace.case import Case, Entry
from adtrace.demo.answers import Answer, Site, page, redirect, text
from adtrace.demo.server import DemoServer
from adtrace.errors import AdtraceError, UsageError
from adtrace.fetch.messages import EgressPlan, Profile
from adtrace.fetch.run import Pace, run_case
from adtrace.knowledge import load_knowledge
from adtrace.relate.links import links_of
from tests.fetch import answers

ROOT = Path(__file__).parents[2]
TAG = '<script async src="https://a.magsrv.com/ad-provider.js"></script>'
HOME = page(f"<!doctype html><title>x</title>{TAG}<p>" + "words and more words " * 40)
FAST = Pace(concurrency=16, delay_ms=0, timeout_ms=30_000)


def entry(domain, **more):
    given = {"unit": "domain", "authority": "An Authority", "reference": "R-1"} | more
    return Entry(domain=domain, **given)


def new_case(folder, *entries):
    case = Case.create(folder / "case", operator="tester", purpose="a test")
    with case.transaction():
        case.add_entries(entries)
    return case


def ends(case, run=None):
    """URL to what its requests ended with, in order."""
    found = {}
    sql = (
        "SELECT d.url, d.verdict, d.rule, o.outcome, o.layer, o.reason FROM decisions d"
        " LEFT JOIN outcomes o ON o.decision = d.seq ORDER BY d.seq"
    )
    for row in case.rows(sql):
        end = f"denied {row['rule']}" if row["verdict"] == "deny" else row["outcome"]
        if row["outcome"] in ("refused", "failed"):
            end += f" {row['layer']}"
        found.setdefault(row["url"], []).append(end)
    return found


def test_every_fault_ends_in_one_recorded_outcome(tmp_path):
    """The run goes on whatever one site does; allowed decisions equal outcomes; the ledger verifies."""
    sites = [
        Site(host="good.example", answers={"/": HOME, "/ads.txt": text("magsrv.com, 123, DIRECT\n")}),
        Site(host="reset.example", answers={"/": Answer(manner="reset")}),
        Site(host="short.example", answers={"/": Answer(manner="short", body=b"<p>short")}),
        Site(host="loop.example", answers={"/": redirect("/a"), "/a": redirect("/")}),
        Site(
            host="chain.example",
            answers={"/": redirect("/1")} | {f"/{n}": redirect(f"/{n + 1}") for n in range(1, 9)},
        ),
        Site(host="away.example", answers={"/": redirect("https://elsewhere.example/")}),
        Site(host="private.example", answers={"/": redirect("http://127.0.0.1/admin")}),
        Site(host="media.example", answers={"/": Answer(body=b"\xff\xd8\xff\xe0" + b"\0" * 2000)}),
        Site(
            host="huge.example", answers={"/": Answer(manner="endless_body", body=b"<p>all work</p>" * 500)}
        ),
        Site(host="plain.example", answers={"/": HOME}, tls="closed"),
        Site(host="wrong.example", answers={"/": HOME}, tls="wrong_name"),
    ]
    hosts = [site.host for site in sites] + ["nowhere.example"]
    with DemoServer(sites) as server, new_case(tmp_path, *map(entry, hosts)) as case:
        summary = run_case(case, egress=server.plan(), pace=FAST)
        asked = {request.host for request in server.log()}
        case.verify(links_of)
        found = ends(case)
    assert found["https://good.example/"] == ["captured"]
    assert found["https://good.example/ads.txt"] == ["captured"]
    assert found["https://reset.example/"] == ["failed reset"] * 2
    assert found["http://reset.example/"] == ["failed reset"] * 2
    assert found["https://short.example/"] == ["failed truncated"] * 2
    assert found["https://loop.example/"] == ["redirected", "denied redirect/asked"]
    assert found["https://chain.example/6"] == ["denied redirect/hops"]
    assert found["https://elsewhere.example/"] == ["denied request/out_of_scope"]
    assert found["http://127.0.0.1/admin"][0].startswith("denied")
    assert found["https://media.example/"] == ["refused body"]
    assert found["https://huge.example/"] == ["refused body"]
    assert found["https://plain.example/"] == ["failed connect"]
    assert found["http://plain.example/"] == ["captured"]
    assert found["https://wrong.example/"] == ["failed tls"]
    assert found["http://wrong.example/"] == ["captured"]
    # The loopback egress knows no such host; a real resolver fails instead.
    assert found["https://nowhere.example/"] == ["refused address"]
    assert asked <= set(hosts)
    assert summary.ended == "finished"
    assert not summary.is_complete
    assert (summary.entries, summary.observable) == (12, 3)
    assert sum(summary.unobservable.values()) == 9
    assert summary.exposure[0].party == "nobody outside"


def test_host_that_never_answers_is_given_up_on(tmp_path):
    """Its limit ends each try, by https and by http, twice each; nothing beside the front page is asked."""
    site = Site(host="silent.example", answers={"/": Answer(manner="silent")})
    with DemoServer([site]) as server, new_case(tmp_path, entry("silent.example")) as case:
        summary = run_case(case, egress=server.plan(), pace=Pace(delay_ms=0, timeout_ms=300))
        found = ends(case)
    assert found == {f"{scheme}://silent.example/": ["failed timeout"] * 2 for scheme in ("https", "http")}
    assert summary.unobservable == {"failed: timeout": 1}


# A run in a process of its own. argv: the case, where to die (0: nowhere). stdin: the egress. stdout: after each
# transaction, the number of the last record that is committed.
RUN = """
import os, signal, sys
from contextlib import contextmanager
import msgspec
from adtrace.case import Case
from adtrace.fetch.messages import EgressPlan
from adtrace.fetch.run import Pace, run_case

die_at, appended = int(sys.argv[2]), 0
plain_append, plain_capture, plain_transaction = Case.append, Case.add_capture, Case.transaction

def counted(function):
    def wrapper(*args, **more):
        global appended
        appended += 1
        if appended == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **more)
    return wrapper

@contextmanager
def transaction(case):
    with plain_transaction(case):
        yield
    print(case.seq, flush=True)

Case.append, Case.add_capture, Case.transaction = counted(plain_append), counted(plain_capture), transaction
plan = msgspec.json.decode(sys.stdin.buffer.read(), type=EgressPlan)
with Case.open(sys.argv[1], write=True) as case:
    summary = run_case(case, egress=plan, pace=Pace(delay_ms=0, timeout_ms=30_000))
print(summary.ended, file=sys.stderr)
"""


def start_run(path, plan, die_at=0):
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(path), str(die_at)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(msgspec.json.encode(plan))
    process.stdin.close()
    process.stdin = None
    return process


def many_sites():
    return [Site(host=f"s{number}.example", answers={"/": HOME}) for number in range(12)]


def assert_resumes_whole(case, server):
    """The same call finishes: every entry captured, every decision closed, nothing asked a third time."""
    summary = run_case(case, egress=server.plan(), pace=FAST)
    assert (summary.ended, summary.resumed, summary.unobservable, summary.observable) == (
        "finished",
        True,
        {},
        12,
    )
    case.verify(links_of)
    found = {url: those for url, those in ends(case).items() if not those[0].startswith("denied")}
    assert len(found) == 12 * 8
    for url, outcomes in found.items():
        assert outcomes[-1] in ("captured", "failed status"), url
        assert outcomes[:-1] in ([], ["interrupted"]), url
    requests = [(request.host, request.target) for request in server.log()]
    assert max(requests.count(request) for request in requests) <= 2


@pytest.mark.parametrize("die_at", [1, 7, 40, 90])
def test_kill_9_loses_nothing_acknowledged(tmp_path, die_at):
    """Killed inside any transaction, the case holds all that was committed, and the same call goes on."""
    with DemoServer(many_sites()) as server:
        new_case(tmp_path, *(entry(site.host) for site in many_sites())).close()
        process = start_run(tmp_path / "case", server.plan(), die_at)
        committed, _ = process.communicate()
        assert process.returncode == -signal.SIGKILL
        with Case.open(tmp_path / "case", write=True) as case:
            assert case.seq >= max(map(int, committed.split()), default=0)
            case.verify(links_of)
            if die_at > 1:
                assert_resumes_whole(case, server)


def test_killed_writer_takes_its_processes_along(tmp_path):
    """Fetcher and worker end when the writer's channels close; nobody goes on contacting sites."""
    with DemoServer(many_sites()) as server:
        new_case(tmp_path, *(entry(site.host) for site in many_sites())).close()
        process = start_run(tmp_path / "case", server.plan(), 40)
        # stderr is inherited by both: its end is theirs.
        process.communicate()
        assert process.returncode == -signal.SIGKILL


def test_ctrl_c_stops_cleanly_and_the_same_call_goes_on(tmp_path):
    """SIGINT once: ended is stopped, nothing is open; the next call finishes the same run."""
    entries = [entry(site.host) for site in many_sites()]
    with DemoServer(many_sites()) as server, new_case(tmp_path, *entries) as case:

        def interrupt(state):
            if state.captures and not state.stopping:
                os.kill(os.getpid(), signal.SIGINT)

        before = signal.getsignal(signal.SIGINT)
        summary = run_case(case, egress=server.plan(), pace=FAST, progress=interrupt)
        assert signal.getsignal(signal.SIGINT) is before
        assert summary.ended == "stopped"
        assert not list(case.rows("SELECT seq FROM open_decisions"))
        summary = run_case(case, egress=server.plan(), pace=FAST)
        assert (summary.ended, summary.resumed, summary.unobservable, summary.observable) == (
            "finished",
            True,
            {},
            12,
        )


def test_deadly_page_costs_one_worker_and_no_other_page(tmp_path, monkeypatch):
    """Each page that kills its worker says so in its outcome; the pages beside it are read."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr("adtrace.fetch.processes.WORKER", "tests.fetch.deadly_worker")
    deadly = [Site(host=f"d{number}.example", answers={"/": page("<p>deadly")}) for number in range(4)]
    sites = many_sites()[:6] + deadly
    with DemoServer(sites) as server, new_case(tmp_path, *(entry(site.host) for site in sites)) as case:
        summary = run_case(case, egress=server.plan(), pace=FAST)
        case.verify(links_of)
        status = {
            row["domain"]: row["parse_status"]
            for row in case.rows("SELECT domain, parse_status FROM captures")
        }
    assert (summary.observable, summary.unobservable) == (6, {"captured, but it could not be read": 4})
    assert [status[site.host] for site in sites] == ["complete"] * 6 + ["killed: SIGABRT"] * 4


def test_worker_that_cannot_start_ends_the_run(tmp_path, monkeypatch):
    """No endless restarting: an error says what ended and how to go on, and what was fetched is kept."""
    monkeypatch.setattr("adtrace.fetch.processes.WORKER", "adtrace.no_such_module")
    with DemoServer(many_sites()[:2]) as server, new_case(tmp_path, entry("s0.example")) as case:
        with pytest.raises(AdtraceError, match="ended 3 times"):
            run_case(case, egress=server.plan(), pace=FAST)
        case.verify(links_of)


@pytest.fixture
def answering(monkeypatch):
    """A function: run a case with these answers (by URL) instead of processes; the summary and what was asked."""

    def run(case, table, **settings):
        given = answers.Processes(table)

        def begin(_start, _scope, setup):
            given.links = setup.links
            return given

        monkeypatch.setattr("adtrace.fetch.run.Processes", begin)
        return run_case(case, egress=EgressPlan("loopback"), pace=FAST, **settings), given.asked

    return run


def test_two_runs_of_one_case(tmp_path, answering):
    """A finished run is not taken up again: the second asks anew, and both are in the case."""
    pages = {f"https://s{number}.example/": answers.TAGGED for number in range(2)}
    with new_case(tmp_path, entry("s0.example"), entry("s1.example")) as case:
        first, second = (answering(case, pages)[0] for _ in range(2))
        assert first.run != second.run
        assert not second.resumed
        assert (first.observable, second.observable) == (2, 2)
        assert [row["ended"] is not None for row in case.rows("SELECT ended FROM runs")] == [True, True]
        case.verify(links_of)


def test_case_without_active_entries_contacts_nothing(tmp_path):
    """Held entries alone: no process is started, and the run says so."""
    held = entry("s0.example", handling="hold")
    with DemoServer(many_sites()[:1]) as server, new_case(tmp_path, held) as case:
        summary = run_case(case, egress=server.plan())
        assert server.log() == []
    assert (summary.ended, summary.entries, summary.held_back) == ("nothing to do", 0, {"hold": 1})


@pytest.mark.parametrize("settings", [{"reach": "ads"}, {"pages": 3}, {"reach": "everything"}])
def test_wider_runs_need_the_authoritys_consent(tmp_path, settings):
    """Reach ads and further pages are refused without a note, an unknown reach always."""
    with new_case(tmp_path, entry("s0.example")) as case, pytest.raises(UsageError):
        run_case(case, egress=EgressPlan("loopback"), **settings)


@pytest.mark.parametrize(
    "profile",
    [
        Profile("a\r\nHost: other.example"),
        Profile("a\n"),
        Profile(""),
        Profile("caf\u00e9"),
        Profile("a" * 257),
        Profile("a", language="en\0"),
        Profile("a", egress="\udcff"),
        Profile("a", egress="\x1b[2J"),
    ],
)
def test_a_profile_that_cannot_be_sent_or_shown_starts_nothing(tmp_path, profile):
    """Each visit would fail, once its site was connected to; or the run, once it is on record."""
    with new_case(tmp_path, entry("s0.example")) as case, pytest.raises(UsageError, match="cannot"):
        run_case(case, egress=EgressPlan("loopback"), profile=profile)
    with Case.open(tmp_path / "case") as case:
        assert list(case.rows("SELECT * FROM runs")) == []


def test_linked_pages_are_asked_one_per_shape(tmp_path, answering):
    """--pages N with a note: same-scope pages in document order, one for each template."""
    links = "".join(
        f'<a href="{path}">go</a>' for path in ("/w/1-a", "/w/2-b", "/about", "//other.example/x")
    )
    at = "https://s0.example"
    pages = {f"{at}/{path}": answers.TAGGED for path in ("w/1-a", "w/2-b", "about")}
    pages[f"{at}/"] = answers.HOME + links
    with new_case(tmp_path, entry("s0.example")) as case:
        _, asked = answering(case, pages, pages=5, authority_note="R-1, letter of 3 May")
    assert f"{at}/w/1-a" in asked
    assert f"{at}/about" in asked
    assert f"{at}/w/2-b" not in asked
    assert not [url for url in asked if "other.example" in url]


def test_run_works_outside_the_main_thread(tmp_path, answering):
    """No signal handler can be set there, and none is needed."""
    ended = []

    def work():
        with new_case(tmp_path, entry("s0.example")) as case:
            ended.append(answering(case, {"https://s0.example/": answers.TAGGED})[0].ended)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == ["finished"]


def test_a_host_that_passed_on_is_no_ad_systems_in_a_run(tmp_path, monkeypatch):
    """A run plans with the hosts of today: whoever has a lapsed one now is nobody we may ask."""

    class PlannedError(Exception):
        pass

    def planner(_rules, *, knowledge, **_more):
        raise PlannedError(knowledge)

    monkeypatch.setattr("adtrace.fetch.run.Planner", planner)
    with new_case(tmp_path, entry("good.example")) as case, pytest.raises(PlannedError) as planned:
        run_case(case, egress=EgressPlan("direct"))
    (knowledge,) = planned.value.args
    assert load_knowledge().card_of_host("coinhive.com") is not None
    assert knowledge.card_of_host("coinhive.com") is None
    assert knowledge.card_of_host("a.magsrv.com") is not None
