"""What a correct run knows of the invented web: the facts of every document it read, by domain."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from adtrace.demo.facts import Fact, Told
from adtrace.demo.plan import Part


class Document(NamedTuple):
    """One captured document: whose, which, whether it is the operator's or no page at all, and what it tells.

    path: on the part's own host, or the URL of what an ad network answered.
    """

    part: Part
    path: str
    page_state: str | None
    told: Told

    @property
    def is_own(self) -> bool:
        """Whether the site itself keeps it, so that its ids are held."""
        return self.path.startswith("/")

    @property
    def counts(self) -> bool:
        """Whether its facts feed links and tables: the operator's page, or a document that is no page."""
        return self.page_state in (None, "operator")

    @property
    def keeps_skeleton(self) -> bool:
        """Whether more than its facts is kept, without which nobody can say that it is no copy."""
        return self.part.twist.get("handling") != "facts" and self.part.twist.get("unit") != "url"


class Found(NamedTuple):
    """Everything found in one run.

    sellers: rows of sellers.json that were kept. not_operators: accounts held by a manager, and copied ones, as
    network/kind/account; they tie nobody. lists: network whose sellers.json was read → its row of each held account.
    missing: URLs that answered 404.
    """

    parts: list[Part]
    documents: list[Document]
    sellers: list[Fact]
    not_operators: frozenset[str]
    lists: dict[str, dict[str, dict[str, Any]]]
    missing: frozenset[str]

    def facts(self, *, counting: bool = True) -> Iterator[tuple[str, Fact]]:
        """(domain, fact) of every fact that counts; or of every one that does not."""
        for document in self.documents:
            if document.counts == counting:
                for fact in document.told.facts:
                    yield document.part.host, fact

    def observable(self) -> set[str]:
        """Domains whose operator's page was read."""
        return {document.part.host for document in self.documents if document.page_state == "operator"}


def account_name(fact: Fact) -> str:
    """network/kind/account."""
    return f"{fact.network}/{fact.account_kind}/{fact.account}"


def is_live(fact: Fact) -> bool:
    """Whether the fact is of a tag that runs."""
    return fact.basis in ("embedded", "served") and fact.state == "live"


def find_operators(found: Found) -> list[list[str]]:
    """The sets of domains that evidence may tie to one operator (design section 6), largest first.

    An account ties two domains if it is live, names an account, stands on pages of dedicated sites that are no
    copies, and is not held by a manager. Whether a page is a copy can only be told where its skeleton is kept.
    """
    on: dict[str, set[str]] = {}
    for document in found.documents:
        if not (document.counts and document.keeps_skeleton and document.part.is_dedicated):
            continue
        for fact in document.told.facts:
            if fact.account and fact.scope == "account" and is_live(fact):
                on.setdefault(account_name(fact), set()).add(document.part.host)
    groups: list[set[str]] = []
    for account, domains in on.items():
        if len(domains) > 1 and account not in found.not_operators:
            tied = [group for group in groups if group & domains]
            groups = [group for group in groups if group not in tied] + [domains.union(*tied)]
    return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))


def count(rows: Iterator[tuple[str, Fact]]) -> list[list[str | int | None]]:
    """[domain, network, account, account_kind, scope, basis, state, count] of each different line, sorted."""
    totals = Counter(
        (domain, fact.network, fact.account, fact.account_kind, fact.scope, fact.basis, fact.state)
        for domain, fact in rows
    )
    return sorted(
        ([*row, number] for row, number in totals.items()), key=lambda row: [str(cell) for cell in row]
    )
