"""Standard streams in any state, and what a fault of ours says on them."""

import errno
import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from adtrace.cli.crash import say_where
from adtrace.cli.terminal import say_warnings, settle_streams


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch):
    """A function: stdin, stdout and stderr become these for the test."""

    def become(**given: io.TextIOWrapper | None) -> None:
        for name, stream in given.items():
            monkeypatch.setattr(sys, name, stream)

    return become


def test_names_that_are_no_text_raise_nothing(streams) -> None:
    """They are names of nothing, and a command says so in its own words."""
    streams(stdin=io.TextIOWrapper(io.BytesIO(b"\xff clip.example\n"), encoding="utf-8"))
    settle_streams()
    assert sys.stdin.read() == "\udcff clip.example\n"


def test_a_character_that_the_terminal_has_not_is_escaped(streams) -> None:
    """A change is written with an arrow, which many encodings lack."""
    written = io.BytesIO()
    streams(stdout=io.TextIOWrapper(written, encoding="latin-1"))
    settle_streams()
    print("a → é", flush=True)
    assert written.getvalue() == b"a \\u2192 \xe9\n"


def test_closed_streams_are_empty_and_take_everything(streams) -> None:
    """As `adtrace … <&- >&-` leaves them; the next file that is opened must not take their place."""
    streams(stdin=None, stdout=None, stderr=None)
    settle_streams()
    opened = (sys.stdin, sys.stdout, sys.stderr)
    print("nobody reads this", flush=True)
    assert sys.stdin.read() == ""
    for stream in opened:
        stream.close()


def test_a_warning_is_worded_as_an_error_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the name of the program, on stderr."""
    monkeypatch.setattr(logging.getLogger("adtrace"), "handlers", [])
    say_warnings()
    logging.getLogger("adtrace.case.case").warning("%s: signed by another.", "case")
    assert capsys.readouterr() == ("", "adtrace: case: signed by another.\n")


def test_what_the_system_refuses_is_told_in_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no fault of ours; the path, and the words somebody gave the error, stay out."""
    say_where(OSError(errno.ENOSPC, "clip.example", "/cases/clip.example"))
    told = capsys.readouterr().err
    assert told.startswith(f"adtrace: {os.strerror(errno.ENOSPC)} (at ")
    assert "clip.example" not in told
    assert "fault" not in told


@pytest.mark.parametrize(
    ("words", "output", "said"),
    [
        (["--version"], "/dev/full", os.strerror(errno.ENOSPC)),
        (["--version"], None, ""),
    ],
)
def test_output_that_cannot_be_written_is_failure(words: list[str], output: str | None, said: str) -> None:
    """Exit code 1 and one line: a full disk; of a reader who left, as head does, nothing is said."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as broken, Path(output or os.devnull).open("wb") as file:
        program = [sys.executable, "-c", "from adtrace.cli import main; main()", *words]
        done = subprocess.run(program, stdout=file if output else broken, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == bool(said)
    assert said in done.stderr
