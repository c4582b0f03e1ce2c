"""What resolvers answer: nothing, errors, too late, mixed, changing between two look-ups."""

import asyncio
import socket  # noqa: TID251 - the errors a resolver raises
import threading
from collections.abc import Callable, Sequence

import pytest

from adtrace.fetch import egress as ways
from adtrace.fetch.addresses import may_connect
from adtrace.fetch.candidates import is_transient, may_answer_plain_http
from adtrace.fetch.egress import DirectEgress
from adtrace.fetch.messages import Answer, Ask, EgressPlan, ScopeRule
from adtrace.fetch.policy import Scope
from adtrace.fetch.verdict import ALLOWED
from tests.fetch import hostile_server
from tests.fetch.hostile_server import HostileServer, answer
from tests.fetch.test_door import PAGE, make_door

LookUp = Callable[[str, int], list[str]]


async def answers(hosts: Sequence[str], egress: DirectEgress, *, timeout_s: float = 60) -> list[Answer]:
    """The answers to as many asks at once, one for each host."""
    door = make_door(
        EgressPlan(kind="direct"),
        egress=egress,
        scope=Scope([ScopeRule(1, "domain", host) for host in hosts]),
        timeout_s=timeout_s,
        concurrency=len(hosts),
    )
    asks = (Ask(decision=1, url=f"http://{host}/", document="page") for host in hosts)
    arrivals = await asyncio.gather(*map(door.fetch, asks))
    await door.close()
    return [arrival.answer for arrival in arrivals]


def ask(look_up: LookUp, egress: DirectEgress | None = None) -> Answer:
    """The answer to an ask for h0.example, which this resolver looks up."""
    (found,) = asyncio.run(answers(["h0.example"], egress or DirectEgress(look_up)))
    return found


def fails(number: int) -> LookUp:
    def look_up(name: str, port: int) -> list[str]:
        raise socket.gaierror(number, f"words that name {name}")

    return look_up


FAULTS = {
    "NXDOMAIN": (socket.EAI_NONAME, "no such name"),
    "SERVFAIL": (socket.EAI_AGAIN, "SERVFAIL"),
    "no address": (getattr(socket, "EAI_NODATA", -5), "no address"),
    "failed for good": (socket.EAI_FAIL, "for good"),
    "no memory": (socket.EAI_MEMORY, "does not resolve"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_reason(fault):
    """Told apart in our words, never in the resolver's; not asked again in a storm, nor by http."""
    number, words = FAULTS[fault]
    got = ask(fails(number))
    assert (got.outcome, got.layer) == ("failed", "dns")
    assert words in got.reason
    assert "h0.example" not in got.reason
    assert not is_transient(got)
    assert not may_answer_plain_http(got)


def test_slow_resolver_costs_its_own_asks_alone():
    """Names whose servers never answer end at the limit of time; others are looked up beside them."""
    released = threading.Event()

    def look_up(name: str, port: int) -> list[str]:
        if name.startswith("slow"):
            released.wait()
        return ["10.0.0.1"]

    async def go() -> list[list[Answer]]:
        egress, slow = DirectEgress(look_up), [f"slow{number}.example" for number in range(40)]
        return await asyncio.gather(answers(slow, egress, timeout_s=0.5), answers(["fast.example"], egress))

    try:
        late, [fast] = asyncio.run(go())
    finally:
        released.set()
    assert {(got.outcome, got.layer) for got in late} == {("failed", "timeout")}
    assert (fast.outcome, fast.layer) == ("refused", "address")


@pytest.mark.parametrize(
    "addresses",
    [
        ["93.184.215.14", "127.0.0.1"],
        ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "10.0.0.1"],
        ["93.184.215.14", "::1"],
        ["93.184.215.14"] * 9 + ["169.254.169.254"],
        [f"93.184.{n // 250}.{n % 250 + 1}" for n in range(1000)],
    ],
)
def test_mixed_and_endless_answers_are_refused_whole(addresses):
    """One private address among public ones, a thousand: not one of them is connected to."""
    got = ask(lambda name, port: addresses)
    assert (got.outcome, got.layer, got.peer) == ("refused", "address", None)


class NearEgress(DirectEgress):
    """The direct way out with all its checks, but that 127.0.0.2 passes for a public address, and whose port it is."""

    def __init__(self, look_up: LookUp, port: int) -> None:
        super().__init__(look_up)
        self._port = port

    async def resolve(self, host: str, port: int) -> list[tuple[str, int]]:
        return [(address, self._port) for address, _ in await super().resolve(host, port)]


def near(address: str):
    return ALLOWED if address == "127.0.0.2" else may_connect(address)


def test_rebinding_between_check_and_connect_is_moot(monkeypatch):
    """One look-up a visit, and it is the address that was judged that is connected to, whatever a second would say."""
    monkeypatch.setattr(ways, "may_connect", near)
    monkeypatch.setattr(DirectEgress, "may_connect", lambda self, peer, own: near(peer[0]))
    told = []

    def look_up(name: str, port: int) -> list[str]:
        told.append(name)
        return ["127.0.0.2"] if len(told) == 1 else ["127.0.0.1"]

    monkeypatch.setattr(hostile_server, "LOOPBACK", "127.0.0.2")
    with HostileServer({"h0.example": answer(PAGE)}) as server:
        egress = NearEgress(look_up, server.plan().peers[0].peer_port)
        first = ask(look_up, egress)
        assert (first.outcome, first.peer.split(":")[0], told) == ("received", "127.0.0.2", ["h0.example."])
        second = ask(look_up, egress)  # the name has changed: the next visit judges it anew
    assert (second.outcome, second.layer, len(told)) == ("refused", "address", 2)
    assert len(server.requests) == 1


def test_answer_that_is_no_address_is_refused():
    """A resolver of nonsense: names, ranges, numbers, a zone."""
    for nonsense in ("clip.example", "1.1.1.1/8", "16843009", "fe80::1%lo", "", "1.1.1.1 "):
        got = ask(lambda name, port, said=nonsense: [said])
        assert (got.outcome, got.peer) == ("refused", None), nonsense


def test_host_of_the_record_is_never_looked_up_relative():
    """Every name goes out absolute: no search domain is tried, and no single label."""
    names = []
    ask(lambda name, port: names.append(name) or ["10.0.0.1"])
    assert names == ["h0.example."]
