"""DemandChain objects of bids: through whose hands the money for an ad is said to come, its first payer first.

Source: IAB Tech Lab, DemandChain Object 1.0 (2021-06): `dchain` in the ext of a bid, for Prebid in its meta, with
`complete` and `nodes`: systems by asi and bsid (a buyer's seat there, the buyer_id of that system's buyers.json), and
by name and domain those who pay before the first system. All of it is a claim: no buyer has confirmed it, it names no
brand, and no buyers.json is asked for.
"""

from typing import Any

from adtrace.extract.literals import text_of

MAX_NODES = 20


def chain_of(holder: Any) -> dict[str, str]:
    """What the `dchain` of an object of a literal states: its nodes, joined by >, and whether it is complete; {} if
    there is none.

    >>> from adtrace.extract.literals import read_literal
    >>> found, _ = read_literal("{dchain: {complete: 0, nodes: [{name: 'An Agency'}, {asi: 'dsp.test', bsid: 7}]}}", 0)
    >>> chain_of(found)
    {'dchain': 'An Agency > dsp.test/7', 'dchain_complete': '0'}
    """
    chain = holder.get("dchain") if isinstance(holder, dict) else None
    nodes = chain.get("nodes") if isinstance(chain, dict) else None
    nodes = nodes if isinstance(nodes, list) else []
    named = list(filter(None, map(_node, nodes[:MAX_NODES])))
    if not named:
        return {}
    if len(nodes) > MAX_NODES:
        named.append(f"{len(nodes) - MAX_NODES} more")
    complete = text_of(chain, "complete")
    return {"dchain": " > ".join(named), **({"dchain_complete": complete} if complete in ("0", "1") else {})}


def _node(node: Any) -> str:
    """system/seat, or the name and domain of who pays before the first system; "" if it names nobody."""
    system, seat = text_of(node, "asi"), text_of(node, "bsid")
    if system:
        return f"{system}/{seat}" if seat else system
    name, domain = " ".join(text_of(node, "name").split()), text_of(node, "domain")
    return f"{name} ({domain})" if name and domain else name or domain
