"""Names for rows that stand for several sightings: what `adtrace show` and `adtrace review` are given."""

import hmac
from collections.abc import Sequence

from adtrace.case.canonical import canonical
from adtrace.case.reader import CaseReader

# What a row of each such table is called in its name.
ROW_KINDS = {"networks": "network", "accounts": "account", "brands": "brand", "links": "link"}


def row_id(case: CaseReader, table: str, keys: Sequence[str | None]) -> str:
    """`<case8>-account-<16 hex digits>` and the like: the same for as long as the row has these keys.

    Keyed: whoever lacks the case can guess from it neither the domain nor the account.
    """
    text = canonical([table, *keys])
    return case.public_id(ROW_KINDS[table], hmac.digest(case.key_for("rows"), text, "sha256").hex()[:16])
