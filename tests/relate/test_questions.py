"""A question is a file that proves itself; every answer says of how many domains it can speak."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import networkx as nx
import pytest

from adtrace.errors import UsageError
from adtrace.relate import measures
from adtrace.relate.denominators import Denominators
from adtrace.relate.graph import build_graph
from adtrace.relate.measures import MEASURES
from adtrace.relate.measures.measure import Measure
from adtrace.relate.questions import ask, ask_all, load_questions
from adtrace.relate.schema import SchemaError, graphs_folder
from tests.relate.small_case import PUBLISHER, SmallCase, adsense

SHIPPED = graphs_folder() / "questions"


def changed(tmp_path: Path, old: str, new: str, name: str = "hub-networks") -> Path:
    text = (SHIPPED / f"{name}.toml").read_text("utf-8")
    assert old in text
    (tmp_path / f"{name}.toml").write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


def test_every_shipped_question_answers_its_own_example() -> None:
    """load_questions runs each example; a file that lies does not load."""
    found = load_questions()
    assert len(found) >= 15
    assert all(question.limits and question.why for question in found.values())


def test_every_measure_is_listed_and_asked() -> None:
    """MEASURES is explicit: a module in neither it nor a question is forgotten work."""
    modules = [
        import_module(f"{measures.__name__}.{module.name}") for module in iter_modules(measures.__path__)
    ]
    defined = {
        value.name for module in modules for value in vars(module).values() if isinstance(value, Measure)
    }
    assert defined == {measure.name for measure in MEASURES}
    assert defined == {question.measure for question in load_questions().values()}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('measure = "hub_networks"', 'measure = "hubs"', 'there is no measure "hubs"'),
        ("first = 3", "last = 3", '"last" is no such parameter of hub_networks'),
        ("first = 3", 'first = "three"', '"first" is no such parameter of hub_networks'),
        ("{networks}", "{nets}", "its headline names 'nets'"),
        ('["popads", "", 1', '["popads", "", 9', "its example answers"),
        ('headline = "Networks placed: 2', 'headline = "Networks placed: 3', "its example says"),
        ('{ edge = "places"', '{ edge = "place"', 'its example names the edge "place"'),
        ('id = "hub-networks"', 'id = "hubs"', 'its id is "hubs"'),
        ('why = "', 'whence = "x"\nwhy = "', "cannot be read"),
    ],
)
def test_a_question_that_does_not_prove_itself_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    """What, in which file, and what to do."""
    with pytest.raises(SchemaError, match=r"hub-networks\.toml") as error:
        load_questions(changed(tmp_path, old, new))
    assert said in str(error.value)


def test_a_users_folder_of_questions_works_the_same(tmp_path: Path, small: SmallCase) -> None:
    """--questions DIR."""
    small.site("clip.example", adsense())
    folder = changed(tmp_path, 'question = "Which', 'question = "And which')
    assert ask(small.case, "hub-networks", folder=folder).question.startswith("And which")


def test_an_unknown_question_is_answered_with_the_known_ones(small: SmallCase) -> None:
    """Errors name the way out."""
    with pytest.raises(UsageError, match=r"Ask one of: .*hub-networks"):
        ask(small.case, "who")


def test_an_answer_carries_its_denominators(small: SmallCase) -> None:
    """Observable, not the operator's page, unobservable: always, and they add up."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    small.entry("parked.example")
    small.read("parked.example", "<title>parked.example</title><h1>This domain is for sale!</h1>")
    small.entry("dark.example")
    small.end("dark.example", "failed", layer="dns", reason="no such host")
    small.entry("held.example", handling="hold")
    found = ask(small.case, "shared-account")
    assert found.denominators == Denominators(domains=5, observable=2, not_operator=1, unobservable=2)
    (row,) = found.rows
    assert row[:-2] == [
        "adsense",
        "publisher_id",
        PUBLISHER,
        "account",
        2,
        ["clip.example", "film.example"],
        2,
        "yes",
    ]
    assert found.headline.startswith("Shared live accounts: 1, on 2 of 2 observable domains")


def test_all_questions_are_answered_from_one_reading(small: SmallCase) -> None:
    """As each alone; and as frames, with numbers as numbers."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    found = ask_all(small.case)
    assert found.keys() == load_questions().keys()
    assert found["first-letters"] == small.case.ask("first-letters")
    frame = found["first-letters"].frame()
    assert list(frame.columns) == [column.name for column in found["first-letters"].columns]
    assert frame["covered"].sum() == 2
    assert frame["share"].max() == 1.0


def test_a_case_gives_its_graph_and_its_tables(small: SmallCase) -> None:
    """case.graph and case.table are what adtrace.build_graph and adtrace.table give."""
    small.site("clip.example", adsense())
    graph = small.case.graph(view="observed")
    assert nx.utils.graphs_equal(graph, build_graph(small.case, "observed"))
    assert list(small.case.table("domains", "investigator")["domain"]) == ["clip.example"]
