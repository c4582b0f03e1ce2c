"""The numbers of the README's safety section are those of the tests that earn them."""

import re
from pathlib import Path

from adtrace.doctor.disguises import disguises
from adtrace.fetch.candidates import MAX_CHAINED
from adtrace.fetch.policy import MAX_CHAIN_DEPTH
from tests.extract import media_forms, test_prose
from tests.fetch.disguises import DISGUISES
from tests.fetch.gauntlet import GENERATED, all_trials
from tests.safety.listed import listed
from tests.safety.test_list_stays_in import PARTS

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECTION = README.partition("## Safety")[2].partition("\n## ")[0]


def test_numbers_are_those_of_the_tests() -> None:
    """A disguise, place or encoding more, and the page must say so."""
    names = listed(PARTS["all"])
    numbers = (
        f"{len(DISGUISES)} disguises",
        f"{len(all_trials()):,} |",
        f"{GENERATED:,} |",
        f"{len(media_forms.HEADS)} kinds, {len(media_forms.ENCODINGS)} encodings, {len(media_forms.PLACES)} places",
        f"{len(test_prose.PLACES)} places in each of {len(test_prose.WORDS)} scripts",
        f"{len(test_prose.PLACES) * len(test_prose.WORDS)} |",
        f"{len(disguises(b'x'))} of {len(disguises(b'x'))} disguises",
        f"{len(names)} names of {len({one.kind for one in names})} kinds",
        f"{len(names)} names |",
    )
    assert [number for number in numbers if number not in SECTION] == []
    assert (MAX_CHAIN_DEPTH, MAX_CHAINED) == (6, 60)  # in words on the page


def test_every_zero_bears_its_bound() -> None:
    """Three divided by the number of trials, to a reader's precision and never below it."""
    rows = re.findall(r"\| ([\d,]+)(?: names)? \| ([\d.]+) % \|$", SECTION, re.M)
    assert len(rows) >= 5
    for trials, bound in rows:
        exact = 300 / int(trials.replace(",", ""))
        assert exact * 0.99 <= float(bound) <= exact * 1.1, (trials, bound)
