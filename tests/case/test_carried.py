"""What left with which export."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.case.carried import Carried, find_carriers, runs_of, spans
from adtrace.export import write_files
from tests.relate.small_case import SmallCase, adsense


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_runs_hold_exactly_their_numbers(numbers: set[int], wanted: set[int]) -> None:
    """However they lie."""
    one = Carried(
        seq=1,
        time="",
        audience="",
        party="",
        files=(),
        is_known=True,
        to="",
        sightings=runs_of(spans(numbers)),
        entries=(),
    )
    assert set(one.among(wanted, ()).sightings) == numbers & wanted


@pytest.mark.parametrize(("table", "form"), [("accounts", "csv"), ("sightings", "csv"), ("graph", "gexf")])
def test_an_export_knows_what_it_carried(tmp_path: Path, table: str, form: str) -> None:
    """Each row, also where one line of the table or an edge stands for several; and the entries by their domain."""
    small = SmallCase(tmp_path / "case")
    with small.case as case:
        small.site("clip.example", adsense())
        small.site("other.example", "<p>nothing</p>")
        write_files(case, tmp_path / "out", [(table, form)])
        accounts = [row["row"] for row in case.rows("SELECT row FROM sightings WHERE kind = 'account'")]
        (found,) = find_carriers(case, accounts, small.numbers.values())
        assert found.sightings == tuple(accounts)
        bare = small.numbers["other.example"]
        assert (bare in found.entries) == (table == "graph")
        assert small.numbers["clip.example"] in found.entries
        assert (found.audience, found.files) == ("taskforce", (f"{table}.{form}",))
        assert find_carriers(case, [999]) == []


def test_an_export_that_did_not_note_it_may_have_carried_all(tmp_path: Path) -> None:
    """As those of earlier versions."""
    small = SmallCase(tmp_path / "case")
    with small.case as case:
        with case.transaction():
            case.append("export", {"audience": "taskforce", "files": [{"file": "a.csv"}]})
        (found,) = find_carriers(case, [1])
    assert (found.is_known, found.files) == (False, ("a.csv",))
