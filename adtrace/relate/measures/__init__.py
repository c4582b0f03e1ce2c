"""What can be measured on the findings; a question names one of these and its parameters."""

from adtrace.relate.measures.after_notices import AFTER_NOTICES
from adtrace.relate.measures.behind_networks import BEHIND_NETWORKS
from adtrace.relate.measures.brand_cut import BRAND_CUT
from adtrace.relate.measures.brand_evidence import BRAND_EVIDENCE
from adtrace.relate.measures.brand_exposure import BRAND_EXPOSURE
from adtrace.relate.measures.concentration import CONCENTRATION
from adtrace.relate.measures.contradictions import CONTRADICTIONS
from adtrace.relate.measures.cores import CORES
from adtrace.relate.measures.declared import DECLARED
from adtrace.relate.measures.hub_networks import HUB_NETWORKS
from adtrace.relate.measures.hypotheses import HYPOTHESES
from adtrace.relate.measures.isolated_domains import ISOLATED_DOMAINS
from adtrace.relate.measures.letters import (
    ACCOUNT_LETTERS,
    BEST_LETTERS,
    LETTERS_NEEDED,
    NETWORK_LETTERS,
    PATH_LETTERS,
    SELLER_LETTERS,
)
from adtrace.relate.measures.measure import Column, Measure, Result
from adtrace.relate.measures.offer_paths import OFFER_PATHS
from adtrace.relate.measures.placed_through import PLACED_THROUGH
from adtrace.relate.measures.prevalence import PREVALENCE
from adtrace.relate.measures.shared_accounts import SHARED_ACCOUNTS
from adtrace.relate.measures.what_if import WHAT_IF

MEASURES: tuple[Measure, ...] = (
    SHARED_ACCOUNTS,
    HYPOTHESES,
    BRAND_EXPOSURE,
    BRAND_EVIDENCE,
    BRAND_CUT,
    OFFER_PATHS,
    HUB_NETWORKS,
    NETWORK_LETTERS,
    PATH_LETTERS,
    ACCOUNT_LETTERS,
    SELLER_LETTERS,
    LETTERS_NEEDED,
    BEST_LETTERS,
    WHAT_IF,
    AFTER_NOTICES,
    CONCENTRATION,
    CORES,
    PLACED_THROUGH,
    BEHIND_NETWORKS,
    DECLARED,
    CONTRADICTIONS,
    PREVALENCE,
    ISOLATED_DOMAINS,
)

__all__ = ["MEASURES", "Column", "Measure", "Result"]
