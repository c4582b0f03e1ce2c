"""kill -9 at any point: what was acknowledged is there, what was not is there whole or not at all."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from adtrace.case import Case
from tests.case.a_case import links_of

# Writes groups of captures for ever; acknowledges each group after its commit. With a limit, the process kills
# itself after so many steps of SQLite's machine, which may lie in the middle of a statement.
WRITE = """
import os, signal, sys
from adtrace.case import Case
from tests.case.a_case import an_entry, an_extraction, capture
case = Case.open(sys.argv[1], write=True)
limit = int(sys.argv[2])
steps = 0
def step():
    global steps
    steps += 1
    if steps > limit:
        os.kill(os.getpid(), signal.SIGKILL)
if limit:
    case._db.set_progress_handler(step, 50)
group = 0
while True:
    with case.transaction():
        (entry,) = case.add_entries([an_entry()])
        for page in range(5):
            text = f"skeleton-1 page\\n<p {group} {page}>\\n" * 50
            capture(case, entry, an_extraction(text, values=(f"//a.example/{group}/{page}.js",)))
    print(case.seq, flush=True)
    group += 1
"""


def killed_writer(folder: Path, *, groups: int = 0, steps: int = 0) -> int:
    """Start a writer and have it killed, after so many acknowledged groups or steps; the last number acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, str(folder), str(steps)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout
        acknowledged = ""
        for count, line in enumerate(process.stdout, 1):
            acknowledged = line
            if count == groups:
                process.kill()
        # Lines already in the pipe when the kill came were acknowledged too: the loop above has read them.
        assert process.wait() == -9
    return int(acknowledged or 0)


def check(folder: Path, acknowledged: int) -> None:
    with Case.open(folder) as reader:
        found = reader.verify(links_of)
    assert found.total >= acknowledged
    with Case.open(folder, write=True) as writer:
        assert writer.verify(links_of) == found
        with writer.transaction():
            writer.append("note", {"event": "after the kill"})
        assert writer.verify(links_of).total == found.total + 1


@pytest.mark.parametrize("round_", range(4))
def test_a_writer_killed_from_outside_loses_nothing(empty_case: Case, round_: int) -> None:
    """At whatever point the signal finds it; the next writer goes on."""
    empty_case.close()
    check(empty_case.path, killed_writer(empty_case.path, groups=random.randrange(1, 40)))


@pytest.mark.parametrize("round_", range(6))
def test_a_writer_killed_inside_a_statement_loses_nothing(empty_case: Case, round_: int) -> None:
    """In the middle of a transaction: none of it is there, all before it is."""
    empty_case.close()
    check(empty_case.path, killed_writer(empty_case.path, steps=random.randrange(1, 3000) if round_ else 1))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_one_case_survives_many_kills(empty_case: Case) -> None:
    """Every round goes on where the last one was killed."""
    empty_case.close()
    for round_ in range(20):
        limit = {"groups": random.randrange(1, 30)} if round_ % 2 else {"steps": random.randrange(1, 4000)}
        check(empty_case.path, killed_writer(empty_case.path, **limit))
