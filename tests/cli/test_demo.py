"""adtrace demo: the invented web from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adtrace.case import Case
from adtrace.cli import cli


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_demo_makes_a_case_with_a_report_and_writes_the_key(here: Path) -> None:
    """Without -o the case's folder is named after the world; a second one gets another name, and may reach further."""
    for name, reach in (("adtrace-demo-3-2", "tags"), ("adtrace-demo-3-2-2", "ads")):
        done = CliRunner().invoke(
            cli, ["demo", "--seed", "3", "--domains", "2", "--key", "key.json", "--reach", reach]
        )
        assert done.exit_code == 0, done.output
        assert "An invented web of 2 domains, seed 3, on loopback." in done.stderr
        assert (here / name / "report.html").is_file()
        assert name in done.stdout
    key = json.loads((here / "key.json").read_text())
    assert (key["domains"], key["reach"]) == (2, "ads")


def test_a_demo_keeps_out_of_a_real_case(here: Path) -> None:
    """Invented facts are never mixed with real ones."""
    with Case.create(here / "real", operator="desk 1", purpose="case 7"):
        pass
    done = CliRunner().invoke(cli, ["demo", "-o", "real", "--domains", "1"])
    assert done.exception is not None
    assert "no demo's" in str(done.exception)


def test_write_leaves_files_for_extract_and_traces_nothing(here: Path) -> None:
    """The list, the key, pages and a manifest of them; extract reads the manifest as it stands."""
    done = CliRunner().invoke(cli, ["demo", "--seed", "3", "--domains", "4", "--write", "world"])
    assert done.exit_code == 0, done.output
    world = here / "world"
    assert sorted(file.name for file in world.iterdir()) == [
        "key.json",
        "list.csv",
        "manifest.jsonl",
        "pages",
    ]
    lines = [json.loads(line) for line in (world / "manifest.jsonl").read_text().splitlines()]
    assert lines
    assert all((world / line["file"]).read_text().startswith("<!doctype html>") for line in lines)
    assert not list(here.glob("adtrace-demo*"))


def test_write_refuses_a_folder_that_holds_something(here: Path) -> None:
    """Nothing of the user's is overwritten."""
    (here / "mine").mkdir()
    (here / "mine" / "file").touch()
    done = CliRunner().invoke(cli, ["demo", "--domains", "1", "--write", "mine"])
    assert "is not empty" in str(done.exception)


def test_a_size_of_nothing_is_wrong_usage(here: Path) -> None:
    """Refused by the option itself."""
    assert CliRunner().invoke(cli, ["demo", "--domains", "0"]).exit_code == 2


def test_a_place_that_cannot_be_written_is_named(here: Path) -> None:
    """Before anything is traced, and without a traceback."""
    done = CliRunner().invoke(cli, ["demo", "--domains", "1", "--key", "gone/key.json"])
    assert "gone/key.json: cannot be written" in str(done.exception)
    assert list(here.iterdir()) == []
