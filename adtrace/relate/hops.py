"""Networks behind networks: what the documents name that ad networks answered with, at reach tags and ads."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from adtrace.extract.attributes import host_of
from adtrace.knowledge import load_knowledge

if TYPE_CHECKING:
    from adtrace.case import Case

_NAMED = """
SELECT captures.url AS url, captures.time AS time, captures.document AS document, seen.domain AS domain,
  seen.network AS network, seen.row AS row
FROM current_sightings AS seen JOIN captures ON captures.seq = seen.capture
WHERE captures.document IN ('frame', 'script', 'vast') AND seen.kind = 'network' AND seen.network IS NOT NULL
  AND seen.state = 'live' AND seen.advertising = 1 AND seen.basis IN ('embedded', 'served')
ORDER BY seen.row"""


class Hop(msgspec.Struct, frozen=True):
    """A network that another one's document names live, for one domain. sightings: public ids."""

    through: str
    network: str
    document: str
    domain: str
    sightings: tuple[str, ...]


def find_hops(case: Case) -> list[Hop]:
    """Every pair of networks, kind of document and domain, in the order first seen; [] at reach page.

    Whose a document is, says the card whose host it was on that day. Cost: linear in the sightings of such documents.
    """
    card_of_host = load_knowledge().card_of_host
    found: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for row in case.rows(_NAMED):
        card = card_of_host(host_of(row["url"]) or "", date.fromisoformat(row["time"][:10]))
        if card and card.id != row["network"]:
            found[card.id, row["network"], row["document"], row["domain"]].append(row["row"])
    return [Hop(*key, tuple(case.public_ids("sighting", rows))) for key, rows in found.items()]
