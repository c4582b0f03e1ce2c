"""Whole runs over nothing but disguises: what a case, its journals, its report and its messages hold afterwards."""

import base64

import pytest

from adtrace.case import Case, Entry
from adtrace.fetch.run import Pace, run_case
from adtrace.relate.links import links_of
from adtrace.report import write_report
from tests.fetch.disguises import DISGUISES, sent
from tests.fetch.hostile_server import HostileServer


def forms(canary: bytes) -> list[bytes]:
    """The canary as it would stand in any file of ours: plain, hex, base64 at each of its three offsets."""
    shifted = [base64.b64encode(b"x" * shift + canary)[4:-4] for shift in range(3)]
    return [canary, canary.hex().encode(), canary.hex().upper().encode(), canary[::-1], *shifted]


@pytest.mark.slow
def test_nothing_of_a_refused_body_is_anywhere(tmp_path, capfd):
    """Every disguise at a host of its own, through all three processes: the canary is in no file and no message."""
    hosts = {
        f"d{number}.example": sent(disguise)
        for number, disguise in enumerate(d for d in DISGUISES.values() if d.document == "page")
    }
    with HostileServer(hosts) as server, Case.create(tmp_path / "case", operator="t", purpose="t") as case:
        with case.transaction():
            case.add_entries([Entry(domain=h, unit="domain", authority="A", reference="R") for h in hosts])
        pace = Pace(concurrency=16, delay_ms=0, timeout_ms=30_000)
        summary = run_case(case, egress=server.plan(), pace=pace, reach="page")
        assert summary.ended == "finished"
        ends = {row["outcome"] for row in case.rows("SELECT outcome FROM outcomes")}
        assert ends <= {"refused", "failed"}
        fronts = (
            "SELECT outcome FROM decisions d JOIN outcomes o ON o.decision = d.seq WHERE d.document = 'page'"
        )
        assert {row["outcome"] for row in case.rows(fronts)} == {"refused"}
        case.verify(links_of)
        write_report(case, tmp_path / "report.html", "investigator")
        # With the case still open, so that the journals are there to be searched as well.
        written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(server.requests) >= len(hosts)
    assert any(path.name.endswith("-wal") for path in written)
    told = "".join(capfd.readouterr()).encode()
    for form in forms(server.canary):
        assert form not in told
        assert [path.name for path, content in written.items() if form in content] == []
    for magic in (b"JFIF", b"ftypisom", b"\xff\xd8\xff\xe0\x00\x10"):
        assert [path.name for path, content in written.items() if magic in content] == []
