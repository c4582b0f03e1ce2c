"""adtrace export: results to stdout, words to stderr, exit codes of design section 8."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from adtrace.cli import export as export_command
from adtrace.cli.export import command
from adtrace.errors import AdtraceError, CaseBusyError, UsageError
from adtrace.export import FORMATS, TABLES
from tests.relate.small_case import SmallCase, adsense

# What lies beside every export, for whoever checks it.
BESIDE = ("manifest.json", "proofs.json", "checkpoint.txt", "verify_export.py")


@pytest.fixture
def case(small: SmallCase) -> str:
    """A closed case with two domains; its folder."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    small.case.close()
    return str(small.case.path)


def run(*arguments: str, code: int = 0) -> tuple[str, str]:
    """stdout and stderr; errors of ours come through as they are."""
    result = CliRunner().invoke(command, arguments, catch_exceptions=True, standalone_mode=True)
    if isinstance(result.exception, AdtraceError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def test_help_names_what_the_library_has() -> None:
    """The names are written twice so that --help is fast; they are the same."""
    assert (*(table.name for table in TABLES), "graph") == export_command.TABLES
    assert tuple(known.name for known in FORMATS) == export_command.FORMATS


def test_everything_goes_into_the_cases_own_folder(case: str) -> None:
    """By default; tables as CSV, the graph as GEXF; silence on stdout."""
    out, err = run(case, "--all")
    folder = Path(case) / "exports" / "taskforce"
    expected = {f"{table.name}.csv" for table in TABLES} | {"graph.gexf", *BESIDE}
    assert {file.name for file in folder.iterdir()} == expected
    assert out == ""
    assert "9 files for the taskforce" in err


@pytest.mark.parametrize("name", ["exports", "exports/taskforce"])
def test_the_cases_own_folder_leads_nowhere_else(case: str, tmp_path: Path, name: str) -> None:
    """A case from others could have tables written into a folder that everybody reads."""
    (tmp_path / "shared").mkdir()
    link = Path(case) / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / "shared")
    with pytest.raises(UsageError, match=rf"{name}: is a link"):
        run(case, "--all")
    assert list((tmp_path / "shared").iterdir()) == []


def test_one_table_goes_to_stdout(case: str) -> None:
    """-o -; nothing else is on stdout."""
    out, _ = run(case, "--table", "domains", "--audience", "investigator", "-o", "-")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["domain"] for row in rows] == ["clip.example", "film.example"]


def test_a_table_in_two_formats(case: str, tmp_path: Path) -> None:
    """--table and --format repeat."""
    run(
        case,
        "--table",
        "domains",
        "--table",
        "graph",
        "--format",
        "csv",
        "--format",
        "jsonl",
        "-o",
        str(tmp_path / "x"),
    )
    assert {file.name for file in (tmp_path / "x").iterdir()} == {
        "domains.csv",
        "domains.jsonl",
        "graph.gexf",
        *BESIDE,
    }


@pytest.mark.parametrize(
    "arguments",
    [(), ("--all", "--table", "domains"), ("--all", "-o", "-"), ("--table", "graph", "--format", "csv")],
)
def test_what_is_not_clear_is_asked_back(case: str, arguments: tuple[str, ...]) -> None:
    """Exit 2, with what to do."""
    with pytest.raises(UsageError) as error:
        run(case, *arguments)
    assert error.value.do


def test_an_export_is_of_a_case() -> None:
    """Only the dictionary is printed without one."""
    with pytest.raises(UsageError, match=r"which case\? Give its folder\."):
        run("--all")


def test_a_case_that_is_being_written_is_not_exported(small: SmallCase) -> None:
    """The export is a record: a second writer is refused by name."""
    import subprocess
    import sys

    small.site("clip.example", adsense())
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from adtrace.cli import main; main()",
            "export",
            str(small.case.path),
            "--all",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == CaseBusyError.exit_code
    assert "writes to this case" in done.stderr
    assert "Traceback" not in done.stderr
