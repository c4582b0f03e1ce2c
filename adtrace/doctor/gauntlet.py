"""The disguises, served on loopback and traced by the same processes as a real list; what is kept is searched."""

import base64
import io
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from adtrace.case import Case, read_list
from adtrace.demo import DemoServer
from adtrace.demo.answers import Request
from adtrace.doctor.check import Check
from adtrace.doctor.disguises import Disguise, disguises, sites
from adtrace.fetch.messages import Profile
from adtrace.fetch.run import DEFAULT_USER_AGENT, Pace
from adtrace.trace import trace_list

_PACE = Pace(concurrency=16, delay_ms=0, timeout_ms=4000)
# What an honest page must keep, so that a door which refuses everything is not taken for a good one.
_TAG = "pagead2.googlesyndication.com"


def run_gauntlet() -> Iterator[Check]:
    """Refusal, remains and the honest page, one check each."""
    canary = secrets.token_hex(8)
    found = disguises(canary.encode())
    with tempfile.TemporaryDirectory(prefix="adtrace-doctor-") as folder, _keys_in(Path(folder) / "keys"):
        path = Path(folder) / "case"
        with DemoServer(sites(found, _honest(canary), canary.encode())) as server:
            rows = "".join(
                f"https://trick-{n}.example/,url,adtrace doctor,self-test\n" for n in range(len(found))
            )
            rows += "honest.example,domain,adtrace doctor,self-test\n"
            given = read_list(
                io.BytesIO(f"domain,unit,authority,reference\n{rows}".encode()),
                name="the self-test's list",
                today=datetime.now(UTC).date(),
            )
            trace_list(
                given.entries,
                path,
                operator="adtrace doctor",
                purpose="self-test",
                egress=server.plan(),
                profile=Profile(DEFAULT_USER_AGENT, egress="loopback demo"),
                pace=_PACE,
                report=False,
            )
            requests = server.log()
        with Case.open(path) as case:
            yield _refused(case, found)
            yield _honest_read(case)
            yield _nothing_kept(case, canary)
        yield _requests(requests)


@contextmanager
def _keys_in(folder: Path) -> Iterator[None]:
    """Meanwhile keys lie there: a trial is not signed with the key of real cases, nor is one made for it."""
    before = {name: os.environ.pop(name, None) for name in ("ADTRACE_KEYS", "ADTRACE_PASSPHRASE")}
    os.environ["ADTRACE_KEYS"] = str(folder)
    try:
        yield
    finally:
        del os.environ["ADTRACE_KEYS"]
        os.environ.update({name: value for name, value in before.items() if value is not None})


def _honest(canary: str) -> bytes:
    picture = base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + canary.encode() + bytes(900)).decode()
    address = f"data:image/jpeg;base64,{picture}"
    return (
        f'<!doctype html><title>{canary}</title><script async src="https://{_TAG}/pagead/js/adsbygoogle.js"></script>'
        f'<p title="all about {canary}">about {canary} {"and more words " * 60}<img src="{address}">'
        f'<script>var thumb = "{picture}", title = "the {canary} of today";</script><!-- {canary} -->'
    ).encode()


def _refused(case: Case, found: list[Disguise]) -> Check:
    sql = (
        "SELECT url, outcome, layer FROM decisions JOIN outcomes"
        " ON outcomes.decision = decisions.seq WHERE decisions.document = 'page'"
    )
    ended: dict[str, list[tuple[str, str]]] = {}
    for row in case.rows(sql):
        host = urlsplit(row["url"]).hostname or ""
        ended.setdefault(host, []).append((row["outcome"], row["layer"]))
    passed = []
    for number, one in enumerate(found):
        ends = ended.get(f"trick-{number}.example", [])
        if not ends or any(
            outcome not in ("refused", "failed") or layer not in one.layers for outcome, layer in ends
        ):
            passed.append(one.name)
    if passed:
        return Check("disguised media", "weak", f"Not refused as it must be: {', '.join(passed)}.")
    return Check(
        "disguised media",
        "ok",
        f"{len(found)} of {len(found)} disguises refused by the layer that must (0 passed: at 95 % fewer than "
        f"{300 / len(found):.0f} in 100 of their like; the slow tests try many more).",
    )


def _honest_read(case: Case) -> Check:
    [row] = case.rows("SELECT count(*) AS n FROM current_sightings WHERE host = ?", (_TAG,))
    if row["n"]:
        return Check("honest page", "ok", "Read, and its tag found.")
    return Check("honest page", "weak", "An honest page was not read, or its tag not found.")


def _nothing_kept(case: Case, canary: str) -> Check:
    kept = b"".join(file.read_bytes() for file in case.path.rglob("*") if file.is_file())
    skeletons = [case.skeleton(row["seq"]) or "" for row in case.rows("SELECT seq FROM captures")]
    text = kept.decode("latin-1") + "".join(skeletons)
    forms = [canary, canary.encode().hex(), *_base64_forms(canary)]
    if any(form in text for form in forms):
        return Check(
            "what is kept", "weak", "Something of a refused body or of a page's text is in the case."
        )
    return Check(
        "what is kept",
        "ok",
        "Nothing of any refused body, picture in a page or header, title or text is in the case's files.",
    )


def _base64_forms(word: str) -> list[str]:
    """The middle letters of the word's base64, whatever stands before it."""
    return [base64.b64encode(b" " * n + word.encode()).decode()[4 if n else 0 : -4] for n in range(3)]


def _requests(requests: list[Request]) -> Check:
    names = {name.lower() for request in requests for name, _ in request.headers}
    told = sorted(names & {"referer", "cookie", "origin", "authorization", "range"})
    if told:
        return Check("requests", "weak", f"Sent headers that must not be sent: {', '.join(told)}.")
    return Check(
        "requests", "ok", f"{len(requests)} requests: no Referer, cookie, origin, authorization or range."
    )
