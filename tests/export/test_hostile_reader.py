"""A reader who wants to name the sites: has the list, the pages, the logs of a network, and adtrace itself.

What works all the same is stated where the reader is told of limits: a network knows where its own accounts stand, and
who knows which networks stand together on a site can recognise it.
"""

import json
import re
from pathlib import Path

import pytest

from adtrace.export import Reader, write_files
from adtrace.export.bundle import write_bundle
from adtrace.export.source import Source
from adtrace.report.write import make_page
from tests.export.readers import READERS, SHOP, everything_for, judge
from tests.relate.small_case import SmallCase, adsense, page

TASKFORCE, OUTSIDE = READERS[1], READERS[2:]
# In the order of their list, as lists are, with as many tags and words as tell each page from the others.
SITES = ("abend.example", "blume.example", "chor.example", "dorf.example")


@pytest.fixture
def listed(small: SmallCase) -> SmallCase:
    """Sites in the order of a list that others have too, one with a request that was denied."""
    for site in SITES:
        small.entry(site)
    for number, site in enumerate(reversed(SITES)):
        small.read(site, page(adsense(), SHOP, *["<p>more</p>"] * number, name=site[0]))
    small.deny("chor.example", "https://stranger.test/", "named there")
    judge(small)
    return small


def files_of(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8", "replace") for file in folder.iterdir() if file.is_file()}


def test_the_list_s_order_names_nobody(listed: SmallCase, tmp_path: Path) -> None:
    """Entries are numbered as the list has them: no file ties such a number to a pseudonym, nor do the proofs."""
    texts = ("csv", "jsonl", "graphml", "gexf", "gephi", "ftm")
    pairs = [pair for pair in everything_for(TASKFORCE) if pair[1] in texts]
    write_files(listed.case, tmp_path, pairs, TASKFORCE)
    (tmp_path / "report.html").write_bytes(make_page(Source(listed.case, TASKFORCE.audience)))
    entries = {str(number) for number in listed.numbers.values()}
    proofs = json.loads((tmp_path / "proofs.json").read_text("ascii"))
    assert not [row for row in proofs["records"] if row[1] in ("entry", "decision")]
    named = {ref for row in proofs["records"] if len(row) > 2 for ref in json.loads(row[3])}
    assert not {str(ref) for ref in named} & entries
    for name, text in files_of(tmp_path).items():
        assert not re.search(rf"entry-(?:{'|'.join(entries)})\b|scope/\w+/\d", text), name


@pytest.mark.parametrize("reader", READERS[1:], ids=str)
def test_places_and_sizes_of_pages_stay_inside(listed: SmallCase, reader: Reader) -> None:
    """Who has the pages could read them with adtrace and compare: offsets and bytes tell any two apart."""
    source = Source(listed.case, reader.audience, reader.party)
    shown = {column.name for table in source.tables() for column in table.columns_for(reader.audience)}
    assert not shown & {
        "start",
        "end",
        "bytes_seen",
        "path",
        "sha256_wire",
        "skeleton_sha256",
        "fact",
        "value",
    }


@pytest.mark.parametrize("reader", OUTSIDE, ids=str)
def test_a_log_of_requests_names_nobody(listed: SmallCase, tmp_path: Path, reader: Reader) -> None:
    """No exact time of a capture and no number of a record, which a site's or a network's own log could match."""
    write_bundle(listed.case, tmp_path / "all", reader, make_page, formats=("csv", "jsonl", "gexf"))
    times = {row["time"] for row in listed.case.rows("SELECT time FROM captures")}
    ids = [
        listed.case.public_id("outcome", row["seq"]) for row in listed.case.rows("SELECT seq FROM captures")
    ]
    for name, text in files_of(tmp_path / "all").items():
        assert not [time for time in times if time[:23] in text], name
        assert not [public for public in ids if public in text], name


@pytest.mark.parametrize("reader", OUTSIDE, ids=str)
def test_the_order_of_rows_is_that_of_the_stand_ins(listed: SmallCase, reader: Reader) -> None:
    """Neither of the list, nor of the alphabet, nor of the visits, which a log may hold."""
    source = Source(listed.case, reader.audience, reader.party)
    for table in source.tables():
        first = [row[0] for row in source.rows(table.name).rows()]
        assert len(first) >= len(SITES)
        assert first == sorted(first)


def test_the_order_of_the_taskforces_rows_is_not_the_lists(listed: SmallCase) -> None:
    """Domains stand as their pseudonyms do; what was seen stands as it was seen, of which it has the times."""
    source = Source(listed.case)
    domains = [row[0] for row in source.rows("domains").rows()]
    assert domains == sorted(domains)
    visited = [source.names.domain(site) for site in reversed(SITES)]
    for name in ("networks", "accounts", "brands", "links"):
        rows = source.rows(name)
        place = rows.names.index("domain")
        assert list(dict.fromkeys(row[place] for row in rows.rows())) == visited


def test_two_readers_cannot_put_their_tables_together(listed: SmallCase) -> None:
    """No domain, row or evidence of the one is the other's."""
    seen = []
    for reader in OUTSIDE:
        rows = Source(listed.case, reader.audience, reader.party).rows("sightings")
        places = [rows.names.index(name) for name in ("id", "domain")]
        seen.append({row[place] for row in rows.rows() for place in places})
    assert seen[0].isdisjoint(seen[1])
    assert seen[0]
    assert seen[1]
