"""The sentences of the report: what its words mean, and what it does not say (design section 1)."""

from adtrace.limits import HOLDER, LOWER_BOUND, NOT_CLEAN, OFFERED, PLACED

# Word → what it means, in the order of the journey.
GLOSSARY = (
    ("confirmed", "An authority named the domain as hostile. adtrace adds no domain and judges none."),
    ("observable", "A page of the operator's own was read at least once."),
    (
        "not the operator's page",
        "A challenge, a parking page, a seizure banner or the like came back; it says nothing of the operator.",
    ),
    ("unobservable", "No page was read: refused, failed, on hold or expired."),
    ("placed", "A live tag of the network stands on the page. It shows a placement, not a payment."),
    (
        "carried",
        "A live tag names the account. Who holds it is another question: see the limits.",
    ),
    (
        "declared",
        "A file or a token says so (ads.txt, adagents.json, sellers.json, verification). Anyone can copy one.",
    ),
    ("offered", OFFERED),
    (
        "lead",
        "A brand that one look at one domain shows, or a place that may be anyone's. To be looked at, not to be told.",
    ),
    (
        "operator hypothesis",
        "Accounts that can bear it tie these domains to one holder. A lower bound, and not an accusation.",
    ),
)

BASES = (
    ("declared", "ads.txt, adagents.json, sellers.json, a supply chain or a verification token says so"),
    ("embedded", "a tag on the page"),
    ("served", "an ad response"),
    ("landing", "a click URL that was decoded, never clicked"),
    ("inferred", "concluded from several"),
)

STATES = (
    ("live", "runs for a visitor; the only state a headline counts"),
    ("gated", "waits for consent or for scrolling"),
    ("dormant", "stands in a template or a branch that never runs"),
    ("id_only", "an id without a loader of its network"),
    ("commented", "in a comment"),
    ("injected", "put there by a CDN or a host"),
)

# The rules by which an address is not asked for (fetch/policy.py, parts.py, planner.py, writer.py), as people say them.
RULES = {
    "case/gate": "its entry may no longer be contacted",
    "request/kind": "never asked for",
    "request/out_of_scope": "nobody confirmed that host",
    "request/form": "no plain address",
    "request/reach": "beyond this reach",
    "request/effect": "may count as a visit",
    "request/role": "counts, syncs or clicks by its words",
    "request/click": "a click's address",
    "request/visit": "a visit that may be paid",
    "request/declaration": "no declaration that a network keeps as a file",
    "request/root": "more than the root of who may pay for visits",
    "request/unnamed": "no page in scope named it",
    "request/depth": "too far from the page",
    "request/media": "media by its name",
    "request/sellers_json": "no list of sellers that a network keeps",
    "redirect/asked": "led to what was asked already",
    "redirect/hops": "too many redirects",
    "adtech/asked": "asked already for another page",
    "adtech/once_a_day": "asked already that day",
}

# Where an answer that was asked for ended (fetch/ending.py), as people say it.
LAYERS = {
    "address": "the name leads to a private or special address",
    "wire": "more than one plain answer has",
    "headers": "by its headers not the text that was asked for",
    "body": "its bytes are no text or too many",
    "request": "the question would have been another",
    "guard": "a guard could not judge it",
    "dns": "the name did not resolve",
    "connect": "no connection",
    "tls": "no certificate that proves who answers",
    "timeout": "no whole answer in time",
    "reset": "the connection ended before an answer",
    "truncated": "the answer broke off",
    "status": "a status such as 404",
    "protocol": "the answer is no HTTP",
    "error": "a fault nobody foresaw",
    "engine": "a fault nobody foresaw",
    "writer": "the run ended before an answer",
}

LIMITS = (
    f"{PLACED} “Paid” is never concluded here.",
    HOLDER,
    f"{OFFERED} Nothing was clicked, and no ad was requested beyond the reach stated here.",
    LOWER_BOUND,
    NOT_CLEAN,
    "Declared lines (ads.txt, adagents.json, sellers.json) stay apart from the rest: reach over them proves nothing.",
    "Only live tags on the operator's own pages, and in files that are no page, count in a headline.",
)

KINDS = {
    "domain": ("domain", "domains", "Confirmed hostile domain"),
    "account": ("account", "accounts", "Id a network gave to a publisher"),
    "network": ("network", "networks", "Ad system"),
    "company": ("company", "companies", "Owner of a network, by its card"),
    "seller": ("seller", "sellers", "Id that a document declares at a selling system"),
    "brand": ("brand", "brands", "Advertiser that a click URL or an ad response names"),
    "landing": ("landing", "landings", "Domain a decoded click URL leads to"),
}

AUDIENCES = {
    "taskforce": "For the task force: domains and ids are pseudonyms, the same throughout this case; "
    "the investigator can resolve them.",
    "investigator": "For the investigator: domains and ids in full, written so that no program takes them for links.",
}


def words_of(name: str) -> str | None:
    """What a rule or a layer means to people; None of other rules, such as a card's."""
    return RULES.get(name) or LAYERS.get(name)


def in_words(why: str) -> str:
    """A rule or layer, also behind the outcome it led to, in words with itself behind them; other texts as they are.

    >>> in_words("redirect denied: request/out_of_scope"), in_words("timeout")
    ('redirect denied: nobody confirmed that host (request/out_of_scope)', 'no whole answer in time (timeout)')
    """
    outcome, mark, name = why.rpartition(": ")
    words = words_of(name)
    return f"{outcome}{mark}{words} ({name})" if words else why
