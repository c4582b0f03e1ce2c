"""What a case remembers of hosts: one that proved itself a network's is taken for it elsewhere, as inferred.

Low-tier networks rotate their hosts: a tag cut short or rewritten on one page may still name the host that a whole
tag on another proved. The memory is a guess for the investigator, so it is bound on every side:

- to the host and the form of its path together, and to WINDOW_DAYS around the days on which they were proven;
- never a host that the list confirms, that a card has, that many tenants share, or that two networks proved;
- never made from what was itself inferred, and never a link of the graph (graphs/schema.toml takes no such basis).
"""

import re
from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from adtrace.extract.sighting import Sighting, sighting_id
from adtrace.knowledge import Knowledge
from adtrace.names import ad_domain, is_within, registrable_domain

WINDOW_DAYS = 30
# Hosts where anybody puts files and that the suffix list does not divide (each one's own pages, 2026-11-22).
TENANTED = frozenset(
    "jsdelivr.net unpkg.com cloudflare.com googleapis.com gstatic.com githubusercontent.com bootstrapcdn.com"
    " akamaihd.net akamaized.net edgesuite.net edgekey.net llnwd.net hwcdn.net wp.com wordpress.com imgur.com"
    " dropboxusercontent.com googleusercontent.com statically.io rawgit.com wixstatic.com shopify.com".split()
)
_PATH = re.compile(r"(?:[a-z]+:)?//[^/?#]*([^?#]*)(?:\?([^#]*))?")
_HEX = re.compile(r"[0-9a-f]{8,}")
_DIGITS = re.compile(r"\d+")


class Proof(msgspec.Struct, frozen=True):
    """A host in a proven shape: the sighting that shows it, the form of its address, and the day."""

    host: str
    form: str
    day: date
    sighting: Sighting


def address_form(url: str) -> str:
    """The path with its numbers and long hex names left open, and the names of its query.

    >>> address_form("https://quietferry.example/88/tag.min.js?z=7130284&v=2")
    '/0/tag.min.js?v&z'
    """
    match = _PATH.match(url)
    path, query = (match[1], match[2] or "") if match else ("", "")
    names = sorted({part.partition("=")[0] for part in query.split("&") if part})
    form = _DIGITS.sub("0", _HEX.sub("x", path.lower())) or "/"
    return f"{form}?{'&'.join(names)}" if names else form


def is_shared(host: str) -> bool:
    """Whether tenants that have nothing to do with each other live under the host's registrable domain."""
    return registrable_domain(host) != ad_domain(host) or ad_domain(host) in TENANTED


def proof_of(sighting: Sighting, day: date, knowledge: Knowledge, confirmed: Collection[str]) -> Proof | None:
    """What this sighting proves of a host; None if it proves nothing, or of a host that is not to be remembered.

    confirmed: the domains of the list.
    """
    host, url = sighting.host, _address(sighting)
    if sighting.kind != "network" or sighting.certainty != "proven" or sighting.basis != "embedded":
        return None
    if sighting.state != "live" or host is None or url is None or sighting.network is None:
        return None
    if knowledge.card_of_host(host) is not None or is_shared(host):
        return None
    if any(is_within(host, domain) for domain in confirmed):
        return None
    return Proof(host, address_form(url), day, sighting)


def _address(sighting: Sighting) -> str | None:
    """The address on the sighting's host: its own, or the one that stands in the tag it matched."""
    if sighting.url is not None or sighting.host is None:
        return sighting.url
    found = re.search(rf"//{re.escape(sighting.host)}[/?][^\s\"'`<>\\\\]*", sighting.value)
    return found[0] if found else None


class Memory:
    """The hosts that were proven, and what follows from them for what nobody knows."""

    def __init__(self, proofs: Iterable[Proof]) -> None:
        self._proofs: dict[tuple[str, str], list[Proof]] = {}
        networks: dict[str, set[str | None]] = {}
        for proof in proofs:
            self._proofs.setdefault((proof.host, proof.form), []).append(proof)
            networks.setdefault(proof.host, set()).add(proof.sighting.network)
        self._disputed = {host for host, named in networks.items() if len(named) > 1}

    def infer(self, sightings: Iterable[Sighting], day: date, skeleton_sha256: str) -> list[Sighting]:
        """A network line for each unidentified script or frame on a remembered host in a remembered form.

        day: when its document was captured. The line lies in the unidentified one (`via`), names the proof's rule
        and, in `declared`, the proving sighting and its day.
        """
        return [
            _inferred(found, proof, skeleton_sha256)
            for found in sightings
            if found.kind == "unidentified"
            and found.rule.startswith("unidentified/")
            and (proof := self._recall(found, day)) is not None
        ]

    def _recall(self, found: Sighting, day: date) -> Proof | None:
        if found.host is None or found.url is None or found.host in self._disputed:
            return None
        proofs = self._proofs.get((found.host, address_form(found.url)), ())
        near = [proof for proof in proofs if abs((proof.day - day).days) <= WINDOW_DAYS]
        return min(near, key=lambda proof: (abs((proof.day - day).days), proof.sighting.id), default=None)


def _inferred(found: Sighting, proof: Proof, skeleton_sha256: str) -> Sighting:
    # No company: that is an edge of its own, and nothing inferred is one.
    seen = proof.sighting
    rule = f"remembered/{seen.rule.replace('/', '.')}"
    return Sighting(
        id=sighting_id(skeleton_sha256, found.locator, rule, "network", found.value),
        kind="network",
        via=found.id,
        network=seen.network,
        advertising=seen.advertising,
        host=found.host,
        ad_domain=found.ad_domain,
        value=found.value,
        basis="inferred",
        state=found.state,
        certainty="weak",
        locator=found.locator,
        url=found.url,
        rule=rule,
        source=found.source,
        declared={"proof": seen.id, "proven_on": proof.day.isoformat()},
    )
