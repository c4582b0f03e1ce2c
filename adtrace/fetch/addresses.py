"""May this address be connected to? Only plain public unicast addresses.

The table is our own: in Python 3.11.7 ipaddress.is_global says True for multicast, NAT64, 6to4 and others
(partly CVE-2024-4032). Source: the IANA special-purpose address registries, IPv4 and IPv6 (2025-11), without
the entries that are globally reachable unicast in fact.
"""

import ipaddress
from functools import lru_cache

from adtrace.fetch.verdict import ALLOWED, Verdict, guard

_DENIED = tuple(
    (ipaddress.ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared (carrier NAT)"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local (cloud metadata)"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT"),
        ("192.88.99.0/24", "6to4 relay anycast"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved or broadcast"),
        ("::/96", "unspecified, loopback or IPv4-compatible"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard only"),
        ("100:0:0:1::/64", "dummy prefix"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4 (given up: RFC 7526)"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "unique local (cloud metadata)"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
# Outside 2000::/3 nothing is assigned for global unicast, but for translators, which are unwrapped.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@guard
def may_connect(address: str) -> Verdict:
    """Whether this address may be contacted: only if it and every address wrapped in it is public unicast.

    >>> may_connect("::ffff:10.0.0.1").allow
    False
    """
    return _judged(address)


@lru_cache(maxsize=4096)
def _judged(address: str) -> Verdict:
    # An address with a zone (fe80::1%eth0) is in the table by its prefix.
    parsed = ipaddress.ip_address(address)
    for each in (parsed, *_wrapped(parsed)):
        for network, what in _DENIED:
            if each.version == network.version and each in network:
                return Verdict(False, "address/special", f"{parsed} is {what}.")
    if parsed.version == 6 and not _wrapped(parsed) and parsed not in _GLOBAL_V6:
        return Verdict(False, "address/special", f"{parsed} is not assigned for global unicast.")
    return ALLOWED


def _wrapped(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses a translator would take out of this address; [] if there is none."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.teredo:
        return list(address.teredo)
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return []
