"""Which systems' sellers.json a run asks for after its pages: of the ids the case holds, then of intermediaries.

A list stands where its system's card says, else at the root of the domain that names the system in ads.txt.
"""

from collections.abc import Collection, Iterable

from adtrace.case import Case
from adtrace.case.links import FEEDS_LINKS
from adtrace.fetch.candidates import Candidate
from adtrace.fetch.parts import canonical_url
from adtrace.knowledge import Knowledge
from adtrace.names import registrable_domain

# An id that a page names leads to its system's list, and an intermediary there to the intermediary's own, where a row
# that lists the site ends the chain. A third list would be reached through sellers whom nobody named: a cloud.
MAX_LISTS = 2

# Every id an entry's own document names (an ads.txt that a network keeps for it is one), with the first such
# document of the entry with the lowest number. An agent's address is no seller's id.
_OF_ENTRIES = f"""
FROM current_sightings AS sightings
  JOIN outcomes ON outcomes.seq = sightings.capture JOIN decisions ON decisions.seq = outcomes.decision
WHERE sightings.kind IN ('declaration', 'account') AND sightings.network IS NOT NULL
  AND sightings.account IS NOT NULL AND sightings.account_kind <> 'agent'
  AND (decisions.rule LIKE 'scope/%' OR decisions.document IN ('ads_txt', 'app_ads_txt'))
  AND {FEEDS_LINKS}
"""
_HELD = f"""
SELECT sightings.network, sightings.host, sightings.entry, coalesce(decisions.named_by, decisions.url) AS url
{_OF_ENTRIES} ORDER BY sightings.entry, sightings.capture, sightings.row
"""
# Of each entry the first so many: 4 MiB of invented lines in a hostile ads.txt shall not crowd out the others' ids.
MAX_HELD = 5000
_HELD_OF = f"""
SELECT DISTINCT account FROM (
  SELECT sightings.account, row_number() OVER (PARTITION BY sightings.entry ORDER BY min(sightings.row)) AS number
  {_OF_ENTRIES} AND sightings.network = ? GROUP BY sightings.entry, sightings.account)
WHERE number <= ?
"""
# Every seller that a list of the run at that depth calls an intermediary, with the page behind it all.
_INTERMEDIARIES = """
SELECT decisions.entry, decisions.named_by, outcomes.seq AS capture,
  lower(sightings.declared ->> 'domain') AS domain
FROM current_sightings AS sightings
  JOIN outcomes ON outcomes.seq = sightings.capture JOIN decisions ON decisions.seq = outcomes.decision
WHERE sightings.kind = 'declaration' AND decisions.document = 'sellers_json' AND decisions.run = ?
  AND decisions.depth = ? AND sightings.declared ->> 'seller_type' IN ('INTERMEDIARY', 'BOTH')
ORDER BY sightings.row
"""


class SellerFiles:
    """The sellers.json files of one run and whose rows are kept of each; none below reach tags.

    is_due: whether another round may follow, once all that was asked for has ended.
    """

    def __init__(
        self, case: Case, run: int, reach: str, knowledge: Knowledge, active: Collection[int]
    ) -> None:
        """active: the entries that may be contacted."""
        self._case, self._run, self._knowledge, self._active = case, run, knowledge, active
        self._depth = 0 if reach != "page" else MAX_LISTS

    @property
    def is_due(self) -> bool:
        """Whether there may be more to ask for."""
        return self._depth < MAX_LISTS

    def candidates(self) -> list[Candidate]:
        """What is to be asked now that the pages, or the lists of the round before, are read: each address once.

        The first round takes the systems whose ids the case holds; each further one the systems of those whom a list
        of the round before calls intermediaries. A round of nothing is the last.
        """
        self._depth += 1
        found = {candidate.url: candidate for candidate in reversed(list(self._round()))}
        if not found:
            self._depth = MAX_LISTS
        return list(reversed(found.values()))

    def _round(self) -> Iterable[Candidate]:
        if self._depth == 1:
            for row in self._case.rows(_HELD):
                if card := self._knowledge.cards.get(row["network"]):
                    address = card.sellers_address(row["host"])
                    yield from self._candidate(address, row["entry"], row["url"], None)
            return
        for row in self._case.rows(_INTERMEDIARIES, (self._run, self._depth - 1)):
            domain = (row["domain"] or "").removeprefix("www.")
            if card := self._knowledge.system(domain) or self._knowledge.system(
                registrable_domain(domain) or ""
            ):
                address = card.sellers_address(domain)
                yield from self._candidate(address, row["entry"], row["named_by"], row["capture"])

    def _candidate(
        self, address: str | None, entry: int, named_by: str, parent: int | None
    ) -> Iterable[Candidate]:
        url = canonical_url(address) if address else None
        if url and entry in self._active:
            yield Candidate(
                url=url,
                document="sellers_json",
                entry=entry,
                parent=parent,
                named_by=named_by,
                depth=self._depth,
            )

    def held_ids(self, url: str) -> tuple[str, ...]:
        """The ids the case holds of the network whose list this is, sorted; of each entry at most MAX_HELD."""
        card = self._knowledge.card_of_sellers_json(url)
        rows = self._case.rows(_HELD_OF, (card.id, MAX_HELD)) if card else ()
        return tuple(sorted(row["account"] for row in rows))
