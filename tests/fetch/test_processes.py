"""What the writer hears of its two processes: gathered into groups, and no longer than it may wait."""

import os
import signal
from multiprocessing.connection import Pipe
from types import SimpleNamespace

import msgspec
import pytest

from adtrace.fetch import processes
from adtrace.fetch.messages import Answer, Ask, Begun, EgressPlan, Profile, ScopeRule, Setup, Start
from adtrace.fetch.parts import MAX_URL_CHARS

ANSWERS = [Answer(decision=number, outcome="failed") for number in range(1, 120)]
PROFILE, EGRESS = Profile("test"), EgressPlan("loopback")
START = Start(1, PROFILE, EGRESS, reach="page", concurrency=1, delay_s=0, timeout_s=1)


def rules(count):
    """Rules of as many addresses, each of the longest."""
    urls = (f"https://clip.example/{number}".ljust(MAX_URL_CHARS, "a") for number in range(count))
    return [ScopeRule(number, "url", "clip.example", url) for number, url in enumerate(urls)]


def hear(running, count):
    """What comes in, until it is so much; less if the processes end before."""
    heard = []
    while len(heard) < count and running.are_alive:
        heard += running.receive(60.0, count - len(heard))
    return heard


class Waits:
    """multiprocessing.connection.wait with a script: for each call whether an answer comes in; notes the patience."""

    def __init__(self, channel, script):
        self.channel, self.script, self.patience = channel, list(script), []

    def __call__(self, channels, timeout_s):
        self.patience.append(timeout_s)
        return [self.channel] if self.script and self.script.pop(0) else []


@pytest.fixture
def told(monkeypatch):
    """A function: what receive() gives if an answer comes in at the first `count` waits, and how long it waited."""
    ours, theirs = Pipe()
    heard = processes.Processes(START, (), Setup(key=b"", links=0))
    heard._control = heard._results = ours

    def receive(count, enough):
        for answer in ANSWERS[:count]:
            theirs.send_bytes(msgspec.msgpack.encode(answer))
        waits = Waits(ours, [True] * count)
        monkeypatch.setattr(processes, "wait", waits)
        return heard.receive(7.0, enough), waits.patience

    with ours, theirs:
        yield receive


def test_the_first_is_waited_for_and_then_no_longer_than_a_group_takes(told):
    """A group is of GROUP_S at most, whatever is still under way."""
    found, (first, second, *_) = told(1, 5)
    assert found == ANSWERS[:1]
    assert 6 < first <= 7
    assert 0 < second <= processes.GROUP_S


def test_once_there_is_enough_only_what_is_there_is_taken(told):
    """Nobody waits for the other half of what is under way."""
    found, patience = told(3, 2)
    assert found == ANSWERS[:3]
    assert patience[2:] == [0, 0]


def test_a_group_has_its_limit(told):
    """GROUP is what can be lost that was heard of and not yet committed."""
    found, _ = told(processes.GROUP + 9, 1)
    assert found == ANSWERS[: processes.GROUP]


def test_a_group_has_its_limit_also_where_both_channels_speak_at_once(monkeypatch):
    """Two were read at a time, and one more than GROUP could be lost."""
    ours, theirs = Pipe()
    heard = processes.Processes(START, (), Setup(key=b"", links=0))
    heard._control = heard._results = ours
    for answer in ANSWERS:
        theirs.send_bytes(msgspec.msgpack.encode(answer))
    ready = iter([[ours]] + [[ours, ours]] * len(ANSWERS))
    monkeypatch.setattr(processes, "wait", lambda *_: next(ready))
    with ours, theirs:
        assert heard.receive(7.0, 1) == ANSWERS[: processes.GROUP]


def test_a_worker_that_dies_while_it_answers_costs_its_page_alone(monkeypatch):
    """Killed in the middle of a frame, as by a kernel that needs its memory: the document ends, the run does not."""
    (ours, theirs), (control, fetcher) = Pipe(), Pipe()
    running = processes.Processes(START, (), Setup(key=b"", links=0))
    running._control, running._results = control, ours
    running._worker = SimpleNamespace(wait=lambda: -signal.SIGKILL)
    monkeypatch.setattr(running, "_start_worker", lambda: setattr(running, "_results", fetcher))
    theirs.send_bytes(msgspec.msgpack.encode(Begun(answer=ANSWERS[0], document="page")))
    with control, fetcher:
        with theirs:
            os.write(theirs.fileno(), b"\0\0\1\0" + b"the beginning of an answer")
        [done] = running.receive(7.0, 1)
    assert (done.answer, done.extraction.parse_status) == (ANSWERS[0], "killed: SIGKILL")


def test_silence_is_nothing(told):
    """And is told after the time that was given."""
    assert told(0, 1)[0] == []


def test_a_scope_of_any_length_goes_in_frames_that_can_be_read(monkeypatch):
    """All of it and in order, then the Start; addresses as long as any that is asked for are no great frame."""
    sent, (ours, theirs) = [], Pipe()
    running = processes.Processes(START, scope := rules(2 * processes.RULES + 1), Setup(key=b"", links=0))
    monkeypatch.setattr(running, "_start_worker", lambda: None)
    monkeypatch.setattr(processes, "_start_module", lambda *_: None)
    monkeypatch.setattr(running, "_tell", sent.append)
    with ours, theirs:
        running.__enter__()
    *parts, last = sent
    assert last == START
    assert [rule for part in parts for rule in part.rules] == scope
    assert max(len(msgspec.msgpack.encode(part)) for part in parts) < 4 << 20


@pytest.mark.slow
def test_a_list_of_a_million_is_begun():
    """The whole scope in one frame was more than a frame may be from 600,000 entries on."""
    scope = [ScopeRule(number, "domain", f"a-rather-long-name-{number}.example") for number in range(10**6)]
    with processes.Processes(START, scope, Setup(key=b"", links=0)) as running:
        for number, host in enumerate((scope[-1].host, "other.example")):
            running.ask(Ask(number, f"https://{host}/", "page"))
        ended = hear(running, 2)
        running.stop()
    assert {answer.decision: answer.reason.partition(":")[0] for answer in ended} == {
        0: "unknown",
        1: "out_of_scope",
    }


@pytest.mark.slow
def test_a_long_list_asks_for_many_lists_of_sellers():
    """A worker that waits for a document hears nobody: told of each list's ids, both would wait for ever."""
    domains = frozenset(f"a-rather-long-name-{number}.example" for number in range(20_000))
    ids = tuple(f"{number:020}" for number in range(20_000))
    asks = [
        Ask(number, f"https://s{number}.example/sellers.json", "sellers_json", sellers=ids)
        for number in range(8)
    ]
    with processes.Processes(START, (), Setup(key=b"", links=0, domains=domains)) as running:
        for ask in asks:
            running.ask(ask)
        ended = hear(running, len(asks))
        running.stop()
    assert {answer.decision for answer in ended} == set(range(8))


def test_ctrl_c_in_a_terminal_reaches_the_writer_alone(monkeypatch):
    """It decides when to stop: a worker in its process group would die over the page it reads."""
    given = {}
    monkeypatch.setattr(processes.subprocess, "Popen", lambda command, **more: given.update(more))
    channel, other = Pipe()
    with other:
        processes._start_module("adtrace.fetch.worker", channel)
    assert given["process_group"] == 0
    assert given["stdin"] == processes.subprocess.DEVNULL
    assert channel.closed


def test_no_file_of_the_folder_we_are_called_in_is_run(tmp_path, monkeypatch):
    """A case's folder, or a download, may hold a file with the name of a library."""
    (tmp_path / "msgspec.py").write_text("open('run', 'w')")
    monkeypatch.chdir(tmp_path)
    (bodies, to_worker), (results, from_worker) = Pipe(), Pipe()
    started = processes._start_module("adtrace.fetch.worker", to_worker, from_worker)
    bodies.close()
    results.close()
    started.wait()
    assert not (tmp_path / "run").exists()
