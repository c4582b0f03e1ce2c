"""The main command: what it prints, what it leaves, how it ends."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

import adtrace.trace
from adtrace.case import Case
from adtrace.cli import fetch
from adtrace.cli.trace import command
from adtrace.demo.answers import Answer, Site, page
from adtrace.demo.server import DemoServer
from adtrace.errors import AdtraceError, CaseError
from adtrace.fetch.run import Pace
from adtrace.fetch.summary import RunSummary
from adtrace.trace import Trace

HEAD = "domain,authority,reference,handling\n"
HOME = page(
    '<!doctype html><script async src="https://a.magsrv.com/ad-provider.js"></script><p>' + "many words " * 60
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Call the command in an empty folder; its exit code, output and what it raised."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, text=None):
        return CliRunner().invoke(command, [str(a) for a in arguments], input=text, standalone_mode=False)

    return call


@pytest.fixture
def world(monkeypatch):
    """Two sites on loopback, in place of the Internet; one of them answers nothing."""
    sites = [
        Site(host="clip.example", answers={"/": HOME}),
        Site(host="film.example", answers={"/": Answer(manner="reset")}),
    ]
    with DemoServer(sites) as server:
        plain = adtrace.trace.trace_list

        def on_loopback(*arguments, **named):
            return plain(*arguments, **named | {"egress": server.plan(), "pace": Pace(delay_ms=0)})

        monkeypatch.setattr("adtrace.trace.trace_list", on_loopback)
        yield server


def test_empty_list_contacts_nothing_and_says_so(run, tmp_path):
    """No entry: wrong usage, no case."""
    result = run("-", "-o", "case", text=HEAD)
    assert isinstance(result.exception, AdtraceError)
    assert "nothing was contacted" in str(result.exception)
    assert not (tmp_path / "case").exists()


def test_bad_line_takes_nothing(run, tmp_path):
    """A list is taken whole or not at all; the line is named."""
    result = run("-", "-o", "case", text=HEAD + "clip.example,A,R,\nexmaple,A,R,\n")
    assert "line 3" in str(result.exception)
    assert not (tmp_path / "case").exists()


def test_consent_is_asked_for_before_anything_is_made(run, tmp_path):
    """Reach ads without the authority's note: no case, no contact."""
    result = run("-", "-o", "case", "--reach", "ads", text=HEAD + "clip.example,A,R,\n")
    assert "--authority-note" in str(result.exception)
    assert not (tmp_path / "case").exists()


def test_held_entries_are_not_contacted(run):
    """A list on hold becomes a case, and the summary says why nothing was asked."""
    result = run("-", "-o", "case", "--no-report", text=HEAD + "clip.example,A,R,hold\n")
    assert result.return_value == 0
    assert "no entry may be contacted" in result.stdout
    assert "1 hold" in result.stdout


def test_standard_input_needs_a_case(run):
    """There is no name to make one from."""
    assert "-o CASE" in str(run("-", text=HEAD).exception)


def test_list_that_is_not_there(run):
    """Named, with what to do."""
    assert "none.csv: cannot be read (No such file" in str(run("none.csv").exception)


def test_a_day_that_has_begun_somewhere_is_not_the_future(run):
    """An authority ahead of UTC confirmed today; `case add` takes the same list."""
    today = (datetime.now(UTC) + timedelta(hours=14)).date()
    line = f"{HEAD.strip()},confirmed_at\nclip.example,A,R,hold,{today}\n"
    assert run("-", "-o", "case", "--no-report", text=line).return_value == 0


def test_summary_gives_denominators_and_names_no_domain(run, world, tmp_path):
    """What a person sees: how many entries were observable, what was found, who could learn of it."""
    (tmp_path / "list.csv").write_text(HEAD + "clip.example,A,R,\nfilm.example,A,R,\n")
    result = run("list.csv", "--no-report")
    assert result.return_value == 3
    assert "1 observable" in result.stdout
    assert (
        "1 unobservable\n        1  failed: the connection ended before an answer (reset)\n" in result.stdout
    )
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    assert "live on 1 of 1 observable: 1 network" in result.stdout
    assert "Who could learn of this run" in result.stdout
    assert "site_role = unknown for 2" in result.stderr
    assert "--operator unnamed operator" in result.stderr
    assert "clip.example" not in result.stdout + result.stderr
    with Case.open(tmp_path / "list-case") as case:
        assert len(case.entries()) == 2


def test_fetch_runs_again_without_the_list(run, world, tmp_path):
    """A later run over the same entries, in the same case; a folder that holds none is named."""
    run("-", "-o", "case", "--no-report", text=HEAD + "clip.example,A,R,\n")
    again = CliRunner().invoke(fetch.command, ["case", "--no-report", "--json"], standalone_mode=False)
    found = json.loads(again.stdout)
    assert (again.return_value, found["added"], found["summary"]["observable"]) == (0, 0, 1)
    with Case.open(tmp_path / "case") as case:
        assert [row["ended"] is not None for row in case.rows("SELECT ended FROM runs")] == [True, True]
    missing = CliRunner().invoke(fetch.command, [str(tmp_path)], standalone_mode=False)
    assert isinstance(missing.exception, CaseError)
    assert "holds no case.db" in str(missing.exception)


def test_json_is_one_object(run, world):
    """--json gives the whole result to a program, and nothing else on stdout or stderr."""
    result = run("-", "-o", "case", "--no-report", "--json", text=HEAD + "clip.example,A,R,\n")
    found = json.loads(result.stdout)
    assert result.stderr == ""
    assert (found["summary"]["observable"], found["report"], found["added"]) == (1, None, 1)
    assert result.return_value == 0


def test_operator_of_a_case_does_not_change(run, world):
    """A case answers to who made it."""
    line = HEAD + "clip.example,A,R,hold\n"
    run("-", "-o", "case", "--no-report", "--operator", "unit 7", text=line)
    result = run("-", "-o", "case", "--no-report", "--operator", "unit 8", text=line)
    assert 'operator "unit 7"' in str(result.exception)


def test_stopped_run_ends_with_130(run, monkeypatch):
    """A program that calls us learns that Ctrl-C ended the run."""
    fields = {
        f: {}
        for f in ("held_back", "not_operator", "unobservable", "outcomes", "denied", "refused", "failed")
    }
    counts = dict.fromkeys(
        ("run", "entries", "observable", "sightings", "domains_with_ads", "networks", "accounts"), 1
    )
    summary = RunSummary(ended="stopped", resumed=False, exposure=[], **fields, **counts)
    monkeypatch.setattr(
        "adtrace.trace.trace_list", lambda entries, case, **more: Trace(case, "a" * 32, 1, summary, None)
    )
    result = run("-", "-o", "case", text=HEAD + "clip.example,A,R,\n")
    assert result.return_value == 130
    assert "All that was done is kept" in result.stdout
