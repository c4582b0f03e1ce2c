"""What pages show is in nothing that leaves a case, and a listed domain in nothing that the task force reads."""

from pathlib import Path

import pytest

from adtrace.case import Case
from adtrace.demo import World, build_world
from adtrace.export import TABLES, Audience, write_files
from adtrace.rehearsal import trace_world
from adtrace.report import write_report


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """A world and the folder of its case."""
    world = build_world(9, 26)
    return world, trace_world(world, tmp_path_factory.mktemp("canaries") / "case", report=False).trace.case


def _everything_that_leaves(path: Path, audience: Audience, folder: Path) -> bytes:
    parts = [(table.name, form) for table in TABLES for form in ("csv", "jsonl")]
    with Case.open(path, write=True) as case:
        write_files(case, folder, [*parts, ("graph", "graphml"), ("graph", "gexf")], audience)
        write_report(case, folder / "report.html", audience=audience)
    return b"\n".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("audience", ["investigator", "taskforce"])
def test_nothing_of_what_pages_show_leaves_a_case(
    traced: tuple[World, Path], audience: Audience, tmp_path: Path
) -> None:
    """Titles, slugs, keywords, comments, media: no canary in a table, a graph or the report."""
    world, path = traced
    left = _everything_that_leaves(path, audience, tmp_path)
    assert world.key["brands"][0][1].encode() in left.replace(b"[.]", b".")
    assert not [word for word in world.canaries if word.encode() in left]


def test_the_task_force_reads_no_listed_domain(traced: tuple[World, Path], tmp_path: Path) -> None:
    """Not whole, not defanged, not without its top-level domain."""
    world, path = traced
    left = _everything_that_leaves(path, "taskforce", tmp_path)
    domains = [domain for domain, _ in world.key["entries"]]
    names = {domain.rpartition(".")[0] for domain in domains}
    assert not [name for name in names if name.encode() in left.replace(b"[.]", b".")]
