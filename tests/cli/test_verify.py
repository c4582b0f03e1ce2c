"""adtrace verify, as somebody types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.case import Case
from adtrace.cli.verify import command
from adtrace.errors import IntegrityError


def run(*words: str) -> Result:
    return CliRunner().invoke(command, words, catch_exceptions=False)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    with Case.create(tmp_path / "case", operator="analyst", purpose="test") as made:
        return made.path


def test_a_whole_case_is_counted_and_says_what_it_lacks(case: Path) -> None:
    """Records, rows, and that no signature covers them; the last chain value, to be copied elsewhere."""
    found = json.loads(run(str(case), "--json").stdout)
    assert (found["intact"], found["total"], found["unsigned"], found["records"]) == (True, 1, 1, {"open": 1})
    said = run(str(case)).stdout
    assert (
        "No signature covers 1 of 1 records: integrity since capture only; not independently authenticated."
        in said
    )
    assert f"Last record: 1 {found['head']}." in said


def test_a_damaged_case_ends_with_exit_code_4(case: Path) -> None:
    """On stderr by the error, and as one object with --json."""
    file = case / "case.db"
    file.write_bytes(file.read_bytes().replace(b"adtrace 0", b"adtrace 9"))
    with pytest.raises(IntegrityError, match=r"case\.db: the payload of record 1 is not the one"):
        run(str(case))
    done = run(str(case), "--json")
    assert done.exit_code == 4
    assert json.loads(done.stdout)["intact"] is False
    assert set(json.loads(done.stdout)) == {"intact", "what", "where", "do"}


def test_links_are_rebuilt_on_request(case: Path) -> None:
    """As the message of a stale cache says."""
    assert run(str(case), "--rebuild-links").stdout.startswith("Intact: 1 records (1 open),")
