"""What a cell of an answer shows is what its column says it holds."""

from typing import Any

import networkx as nx
import pytest

from adtrace.export.tables import find_table
from adtrace.knowledge import load_knowledge
from adtrace.relate.denominators import Denominators
from adtrace.relate.measures import Column
from adtrace.relate.questions import Answer
from adtrace.report import dossiers
from adtrace.report.anchors import Anchors
from adtrace.report.cells import HYPOTHESES, SHOWN, PageTable, answer_table, table_of
from adtrace.report.labels import Labels
from adtrace.report.rows import Rows

OPERATOR, ACCOUNT = "op-55fc343480b7", "exoclick/zone_id/77"


def shown(columns: tuple[Column, ...], *rows: list[Any], question: str = "x") -> PageTable:
    """The table of an answer on 20 observable domains of 40, in a graph of one account and one hypothesis."""
    graph: Any = nx.MultiDiGraph()
    graph.add_node(f"account:{ACCOUNT}", kind="account", name=ACCOUNT)
    labels = Labels(graph, load_knowledge(), list(graph), [OPERATOR])
    answer = Answer(question, "", "", "", columns, list(rows), [], Denominators(40, 20, 10, 10))
    return answer_table(answer, labels, Anchors("db2b8058"))


def test_why_nothing_was_read_is_said_in_words_and_copied_as_the_rule() -> None:
    """Where an answer ended, too; a rule that is no such rule stays as it is."""
    rows = Rows(["rule"], [{"rule": rule} for rule in ("request/effect", "timeout", "else/where")])
    labels = Labels(nx.MultiDiGraph(), load_knowledge(), [])
    table = table_of("refusals", "What was not read", rows, labels, Anchors("db2b8058"))
    shown = [(row.cells[0].pieces[0].text, row.cells[0].whole) for row in table.rows]
    assert shown == [
        ("may count as a visit", "request/effect"), ("no whole answer in time", "timeout"), ("else/where", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("table", sorted(SHOWN))
def test_every_column_of_the_page_is_one_of_the_table_once(table: str) -> None:
    """At once or on demand; a name that is no column would be left out in silence."""
    names = " ".join(SHOWN[table]).split()
    assert len(set(names)) == len(names)
    assert set(names) <= {column.name for column in find_table(table).columns}


def test_what_is_shown_on_demand_stands_behind_the_rest() -> None:
    """A rule is shown without the hash of its card, and copied with it."""
    row = {"id": "db2b8058-outcome-7", "page_state_rule": "parked/frame@0123456789ab", "status": 200}
    labels = Labels(nx.MultiDiGraph(), load_knowledge(), [])
    rows = Rows(["page_state_rule", "status", "id"], [row])
    table = table_of("captures", "What was read", rows, labels, Anchors("db2b8058"))
    assert [(one.name, one.on_demand) for one in table.headings] == [
        ("id", False), ("status", False), ("page_state_rule", True),
    ]  # fmt: skip
    rule = table.rows[0].cells[2]
    assert (rule.pieces[0].text, rule.whole) == ("parked/frame", "parked/frame@0123456789ab")


def test_a_share_is_read_in_percent_and_copied_as_it_is() -> None:
    """What cannot be said is empty."""
    table = shown((Column("share", "share", ""),), ["0.125"], [""])
    first, second = (row.cells[0] for row in table.rows)
    assert (first.pieces[0].text, first.whole, second.pieces) == ("12.5 %", "0.125", ())
    assert table.headings[0].is_number


def test_a_count_of_domains_says_of_how_many() -> None:
    """By Column.of alone."""
    columns = (
        Column("domains", "count", "", "observable"),
        Column("on", "count", "", "domains"),
        Column("places", "count", ""),
    )
    assert [heading.of for heading in shown(columns, [1, 2, 3]).headings] == [20, 40, 0]


def test_accounts_lead_to_their_dossiers_and_read_with_their_network() -> None:
    """Alone an id says nothing."""
    (row,) = shown((Column("accounts", "accounts", ""),), [[ACCOUNT]]).rows
    (piece,) = row.cells[0].pieces
    assert (piece.text, piece.anchor) == ("ExoClick, zone_id 77", "n1")


def test_a_hypothesis_leads_to_its_row() -> None:
    """From any answer; its own row is the anchor, and no row of another answer is."""
    columns = (Column("operator", "operator", ""),)
    here, there = shown(columns, [OPERATOR], question=HYPOTHESES), shown(columns, [OPERATOR])
    assert here.rows[0].anchor == there.rows[0].cells[0].pieces[0].anchor == "h1"
    assert there.rows[0].anchor == ""


def test_sentences_stand_below_one_another() -> None:
    """Side by side no screen is wide enough; one that says nothing takes no line."""
    columns = (
        Column("kind", "word", ""),
        Column("what", "text", "Each."),
        Column("how_else", "text", "How."),
        Column("row", "record", ""),
    )
    table = shown(columns, ["x", "one", "two", "1"], ["x", "one", "", "2"])
    assert [heading.title for heading in table.headings] == ["kind", "in words", "row"]
    assert table.headings[1].meaning == "what: Each. how else: How."
    first, second = (row.cells[1] for row in table.rows)
    assert [piece.text for piece in first.pieces] == ["what: one", "how else: two"]
    assert ([piece.text for piece in second.pieces], first.whole) == (["what: one"], "")


def test_a_sentence_is_told_to_its_end() -> None:
    """Half an innocent explanation explains nothing; what is longer than any sentence is copied whole."""
    columns = (Column("what", "text", ""), Column("how", "text", ""))
    long, endless = "word " * 60, "word " * 600
    (row,) = shown(columns, ["one", long]).rows
    assert (row.cells[0].pieces[1].text, row.cells[0].whole) == (f"how: {long}", "")
    (alone,) = shown(columns[:1], [long]).rows
    assert (alone.cells[0].pieces[0].text, alone.cells[0].whole) == (long, "")
    (row,) = shown(columns, ["one", endless]).rows
    assert row.cells[0].whole == f"what: one how: {endless}"
    assert len(row.cells[0].pieces[1].text) < 1100


def test_a_list_breaks_between_its_pieces_and_a_sentence_between_words() -> None:
    """A name is read on one line."""
    columns = (Column("on", "domains", ""), Column("why", "text", ""))
    (row,) = shown(columns, [["a.example", "b.example"], "word " * 20]).rows
    assert [(cell.is_list, cell.is_long) for cell in row.cells] == [(True, False), (False, True)]


def test_a_long_list_is_cut_also_where_it_is_copied() -> None:
    """20,000 names in each of 400 cells would be the whole page."""
    (row,) = shown((Column("on", "domains", ""),), [[f"site{n}.example" for n in range(300)]]).rows
    assert row.cells[0].pieces[-1].text == "and 294 more"
    assert row.cells[0].whole.endswith(" and 275 more")


def test_dossiers_show_fewer_ties_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """All together stay within what the page can hold."""
    monkeypatch.setattr(dossiers, "MAX_TIES", 500)
    graph: Any = nx.MultiDiGraph()
    for number in range(60):
        for other in range(20):
            graph.add_edge(f"domain:{number}", f"network:{other}", edge="places")
    assert dossiers.ties_each(graph, ["domain:1"]) == dossiers.MOST_TIES[0]
    most = dossiers.ties_each(graph, list(graph))
    assert 60 * most + 20 * most <= 500
    assert most > dossiers.MOST_TIES[-1]
