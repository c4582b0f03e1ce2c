"""Which networks' sellers.json a run asks for: those whose ids the case holds, after its pages."""

from urllib.parse import urlsplit

from adtrace.case import Case
from adtrace.fetch.candidates import Candidate
from adtrace.fetch.policy import canonical_url
from adtrace.knowledge import Knowledge

# Every id an entry's own document names (an ads.txt that a network keeps for it is one), with the first such
# document of the entry with the lowest number.
_HELD = """
SELECT sightings.network, sightings.account, sightings.entry, coalesce(decisions.named_by, decisions.url) AS url
FROM current_sightings AS sightings
  JOIN outcomes ON outcomes.seq = sightings.capture JOIN decisions ON decisions.seq = outcomes.decision
WHERE sightings.kind IN ('declaration', 'account') AND sightings.network IS NOT NULL
  AND sightings.account IS NOT NULL
  AND (decisions.rule LIKE 'scope/%' OR decisions.document IN ('ads_txt', 'app_ads_txt'))
  AND (outcomes.page_state IS NULL OR outcomes.page_state = 'operator')
ORDER BY sightings.entry, sightings.capture, sightings.row
"""


class SellerFiles:
    """The sellers.json files of one run and the ids whose rows are kept of each; none below reach tags."""

    def __init__(self, case: Case, reach: str, knowledge: Knowledge, contactable: set[int]) -> None:
        self._case, self._knowledge, self._contactable = case, knowledge, contactable
        self.is_due = reach != "page"

    def candidates(self) -> list[Candidate]:
        """What is to be asked now that the pages are read, one file a network; the files are then no longer due."""
        self.is_due = False
        found: dict[str, Candidate] = {}
        for row in self._case.rows(_HELD):
            card = self._knowledge.cards.get(row["network"])
            url = canonical_url(card.sellers_json) if card and card.sellers_json else None
            if url and row["entry"] in self._contactable:
                found.setdefault(
                    url,
                    Candidate(
                        url=url, document="sellers_json", entry=row["entry"], named_by=row["url"], depth=1
                    ),
                )
        return list(found.values())

    def ids_for(self, url: str) -> tuple[str, ...]:
        """The ids the case holds of the network at whose address this is, sorted."""
        host = urlsplit(url).hostname or ""
        card = self._knowledge.card_of_sellers_json(url) or self._knowledge.card_of_host(host)
        if card is None:
            return ()
        return tuple(sorted({row["account"] for row in self._case.rows(_HELD) if row["network"] == card.id}))
