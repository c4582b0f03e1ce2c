"""The schema is data: what is wrong in it is told, and a new edge needs no code."""

from pathlib import Path

import pytest

from adtrace.relate import links, schema
from adtrace.relate.links import links_of
from adtrace.relate.schema import SchemaError, graphs_folder, load_schema, read_schema
from tests.relate.small_case import a_sighting

SHIPPED = graphs_folder() / "schema.toml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    file = tmp_path / "schema.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    return file


def test_every_edge_is_a_sentence_between_two_kinds_and_says_its_limits() -> None:
    """Edges are declared as sentences with needs and limits (design section 6)."""
    kinds = {node.kind for node in load_schema().node}
    for edge in load_schema().edge:
        assert edge.source_kind in kinds
        assert edge.target_kind in kinds
        assert edge.what
        assert edge.limits
        assert edge.needs["kind"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"DOMAIN places NETWORK"', '"DOMAIN places CAR"', 'edge "places" begins or ends at "car"'),
        ('basis = ["embedded", "served"]', 'base = ["embedded"]', 'edge "places" needs "base"'),
        ('id = "uses"', 'id = "places"', 'two edges are named "places"'),
        ('kind = ["network"], basis', 'scope = ["slot"], basis', 'edge "places" needs no kind'),
        ('edge = "carries"', 'edge = "caries"', 'merge names the edge "caries"'),
        ("cap = 50", 'cap = "many"', "cannot be read"),
    ],
)
def test_a_slip_in_the_schema_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """What is wrong, and in which edge."""
    with pytest.raises(SchemaError, match=r"schema\.toml") as error:
        read_schema(changed(tmp_path, old, new))
    assert said in str(error.value)


def test_a_new_edge_touches_the_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code reads the schema."""
    file = changed(
        tmp_path,
        "[merge]",
        '[[edge]]\nid = "shows"\nsentence = "COMPANY shows itself on DOMAIN"\nwhat = "w"\n'
        'needs = { kind = ["network"], certainty = ["proven"] }\nlimits = "l"\n\n[merge]',
    )
    monkeypatch.setattr(links, "load_schema", lambda: schema.read_schema(file))
    links._kinds.cache_clear()
    try:
        proven = links_of(a_sighting(company="Co", certainty="proven"), "a.example")
        likely = links_of(a_sighting(company="Co"), "a.example")
    finally:
        links._kinds.cache_clear()
    assert ("company", "Co", "domain", "a.example") in {
        (link.source_kind, link.source, link.target_kind, link.target)
        for link in proven
        if link.edge == "shows"
    }
    assert "shows" not in {link.edge for link in likely}
