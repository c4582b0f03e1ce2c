"""What no table of adtrace says: goes with every export that people read (design section 1)."""

LIMITS = (
    "A tag shows a placement, not a payment; nothing here says that anybody paid.",
    "The holder of an account may be a manager, a reseller, a platform, or the victim of a copied page.",
    "Offered on the page does not show that the brand knew, chose or paid. Nothing was clicked.",
    "What is declared (ads.txt, sellers.json, a token) anyone can copy; it stays apart from what was observed.",
    "Every count is a lower bound: advertising may show to other visitors, at other times, or after a click.",
    "Not observed is not clean.",
    "adtrace confirms no domain: an authority did, and it alone can say why.",
)
