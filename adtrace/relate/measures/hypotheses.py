"""Operator hypotheses with the evidence for and against each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from adtrace.relate.findings import Findings
from adtrace.relate.measures.measure import Cell, Column, Measure, Result
from adtrace.relate.operators import Operator
from adtrace.relate.seen import Seen


def _find(findings: Findings) -> Result:
    """One row a hypothesis, largest first: connected components of domains under accounts that may bear a merge.

    What may bear one: graphs/schema.toml, [merge]. For it: the accounts, their networks, the sightings. Against it:
    needed = accounts without which a domain falls away (articulation points; Tarjan, SIAM Journal on Computing 1,
    1972): if all are, each tie hangs by one id; others = domains of it that also carry another account of a kind that
    ties it: two holders may share a page. Cost: linear in the accounts' edges.
    """
    carried: dict[str, list[Seen]] = defaultdict(list)
    by_kind: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in findings.of("carries"):
        carried[link.target].append(link)
        if link.scope == "account":
            by_kind[link.source, _kind(link.target)].add(link.target)
    behind = [_ties(operator, carried) for operator in findings.operators]
    rows = [
        _row(operator, _needed(ties), _others(operator, by_kind))
        for operator, ties in zip(findings.operators, behind, strict=True)
    ]
    domains = {domain for operator in findings.operators for domain in operator.domains}
    return Result(
        rows,
        {
            "operators": len(rows),
            "domains": len(domains & findings.observable),
            "by_one": sum(len(operator.accounts) == 1 for operator in findings.operators),
        },
        list(behind),
    )


def _row(operator: Operator, needed: int, others: int) -> list[Cell]:
    return [
        operator.id,
        len(operator.domains),
        list(operator.domains),
        sorted(operator.accounts),
        len({account.split("/", 1)[0] for account in operator.accounts}),
        operator.sightings,
        needed,
        others,
        _against(len(operator.accounts), needed, others, len(operator.domains)),
    ]


def _kind(account: str) -> str:
    """network/kind of network/kind/id."""
    network, kind, _ = account.split("/", 2)
    return f"{network}/{kind}"


def _ties(operator: Operator, carried: Mapping[str, Sequence[Seen]]) -> list[Seen]:
    """Its accounts on its domains."""
    within = set(operator.domains)
    return [link for account in operator.accounts for link in carried[account] if link.source in within]


def _needed(ties: Iterable[Seen]) -> int:
    """How many accounts a domain falls away without."""
    import networkx as nx

    joined: nx.Graph[tuple[str, str]] = nx.Graph(
        (("domain", link.source), ("account", link.target)) for link in ties
    )
    return sum(kind == "account" for kind, _ in nx.articulation_points(joined))


def _others(operator: Operator, by_kind: Mapping[tuple[str, str], set[str]]) -> int:
    """On how many of its domains another account stands of a kind that ties it."""
    kinds = set(map(_kind, operator.accounts))
    return sum(any(len(by_kind.get((domain, kind), ())) > 1 for kind in kinds) for domain in operator.domains)


def _against(accounts: int, needed: int, others: int, domains: int) -> str:
    found = []
    if accounts == 1:
        found.append("one account alone ties it")
    elif needed == accounts:
        found.append("every account is needed to hold it together")
    if others:
        found.append(f"{others} of {domains} domains also carry another account of such a kind")
    return "; ".join(found) or "nothing seen"


HYPOTHESES = Measure(
    "hypotheses",
    (
        Column("operator", "operator", "The hypothesis."),
        Column("domains", "count", "Domains it ties together.", "domains"),
        Column("on", "domains", "Which.", "domains"),
        Column("accounts", "accounts", "Accounts that tie them."),
        Column("networks", "count", "Networks of these accounts."),
        Column("sightings", "count", "Places the accounts were seen live at."),
        Column("needed", "count", "Accounts without which a domain falls away."),
        Column("others", "count", "Domains that carry another account of a kind that ties it.", "domains"),
        Column("against", "text", "What speaks against it, in words."),
    ),
    _find,
)
