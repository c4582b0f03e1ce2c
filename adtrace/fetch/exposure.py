"""Which outside party could learn which entries from a run (design section 4)."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from adtrace.fetch.messages import EgressPlan, Profile
from adtrace.names import display
from adtrace.wording import count


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
    seen = _Seen(contacts)
    hosts, entries = len(seen.hosts), len(seen.entries)
    if not hosts:
        return []
    if egress.kind == "loopback":
        return [
            Exposure(
                "nobody outside",
                f"egress: loopback demo; {count(hosts, 'invented host')} on this machine.",
                0,
            )
        ]
    return [
        Exposure(
            "the DNS resolver and those it asks",
            f"the names of {count(hosts, 'host')}, one by one, and when each was asked for.",
            entries,
        ),
        Exposure(
            f'the provider of the egress "{profile.egress}"',
            f"the addresses and, from the TLS greeting (SNI), the names of {count(hosts, 'host')}; when and how much"
            f" was read{_plain(seen)}.",
            entries,
        ),
        Exposure(
            "each site itself, its host and who guards it",
            f'our address, when, the user agent "{profile.user_agent}", the language "{profile.language}", and which'
            " of its own files were asked for; no other entry.",
            entries,
        ),
        *_networks(seen),
        Exposure(
            "nobody else, by us",
            "entries went out in random order and paced; no Referer, cookie or click was sent; no other host was"
            " contacted, and no service of this program's makers.",
            0,
        ),
    ]


class _Seen:
    """What the contacts of a run add up to; of a long run too many to be held."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self.hosts: set[str] = set()
        # Of sites: those asked over plain http, and the entries that are named by a request to one.
        self.plain_hosts: set[str] = set()
        self.entries: set[int] = set()
        # By network: how many requests for each kind of document, and for which entries.
        self.requests: dict[str, Counter[str]] = {}
        self.entries_of: dict[str, set[int]] = {}
        for contact in contacts:
            self.hosts.add(contact.host)
            if contact.network is None:
                entries = self.entries
                if not contact.is_encrypted:
                    self.plain_hosts.add(contact.host)
            else:
                self.requests.setdefault(contact.network, Counter())[contact.document] += 1
                entries = self.entries_of.setdefault(contact.network, set())
            if contact.entry is not None:
                entries.add(contact.entry)


def _plain(seen: _Seen) -> str:
    """What plain http gives away besides, if it was used."""
    hosts = len(seen.plain_hosts)
    return f"; of {count(hosts, 'host')} asked over plain http also the paths and the pages" if hosts else ""


def _networks(seen: _Seen) -> list[Exposure]:
    found = [
        Exposure(
            f"the network {network}",
            f"that our address asked for {_count(kinds)}, without Referer or cookies; an address made for one "
            "account names that account.",
            len(seen.entries_of[network]),
        )
        for network, kinds in sorted(seen.requests.items())
        if kinds.keys() != {"sellers_json"}
    ]
    if listing := sorted(
        network for network, kinds in seen.requests.items() if kinds.keys() == {"sellers_json"}
    ):
        learns = "that our address asked for the public list of their sellers, without Referer or cookies; of no entry."
        found.append(Exposure(f"the networks {', '.join(listing)}", learns, 0))
    return found


def _count(kinds: Counter[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
