"""The report leaves the case as one private file, on record, and says the same each time."""

import base64
import hashlib
import re
import stat
from io import BytesIO
from pathlib import Path

import pytest

from adtrace.case import Case
from adtrace.errors import CaseError, UsageError
from adtrace.report import write_report
from tests.relate.small_case import SmallCase, adsense


def test_one_private_file_that_the_ledger_knows(small: SmallCase, tmp_path: Path) -> None:
    """0600, nothing beside it, and an export record with the SHA-256 of its bytes."""
    small.site("clip.example", adsense())
    file = tmp_path / "out" / "report.html"
    file.parent.mkdir()
    manifest = write_report(small.case, file)
    assert [path.name for path in file.parent.iterdir()] == ["report.html"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (recorded,) = [small.case.payload(row["seq"]) for row in small.case.rows("SELECT seq FROM exports")]
    assert isinstance(recorded, dict)
    (written,) = recorded["files"]  # type: ignore[misc]
    assert written["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest() == manifest.files[0].sha256
    assert recorded["audience"] == "taskforce"


def test_the_same_case_gives_the_same_file(small: SmallCase) -> None:
    """Writing a report adds a record to the case, which changes no report."""
    small.site("clip.example", adsense())
    small.site("film.example", adsense())
    first, second = BytesIO(), BytesIO()
    write_report(small.case, first)
    write_report(small.case, second)
    assert first.getvalue() == second.getvalue()


def test_a_case_open_for_reading_gives_no_report(small: SmallCase, tmp_path: Path) -> None:
    """What cannot be put on record does not leave."""
    with Case.open(small.case.path) as case, pytest.raises(CaseError, match="open for reading"):
        write_report(case, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_an_audience_that_does_not_exist_gets_nothing(small: SmallCase, tmp_path: Path) -> None:
    """And is told which there are."""
    with pytest.raises(UsageError, match="investigator, taskforce"):
        write_report(small.case, tmp_path / "report.html", audience="press")  # type: ignore[arg-type]


def test_an_empty_case_has_a_report(small: SmallCase) -> None:
    """No entry, no run: it says so, and claims nothing."""
    page = _page(small)
    assert "This case holds no domain yet." in page
    assert "No run is recorded" in page


def test_only_these_styles_and_scripts_may_run(small: SmallCase) -> None:
    """The policy names the hash of each inline text; no other inline style or script, no attribute that runs."""
    small.site("clip.example", adsense())
    page = _page(small)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert "default-src 'none'" in policy.replace("&#39;", "'")
    named = set(re.findall(r"sha256-([A-Za-z0-9+/=]{44})", policy))
    texts = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.DOTALL)
    assert {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts} == named
    assert not re.findall(r"<[^>]* (?:style|on\w+)=", page)


def test_nothing_is_asked_of_anyone(small: SmallCase) -> None:
    """No address of a network in any attribute or text, no image, no link but to the page's own places."""
    small.site("clip.example", adsense())
    page = _page(small, audience="investigator")
    assert not re.findall(
        r"(?i)https?:|<(?:img|link|iframe|object|embed|base|form)\b|<\w[^<>]*\bsrc=|@import|[\s:,]url\(", page
    )
    assert {target[0] for target in re.findall(r'href="([^"]*)"', page)} == {"#"}
    anchors = re.findall(r' id="([^"]+)"', page)
    assert {target[1:] for target in re.findall(r'href="([^"]*)"', page)} <= set(anchors)
    assert len(set(anchors)) == len(anchors)


def _page(small: SmallCase, audience: str = "taskforce") -> str:
    stream = BytesIO()
    write_report(small.case, stream, audience=audience)  # type: ignore[arg-type]
    return stream.getvalue().decode()
