"""Which outside party could learn which entries from a run (design section 4)."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from adtrace.fetch.messages import EgressPlan, Profile
from adtrace.names import display


class Contact(msgspec.Struct, frozen=True):
    """One request that was, or may have been, sent: to which host; network: the name on its card, if any.

    entry: for which it was made; None for a network's list of sellers, asked for once for the case.
    is_encrypted: it went over https.
    """

    entry: int | None
    host: str
    network: str | None
    document: str
    is_encrypted: bool = True


class Exposure(msgspec.Struct, frozen=True):
    """One outside party, what it could learn, and of how many entries."""

    party: str
    learns: str
    entries: int


def name_servers() -> list[str]:
    """The addresses this machine asks names of, as /etc/resolv.conf has them; [] if it cannot be read."""
    try:
        lines = Path("/etc/resolv.conf").read_text("ascii", "replace").splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    return [display(parts[1]) for parts in words if len(parts) > 1 and parts[0] == "nameserver"]


def resolver_label(egress: EgressPlan) -> str:
    """Who is asked for names, as the record of a run says it."""
    if egress.kind == "loopback":
        return "none: exact loopback peers"
    return f"the system's ({', '.join(name_servers()) or 'unknown'}), names made absolute"


def exposure_of(contacts: Iterable[Contact], egress: EgressPlan, profile: Profile) -> list[Exposure]:
    """The exposure statement of a run, widest view first; [] if nothing was contacted.

    Over loopback there is no outside party, and the statement says so in one line.
    """
    seen = list(contacts)
    if not seen:
        return []
    sites = [contact for contact in seen if contact.network is None]
    entries = len({contact.entry for contact in sites} - {None})
    hosts = len({contact.host for contact in seen})
    if egress.kind == "loopback":
        return [
            Exposure("nobody outside", f"egress: loopback demo; {hosts} invented hosts on this machine.", 0)
        ]
    found = [
        Exposure(
            "the DNS resolver and those it asks",
            f"the names of {hosts} hosts, one by one, and when each was asked for.",
            entries,
        ),
        Exposure(
            f'the provider of the egress "{profile.egress}"',
            f"the addresses and, from the TLS greeting (SNI), the names of {hosts} hosts; when and how much was"
            f" read{_plain(sites)}.",
            entries,
        ),
        Exposure(
            "each site itself, its host and who guards it",
            f'our address, when, the user agent "{profile.user_agent}", the language "{profile.language}", and which'
            " of its own files were asked for; no other entry.",
            entries,
        ),
    ]
    found += _networks(seen)
    found.append(
        Exposure(
            "nobody else, by us",
            "entries went out in random order and paced; no Referer, cookie or click was sent; no other host was"
            " contacted, and no service of this program's makers.",
            0,
        )
    )
    return found


def _plain(sites: list[Contact]) -> str:
    """What plain http gives away besides, if it was used."""
    hosts = len({contact.host for contact in sites if not contact.is_encrypted})
    return f"; of {hosts} hosts asked over plain http also the paths and the pages" if hosts else ""


def _networks(contacts: list[Contact]) -> list[Exposure]:
    requests: dict[str, Counter[str]] = {}
    entries: dict[str, set[int | None]] = {}
    for contact in contacts:
        if contact.network is not None:
            requests.setdefault(contact.network, Counter())[contact.document] += 1
            entries.setdefault(contact.network, set()).add(contact.entry)
    found = [
        Exposure(
            f"the network {network}",
            f"that our address asked for {_count(kinds)}, without Referer or cookies; an address made for one "
            "account names that account.",
            len(entries[network] - {None}),
        )
        for network, kinds in sorted(requests.items())
        if kinds.keys() != {"sellers_json"}
    ]
    if listing := sorted(network for network, kinds in requests.items() if kinds.keys() == {"sellers_json"}):
        learns = "that our address asked for the public list of their sellers, without Referer or cookies; of no entry."
        found.append(Exposure(f"the networks {', '.join(listing)}", learns, 0))
    return found


def _count(kinds: Counter[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
