"""Each guard refuses alone: every one is taken away or broken in turn, and every attack is tried again.

ALONE says which attack only one guard of the door stands against, and what stands there besides the door.
"""

import asyncio
import socket  # noqa: TID251 - what a wire is without its guard
import subprocess
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from scrapy.http import Request

from adtrace.extract import extract_page
from adtrace.fetch import door as doors
from adtrace.fetch import egress as ways
from adtrace.fetch import wire
from adtrace.fetch.charset import decode_text
from adtrace.fetch.door import Arrival, Door
from adtrace.fetch.egress import DirectEgress, build_egress
from adtrace.fetch.messages import Answer, Ask, Profile, ScopeRule
from adtrace.fetch.planner import Planner
from adtrace.fetch.policy import Scope
from adtrace.fetch.sniff import Sniffer
from adtrace.fetch.spider import DoorHandler
from adtrace.fetch.verdict import ALLOWED, Verdict, guard
from tests.fetch.disguises import DISGUISES, JPEG, PAGE, sent
from tests.fetch.hostile_server import Behaviour, HostileServer, answer, endless
from tests.fetch.test_door import OK

SITE, OTHER, ADS = "clip.example", "other.example", "t.adnet.example"
TAG = b"window.a = 1;"


class Cards:
    """One ad network, whose every script is generic."""

    roles = ("ad_network",)
    advertising = True

    def card_of_host(self, host: str, /) -> "Cards | None":
        return self if host == ADS else None

    def card_of_sellers_json(self, url: str, /) -> None:
        return None

    def effect_of(self, url: str, /) -> str:
        return "generic"


class Attack(NamedTuple):
    """What a host answers, and what the door is asked."""

    behave: Behaviour
    host: str = SITE
    path: str = "/"
    document: str = "page"
    is_private: bool = False


SCRIPT = "text/javascript"
ATTACKS = {
    "picture by type": Attack(sent(DISGUISES["CT1 jpeg"])),
    "picture as html": Attack(sent(DISGUISES["CT2 jpeg as html"])),
    "picture behind a page": Attack(sent(DISGUISES["PG1 behind a page"])),
    "packed picture": Attack(sent(DISGUISES["ENC1 gzip4"])),
    "address of a picture": Attack(answer(JPEG, type_="image/jpeg"), path="/a.jpg"),
    "host out of scope": Attack(answer(PAGE), host=OTHER),
    "private address": Attack(answer(PAGE), is_private=True),
    "pixel of a network": Attack(answer(TAG, type_=SCRIPT), host=ADS, path="/pixel.js", document="script"),
    "endless body": Attack(endless(OK + b"\r\n", b"text " * 13000, canary=False)),
    "endless headers": Attack(endless(b"HTTP/1.1 200 OK\r\n", b"X-a: " + b"b" * 1000 + b"\r\n")),
    "endless chunk": Attack(
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n5;", b"a" * 65536, canary=False)
    ),
}


def _only_count(visit: wire.Visit, read: int) -> None:
    visit.bytes_seen += read


def _plain_connect(self: wire.Wire, address: Any) -> None:
    socket.socket.connect(self, address)


def _any_peer(visit: wire.Visit, one: wire.Wire) -> None:
    visit.peer, visit._wire, visit.is_open = str(one.getpeername()), one, True


# Each guard: where it is, and what it is without its effect.
GUARDS: dict[str, tuple[object, str, Callable[..., object]]] = {
    "address of the request": (doors, "may_request", lambda *a, **k: ALLOWED),
    "headers": (doors, "may_read", lambda *a, **k: ALLOWED),
    "bytes of the body": (Sniffer, "may_keep", lambda *a: ALLOWED),
    "size of the body": (doors, "max_body_bytes", lambda document: 1 << 40),
    "resolved address": (ways, "_judge_all", lambda found: ALLOWED),
    "connecting socket": (wire.Wire, "connect", _plain_connect),
    "connected peer": (wire.Visit, "check_peer", _any_peer),
    "bytes on the wire": (wire.Visit, "count", _only_count),
}
# Of the door's guards one alone; who else, and by which test.
ALONE = {
    ("address of the request", "host out of scope"): "planner: test_planner_refuses_the_same",
    ("address of the request", "pixel of a network"): "planner: test_planner_refuses_the_same",
    ("bytes of the body", "picture as html"): "worker: test_worker_keeps_nothing_of_a_picture",
    ("bytes of the body", "picture behind a page"): "worker: test_worker_keeps_nothing_of_a_picture",
}
# What ends as a failure once this guard is gone: by the parser's own limits, or by the time.
FAILS = {("bytes on the wire", "endless headers"), ("bytes on the wire", "endless chunk")}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Limits that are reached soon; each stands where it stands."""
    monkeypatch.setattr("adtrace.fetch.response.MAX_BODY_BYTES", 256 * 1024)
    monkeypatch.setattr(wire, "MAX_WIRE_BYTES", 1024 * 1024)


class NearEgress(DirectEgress):
    """The direct way out, whose resolver answers loopback, with all its checks."""

    def __init__(self, port: int) -> None:
        super().__init__(lambda host, _: ["127.0.0.1"])
        self._port = port

    async def resolve(self, host: str, port: int) -> list[tuple[str, int]]:
        return [(address, self._port) for address, _ in await super().resolve(host, port)]


def attack(case: Attack, *, timeout_s: float = 60) -> tuple[Arrival, HostileServer]:
    """What the door says to it."""
    with HostileServer({case.host: case.behave}) as server:
        plan = server.plan()
        egress = NearEgress(plan.peers[0].peer_port) if case.is_private else build_egress(plan)

        async def go() -> Arrival:
            door = Door(
                egress,
                Profile(user_agent="adtrace test"),
                scope=Scope([ScopeRule(1, "domain", SITE)]),
                reach="ads",
                knowledge=Cards(),
                concurrency=1,
                timeout_s=timeout_s,
            )
            try:
                url = f"http://{case.host}{case.path}"
                ask = Ask(decision=1, url=url, document=case.document, named_by=f"https://{SITE}/")
                return await door.fetch(ask)
            finally:
                await door.close()

        return asyncio.run(go()), server


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_refused(name):
    """With every guard in its place."""
    arrival, _ = attack(ATTACKS[name])
    assert (arrival.answer.outcome, arrival.body) == ("refused", None)


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("name", ATTACKS)
def test_without_one_guard_the_others_refuse(name, guard, monkeypatch):
    """But for what ALONE names: there it is let through, so that the test of that guard would turn red."""
    place, attribute, without = GUARDS[guard]
    monkeypatch.setattr(place, attribute, without)
    arrival, _ = attack(ATTACKS[name], timeout_s=1 if (guard, name) in FAILS else 60)
    if (guard, name) in ALONE:
        assert arrival.answer.outcome == "received"
    elif (guard, name) in FAILS:
        assert (arrival.answer.outcome, arrival.body) == ("failed", None)
    else:
        assert arrival.answer.outcome == "refused"


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("name", [*ATTACKS, "honest page"])
def test_guard_that_raises_lets_nothing_through(name, guard, monkeypatch):
    """Whatever it raises, also what no except clause expects, and nothing in the answer tells its words."""
    place, attribute, _ = GUARDS[guard]

    def broken(*_: object, **__: object) -> None:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "hostile words")

    monkeypatch.setattr(place, attribute, broken)
    # The loopback egress has its own in place of the one; every other may leave a visit to its limit of time.
    is_unused = guard == "resolved address" and name == "honest page"
    arrival, _ = attack(ATTACKS.get(name) or Attack(answer(PAGE)), timeout_s=60 if is_unused else 2)
    if is_unused:
        assert arrival.answer.outcome == "received"
    else:
        assert arrival.body is None
        assert arrival.answer.outcome in ("refused", "failed")
    assert "hostile words" not in repr(arrival)


@pytest.mark.parametrize("answer_", [Verdict(1, "ok"), Verdict("yes", "ok"), True, None, "allow"])
def test_guard_that_answers_no_verdict_refuses(answer_):
    """What is not plainly allowed is refused, whatever a guard says instead."""
    verdict = guard(lambda: answer_)()
    assert (verdict.allow, verdict.rule) == (False, "guard/error")


def test_address_that_two_parsers_read_differently_is_refused(monkeypatch):
    """The one that judges and the one that connects must agree on every letter of it."""
    monkeypatch.setattr(doors, "URL", lambda url, encoded: f"{url}/other")
    arrival, server = attack(Attack(answer(PAGE)))
    assert (arrival.answer.outcome, arrival.answer.layer, server.requests) == ("refused", "request", [])


@pytest.mark.parametrize("name", ["host out of scope", "pixel of a network"])
def test_planner_refuses_the_same(name):
    """The writer asks the policy before it decides; the door never hears of what it refuses."""
    case = ATTACKS[name]
    rule = ScopeRule(1, "domain", SITE)
    planner = Planner({1: rule}, reach="ads", pages=0, knowledge=Cards())
    front = planner.begin(1)[0][0]
    moved = Answer(decision=1, outcome="redirected", status=302, location=f"https://{case.host}{case.path}")
    steps = planner.after(front, moved, None).steps
    assert [verdict.allow for found, verdict in steps if case.host in found.url] == [False]


@pytest.mark.parametrize("name", ["picture as html", "picture behind a page"])
def test_worker_keeps_nothing_of_a_picture(name):
    """Were a picture let through, its bytes would end in the skeleton's maker, which keeps tags."""
    canary = b"canary-0123456789abcdef"
    for body in (JPEG + canary, PAGE + b" " * 3000 + JPEG + canary):
        _, text = decode_text(body, "text/html", markup=True)
        found = extract_page(text, url=f"https://{SITE}/")
        assert canary.decode() not in repr(found)
        assert "JFIF" not in repr(found)


class _Told:
    """A crawl with the door that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.spider = self.door = self

    async def fetch(self, ask: Ask) -> Arrival:
        self.asked.append(ask.url)
        return Arrival(Answer(decision=ask.decision, outcome="received"), b"")


@pytest.mark.parametrize(
    "change",
    [{"url": "http://other.example/"}, {"url": "http://clip.example/b"}, {"method": "POST"}, {"body": b"a"}],
)
def test_request_changed_on_its_way_is_refused(change, monkeypatch):
    """The handler compares the final request with the ask; and the door reads the ask alone, never the request."""
    monkeypatch.setattr("adtrace.fetch.spider.FetchSpider", _Told)
    crawl = _Told()
    handler = DoorHandler(crawl)
    ask = Ask(decision=1, url=f"http://{SITE}/", document="page")
    changed = Request(**{"url": ask.url, "meta": {"ask": ask}, **change})
    response = asyncio.run(handler.download_request(changed))
    assert (response.arrival.answer.outcome, crawl.asked) == ("refused", [])
    same = Request(ask.url, meta={"ask": ask})
    asyncio.run(handler.download_request(same))
    assert crawl.asked == [ask.url]


# In a process of its own: an audit hook stays. Each line must be refused by the hook alone.
_LOCKED = """
import socket, sys, os, subprocess
from adtrace.fetch import lock, wire
from adtrace.fetch.verdict import ALLOWED, Verdict, guard
{break_hook}
lock.lock_process()
near = socket.socket()
class Free:
    class egress:
        may_connect = staticmethod(lambda *a: ALLOWED)
    def __getattr__(self, name): return lambda *a: None
acts = dict(
    connect=lambda: near.connect(("127.0.0.1", 9)),
    look_up=lambda: socket.getaddrinfo("clip.example", 80),
    listen=lambda: near.bind(("127.0.0.1", 0)),
    send=lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"a", ("127.0.0.1", 9)),
    process=lambda: subprocess.run(["true"]),
    fork=os.fork,
    file=lambda: open("/tmp/adtrace-never", "w"),
)
for name, act in acts.items():
    try:
        act()
    except {refusal}:
        continue
    except OSError as error:
        pass
    sys.exit(f"{{name}} was not refused")
"""


@pytest.mark.parametrize("is_broken", [False, True])
def test_the_process_lock_refuses_alone_and_broken(is_broken):
    """Without any other guard it stops each act; where it raises something else, the act does not happen either."""
    hook = "def broken(event, arguments): raise ZeroDivisionError\nlock._refuse = broken" if is_broken else ""
    code = _LOCKED.format(break_hook=hook, refusal="ZeroDivisionError" if is_broken else "PermissionError")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if is_broken:  # even installing and importing go through it; nothing at all works
        assert "ZeroDivisionError" in done.stderr or done.returncode == 0
    else:
        assert (done.returncode, done.stderr) == (0, "")


def test_settings_test_that_raises_starts_nothing(monkeypatch):
    """A self-test that fails in its own way is no pass: no ask is ever taken."""
    from tests.fetch import test_settings

    def broken(crawler: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("adtrace.fetch.spider.check_settings", broken)
    _, desk = test_settings.run()
    assert not desk.opened


def test_without_the_settings_test_a_redirect_is_still_not_followed(monkeypatch):
    """Scrapy's own redirects, were they switched on, end at the handler: what was not asked is refused."""
    monkeypatch.setattr("adtrace.fetch.spider.check_settings", lambda crawler: None)
    from tests.fetch import test_settings

    found: list[Arrival] = []

    class Desk(test_settings.Desk):
        async def asks(self):
            yield Ask(decision=1, url=f"http://{SITE}/", document="page")

        async def deliver(self, ask: Ask, arrival: Arrival) -> None:
            found.append(arrival)

    behave = answer(b"", status="302 Found", headers=(f"Location: http://{OTHER}/",))
    with HostileServer({SITE: behave, OTHER: answer(PAGE)}) as server:
        monkeypatch.setattr(test_settings, "Desk", Desk)
        test_settings.run(
            server.plan(),
            REDIRECT_ENABLED=True,
            DOWNLOADER_MIDDLEWARES={"scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600},
        )
    assert [host for host, _ in server.requests] == [SITE]
    assert [arrival.answer.outcome for arrival in found] in (["redirected"], ["refused"])
