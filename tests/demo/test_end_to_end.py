"""The invented web, traced for real, against its answer key: equality of sets both ways, nothing extra."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pandas as pd
import pytest

from adtrace.case import Case
from adtrace.demo import World, build_world
from adtrace.demo.answers import Request
from adtrace.demo.world import Reach
from adtrace.export import table
from adtrace.knowledge import load_knowledge
from adtrace.rehearsal import trace_world
from adtrace.relate.chains import Chain, Step, find_chains
from adtrace.relate.chains import Fact as ChainFact
from adtrace.relate.findings import Findings, relate
from adtrace.relate.questions import ask

# Seed, domains, reach.
WORLDS = [
    *[(1, 40, "tags"), (2, 40, "tags"), (3, 40, "ads"), (6, 1, "tags"), (7, 2, "ads"), (8, 13, "ads")],
    *[pytest.param(world, marks=pytest.mark.slow) for world in ((4, 40, "tags"), (5, 40, "ads"))],
]
# The operator's page, or what is no page at all.
_COUNTS = "(captures.page_state IS NULL OR captures.page_state = 'operator')"
_FROM = "FROM current_sightings AS seen JOIN captures ON captures.seq = seen.capture"


class Run(NamedTuple):
    """A world, the case of its trace, what relates in it, and every request its server saw."""

    world: World
    case: Case
    findings: Findings
    requests: list[Request]

    @property
    def key(self) -> dict[str, Any]:
        """The world's answer key."""
        return self.world.key


def _trace(seed: int, domains: int, reach: Reach, factory: pytest.TempPathFactory) -> Iterator[Run]:
    world = build_world(seed, domains, reach=reach)
    rehearsal = trace_world(world, factory.mktemp("demo") / "case", report=False)
    with Case.open(rehearsal.trace.case) as case:
        yield Run(world, case, relate(case), rehearsal.requests)


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: "seed{}-{}domains-{}".format(*world))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Each of the worlds, traced once."""
    yield from _trace(*request.param, tmp_path_factory)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A world of ten times the size, at the widest reach."""
    yield from _trace(11, 400, "ads", tmp_path_factory)


def _same(found: Iterable[Any], wanted: Iterable[Any]) -> None:
    """Equal as bags of rows; else every difference, readable."""
    have, want = (Counter(json.dumps(row) for row in rows) for rows in (found, wanted))
    missing, extra = sorted((want - have).elements()), sorted((have - want).elements())
    lines = [*(f"missing {row}" for row in missing), *(f"extra   {row}" for row in extra)]
    assert not lines, "\n" + "\n".join(lines)


def _rows(case: Case, sql: str) -> list[list[Any]]:
    return [list(row) for row in case.rows(sql)]


def _accounts(case: Case, whose: str) -> list[list[Any]]:
    return _rows(
        case,
        "SELECT seen.domain, network, account, account_kind, scope, basis, state, count(*)"
        f" {_FROM} WHERE seen.kind IN ('network', 'account', 'declaration')"
        f" AND captures.document <> 'sellers_json' AND {whose} GROUP BY 1, 2, 3, 4, 5, 6, 7",
    )


def _check_everything(run: Run) -> None:
    _same(_accounts(run.case, _COUNTS), run.key["accounts"])
    _same(_accounts(run.case, f"NOT {_COUNTS}"), run.key["not_operators"])
    _check_rest_of_sightings(run)
    _check_requests(run)
    _check_graph(run)
    _check_answers(run)
    _check_chains(run)


def test_networks_and_accounts_are_the_key_s(run: Run) -> None:
    """(domain, network, account, account_kind, scope, basis, state, count) of what counts."""
    _same(_accounts(run.case, _COUNTS), run.key["accounts"])


def test_what_stands_on_other_people_s_pages_is_kept_apart(run: Run) -> None:
    """A parking firm's ads are the firm's."""
    _same(_accounts(run.case, f"NOT {_COUNTS}"), run.key["not_operators"])


def test_brands_landings_states_and_unknown_hosts_are_the_key_s(run: Run) -> None:
    """(domain, brand, role, basis, via network), (domain, page_state) and the rest of the sightings."""
    _check_rest_of_sightings(run)


def _check_rest_of_sightings(run: Run) -> None:
    brands = (
        "SELECT DISTINCT seen.domain, seen.brand, seen.role, seen.basis, coalesce(seen.network, via.network)"
        f" {_FROM} LEFT JOIN current_sightings AS via ON via.id = seen.via AND via.capture = seen.capture"
        f" WHERE seen.kind = 'brand' AND {_COUNTS}"
    )
    _same(_rows(run.case, brands), run.key["brands"])
    for kind, what, name in [
        ("landing", "seen.ad_domain", "landings"),
        ("tracker", "seen.ad_domain, seen.network", "trackers"),
        ("unidentified", "coalesce(seen.host, seen.account)", "unidentified"),
    ]:
        sql = f"SELECT DISTINCT seen.domain, {what} {_FROM} WHERE seen.kind = '{kind}' AND {_COUNTS}"
        _same(_rows(run.case, sql), run.key[name])
    stated = "declared ->> 'variable'"
    sql = f"SELECT DISTINCT seen.domain, {stated}, seen.host {_FROM} WHERE {stated} IS NOT NULL AND {_COUNTS}"
    _same(_rows(run.case, sql), run.key["stated"])
    sellers = f"SELECT network, account {_FROM} WHERE captures.document = 'sellers_json'"
    _same(_rows(run.case, sellers), run.key["sellers"])
    states = "SELECT DISTINCT domain, page_state FROM captures WHERE document = 'page'"
    _same(_rows(run.case, states), run.key["page_states"])


def test_every_planted_url_ends_as_the_key_says_and_no_other_is_asked_for(run: Run) -> None:
    """The server's log is the key's list of what may be asked at its reach: no media, pixel, click or impression."""
    _check_requests(run)


def _check_requests(run: Run) -> None:
    asked = Counter((request.scheme, request.host, request.target) for request in run.requests)
    _same([[*what, times] for what, times in asked.items()], run.key["requests"])
    assert {request.method for request in run.requests} <= {"GET"}
    assert not {f"{scheme}://{host}{target}" for scheme, host, target in asked} & set(run.key["never"])
    outcomes = {
        row["url"]: row["outcome"]
        for row in run.case.rows(
            "SELECT url, outcome FROM decisions JOIN outcomes ON outcomes.decision = decisions.seq"
            " ORDER BY decisions.seq"
        )
    }
    _same(outcomes.items(), run.key["outcomes"].items())
    entries = _rows(run.case, "SELECT domain, status FROM entries")
    _same(entries, run.key["entries"])


def test_requests_give_nothing_away(run: Run) -> None:
    """No Referer, no cookie, no compression, no range, and one user agent."""
    assert run.requests
    for request in run.requests:
        names = {name.lower() for name, _ in request.headers}
        assert not names & {"referer", "cookie", "range", "origin", "authorization"}
        values = {name.lower(): value for name, value in request.headers}
        assert values.get("accept-encoding", "identity") == "identity"
        assert "adtrace" in values["user-agent"]


def test_nodes_and_edges_are_the_key_s(run: Run) -> None:
    """Typed, both ways; owners are compared with the cards, which alone know them."""
    _check_graph(run)


def _check_graph(run: Run) -> None:
    graph = run.findings.graph
    names = {node: [data["kind"], data["name"]] for node, data in graph.nodes(data=True)}
    _same([name for name in names.values() if name[0] != "company"], run.key["nodes"])
    edges = {
        (data["edge"], *names[source], *names[target]) for source, target, data in graph.edges(data=True)
    }
    _same([edge for edge in edges if edge[0] != "owned_by"], run.key["edges"])
    cards = load_knowledge().cards
    for edge, _, network, _, company in edges:
        if edge == "owned_by":
            assert cards[network].owner() == company


def test_operators_are_the_key_s_and_none_is_merged_by_a_hard_case(run: Run) -> None:
    """What two operators share by accident, by copying or through a firm ties nobody."""
    _same([list(operator.domains) for operator in run.findings.operators], run.key["operators"])


def test_every_question_is_answered_as_in_the_key(run: Run) -> None:
    """All rows of all questions, whatever their order; without the company column."""
    _check_answers(run)


def _check_answers(run: Run) -> None:
    _same([list(operator.domains) for operator in run.findings.operators], run.key["operators"])
    for question, wanted in run.key["answers"].items():
        rows = [list(row)[:-2] for row in ask(run.case, question).rows]  # without their names and evidence
        if question == "shared-account":
            rows = [[*row[:7], str(row[7]).startswith("yes")] for row in rows]
        elif question == "hub-networks":
            rows = [[row[0], *row[2:]] for row in rows]
        _same(rows, wanted)


def test_contradictions_are_the_key_s(run: Run) -> None:
    """Of every kind: between what, on which domains, and whose file or page is a copy."""
    _same([row[:6] for row in ask(run.case, "contradictions").rows], run.key["contradictions"])


def test_chains_are_the_key_s(run: Run) -> None:
    """At reach ads, each document of an ad network with who named it, its depth, its end and whom it names."""
    _check_chains(run)


def _check_chains(run: Run) -> None:
    if run.world.reach != "ads":
        assert not run.key["chains"]
        return
    domains = {domain for domain, _ in run.key["page_states"]}
    _same((row for chain in find_chains(run.case, domains) for row in _hops(chain)), run.key["chains"])


def _hops(chain: Chain) -> list[list[Any]]:
    """What was asked of ad networks, or would have been one document further; each way once."""
    steps = [found for step in chain.steps for found in _below(step)]
    known = {found.url: found for _, found in steps if found.end != "above"}
    rows = {}
    for namer, found in steps:
        first = known[found.url]
        is_asked = first.end != "not asked" or first.rule == "request/depth"
        if found.document in ("script", "frame", "vast") and is_asked:
            names = sorted({fact.name for fact in _facts(first.facts) if fact.kind in ("network", "brand")})
            rows[namer, found.url] = [
                chain.domain,
                namer,
                found.url,
                found.document,
                first.depth,
                first.end,
                names,
            ]
    return list(rows.values())


def _below(step: Step) -> Iterator[tuple[str, Step]]:
    for one in step.steps:
        yield step.url, one
        yield from _below(one)


def _facts(facts: Iterable[ChainFact]) -> Iterator[ChainFact]:
    for fact in facts:
        yield fact
        yield from _facts(fact.inside)


def test_the_tables_people_read_say_the_same(run: Run) -> None:
    """networks, accounts and brands, summed over what the key does not split; domains with what was seen of them."""
    key = run.key
    facts = ["domain", "network", "account", "account_kind", "scope", "basis", "state"]
    accounts = _sums(table(run.case, "accounts", "investigator"), facts)
    _same(accounts, [row for row in key["accounts"] if row[2] is not None])
    networks = _sums(table(run.case, "networks", "investigator"), [*facts[:2], *facts[5:]])
    _same(networks, [[*row[:2], *row[5:]] for row in key["accounts"] if row[2] is None])
    brands = table(run.case, "brands", "investigator")
    offered = [[*row[:4], row[4] or ""] for row in key["brands"]]
    _same(brands[["domain", "brand", "role", "basis", "through"]].values.tolist(), offered)
    observable = {domain for domain, state in key["page_states"] if state == "operator"}
    states = {domain for domain, _ in key["page_states"]}
    for row in table(run.case, "domains", "investigator").itertuples():
        seen = (
            "observable"
            if row.domain in observable
            else "not_operator"
            if row.domain in states
            else "unobservable"
        )
        assert row.seen == seen, row.domain


def _sums(frame: pd.DataFrame, columns: list[str]) -> list[list[Any]]:
    """[*columns, sightings] of each different line; an empty cell is None."""
    totals: Counter[tuple[Any, ...]] = Counter()
    for *what, number in frame[[*columns, "sightings"]].values.tolist():
        totals[tuple(cell if isinstance(cell, str) and cell else None for cell in what)] += int(number)
    return [[*what, number] for what, number in totals.items()]


def test_nothing_of_what_the_pages_show_is_kept(run: Run) -> None:
    """Text and media canaries are found in no file of the case: database, log of changes, lock."""
    kept = b"".join(file.read_bytes() for file in run.case.path.rglob("*") if file.is_file())
    assert not [word for word in run.world.canaries if word.encode() in kept]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_everything_is_equal_at_ten_times_the_size(large: Run) -> None:
    """The same, of four hundred domains."""
    _check_everything(large)
