"""The answers to the questions on letters, statistics and hypotheses, worked out from the facts alone.

As answers_key.py; by other ways than adtrace's where there is one: covers by search, hypotheses by leaving out.
Not here, because the generator does not know it: certainties, captures (letters-needed, brand-evidence), companies and
roles (company-concentration, role-shares), and modularity (network-groups).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from adtrace.demo.found import Found, account_name, find_operators, is_live
from adtrace.demo.graph import NOT_ADVERTISING

_MOST_ROWS = 25
_SMALL = 60


def write_more_answers(found: Found) -> dict[str, list[list[Any]]]:
    """The rows of these questions."""
    placed = _placed(found)
    offers = _offers(found)
    return {
        "first-letters": _letters(placed, lambda network: [network]),
        "path-letters": _letters(_paths(found, offers), lambda network: [network]),
        "account-letters": _letters(_accounts(found), lambda account: account.split("/", 2)),
        "after-a-letter": _after(found, offers),
        "brand-cut": _cut(offers),
        "offer-paths": _offer_paths(offers),
        "network-concentration": _concentration(placed),
        "any-advertising": _shares(found, {"any advertising": set().union(*placed.values())}, 0),
        "network-shares": _shares(found, placed, 1),
        "brand-shares": _shares(found, _by_brand(offers), 2),
        "declared-not-placed": _declared(found, placed, ("ads_txt", "app_ads_txt")),
        "authorised-agents": _declared(found, placed, ("adagents_json",)),
        "operator-hypotheses": _hypotheses(found),
    }


# (domain, brand, network or "").
_Offers = set[tuple[str, str, str]]


def _placed(found: Found) -> dict[str, set[str]]:
    """Network → observable domains with a live tag of it."""
    on: dict[str, set[str]] = defaultdict(set)
    for domain, fact in found.facts():
        if _is_placement(fact) and domain in found.observable():
            on[str(fact.network)].add(domain)
    return on


def _is_placement(fact: Any) -> bool:
    return bool(not fact.account and is_live(fact) and fact.network and fact.network not in NOT_ADVERTISING)


def _offers(found: Found) -> _Offers:
    return {
        (document.part.host, offer.brand, offer.network or "")
        for document in found.documents
        if document.counts and document.part.host in found.observable()
        for offer in document.told.offers
    }


def _by_brand(offers: _Offers) -> dict[str, set[str]]:
    on: dict[str, set[str]] = defaultdict(set)
    for domain, brand, _ in offers:
        on[brand].add(domain)
    return on


def _nested(found: Found) -> Counter[tuple[str, str, str]]:
    """(domain, outer, inner) → times, on observable domains."""
    return Counter(
        (document.part.host, *pair)
        for document in found.documents
        if document.counts and document.part.host in found.observable()
        for pair in document.told.nested
    )


def _times(found: Found) -> Counter[tuple[str, str]]:
    """(observable domain, network) → live tags of it."""
    return Counter(
        (domain, str(fact.network))
        for domain, fact in found.facts()
        if _is_placement(fact) and domain in found.observable()
    )


def _paths(found: Found, offers: _Offers) -> dict[str, set[Any]]:
    nested, times = _nested(found), _times(found)
    on: dict[str, set[Any]] = defaultdict(set)
    for (domain, network), number in times.items():
        inside = sum(n for (where, _, inner), n in nested.items() if (where, inner) == (domain, network))
        if number > inside:
            on[network].add((domain, network))
    for domain, outer, inner in nested:
        if (domain, inner) in times:
            on[outer].add((domain, outer, inner))
            on[inner].add((domain, outer, inner))
    for domain, brand, network in offers:
        if network:
            on[network].add((domain, network, "offer", brand))
    return on


def _accounts(found: Found) -> dict[str, set[str]]:
    on: dict[str, set[str]] = defaultdict(set)
    observable = found.observable()
    for domain, fact in found.facts():
        is_live_account = fact.account and is_live(fact) and not fact.source
        is_named = fact.network not in NOT_ADVERTISING and fact.scope != "platform"
        if is_live_account and is_named and domain in observable:
            on[account_name(fact)].add(domain)
    return on


def _letters(sets: dict[str, Any], cells: Callable[[str], list[str]]) -> list[list[Any]]:
    """rank, what is written to, size, gain, covered, share, at_most."""
    total = len(set().union(*sets.values()))
    order = _order(sets)
    rows: list[list[Any]] = []
    covered: set[Any] = set()
    for rank, name in enumerate(order[:_MOST_ROWS], 1):
        gain = len(sets[name] - covered)
        covered |= sets[name]
        best = _best(sets, rank) if len(sets) <= _SMALL else _bound(sets, rank, total)
        rows.append(
            [rank, *cells(name), len(sets[name]), gain, len(covered), f"{len(covered) / total:.3f}", best]
        )
    return rows


def _order(sets: dict[str, Any]) -> list[str]:
    """Always what adds most; begun with the largest as often as it would else fall behind them."""
    by_size = sorted(sets, key=lambda name: (-len(sets[name]), name))
    for led in range(len(sets) + 1):
        order = _greedy(sets, by_size[:led])
        if all(
            _covers(sets, order[:k]) >= _covers(sets, by_size[:k])
            for k in range(1, min(len(order), _MOST_ROWS) + 1)
        ):
            return order
    raise AssertionError("the order by size is not behind itself")


def _greedy(sets: dict[str, Any], begun: list[str]) -> list[str]:
    order: list[str] = []
    covered: set[Any] = set()
    for name in begun:
        if sets[name] - covered:
            order.append(name)
            covered |= sets[name]
    while True:
        name = min(sets, key=lambda name: (-len(sets[name] - covered), name), default="")
        if not name or not sets[name] - covered:
            return order
        order.append(name)
        covered |= sets[name]


def _covers(sets: dict[str, Any], names: list[str]) -> int:
    return len(set().union(*(sets[name] for name in names)))


def _best(sets: dict[str, Any], k: int) -> int:
    """The most that k sets cover, by branch and bound."""
    names = sorted(sets, key=lambda name: (-len(sets[name]), name))
    whole = set().union(*sets.values())
    best = _covers(sets, _greedy(sets, [])[:k])

    def search(first: int, left: int, covered: set[Any]) -> None:
        nonlocal best
        best = max(best, len(covered))
        if not left or best == len(whole):
            return
        gains = sorted((len(sets[name] - covered) for name in names[first:]), reverse=True)
        if len(covered) + sum(gains[:left]) <= best:
            return
        for number in range(first, len(names)):
            if len(covered) + left * len(sets[names[number]]) <= best:
                return  # sorted by size: no later one adds more
            search(number + 1, left - 1, covered | sets[names[number]])

    search(0, k, set())
    return best


def _bound(sets: dict[str, Any], k: int, total: int) -> int:
    """The total, the k largest sizes, what greedy's guarantee 1 - (1 - 1/k)^k leaves."""
    sizes = sorted(map(len, sets.values()), reverse=True)
    guarantee = 1 - (1 - Fraction(1, k)) ** k
    return min(total, sum(sizes[:k]), int(_covers(sets, _greedy(sets, [])[:k]) / guarantee))


def _after(found: Found, offers: _Offers) -> list[list[Any]]:
    """network, domains, freed, left, with_it, accounts, cut."""
    nested, times = _nested(found), _times(found)
    on: dict[str, set[str]] = defaultdict(set)
    for domain, network in times:
        on[domain].add(network)
    ways: dict[tuple[str, str], set[str]] = defaultdict(set)
    for domain, brand, network in offers:
        ways[domain, brand].add(network)
    accounts: dict[str, set[str]] = defaultdict(set)
    for domain, fact in found.facts():
        if fact.account and is_live(fact) and not fact.source and domain in found.observable():
            accounts[str(fact.network)].add(account_name(fact))
    rows = []
    for network in sorted(set().union(*on.values())):
        domains = [domain for domain, networks in on.items() if network in networks]
        gone = {domain: _falling(domain, network, nested, times) for domain in domains}
        freed = sum(on[domain] <= gone[domain] for domain in domains)
        with_it = sorted(set().union(*gone.values()) - {network})
        cut = sum(networks == {network} for networks in ways.values())
        rows.append(
            [network, len(domains), freed, len(domains) - freed, with_it, len(accounts[network]), cut]
        )
    return rows


def _falling(
    domain: str, network: str, nested: Counter[tuple[str, str, str]], times: Counter[tuple[str, str]]
) -> set[str]:
    """What falls with a network on a domain: itself, and what stands only inside what falls."""
    fallen = {network}
    for _ in range(len(nested) + 1):
        for where, _, inner in nested:
            inside = sum(
                n
                for (place, outer, other), n in nested.items()
                if (place, other) == (domain, inner) and outer in fallen
            )
            if where == domain and inside and times[domain, inner] <= inside:
                fallen.add(inner)
    return fallen


def _cut(offers: _Offers) -> list[list[Any]]:
    """letter_to, network, brand, domains, offers: a smallest set that meets every offer, by augmenting paths."""
    ends: dict[str, set[str]] = defaultdict(set)
    for _, brand, network in offers:
        ends[network or f" {brand}"].add(brand)
    partner: dict[str, str] = {}

    def augment(network: str, tried: set[str]) -> bool:
        for brand in ends[network] - tried:
            tried.add(brand)
            if brand not in partner or augment(partner[brand], tried):
                partner[brand] = network
                return True
        return False

    for network in ends:
        augment(network, set())
    reached = set(ends) - set(partner.values())
    brands: set[str] = set()
    waiting = [*reached]
    while waiting:
        for brand in ends[waiting.pop()] - brands:
            brands.add(brand)
            if partner[brand] not in reached:
                reached.add(partner[brand])
                waiting.append(partner[brand])
    rows: list[list[Any]] = []
    for network in set(ends) - reached:
        if network.startswith(" "):
            brands.add(network[1:])
        else:
            mine = [offer for offer in offers if offer[2] == network]
            rows.append(["network", network, "", len({offer[0] for offer in mine}), len(mine)])
    for brand in brands:
        mine = [offer for offer in offers if offer[1] == brand]
        rows.append(["brand", "", brand, len({offer[0] for offer in mine}), len(mine)])
    return rows


def _offer_paths(offers: _Offers) -> list[list[Any]]:
    """network, pairs, alone, between, domains, brands."""
    ways: dict[tuple[str, str], set[str]] = defaultdict(set)
    for domain, brand, network in offers:
        if network:
            ways[domain, brand].add(network)
    rows = []
    for network in {network for _, _, network in offers if network}:
        pairs = [pair for pair, networks in ways.items() if network in networks]
        between = sum((Fraction(1, len(ways[pair])) for pair in pairs), Fraction())
        alone = sum(ways[pair] == {network} for pair in pairs)
        domains, brands = ({pair[end] for pair in pairs} for end in (0, 1))
        part = f"{float(between / len(ways)):.3f}"
        rows.append([network, len(pairs), alone, part, len(domains), len(brands)])
    return rows


def _concentration(placed: dict[str, set[str]]) -> list[list[Any]]:
    """network, no company, domains, share, cumulated."""
    total = sum(map(len, placed.values()))
    rows, running = [], 0
    for network in sorted(placed, key=lambda name: (-len(placed[name]), name)):
        running += len(placed[network])
        rows.append(
            [
                network,
                "",
                len(placed[network]),
                f"{len(placed[network]) / total:.3f}",
                f"{running / total:.3f}",
            ]
        )
    return rows


def _shares(found: Found, on: dict[str, set[str]], column: int) -> list[list[Any]]:
    """what, network, brand (one of them), domains, share, no interval."""
    whole = len(found.observable())
    rows = []
    for name, domains in on.items():
        names = ["", "", ""]
        names[column] = name
        rows.append([*names, len(domains), f"{len(domains) / whole:.3f}" if whole else "", "", ""])
    return rows


def _declared(found: Found, placed: dict[str, set[str]], files: tuple[str, ...]) -> list[list[Any]]:
    """network, declared, both, declared_only, placed_only; by these files."""
    declared: dict[str, set[str]] = defaultdict(set)
    for domain, fact in found.facts():
        if fact.source in files and fact.network and domain in found.observable():
            declared[fact.network].add(domain)
    keeping = set().union(*declared.values())
    rows = []
    for network, domains in declared.items():
        seen = placed.get(network, set()) & keeping
        rows.append([network, len(domains), len(domains & seen), len(domains - seen), len(seen - domains)])
    return rows


def _hypotheses(found: Found) -> list[list[Any]]:
    """operator, domains, on, accounts, networks, sightings, needed, others, against."""
    carried: dict[str, Counter[str]] = defaultdict(Counter)
    bearing: dict[str, set[str]] = defaultdict(set)
    shown: dict[tuple[str, str], set[str]] = defaultdict(set)
    for document in found.documents:
        for fact in document.told.facts if document.counts else ():
            if not (fact.account and fact.scope == "account" and is_live(fact)) or fact.source:
                continue
            account = account_name(fact)
            carried[account][document.part.host] += 1
            shown[document.part.host, account.rsplit("/", 1)[0]].add(account)
            if document.keeps_skeleton and document.part.is_dedicated:
                bearing[account].add(document.part.host)
    rows = []
    for group in find_operators(found):
        accounts = sorted(
            account
            for account, domains in bearing.items()
            if len(domains & set(group)) > 1 and account not in found.not_operators
        )
        ties = {account: carried[account].keys() & set(group) for account in accounts}
        needed = sum(_parts(ties, without) > _parts(ties, "") for without in accounts)
        kinds = {account.rsplit("/", 1)[0] for account in accounts}
        others = sum(any(len(shown[domain, kind]) > 1 for kind in kinds) for domain in group)
        sightings = sum(carried[account][domain] for account in accounts for domain in bearing[account])
        against = []
        if len(accounts) == 1:
            against.append("one account alone ties it")
        elif needed == len(accounts):
            against.append("every account is needed to hold it together")
        if others:
            against.append(f"{others} of {len(group)} domains also carry another account of such a kind")
        name = "op-" + hashlib.sha256("\0".join(group).encode()).hexdigest()[:12]
        networks = len({account.split("/")[0] for account in accounts})
        words = "; ".join(against) or "nothing seen"
        rows.append([name, len(group), group, accounts, networks, sightings, needed, others, words])
    return rows


def _parts(ties: dict[str, set[str]], without: str) -> int:
    """Into how many parts the domains fall without one account."""
    groups = [{domain} for domain in set().union(*ties.values())]
    for account, domains in ties.items():
        if account != without:
            joined = [group for group in groups if group & domains]
            groups = [group for group in groups if group not in joined] + [set().union(*joined)]
    return len(groups)
