"""What no table of adtrace says: goes with every export that people read (design section 1)."""

from adtrace.limits import HOLDER, LOWER_BOUND, NOT_CLEAN, OFFERED, PLACED

LIMITS = (
    f"{PLACED} Nothing here says that anybody paid.",
    HOLDER,
    f"{OFFERED} Nothing was clicked.",
    "What is declared (ads.txt, adagents.json, sellers.json, a token) anyone can copy; it is kept apart from the rest.",
    LOWER_BOUND,
    NOT_CLEAN,
    (
        "Pseudonyms hide names, not patterns: a network knows where its own accounts stand, and who knows which"
        " networks stand together on a site, or holds its log of that minute, can recognise it."
    ),
    "adtrace confirms no domain: an authority did, and it alone can say why.",
)
