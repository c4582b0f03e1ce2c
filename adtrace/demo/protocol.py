"""What the server's user and its process say to each other at the start."""

import msgspec

from adtrace.demo.answers import Site

LOOPBACK = "127.0.0.1"


class Plan(msgspec.Struct, frozen=True):
    """Parent to child: what to serve, and for how long at most."""

    sites: tuple[Site, ...]
    lifetime_s: float


class Ready(msgspec.Struct, frozen=True):
    """Child to parent: the ports it listens on, one on which nothing listens, and its trust root."""

    http_port: int
    https_port: int
    closed_port: int
    trust_pem: str
