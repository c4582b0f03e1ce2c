"""Whoever holds the case finds what a reader's stand-in stands for; nobody else can."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adtrace.cli.export import command
from adtrace.export import Reader, write_files
from adtrace.export.resolving import resolve
from tests.export.readers import READERS, fill, judge
from tests.relate.small_case import PUBLISHER, SmallCase


@pytest.mark.parametrize("reader", READERS[1:], ids=str)
def test_every_stand_in_of_a_row_is_resolved(small: SmallCase, tmp_path: Path, reader: Reader) -> None:
    """Domain, record, and the account where it is keyed."""
    fill(small)
    judge(small)
    table = "brands" if reader.audience == "brand" else "accounts"
    write_files(small.case, tmp_path, [(table, "jsonl")], reader)
    rows = [json.loads(line) for line in (tmp_path / f"{table}.jsonl").read_text("ascii").splitlines()]
    found = resolve(small.case, reader, {row["domain"] for row in rows} | {row["row"] for row in rows})
    assert {found[row["domain"]] for row in rows} >= {"clip.example", "film.example"}
    if reader.is_outside:
        assert all(found[row["row"]].startswith(small.case.short) for row in rows)
    if reader.audience == "taskforce":
        keyed = {row["account"] for row in rows if row["account_kind"] == "publisher_id"}
        assert set(resolve(small.case, reader, keyed).values()) == {f"adsense/publisher_id/{PUBLISHER}"}


def test_another_readers_stand_in_stands_for_nothing(small: SmallCase) -> None:
    """Keys differ by reader."""
    fill(small)
    judge(small)
    from adtrace.export.source import Source

    shown = Source(small.case, "network", "adsense").names.domain("clip.example")
    assert resolve(small.case, READERS[2], [shown]) == {shown: "clip.example"}
    assert resolve(small.case, READERS[3], [shown]) == {}


def test_the_command_prints_it_defanged(small: SmallCase) -> None:
    """One line a name; exit 3 if one stands for nothing."""
    fill(small)
    from adtrace.export.source import Source

    shown = Source(small.case).names.domain("clip.example")
    small.case.close()
    result = CliRunner().invoke(command, [str(small.case.path), "--resolve", shown])
    assert (result.exit_code, result.stdout) == (0, f"{shown}\tclip[.]example\n")
    result = CliRunner().invoke(command, [str(small.case.path), "--resolve", "dom-x"])
    assert result.exit_code == 3
    assert "stands for nothing here" in result.stdout
