"""What no table of adtrace says: goes with every export that people read (design section 1)."""

LIMITS = (
    "A tag shows a placement, not a payment; nothing here says that anybody paid.",
    "The holder of an account may be a manager, a reseller, a platform, or the victim of a copied page.",
    "Offered on the page does not show that the brand knew, chose or paid. Nothing was clicked.",
    "What is declared (ads.txt, adagents.json, sellers.json, a token) anyone can copy; it is kept apart from the rest.",
    "Every count is a lower bound: advertising may show to other visitors, at other times, or after a click.",
    "Not observed is not clean.",
    (
        "Pseudonyms hide names, not patterns: a network knows where its own accounts stand, and who knows which"
        " networks stand together on a site, or holds its log of that minute, can recognise it."
    ),
    "adtrace confirms no domain: an authority did, and it alone can say why.",
)
