"""Whatever stands in a list or on a page, a notice stays the notice it is."""

import csv
import email
import email.policy
import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from adtrace.export.cells import read_spreadsheet_cell
from adtrace.notice.letter import Letter, Placement
from adtrace.notice.mail import as_mail, as_table
from adtrace.notice.text import as_markdown, as_text

ANY = st.text(min_size=1, max_size=40)


def a_letter(account: str, reference: str) -> Letter:
    """One live row and one that is not, of these words."""
    days = {"first_seen": "2026-01-01", "last_seen": "2026-01-02"}
    live = Placement(
        account=account, account_kind="zone_id", scope="slot", domain="dom-a", authority="Office",
        reference=reference, basis="embedded", state="live", row="rec-a", **days,
    )  # fmt: skip
    idle = Placement(
        account="", account_kind="", scope="", domain="dom-b", authority=account, reference=reference,
        basis="embedded", state="commented", row="rec-b", **days,
    )  # fmt: skip
    return Letter(
        network="example", name="Example", company="", route=reference, limits=f"Of {account}", case="0" * 8,
        operator="analyst 7", labels=("TLP:AMBER", "PAP:GREEN"), placements=(live, idle), waiting=1, reveals=False,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(account=ANY, reference=ANY)
def test_any_words_make_the_same_notice(account: str, reference: str) -> None:
    """As many lines and columns as ever, nothing that does not show, a message without a fault, an exact table."""
    letter, plain = a_letter(account, reference), a_letter("7", "A-1")
    told = as_markdown(letter)
    assert told.count("\n") == as_markdown(plain).count("\n")
    rows = [line for line in told.split("\n") if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in rows} == {9}
    assert not re.search(
        r"(?<!\\)[`<\[](?!day|address|Who)", told.partition("What was seen")[2].partition("How to")[0]
    )
    assert as_text(letter).count("\n") == as_text(plain).count("\n")
    message = email.message_from_bytes(as_mail(letter), policy=email.policy.default)
    assert message.defects == []
    assert message["To"] is None
    table = list(csv.DictReader(io.StringIO(as_table(letter).decode())))
    assert read_spreadsheet_cell(table[0]["reference"]) == reference
