"""structure.py: what is written once is what would be written again, and it cannot grow without end."""

import pytest

from adtrace.extract import structure
from adtrace.extract.attribute_names import CLASS, STRUCTURE


@pytest.mark.parametrize(
    ("rule", "value", "piece"),
    [
        (STRUCTURE, "top", ' id="top"'),
        (STRUCTURE, "", " id"),
        (STRUCTURE, 'a"b', " id"),
        (STRUCTURE, "x" * 200, " id"),
        (STRUCTURE, "tag-tea x", ' id="tag-tea x"'),
        (CLASS, "post tag-tea x", ' id="post  x"'),
        (CLASS, "category-tea", " id"),
    ],
)
def test_a_piece(rule: int, value: str, piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short values without a quote are shown, of a class not its topics; long ones are not remembered."""
    monkeypatch.setattr(structure, "WRITTEN", {})
    assert structure.write_structure(rule, "id", "id", value) == piece
    remembered = {("id", value): piece} if len(value) < structure.MAX_STRUCTURE else {}
    assert remembered == structure.WRITTEN


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile page may invent as many values as it likes."""
    monkeypatch.setattr(structure, "WRITTEN", {})
    monkeypatch.setattr(structure, "_MAX_KNOWN", 10)
    for number in range(100):
        structure.write_structure(STRUCTURE, "id", "id", str(number))
    assert len(structure.WRITTEN) <= 10
