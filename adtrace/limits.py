"""What adtrace never says, one sentence each: every table, report and picture says it in the same words (design, 1)."""

PLACED = "A tag shows a placement, not a payment."
HOLDER = "The holder of an account may be a manager, a reseller, a platform, or the victim of a copied page."
OFFERED = "Offered on the page; does not show that the brand knew, chose or paid."
LOWER_BOUND = (
    "Every count is a lower bound: advertising may show to other visitors, at other times, or after a click."
)
NOT_CLEAN = "Not observed is not clean."
