"""A host that passed from one network to another: whose it is, says the day of the capture."""

from datetime import date
from typing import Any

import pytest

from adtrace.extract import extract_page

CLICK = "https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fml314.com%2Fx"


@pytest.mark.parametrize(
    ("at", "network"), [(date(2014, 11, 30), "madison-logic"), (date(2014, 12, 1), "bombora")]
)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f'<a href="{CLICK}">a</a>', "page"),
        ('<script src="https://ml314.com/tag.js"></script>', "page"),
        ('{"authorized_agents": [{"url": "https://ml314.com/sell"}]}', "adagents_json"),
    ],
    ids=["click", "tag", "agent"],
)
def test_a_host_is_its_owners_of_that_day(body: str, kind: Any, at: date, network: str) -> None:
    """In a tag, where a click ends, and as an agent's: the last day of one is followed by the first of the other."""
    found = extract_page(body, url="https://clip.example/", kind=kind, at=at).sightings
    assert {seen.network for seen in found if seen.host == "ml314.com"} == {network}
