"""The writer alone, with answers instead of processes: what is in the ledger, and when."""

from collections import Counter

import pytest

from adtrace.case import Case, Entry
from adtrace.errors import AdtraceError
from adtrace.fetch import sellers
from adtrace.fetch.history import loaded_today, past_of
from adtrace.fetch.messages import Answer, Profile, ScopeRule
from adtrace.fetch.planner import Planner
from adtrace.fetch.writer import WINDOW, Writer
from adtrace.knowledge import load_knowledge
from adtrace.relate.links import links_of
from tests.fetch.answers import HOME, TAGGED, Processes


class Stops:
    """Ctrl-C, as often as count says."""

    count = 0


@pytest.fixture
def case(tmp_path):
    with Case.create(tmp_path / "case", operator="tester", purpose="a test") as case:
        yield case


def add(case, *domains, **more):
    entries = [
        Entry(**({"domain": domain, "unit": "domain", "authority": "A", "reference": "R"} | more))
        for domain in domains
    ]
    with case.transaction():
        return case.add_entries(entries)


def start(case):
    with case.transaction():
        return case.append("note", {"event": "run_started"})


def writer(case, run, reach="page", pages=0):
    rows, knowledge = case.entries(), load_knowledge()
    rules = {row.seq: ScopeRule(row.seq, row.entry.unit, row.entry.domain, row.entry.url) for row in rows}
    past = past_of(case, run)
    planner = Planner(
        rules,
        reach=reach,
        pages=pages,
        knowledge=knowledge,
        asked=past.asked,
        denied=past.denied,
        loaded=loaded_today(case, run),
        linked=past.linked,
    )
    profile = Profile("test").egress
    return Writer(case, run, rows, planner, past, reach=reach, profile=profile, knowledge=knowledge)


def outcomes(case):
    return Counter(row["outcome"] for row in case.rows("SELECT outcome FROM outcomes"))


def test_half_of_what_is_under_way_makes_a_commit(case):
    """The other half keeps fetcher and worker busy meanwhile; the last one waits for nobody."""
    add(case, *(f"{letter}.example" for letter in "abcde"))
    processes = Processes({})
    writer(case, start(case)).carry_through(processes, Stops(), None)
    assert processes.enough[0] == 3
    assert processes.enough[-1] == 1


def is_closed(case):
    return not list(case.rows("SELECT seq FROM open_decisions"))


def test_nothing_is_sent_before_its_decision_is_committed(case):
    """Another reader of the file sees each decision by the time its request leaves."""
    add(case, "a.example", "b.example")
    run = start(case)

    def watch(ask):
        with Case.open(case.path) as reader:
            [row] = reader.rows("SELECT url, verdict FROM decisions WHERE seq = ?", (ask.decision,))
            assert (row["url"], row["verdict"]) == (ask.url, "allow")

    processes = Processes({"https://a.example/": TAGGED}, watch)
    assert writer(case, run).carry_through(processes, Stops(), None) == "finished"
    assert is_closed(case)
    case.verify(links_of)


def test_window_bounds_what_is_in_flight(case):
    """Never more than WINDOW requests without an answer, whatever the list's length."""
    add(case, *(f"a{number}.example" for number in range(2 * WINDOW)))
    flying = 0

    def watch(ask):
        nonlocal flying
        flying = max(flying, len(processes.pending) + 1)

    processes = Processes({}, watch)
    writer(case, start(case)).carry_through(processes, Stops(), None)
    assert flying == WINDOW
    assert len([url for url in processes.asked if url.endswith("example/")]) == 2 * WINDOW


def test_a_host_is_asked_one_thing_at_a_time(case):
    """Companions wait for each other; other hosts are asked meanwhile."""
    add(case, "a.example", "b.example")

    def watch(ask):
        hosts = [url.split("/")[2] for url in (*map(url_of, processes.pending), ask.url)]
        assert len(hosts) == len(set(hosts))

    def url_of(event):
        decision = getattr(event, "answer", event).decision
        [row] = case.rows("SELECT url FROM decisions WHERE seq = ?", (decision,))
        return row["url"]

    processes = Processes({f"https://{name}.example/": TAGGED for name in "ab"}, watch)
    writer(case, start(case)).carry_through(processes, Stops(), None)
    assert len(processes.asked) == 16


def test_ctrl_c_keeps_what_ran_and_asks_nothing_more(case):
    """After one stop no request leaves; what never left is interrupted; the next start asks it as attempt 2."""
    add(case, "a.example")
    run, stops = start(case), Stops()

    def watch(ask):
        stops.count = 1

    first = Processes({"https://a.example/": TAGGED}, watch)
    assert writer(case, run).carry_through(first, stops, None) == "stopped"
    assert first.asked == ["https://a.example/"]
    assert is_closed(case)
    assert outcomes(case) == {"captured": 1, "interrupted": 7}
    second = Processes({})
    assert writer(case, run).carry_through(second, Stops(), None) == "finished"
    assert len(second.asked) == 7
    assert "https://a.example/" not in second.asked
    attempts = {row["attempt"] for row in case.rows("SELECT attempt FROM decisions WHERE document <> 'page'")}
    assert attempts == {1, 2}
    case.verify(links_of)


def test_second_try_that_never_left_is_still_made(case):
    """A transient failure's second try, cut off before it was sent, is asked by the next start."""
    add(case, "a.example")
    run, stops, reset = start(case), Stops(), Answer(decision=0, outcome="failed", layer="reset")

    def watch(ask):
        stops.count = 1

    first = Processes({"https://a.example/": reset}, watch)
    writer(case, run).carry_through(first, stops, None)
    second = Processes({"https://a.example/": TAGGED})
    writer(case, run).carry_through(second, Stops(), None)
    assert (first.asked, second.asked[0]) == (["https://a.example/"], "https://a.example/")
    assert outcomes(case)["captured"] == 1


def test_second_ctrl_c_stops_at_once(case):
    """What is in flight is closed as interrupted without waiting for it."""
    add(case, "a.example")
    stops = Stops()

    def watch(ask):
        stops.count = 2

    processes = Processes({"https://a.example/": None}, watch)
    assert writer(case, start(case)).carry_through(processes, stops, None) == "stopped"
    assert outcomes(case) == {"interrupted": 1}


def test_lost_fetcher_ends_the_run_honestly(case):
    """In flight becomes interrupted, the error says how to go on, and the same run does."""
    add(case, "a.example")
    run = start(case)
    processes = Processes({"https://a.example/": None})
    processes.watch = lambda ask: processes.kill()
    with pytest.raises(AdtraceError, match="run the same command again"):
        writer(case, run).carry_through(processes, Stops(), None)
    assert outcomes(case) == {"interrupted": 1}
    again = Processes({"https://a.example/": TAGGED})
    assert writer(case, run).carry_through(again, Stops(), None) == "finished"
    assert "https://a.example/" in again.asked


def test_silent_fetcher_ends_the_run_honestly(case, monkeypatch):
    """A fetcher that hangs without dying is noticed: beyond all that is under way may take, silence is a fault."""
    add(case, "a.example")
    run = start(case)
    now = iter(range(0, 10**9, 60))
    monkeypatch.setattr("adtrace.fetch.writer.time.monotonic", lambda: float(next(now)))
    processes = Processes({"https://a.example/": None})
    with pytest.raises(AdtraceError, match="no word for 160 s"):
        writer(case, run).carry_through(processes, Stops(), None)
    assert not processes.are_alive
    assert outcomes(case) == {"interrupted": 1}
    assert is_closed(case)


def test_interrupted_twice_is_not_asked_again(case):
    """One second try for what was cut off, not one for each start."""
    add(case, "a.example")
    run = start(case)
    for expected in (["https://a.example/"], ["https://a.example/"], []):
        stops = Stops()

        def watch(ask, stops=stops):
            stops.count = 2

        processes = Processes({"https://a.example/": None}, watch)
        writer(case, run).carry_through(processes, stops, None)
        assert processes.asked == expected


def test_deadly_page_is_a_capture_that_says_so(case):
    """A page that killed its worker has an outcome and no skeleton, and feeds no link."""
    add(case, "a.example")
    writer(case, start(case)).carry_through(Processes({"https://a.example/": "deadly"}), Stops(), None)
    [row] = case.rows("SELECT seq, parse_status, page_state FROM captures")
    assert (row["parse_status"], row["page_state"]) == ("killed: SIGABRT", "unknown")
    assert case.skeleton(row["seq"]) is None
    assert not list(case.rows("SELECT * FROM links"))


def test_facts_only_entry_keeps_no_skeleton(case):
    """handling=facts: the sightings stay, the page's text does not."""
    add(case, "a.example", handling="facts")
    writer(case, start(case)).carry_through(Processes({"https://a.example/": TAGGED}), Stops(), None)
    [row] = case.rows("SELECT seq FROM captures")
    assert case.skeleton(row["seq"]) is None
    assert list(case.rows("SELECT * FROM sightings"))


def test_what_a_networks_own_code_mentions_is_no_placement(case):
    """A loader that is the same for everybody names other networks; no domain places them for that."""
    add(case, "a.example")
    loader = "https://coinzillatag.com/lib/display.js"
    table = {
        "https://a.example/": HOME + f'<script src="{loader}"></script>',
        loader: 'var s = document.createElement("script"); s.src = "https://a.magsrv.com/ad-provider.js";',
    }
    processes = Processes(table)
    writer(case, start(case), reach="tags").carry_through(processes, Stops(), None)
    assert loader in processes.asked
    seen = {row["network"] for row in case.rows("SELECT network FROM sightings WHERE kind = 'network'")}
    placed = {row["target"] for row in case.rows("SELECT target FROM links WHERE edge = 'places'")}
    assert (seen, placed) == ({"coinzilla", "exoclick"}, {"coinzilla"})


def test_document_that_comes_twice_counts_once(case):
    """After a worker's death the fetcher may send a body again; the second result is dropped."""
    add(case, "a.example")
    processes = Processes({"https://a.example/": TAGGED})
    plain = processes.ask

    def ask(one):
        plain(one)
        processes.pending += processes.pending[-1:]

    processes.ask = ask
    writer(case, start(case)).carry_through(processes, Stops(), None)
    assert outcomes(case)["captured"] == 1


def test_sellers_files_come_last_and_keep_held_ids(case):
    """At reach tags a network's sellers.json is asked once, after the pages, for the ids the case holds."""
    add(case, "a.example", "b.example")
    card = load_knowledge().cards["adsense"]
    lines = f"{card.ads_txt[0]}, 4711, DIRECT\n"
    table = {f"https://{host}.example/": HOME for host in "ab"}
    table |= {f"https://{host}.example/ads.txt": lines for host in "ab"}
    table[card.sellers_json] = '{"sellers": [{"seller_id": "4711"}, {"seller_id": "4712"}]}'
    processes = Processes(table)
    writer(case, start(case), reach="tags").carry_through(processes, Stops(), None)
    assert processes.asked[-1] == card.sellers_json
    assert processes.asked.count(card.sellers_json) == 1
    assert processes.held[card.sellers_json] == ("4711",)
    later = Processes(table)
    writer(case, start(case), reach="tags").carry_through(later, Stops(), None)
    assert card.sellers_json not in later.asked
    assert [row["account"] for row in case.rows(_ROWS_OF_SELLERS)] == ["4711"]


def test_a_site_that_invents_ids_crowds_nobodys_out(case, monkeypatch):
    """Of each entry so many ids are told; all of ten such files were more than the fetcher would hear at once."""
    monkeypatch.setattr(sellers, "MAX_HELD", 3)
    add(case, "a.example", "b.example")
    card = load_knowledge().cards["adsense"]
    table = {f"https://{host}.example/": HOME for host in "ab"}
    table["https://a.example/ads.txt"] = "".join(f"{card.ads_txt[0]}, {n}, DIRECT\n" for n in range(9))
    table["https://b.example/ads.txt"] = f"{card.ads_txt[0]}, 4711, DIRECT\n"
    processes = Processes(table)
    writer(case, start(case), reach="tags").carry_through(processes, Stops(), None)
    assert processes.held[card.sellers_json] == ("0", "1", "2", "4711")


_ROWS_OF_SELLERS = """
SELECT account FROM sightings WHERE capture IN (SELECT seq FROM captures WHERE document = 'sellers_json')
"""


def test_order_of_the_list_is_not_kept(case):
    """Entries are asked in a random order."""
    names = [f"a{number:02}.example" for number in range(30)]
    add(case, *names)
    processes = Processes({})
    writer(case, start(case)).carry_through(processes, Stops(), None)
    fronts = [url for url in processes.asked if url.endswith("example/")]
    assert fronts != [f"https://{name}/" for name in names]
    assert sorted(fronts) == [f"https://{name}/" for name in names]
