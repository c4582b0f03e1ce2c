"""The data dictionary is made from the one definition of the columns, and leaves none out."""

import pytest
from click.testing import CliRunner

from adtrace.cli.export import command
from adtrace.export import AUDIENCES, TABLES, Audience
from adtrace.export.dictionary import dictionary_text


def test_every_column_of_every_table_is_in_it() -> None:
    """With its type and its meaning."""
    text = dictionary_text()
    for table in TABLES:
        part = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| {column.name} | {column.type} | {column.meaning} |" in part


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_reader_gets_the_dictionary_of_its_own_columns(audience: Audience) -> None:
    """What it does not get is not named to it."""
    text = dictionary_text(audience)
    for table in TABLES:
        columns = table.columns_for(audience)
        assert (f"\n## {table.name}\n" in text) == bool(columns)
        if columns:
            lines = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0].splitlines()
            named = [line.split(" | ")[0][2:] for line in lines if line.startswith("| ")]
            assert named == ["column", *(column.name for column in columns)]


def test_the_command_prints_it_without_a_case() -> None:
    """`adtrace export --dictionary`."""
    result = CliRunner().invoke(command, ["--dictionary"])
    assert result.exit_code == 0
    assert result.stdout == dictionary_text()
