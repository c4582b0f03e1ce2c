"""Which outside party could learn which entries from a run (design section 4)."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from adtrace.fetch.messages import EgressPlan, Profile


class Contact(msgspec.Struct, frozen=True):
    """One request that was, or may have been, sent: whose entry, to which host; network: its card, if any."""

    entry: int | None
    host: str
    network: str | None
    document: str


class Exposure(msgspec.Struct, frozen=True):
    """One outside party, what it could learn, and of how many entries."""

    party: str
    learns: str
    entries: int


def exposure_of(contacts: Iterable[Contact], egress: EgressPlan, profile: Profile) -> list[Exposure]:
    """The exposure statement of a run, widest view first; [] if nothing was contacted.

    Over loopback there is no outside party, and the statement says so in one line.
    """
    seen = list(contacts)
    if not seen:
        return []
    sites = [contact for contact in seen if contact.network is None]
    entries = len({contact.entry for contact in sites})
    hosts = len({contact.host for contact in seen})
    if egress.kind == "loopback":
        return [
            Exposure("nobody outside", f"egress: loopback demo; {hosts} invented hosts on this machine.", 0)
        ]
    found = [
        Exposure("the DNS resolver", f"the names of {hosts} hosts, and when they were asked for.", entries),
        Exposure(
            f'the provider of the egress "{profile.egress}"',
            f"addresses and, from the TLS greeting, names of {hosts} hosts; the content of plain http.",
            entries,
        ),
        Exposure(
            "each site itself and its host",
            f'our address and user agent "{profile.user_agent}", and which of its files were asked for.',
            entries,
        ),
    ]
    found += _networks(seen)
    return found


def _networks(contacts: list[Contact]) -> list[Exposure]:
    requests: dict[str, Counter[str]] = {}
    entries: dict[str, set[int | None]] = {}
    for contact in contacts:
        if contact.network is not None:
            requests.setdefault(contact.network, Counter())[contact.document] += 1
            entries.setdefault(contact.network, set()).add(contact.entry)
    return [
        Exposure(
            f"the network {network}",
            f"that our address asked for {_count(kinds)}, without Referer or cookies; an address made for one "
            "account names that account.",
            len(entries[network] - {None}),
        )
        for network, kinds in sorted(requests.items())
    ]


def _count(kinds: Counter[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
