"""The examples run as they stand, on a case of the invented web; the written-out sample is the generator's own."""

import ast
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from adtrace.case import read_list
from adtrace.demo import World, build_world
from adtrace.demo.files import write_files
from adtrace.rehearsal import trace_world

EXAMPLES = Path(__file__).parents[2] / "examples"
# The day from which the dates of the written-out list count.
SAMPLE_DAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """A world and the folder of its case."""
    world = build_world(12, 26)
    return world, trace_world(world, tmp_path_factory.mktemp("examples") / "case", report=False).trace.case


def _run(name: str, *arguments: object) -> str:
    command = [sys.executable, EXAMPLES / name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_investigator_sees_the_place_behind_each_tie(traced: tuple[World, Path]) -> None:
    """Every shared account of the key, with a place for each of its domains."""
    world, case = traced
    told = _run("investigator.py", case).replace("[.]", ".")
    for network, kind, account, _, _, domains, _, _ in world.key["answers"]["shared-account"]:
        part = told.partition(f"{network} {kind} {account}: ")[2].partition("\n\n")[0]
        assert part
        assert all(f"  {domain}: " in part for domain in domains)


def test_the_notebook_runs_from_its_first_cell_to_its_last(traced: tuple[World, Path]) -> None:
    """Graph, path, frames, and an answer with its limits; no domain as a live link."""
    world, case = traced
    told = _run("notebook.py", case)
    domains = {domain for domain, _ in world.key["entries"]}
    assert f"{len(domains)} domains, " in told
    assert "carries account:" in told
    assert f"Letters to {len(world.key['answers']['first-letters'])} of " in told
    assert "A lower bound" in told
    assert not [domain for domain in domains if domain in told]


def test_the_brand_reads_where_and_through_whom(traced: tuple[World, Path]) -> None:
    """One that is offered, and one that is not: not observed is never clean."""
    world, case = traced
    _, brand, role, _, network = world.key["brands"][0]
    assert f"through {network} as {role}" in _run("brand.py", case, brand)
    assert "That is not clean" in _run("brand.py", case, "nobody.example")


def test_an_example_called_without_its_arguments_says_which_it_takes() -> None:
    """And no more."""
    done = subprocess.run([sys.executable, EXAMPLES / "brand.py"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("For a brand: ")
    assert "python brand.py CASE BRAND" in done.stderr


def test_the_task_force_gets_answers_tables_and_report(traced: tuple[World, Path], tmp_path: Path) -> None:
    """All of it in one folder, without a listed domain."""
    world, case = traced
    told = _run("taskforce.py", case, tmp_path / "out")
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert names >= {
        "domains.csv",
        "networks.csv",
        "accounts.csv",
        "graph.graphml",
        "report.html",
        "manifest.json",
    }
    assert "Which networks are placed on the most domains?" in told
    left = b"".join(file.read_bytes() for file in (tmp_path / "out").iterdir())
    assert not [domain for domain, _ in world.key["entries"] if domain.encode() in left]


def test_the_written_out_sample_is_what_the_generator_writes(tmp_path: Path) -> None:
    """So the sample cannot grow old: adtrace demo --write, of its seed and size and day; without the key."""
    write_files(build_world(1, 6, SAMPLE_DAY), tmp_path / "world")
    (tmp_path / "world" / "key.json").unlink()
    for file in (tmp_path / "world").rglob("*"):
        if file.is_file():
            kept = EXAMPLES / "world" / file.relative_to(tmp_path / "world")
            assert kept.read_bytes() == file.read_bytes(), f"{kept.name} is not as written now"
    assert (EXAMPLES / "list.csv").read_bytes() == (EXAMPLES / "world" / "list.csv").read_bytes()


def test_the_sample_list_is_a_valid_list() -> None:
    """Each line an entry."""
    with (EXAMPLES / "list.csv").open("rb") as stream:
        assert len(read_list(stream, name="list.csv", today=dt.date(2027, 1, 1)).entries) == 6


def test_every_example_says_what_it_is_for() -> None:
    """A docstring that names its user and its arguments."""
    for file in EXAMPLES.glob("*.py"):
        assert (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").startswith("For a")
