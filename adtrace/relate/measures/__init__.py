"""What can be measured on the findings; a question names one of these and its parameters."""

from adtrace.relate.measures.brand_exposure import BRAND_EXPOSURE
from adtrace.relate.measures.hub_networks import HUB_NETWORKS
from adtrace.relate.measures.isolated_domains import ISOLATED_DOMAINS
from adtrace.relate.measures.measure import Column, Measure, Result
from adtrace.relate.measures.placed_through import PLACED_THROUGH
from adtrace.relate.measures.shared_accounts import SHARED_ACCOUNTS

MEASURES: tuple[Measure, ...] = (
    SHARED_ACCOUNTS,
    BRAND_EXPOSURE,
    HUB_NETWORKS,
    PLACED_THROUGH,
    ISOLATED_DOMAINS,
)

__all__ = ["MEASURES", "Column", "Measure", "Result"]
