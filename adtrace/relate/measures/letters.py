"""Whom to write to first: networks, accounts at their networks, declared sellers; and how many letters are needed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adtrace.relate.coverage import choose, coverage_of, curve, letters_for, rank
from adtrace.relate.findings import Findings, Offer
from adtrace.relate.measures.measure import Behind, Column, Measure, Result, share
from adtrace.relate.seen import CERTAINTIES, Seen

_EVIDENCE = (
    ("all", CERTAINTIES),
    ("without weak", CERTAINTIES[:2]),
    ("proven", CERTAINTIES[:1]),
)


def placements(findings: Findings, certainties: Iterable[str] = CERTAINTIES) -> dict[str, set[str]]:
    """Network → the observable domains a live tag of it stands on, seen with one of these certainties."""
    allowed = set(certainties)
    found = {
        network: {link.source for link in links if link.certainty in allowed}
        for network, links in findings.placed.items()
    }
    return {network: domains for network, domains in found.items() if domains}


def _network_letters(findings: Findings, *, most: int) -> Result:
    """One row a network, in the order to write: f(S) = number of observable domains on which a network of S is placed.

    The order is coverage.rank's; a domain counts once however many networks stand on it. Assumes that each network
    acts on all its placements on a domain it is told of. share = covered / domains with live advertising; at_most =
    the exact optimum of that many letters, or an upper bound of it (beyond 60 networks). Cost: near-linear, and up to
    60 networks an integer program for each row. Source: Nemhauser, Wolsey, Fisher 1978.
    """
    return _ranked(placements(findings), lambda network: [network], most, findings.placed)


def _path_letters(findings: Findings, *, most: int) -> Result:
    """As network_letters, for observed paths: (domain, network), (domain, outer, inner), (domain, network, brand).

    A path is cut once any network on it acts: a tag inside another's tag goes with either. Only paths of observable
    domains; offers whose network is not known are on no path.
    """
    paths: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    behind: dict[str, list[Seen | Offer | str]] = defaultdict(list)
    places: Counter[tuple[str, str]] = Counter()
    for network, links in findings.placed.items():
        behind[network] += links
        for link in links:
            places[link.source, network] += link.count
    for link in findings.of("brings"):
        if (link.domain, link.target) in places:
            for network in (link.source, link.target):
                behind[network].append(link)
    inside: Counter[tuple[str, str]] = Counter()
    for (domain, outer, inner), times in findings.nested.items():
        if (domain, inner) in places:
            inside[domain, inner] += times
            for network in (outer, inner):
                paths[network].add((domain, outer, inner))
    for (domain, network), times in places.items():
        if times > inside[domain, network]:  # it also stands by itself
            paths[network].add((domain, network))
    for offer in findings.offers:
        if offer.network and offer.domain in findings.observable:
            paths[offer.network].add((offer.domain, offer.network, "offers", offer.brand))
            behind[offer.network].append(offer)
    return _ranked(paths, lambda network: [network], most, behind)


def _account_letters(findings: Findings, *, most: int, scopes: list[str]) -> Result:
    """As network_letters, for live advertising accounts: f(S) = observable domains that carry an account of S.

    Addressed to the network, about its account; nothing is said of who holds it. Left out: ids that name a platform.
    """
    on: dict[str, list[Seen]] = defaultdict(list)
    for link in findings.of("carries"):
        if link.source in findings.observable and link.advertising and (link.scope or "unknown") in scopes:
            on[link.target].append(link)
    return _ranked(_sources(on), lambda account: account.split("/", 2), most, on)


def _seller_letters(findings: Findings, *, most: int) -> Result:
    """As network_letters, for declared sellers: f(S) = observable domains whose ads.txt lists one of S."""
    systems = {link.source: link.target for link in findings.of("declared_at")}
    on: dict[str, list[Seen]] = defaultdict(list)
    for link in findings.of("declares"):
        if link.source in findings.observable:
            on[link.target].append(link)
    return _ranked(_sources(on), lambda seller: [systems.get(seller, ""), seller], most, on)


def _sources(links: Mapping[str, Iterable[Seen]]) -> dict[str, set[str]]:
    return {name: {link.source for link in found} for name, found in links.items()}


def _ranked(
    sets: Mapping[str, Any], cells: Callable[[str], list[str]], most: int, behind: Mapping[str, Behind]
) -> Result:
    """behind: of each set, what its elements rest on."""
    found = rank(coverage_of(sets), most)
    rows: list[list[Any]] = []
    before = 0
    for number, (name, covered, best) in enumerate(
        zip(found.order[:most], found.covered, found.at_most, strict=False), 1
    ):
        gain, before = covered - before, covered
        shown = share(covered, found.total)
        rows.append([number, *cells(name), len(sets[name]), gain, covered, shown, best])
    reached = {
        f"to_{part}": letters_for(found.covered, -(-found.total * part // 100)) for part in (50, 80, 95)
    }
    return Result(
        rows,
        {
            "letters": len(found.order),
            "candidates": len(sets),
            "total": found.total,
            "first": found.covered[0] if found.covered else 0,
            **reached,
        },
        [behind[name] for name in found.order[: len(rows)]],
    )


def _best_letters(findings: Findings, *, letters: list[int]) -> Result:
    """One row a number of letters: what network_letters' first ones reach, and the best choice of as many.

    No one order can be best for every number: the best two need not be among the best three. Up to 60 networks the
    choice is an optimum (integer program, scipy's HiGHS) and best = at_most; beyond, it is the ranking's, and at_most
    an upper bound. Never below the networks by number of domains. Assumes what network_letters does. Cost: that of
    network_letters, and a program for each row where the ranking is behind. Source: Nemhauser, Wolsey, Fisher 1978.
    """
    problem = coverage_of(placements(findings))
    found = rank(problem)
    rows: list[list[Any]] = []
    for number in letters:
        if not 0 < number <= len(found.order):
            continue
        reached, at_most = found.covered[number - 1], found.at_most[number - 1]
        chosen = found.order[:number]
        if found.is_exact and reached < at_most:
            chosen = choose(problem, number)
        best = curve(problem, chosen)[-1]
        rows.append([number, reached, best, share(best, found.total), at_most, sorted(chosen)])
    return Result(
        rows,
        {
            "total": found.total,
            "better": sum(row[2] > row[1] for row in rows),
            "numbers": len(rows),
        },
        [[link for network in row[5] for link in findings.placed[network]] for row in rows],
    )


def _letters_needed(findings: Findings, *, shares: list[int]) -> Result:
    """One row a grade of evidence and a share: how few letters reach that share of the domains with advertising.

    letters: of network_letters' order; at_least: no choice needs fewer (exact up to 60 networks). same: of these
    letters, those that also stand among as many first letters on all evidence: what dropping weak evidence changes.
    """
    rows: list[list[Any]] = []
    behind: list[Behind] = []
    whole: list[str] = []
    numbers: dict[str, int | str] = {}
    for words, certainties in _EVIDENCE:
        found = rank(coverage_of(placements(findings, certainties)))
        whole = whole or found.order
        for part in shares:
            wanted = -(-found.total * part // 100)
            letters = letters_for(found.covered, wanted)
            same = len(set(found.order[:letters]) & set(whole[:letters]))
            at_least = letters_for(found.at_most, wanted)
            rows.append([words, part, found.total, wanted, letters, at_least, same])
            placed = (link for network in found.order[:letters] for link in findings.placed[network])
            behind.append([link for link in placed if link.certainty in certainties])
            numbers.setdefault(f"to_{part}", letters)
    return Result(rows, {"domains": rows[0][2] if rows else 0, **numbers}, behind)


def _columns(what: str, unit: str, cells: tuple[Column, ...], of: Any = "observable") -> tuple[Column, ...]:
    return (
        Column("rank", "count", "In the order to write."),
        *cells,
        Column(unit, "count", f"Observable {what}.", of),
        Column("gain", "count", "Of these, those that no letter above reaches.", of),
        Column("covered", "count", "Reached by this letter and those above it.", of),
        Column("share", "share", "Covered, of all that letters can reach."),
        Column("at_most", "count", "What no choice of as many letters exceeds; the optimum, up to 60.", of),
    )


_NETWORK = Column("network", "network", "The network to write to.")
_MOST = {"most": 25}

NETWORK_LETTERS = Measure(
    "network_letters",
    _columns("domains it is placed on", "domains", (_NETWORK,)),
    _network_letters,
    _MOST,
)
PATH_LETTERS = Measure(
    "path_letters", _columns("paths it stands on", "paths", (_NETWORK,), ""), _path_letters, _MOST
)
ACCOUNT_LETTERS = Measure(
    "account_letters",
    _columns(
        "domains that carry it",
        "domains",
        (
            _NETWORK,
            Column("account_kind", "word", "What the network calls the id."),
            Column("account", "account", "The id the letter is about; its holder is not known."),
        ),
    ),
    _account_letters,
    {**_MOST, "scopes": ["account", "site", "slot", "unknown"]},
)
SELLER_LETTERS = Measure(
    "seller_letters",
    _columns(
        "domains that declare it",
        "domains",
        (
            Column("network", "network", "The selling system to write to; empty if no card has it."),
            Column("seller", "seller", "The seller id the letter is about, with its system."),
        ),
    ),
    _seller_letters,
    _MOST,
)
BEST_LETTERS = Measure(
    "best_letters",
    (
        Column("letters", "count", "How many are written."),
        Column("ranked", "count", "Reached by as many first letters of the ranking.", "observable"),
        Column("best", "count", "Reached by the letters of this row.", "observable"),
        Column("share", "share", "That, of all that letters can reach."),
        Column("at_most", "count", "What no choice of as many exceeds; the optimum, up to 60.", "observable"),
        Column("to", "networks", "The networks to write to."),
    ),
    _best_letters,
    {"letters": [1, 2, 3, 5, 8, 13]},
)
LETTERS_NEEDED = Measure(
    "letters_needed",
    (
        Column("evidence", "word", "Which sightings count: all, without weak, proven."),
        Column("percent", "count", "The share to reach."),
        Column(
            "domains", "count", "Observable domains with live advertising, on this evidence.", "observable"
        ),
        Column("wanted", "count", "Domains to reach.", "observable"),
        Column("letters", "count", "Letters of the ranking that reach them."),
        Column("at_least", "count", "Letters that any choice needs."),
        Column("same", "count", "Of these letters, those that all evidence puts there too."),
    ),
    _letters_needed,
    {"shares": [50, 80, 95]},
)
