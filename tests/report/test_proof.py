"""From any row of evidence the page leads to all that `adtrace show` says of it, as far as its reader may know it."""

from adtrace.case.provenance import Prover
from adtrace.export.source import Source
from adtrace.knowledge.rule_today import rule_today
from adtrace.names import defang
from adtrace.report.cells import PageRow
from adtrace.report.model import Report, make_report
from tests.relate.small_case import SmallCase, adsense


def behind(report: Report, anchor: str) -> str:
    """All that the rows say which a reader meets who follows the links of this one, and theirs."""
    shared = (report.evidence, report.rules, report.records, *report.tables)
    rows = {row.anchor: row for table in shared for row in table.rows if row.anchor}
    met: dict[str, PageRow] = {anchor: rows[anchor]}
    for row in (queue := [rows[anchor]]):
        for piece in (piece for cell in row.cells for piece in cell.pieces):
            if piece.anchor[:1] in set("rol") and piece.anchor not in met:
                met[piece.anchor] = rows[piece.anchor]
                queue.append(rows[piece.anchor])
    return "\n".join(piece.text for row in met.values() for cell in row.cells for piece in cell.pieces)


def test_every_sighting_leads_to_what_show_says_of_it(small: SmallCase) -> None:
    """The text, the rule with its card's limits, every record with its chain value and signature, the authority."""
    small.site("clip.example", adsense(), authority="Sample court", reference="C-77")
    small.case.sign()
    report = make_report(Source(small.case, "investigator"))
    numbers = [row["row"] for row in small.case.rows("SELECT row FROM current_sightings")]
    assert len(report.evidence.rows) == len(numbers) > 0
    for number in numbers:
        found = Prover(small.case).prove("sighting", number)
        told = behind(report, f"s{number}")
        assert found.place
        assert found.sighting
        assert defang(found.place.text) in told
        assert found.sighting.rule in told
        assert rule_today(found.sighting.rule).limits[:60] in told
        assert "Sample court, C-77" in told
        for record in found.records:
            if record.type == "open":  # stands here for the run, which nobody made
                continue
            assert record.checkpoint
            assert record.chain in told
            assert record.id.split("-", 1)[1] in told
            assert f"{record.checkpoint.record.split('-', 1)[1]} of 1 to {record.checkpoint.size}" in told


def test_the_task_force_is_led_to_no_text_and_no_place_in_the_list(small: SmallCase) -> None:
    """The numbers of entries are the order of the list: who has it, by the alphabet, could name every site."""
    small.site("clip.example", adsense())
    report = make_report(Source(small.case))
    told = "".join(behind(report, row.anchor) for row in report.evidence.rows)
    assert "text" not in {heading.name for heading in report.evidence.headings}
    assert "outcome-" in told
    assert "decision-" in told
    assert "entry-" not in told
    assert not [dossier for dossier in report.dossiers if dossier.records]


def test_rows_of_networks_accounts_and_brands_lead_to_their_sightings(small: SmallCase) -> None:
    """And a domain's dossier to the entry that an authority confirmed."""
    small.site("clip.example", adsense())
    report = make_report(Source(small.case, "investigator"))
    sightings = {row.anchor for row in report.evidence.rows}
    for table in report.tables:
        if table.id in ("networks", "accounts"):
            place = [heading.name for heading in table.headings].index("evidence")
            assert table.rows
            for row in table.rows:
                assert {piece.anchor for piece in row.cells[place].pieces} <= sightings
    (domain,) = (one for one in report.dossiers if one.label.kind == "domain")
    assert [piece.anchor for piece in domain.records] == [f"l{small.numbers['clip.example']}"]


def test_a_text_that_was_not_kept_is_said(small: SmallCase) -> None:
    """Of an entry of which only facts are kept."""
    small.entry("clip.example", handling="facts")
    small.read("clip.example", adsense(), is_kept=False)
    report = make_report(Source(small.case, "investigator"))
    assert "of this entry only facts were kept" in behind(report, report.evidence.rows[0].anchor)


def test_a_judgement_stands_beside_what_it_judges(small: SmallCase) -> None:
    """Who, when, why."""
    from tests.export.readers import judge

    small.site("clip.example", adsense())
    judge(small)
    report = make_report(Source(small.case, "investigator"))
    assert "confirmed by analyst 7" in behind(report, report.evidence.rows[0].anchor)
    assert "seen on the page" in behind(report, report.evidence.rows[0].anchor)
