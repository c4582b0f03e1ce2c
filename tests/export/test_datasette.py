"""Datasette opens a case with words, units, questions, and nothing hidden that matters."""

import asyncio
from typing import Any

import pytest

from adtrace.export.datasette import datasette_metadata
from tests.relate.small_case import SmallCase, adsense

datasette = pytest.importorskip("datasette.app")
pytestmark = pytest.mark.usefixtures("_closed_datasette")
SHOP = '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshop.test%2F">x</a>'


@pytest.fixture
def client(small: SmallCase) -> Any:
    """Datasette's own client of a case with two sites; no socket is opened."""
    for domain in ("clip.example", "film.example"):
        small.site(domain, adsense(), SHOP)
    small.end("clip.example", "refused", layer="headers", reason="media", bytes_seen=9)
    small.case.close()
    opened = datasette.Datasette([], [str(small.case.path / "case.db")], metadata=datasette_metadata())
    return opened.client


def ask(client: Any, path: str) -> Any:
    async def get() -> Any:
        return await client.get(path)

    return asyncio.run(get())


QUERIES = datasette_metadata()["databases"]["case"]["queries"]


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_is_answered(client: Any, name: str) -> None:
    """A canned query runs as Datasette runs it, and finds something in a case that holds it."""
    answer = ask(client, f"/case/{name}.json?_shape=objects&domain=clip.example").json()
    assert answer["ok"], answer
    empty = {"what-left", "how-it-goes", "unidentified"}  # nothing of the kind is in the small case
    assert bool(answer["rows"]) == (name not in empty)


def test_the_first_page_names_the_case_and_its_tables(client: Any) -> None:
    """Title, description, and the tables to read; what is plumbing is folded away."""
    page = ask(client, "/case").text
    assert "A case of adtrace" in page
    assert "Which accounts are live on more than one domain?" in page
    hidden = {table["name"] for table in ask(client, "/case.json").json()["tables"] if table["hidden"]}
    assert hidden == {"link_sightings", "payloads", "skeletons"}
    assert "Start here" in ask(client, "/case/current_sightings").text


def test_a_column_means_what_it_holds_in_its_own_table() -> None:
    """Names recur: what is said of a refusal's id and address would mislead beside a sighting's."""
    tables = datasette_metadata()["databases"]["case"]["tables"]
    for name in ("sightings", "current_sightings"):
        assert tables[name]["columns"]["id"].startswith("Id of the line of `extract --json`")
        assert tables[name]["columns"]["rule"].startswith("What matched")
        assert tables[name]["columns"]["url"] == "The URL it was seen in."
    assert tables["links"]["columns"]["source"] == "That node."


def test_every_table_and_every_column_is_described(client: Any) -> None:
    """A reader never has to guess what a column holds."""
    for name, table in datasette_metadata()["databases"]["case"]["tables"].items():
        assert table["description"], name
        shown = ask(client, f"/case/{name}.json?_size=0").json()
        assert set(shown["columns"]) == set(table["columns"]), name
    assert "case" in datasette_metadata("case")["databases"]
