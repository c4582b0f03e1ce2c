"""Which systems' lists of sellers (sellers.json) a case has read, and which are known not to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adtrace.extract.sellers_json import is_whole

if TYPE_CHECKING:
    from adtrace.case import Case

# All that was asked for, in order; parent: the outcome that redirected here, or the list that named this one.
_ASKED = """
SELECT decisions.url AS url, decisions.parent AS parent, outcomes.seq AS outcome,
  outcomes.outcome AS ended, outcomes.status AS status, captures.parse_status AS parse_status
FROM decisions JOIN outcomes ON outcomes.decision = decisions.seq LEFT JOIN captures ON captures.seq = outcomes.seq
WHERE decisions.document = 'sellers_json' ORDER BY outcomes.seq
"""


class SellerLists:
    """What came of each list, under the address it is known by: what that redirected to counts for it.

    read: address → the last capture of a file that was read to its end, so that it lacks whoever is not in it.
    missing: address → the last request that was answered 404, where no such file was ever read. Any other failure says
    nothing (sellers.json 1.0 has the access rules of ads.txt, where 404 alone means that there is none).
    """

    def __init__(self, case: Case) -> None:
        self.read: dict[str, int] = {}
        self.missing: dict[str, int] = {}
        redirected: dict[int, str] = {}
        for row in case.rows(_ASKED):
            address = redirected.get(row["parent"], row["url"])
            if row["ended"] == "redirected":
                redirected[row["outcome"]] = address
            elif row["ended"] == "captured" and is_whole(row["parse_status"]):
                self.read[address] = row["outcome"]
                self.missing.pop(address, None)
            elif row["status"] == 404 and address not in self.read:
                self.missing[address] = row["outcome"]
