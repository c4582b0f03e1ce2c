"""A case recalls the hosts it saw proven."""

from pathlib import Path

from adtrace.recollection import Recalled, recall_hosts
from adtrace.relate.links import links_of
from tests.relate.small_case import SmallCase

WHOLE = '<script src="https://quietferry.example/88/tag.min.js" data-zone="7130284" async></script>'
CUT = '<script src="https://quietferry.example/91/tag.min.js" async></script>'


def test_another_site_s_proof_names_the_network(tmp_path: Path) -> None:
    """A generation more, no link, an intact seal; the second call changes nothing."""
    small = SmallCase(tmp_path / "case")
    with small.case as case:
        small.site("clip.example", WHOLE)
        small.site("film.example", CUT)
        before = [tuple(row) for row in case.rows("SELECT * FROM links ORDER BY id")]
        assert recall_hosts(case) == Recalled(captures=1, inferred=1)
        rows = case.rows("SELECT domain, network, certainty FROM current_sightings WHERE basis = 'inferred'")
        assert [tuple(row) for row in rows] == [("film.example", "monetag", "weak")]
        assert [tuple(row) for row in case.rows("SELECT * FROM links ORDER BY id")] == before
        assert recall_hosts(case) == Recalled(captures=0, inferred=1)
        case.verify(links_of)


def test_a_listed_domain_is_never_a_network(tmp_path: Path) -> None:
    """The host that proved itself is on the list: nothing follows."""
    small = SmallCase(tmp_path / "case")
    with small.case as case:
        small.site("clip.example", WHOLE)
        small.site("quietferry.example", "<p>words</p>")
        small.site("film.example", CUT)
        assert recall_hosts(case) == Recalled(captures=0, inferred=0)
