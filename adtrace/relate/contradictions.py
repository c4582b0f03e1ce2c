"""Where what a site, a system and a tag say of one another does not fit together.

A contradiction is a place to look, never a proof: each names what it suggests and, beside it, how it comes about
innocently. Rules: ads.txt 1.1, sellers.json 1.0, SupplyChain object 1.0 (IAB Tech Lab), adagents.json (AdCP). A file
that could not be read contradicts nothing, and what no page shows without running scripts is not absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.relate.contradicting.agents import agents
from adtrace.relate.contradicting.lists import declared_lines, embedded_accounts, no_list, unknown_sellers
from adtrace.relate.contradicting.pools import pooled
from adtrace.relate.contradicting.statements import Statements
from adtrace.relate.contradicting.supply_chains import supply_chains
from adtrace.relate.contradicting.tags import not_declared, not_observed, other_sites
from adtrace.relate.contradiction import Contradiction
from adtrace.relate.contradiction_kinds import KINDS
from adtrace.relate.copy_marks import mark_copies
from adtrace.relate.declarations import Declarations

if TYPE_CHECKING:
    from adtrace.case import Case

_FINDERS: tuple[Callable[[Statements], Iterator[Contradiction]], ...] = (
    declared_lines,
    embedded_accounts,
    unknown_sellers,
    pooled,
    not_observed,
    not_declared,
    no_list,
    supply_chains,
    other_sites,
    agents,
)


def find_contradictions(case: Case, knowledge: Knowledge | None = None) -> list[Contradiction]:
    """Every contradiction of a case, by kind in the order of KINDS, then domain, system and account; [] if none.

    Reads the newest generation of what is not withdrawn. Cost: linear in the declarations that a read sellers.json
    speaks of and in (domain, system) pairs, and that of mark_copies.
    """
    with case.snapshot():
        declared = Declarations(case)
        statements = Statements(case, declared, knowledge or load_knowledge())
        every = chain.from_iterable(find(statements) for find in _FINDERS)
        found = mark_copies(case, declared.lines, every)
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.domain, one.system, one.account))
