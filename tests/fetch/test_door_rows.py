"""Every row of the threat table has its test, and none is forgotten."""

import re
from pathlib import Path

import pytest

from tests.fetch.disguises import DISGUISES
from tests.fetch.door_rows import ROWS
from tests.fetch.test_gauntlet import TEXT, WIRE
from tests.fetch.test_names import FAULTS
from tests.fetch.test_tls import FLAWS

TESTS = Path(__file__).parents[1]
# The ids of the table as it was written, family by family: how many there are of each.
FAMILIES = {"T": 16, "CT": 10, "PG": 7, "SVG": 1, "MP": 1, "ENC": 6, "RD": 8, "RG": 2, "ML": 3, "MF": 4}
FAMILIES |= {"JS": 5, "ST": 9, "SG": 1, "LB": 1, "R": 7}


@pytest.mark.parametrize("family", FAMILIES)
def test_no_row_is_missing(family):
    """Numbered without a gap, to the last."""
    numbers = {int(found[1]) for row in ROWS if (found := re.fullmatch(rf"{family}(\d+)", row.split()[0]))}
    assert numbers == set(range(1, FAMILIES[family] + 1))


@pytest.mark.parametrize("row", ROWS)
def test_row_is_held_by_a_test(row):
    """The test is there, and where it is one over a table of cases, the table has the row."""
    file, _, name = ROWS[row].partition("::")
    name, _, case = name.partition("[")
    source = (TESTS / file).read_text()
    assert f"def {name or 'test_'}" in source
    tables = {"test_disguise": DISGUISES, "test_wire": WIRE, "test_text_that_leads_to_media_is_text": TEXT}
    tables |= {"test_certificate_is_refused": FLAWS, "test_each_fault_has_its_reason": FAULTS}
    if name in tables:
        wanted = case or row
        assert any(each == wanted or each.startswith((f"{wanted} ", case or "\0")) for each in tables[name])
