"""The kinds of contradiction: what each suggests, and how each comes about innocently."""

from collections.abc import Mapping

import msgspec


class Meaning(msgspec.Struct, frozen=True):
    """What a contradiction may mean; innocent: what else may be behind it, by a word for each."""

    suggests: str
    innocent: Mapping[str, str]


_COPIED = {"copied": "the file or the page was copied from another site, with its ids"}
_HANDS = {"hands": "the site or the account changed hands and one of the two was not updated"}
_CACHED = {"cached": "the tag or the list is older than the other"}

# In the order they should be read.
KINDS = {
    "direct_intermediary": Meaning(
        "a reseller's account is passed off as the site's own",
        {
            "manager": "the site's owner or its management firm sells for others too and uses that account",
            **_COPIED,
            **_HANDS,
        },
    ),
    "unknown_seller": Meaning(
        "the id was never given out, or the account was closed, and the site sells by other ways",
        {
            "late": "the system lists its sellers late or under another id",
            "mistyped": "the id is mistyped",
            **_COPIED,
        },
    ),
    "other_domain": Meaning(
        "the site sells its space under another site's account",
        {
            "owner": "both sites have one owner, who names one of them",
            **_COPIED,
            **_HANDS,
        },
    ),
    "confidential_seller": Meaning(
        "the seller lets the system hide who is paid",
        {
            "allowed": "the standard allows it, and some systems do so by default",
            "private": "the seller is a private person",
        },
    ),
    "dark_pooling": Meaning(
        "sites that have nothing to do with each other sell as one",
        {
            "owner": "the sites have one owner and do not say so",
            "manager": "an ad management firm or platform holds the account for its customers",
            **_COPIED,
        },
    ),
    "short_chain": Meaning(
        "the chain leaves out who sold first",
        {
            "owner": "the intermediary owns sites too and is listed by its main trade",
            **_CACHED,
        },
    ),
    "broken_chain": Meaning(
        "the chain hides who handed the space on",
        {
            "name": "the system lists the seller under another of its domains",
            "parent": "a platform sells through an account of its parent company",
            **_HANDS,
        },
    ),
    "other_site": Meaning(
        "the ad space is sold under another site's name",
        {
            **_COPIED,
            "platform": "a platform's tag names the platform",
            "posted": "a user posted an address made for another site",
            **_CACHED,
        },
    ),
    "agent_elsewhere": Meaning(
        "the file was taken from another site, or space is sold under that one's name",
        {
            "owner": "one file serves all sites of an owner, and this one was left out",
            **_HANDS,
        },
    ),
    "agent_not_direct": Meaning(
        "a reseller is passed off as the site's own way of selling",
        {
            "contracts": "the site sells at the network under two contracts",
            **_CACHED,
        },
    ),
    "agent_not_alone": Meaning(
        "space that one alone may sell is sold by another",
        {
            "part": "the right is to a part of the space, which the file does not say",
            "agents": "the right is to sales by agents; a tag sells in another way",
            **_CACHED,
        },
    ),
    "no_list": Meaning(
        "nobody outside the system can check who is paid",
        {
            "allowed": "the standard obliges no system to publish its sellers",
            "elsewhere": "the system publishes them at an address that is not known here",
        },
    ),
    "not_declared": Meaning(
        "space is sold at a system the site does not stand by",
        {
            "buyer": "the network buys for itself and needs no line",
            "name": "the system is named by another of its domains",
            **_CACHED,
        },
    ),
    "not_observed": Meaning(
        "the system is declared for show, or sells by ways that the page does not show",
        {
            "not_run": "bids are asked for by a script or a server that was not run or seen",
            "elsewhere": "ads of it stand on other pages, at other times, for other visitors",
            **_COPIED,
        },
    ),
}
