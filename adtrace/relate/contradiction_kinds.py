"""The kinds of contradiction: what each suggests, and how each comes about innocently."""

import msgspec


class Meaning(msgspec.Struct, frozen=True):
    """What a contradiction may mean, and what else may be behind it."""

    suggests: str
    innocent: tuple[str, ...]


_COPIED = "the file or the page was copied from another site, with its ids"
_HANDS = "the site or the account changed hands and one of the two was not updated"
_CACHED = "the tag or the list is older than the other"

# In the order they should be read.
KINDS = {
    "direct_intermediary": Meaning(
        "a reseller's account is passed off as the site's own",
        (
            "the site's owner runs an ad management firm and sells through its account",
            _COPIED,
            _HANDS,
        ),
    ),
    "unknown_seller": Meaning(
        "the id was never given out, or the account was closed, and the site sells by other ways",
        (
            "the system lists its sellers late or under another id",
            "the id is mistyped",
            _COPIED,
        ),
    ),
    "other_domain": Meaning(
        "the site sells its space under another site's account",
        (
            "both sites have one owner, who names one of them",
            _COPIED,
            _HANDS,
        ),
    ),
    "confidential_seller": Meaning(
        "the seller lets the system hide who is paid",
        (
            "the standard allows it, and some systems do so by default",
            "the seller is a private person",
        ),
    ),
    "dark_pooling": Meaning(
        "sites that have nothing to do with each other sell as one",
        (
            "the sites have one owner and do not say so",
            "an ad management firm or platform holds the account for its customers",
            _COPIED,
        ),
    ),
    "short_chain": Meaning(
        "the chain leaves out who sold first",
        (
            "the intermediary owns sites too and is listed by its main trade",
            _CACHED,
        ),
    ),
    "broken_chain": Meaning(
        "the chain hides who handed the space on",
        (
            "the system lists the seller under another of its domains",
            "a platform sells through an account of its parent company",
            _HANDS,
        ),
    ),
    "other_site": Meaning(
        "the ad space is sold under another site's name",
        (
            _COPIED,
            "a platform's tag names the platform",
            "a user posted an address made for another site",
            _CACHED,
        ),
    ),
    "no_list": Meaning(
        "nobody outside the system can check who is paid",
        (
            "the standard obliges no system to publish its sellers",
            "the system publishes them at an address that is not known here",
        ),
    ),
    "not_declared": Meaning(
        "space is sold at a system the site does not stand by",
        (
            "the network buys for itself and needs no line",
            "the system is named by another of its domains",
            _CACHED,
        ),
    ),
    "not_observed": Meaning(
        "the system is declared for show, or sells by ways that the page does not show",
        (
            "bids are asked for by a script or a server that was not run or seen",
            "ads of it stand on other pages, at other times, for other visitors",
            _COPIED,
        ),
    ),
}
