"""adtrace brands."""

import json
import re
from pathlib import Path

from click.testing import CliRunner

from adtrace.cli import cli
from tests.brands.test_audit import served
from tests.relate.small_case import SmallCase

CSV = "brand,domain\nHarbour,harbour.example\n"


def test_import_then_audit(tmp_path: Path) -> None:
    """The owner's list is checked, then asked of a case; domains are pseudonyms unless an investigator asks."""
    small = SmallCase(tmp_path / "case")
    small.site("a.example", served("harbour.example"))
    small.case.close()
    run = CliRunner()
    listed = run.invoke(cli, ["brands", "import", "-"], input=CSV)
    assert listed.exit_code == 0
    (tmp_path / "own.jsonl").write_text(listed.stdout)
    case, own = str(tmp_path / "case"), str(tmp_path / "own.jsonl")
    text = run.invoke(cli, ["brands", "audit", case, "--list", own])
    assert "does not show that the brand knew, chose or paid: 1 of 1 observable" in " ".join(
        text.stdout.split()
    )
    assert "a[.]example" not in text.stdout
    assert re.search(r";\s+sighting-\d+\s+in\s+1\s+capture;", text.stdout)
    assert max(map(len, text.stdout.splitlines())) <= 80
    found = json.loads(
        run.invoke(
            cli,
            ["brands", "audit", case, "--brand", "harbour.example", "--audience", "investigator", "--json"],
        ).stdout
    )
    assert [row["domain"] for row in found["rows"]] == ["a.example"]
    for name in ("Tide", "Dr. Tide", "B.V. Tide"):
        none = run.invoke(cli, ["brands", "audit", case, "--brand", name])
        assert none.stdout.startswith(f"{name}: not observed; ")
    alike = run.invoke(cli, ["brands", "audit", case, "--brand", "Harb"]).stdout
    assert "and not counted:\n  harbour[.]example." in alike
    page = run.invoke(cli, ["brands", "audit", case, "--brand", "https://harbour.example/x"])
    assert "is a page" in str(page.exception)


def test_wrong_usage(tmp_path: Path) -> None:
    """No brand, or a list that is none, is said."""
    run = CliRunner()
    for given in ([], ["--brand", ""]):
        assert "Which brand?" in str(run.invoke(cli, ["brands", "audit", str(tmp_path), *given]).exception)
    assert run.invoke(cli, ["brands", "import", "-"], input="x\n").exception is not None
