"""A notice as an e-mail file: a draft for a mail program, to nobody, with the table beside it."""

from __future__ import annotations

import csv
import hashlib
import io
from email.message import EmailMessage
from email.policy import SMTP

from adtrace.export.cells import spreadsheet_cell
from adtrace.names import display
from adtrace.notice.letter import Letter, Placement
from adtrace.notice.text import as_text, subject

TABLE = "placements.csv"


def as_mail(letter: Letter) -> bytes:
    """The bytes of an .eml file that mail programs open as a draft (X-Unsent): no sender, no recipient, no date."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject(letter)
    message["X-Unsent"] = "1"
    message["X-Adtrace-Route"] = display(letter.route)
    message.set_content(as_text(letter), cte="quoted-printable")
    message.add_attachment(as_table(letter).decode(), subtype="csv", filename=TABLE, cte="quoted-printable")
    # The same notice is the same file; the boundary is else drawn at random.
    message.set_boundary("adtrace-" + hashlib.sha256(as_table(letter)).hexdigest()[:32])
    return message.as_bytes()


def as_table(letter: Letter) -> bytes:
    """The rows as CSV, ids exact, and nothing in it that a spreadsheet would compute."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(Placement.__struct_fields__)
    for one in letter.placements:
        writer.writerow(spreadsheet_cell(getattr(one, field)) for field in Placement.__struct_fields__)
    return stream.getvalue().encode()
