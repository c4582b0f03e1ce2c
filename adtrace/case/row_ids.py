"""Names for rows that stand for several sightings: what `adtrace show` is given, and `adtrace review` of tables."""

import hmac
from collections.abc import Sequence

from adtrace.case.canonical import canonical, sealed_bytes
from adtrace.case.reader import CaseReader

# What a row of each such table is called in its name.
ROW_KINDS = {"networks": "network", "accounts": "account", "brands": "brand", "links": "link"}
ANSWER = "answer"


def row_id(case: CaseReader, table: str, keys: Sequence[str | None]) -> str:
    """`<case8>-account-<16 hex digits>` and the like: the same for as long as the row has these keys.

    Keyed: whoever lacks the case can guess from it neither the domain nor the account.
    """
    return case.public_id(ROW_KINDS[table], _keyed(case, canonical([table, *keys]))[:16])


def answer_row_id(case: CaseReader, question: str, cells: Sequence[object]) -> str:
    """`<case8>-answer-<8 hex digits>`: the same for as long as the answer to this question has a row of these cells.

    Short, for it stands in a terminal beside the row; should two rows ever share one, `adtrace show` tells both.
    """
    return case.public_id(ANSWER, _keyed(case, sealed_bytes([question, *cells]))[:8])


def _keyed(case: CaseReader, text: bytes) -> str:
    return hmac.digest(case.key_for("rows"), text, "sha256").hex()
