"""No text a server can write kills its reader: who could, would hide a site from us for the price of a page."""

import subprocess
import sys
from collections.abc import Iterator
from re import _constants as signs
from re import _parser as parser

import pytest

from tests.safety.deadly import FOUND, pages, patterns
from tests.safety.run import ROOT


def tried(what: str) -> list[str]:
    """What was tried, in order; the last is "all" if each came to its end within the time a worker has for one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.safety.deadly", what], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode in (0, -24, -9), done.stderr
    return done.stdout.split("\n")[:-1]


def repeated(part: object) -> Iterator[parser.SubPattern]:
    """What a pattern, or a part of one, repeats possessively."""
    match part:
        case (signs.POSSESSIVE_REPEAT, (_, _, what)):
            yield what
            yield from repeated(what)
        case parser.SubPattern() | list() | tuple():
            for each in part:
                yield from repeated(each)


def test_no_pattern_means_another_thing_to_another_python() -> None:
    """Python before 3.11.5 matches `(?:a|b)*+` wrongly (CPython issue 106052); `(?>a|b)*+` is the same, and right."""
    one = {signs.LITERAL, signs.NOT_LITERAL, signs.ANY, signs.IN, signs.ATOMIC_GROUP}
    for name, pattern in patterns().items():
        for what in repeated(parser.parse(pattern.pattern, pattern.flags)):
            assert [sign for sign, _ in what if len(what) > 1 or sign not in one] == [], name


def test_what_once_killed_a_worker_does_not() -> None:
    """Comments, spaces, declarations: a kilobyte of each took for ever."""
    assert tried("found") == [*list(pages())[:FOUND], "all"]


@pytest.mark.slow
def test_no_page_kills_its_worker() -> None:
    """Each is read to its end, or to a limit that its parse_status names, within a worker's time for one document."""
    assert tried("pages") == [*pages(), "all"]


@pytest.mark.slow
def test_no_pattern_of_ours_explodes() -> None:
    """Every pattern of the modules that read pages, against runs of all its likely parts and pairs of them."""
    assert len(patterns()) > 80
    assert tried("patterns")[-1] == "all"
