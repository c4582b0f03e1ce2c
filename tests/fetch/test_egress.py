"""egress.py: where a name leads is judged before anything is connected, and again on what was connected to."""

import asyncio
import socket  # noqa: TID251 - the error a resolver raises

import pytest

from adtrace.errors import UsageError
from adtrace.fetch.egress import (
    MAX_ADDRESSES,
    DirectEgress,
    LoopbackEgress,
    RefusedAddressError,
    build_egress,
)
from adtrace.fetch.messages import Ask, EgressPlan, Peer, ScopeRule
from adtrace.fetch.policy import Scope
from adtrace.fetch.verdict import ALLOWED
from tests.fetch.hostile_server import HostileServer, answer
from tests.fetch.test_door import HOST, PAGE, make_door


def resolve(*addresses: str, host: str = HOST) -> list[tuple[str, int]]:
    return asyncio.run(DirectEgress(lambda name, port: list(addresses)).resolve(host, 443))


def test_names_are_looked_up_absolute():
    """With its dot, no search domain is tried, nor told."""
    names = []
    egress = DirectEgress(lambda name, port: names.append(name) or ["1.1.1.1"])
    assert asyncio.run(egress.resolve(HOST, 443)) == [("1.1.1.1", 443)]
    assert names == [f"{HOST}."]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["1.1.1.1", "10.0.0.1"],
        ["2606:4700::1111", "::ffff:169.254.169.254"],
        ["64:ff9b::7f00:1"],
        ["localhost"],
        [],
        [f"1.1.{n}.1" for n in range(MAX_ADDRESSES + 1)],
    ],
)
def test_one_bad_address_refuses_the_name(addresses):
    """A name that mixes public and private addresses is refused whole, and so is one with hundreds or none."""
    with pytest.raises(RefusedAddressError):
        resolve(*addresses)


def test_few_of_many_addresses_are_tried():
    """A name with many addresses costs few connections."""
    assert len(resolve(*[f"1.1.{n}.1" for n in range(20)])) == 4


def door_with(look_up):
    """The arrival of one ask through a direct egress with this resolver."""

    async def go():
        plan = EgressPlan(kind="direct")
        door = make_door(plan, egress=DirectEgress(look_up), scope=Scope([ScopeRule(1, "domain", HOST)]))
        arrival = await door.fetch(Ask(decision=1, url=f"http://{HOST}/", document="page"))
        await door.close()
        return arrival.answer

    return asyncio.run(go())


def test_private_address_is_never_connected_to():
    """A name that leads to loopback is refused before a connection; the server hears nothing."""
    with HostileServer({HOST: answer(PAGE)}) as server:
        got = door_with(lambda name, port: ["127.0.0.1"])
    assert (got.outcome, got.layer, got.peer) == ("refused", "address", None)
    assert server.requests == []


def test_rebinding_is_refused_each_time():
    """Nothing is remembered of an earlier look-up: each one is judged."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    assert door_with(lambda name, port: next(answers)).outcome == "refused"
    assert door_with(lambda name, port: next(answers)).outcome == "refused"


def test_address_that_slips_past_the_resolver_is_refused_by_the_socket(monkeypatch):
    """The second check is the socket's own: it does not connect to what the egress does not allow."""
    monkeypatch.setattr("adtrace.fetch.egress._judge_all", lambda found: ALLOWED)
    got = door_with(lambda name, port: ["127.0.0.1"])
    assert (got.outcome, got.layer, got.peer) == ("refused", "address", None)
    assert "loopback" in got.reason


def test_peer_is_checked_before_a_byte_is_sent(monkeypatch):
    """The third check is on the connected peer: a server that was connected to hears nothing."""
    with HostileServer({HOST: answer(PAGE)}) as server:
        egress = build_egress(server.plan())
        judge = egress.may_connect
        monkeypatch.setattr(
            egress,
            "may_connect",
            lambda peer, own: judge(peer, own) if own is None else judge(("127.0.0.9", 1), own),
        )

        async def go():
            door = make_door(server.plan(), egress=egress)
            arrival = await door.fetch(Ask(decision=1, url=f"http://{HOST}/", document="page"))
            await door.close()
            return arrival.answer

        got = asyncio.run(go())
    assert (got.outcome, got.layer) == ("refused", "address")
    assert server.requests == []


def test_name_that_does_not_resolve_is_a_failure():
    """NXDOMAIN and its kind say nothing about us."""

    def fail(name, port):
        raise socket.gaierror(-2, "Name or service not known")

    got = door_with(fail)
    assert (got.outcome, got.layer) == ("failed", "dns")


def test_own_address_is_refused():
    """A connection whose two ends have one address leads to this machine, whatever the table says."""
    egress = DirectEgress()
    assert egress.may_connect(("1.1.1.1", 443), ("9.9.9.9", 5000)).allow
    assert egress.may_connect(("1.1.1.1", 443), ("1.1.1.1", 5000)).rule == "address/own"


def test_loopback_knows_its_plan_and_nothing_else():
    """Exact host and port to exact peer; every other name, port and peer is refused."""
    egress = build_egress(EgressPlan(kind="loopback", peers=(Peer(HOST, 443, "127.0.0.1", 4443),)))
    assert isinstance(egress, LoopbackEgress)
    assert asyncio.run(egress.resolve(HOST, 443)) == [("127.0.0.1", 4443)]
    for host, port in ((HOST, 80), ("www." + HOST, 443), ("localhost", 4443)):
        with pytest.raises(RefusedAddressError):
            asyncio.run(egress.resolve(host, port))
    assert egress.may_connect(("127.0.0.1", 4443), None).allow
    for peer in (("127.0.0.1", 4444), ("127.0.0.2", 4443), ("1.1.1.1", 4443), ()):
        assert not egress.may_connect(peer, None).allow


def test_loopback_cannot_lead_out():
    """A plan with a peer elsewhere makes no egress."""
    with pytest.raises(UsageError):
        build_egress(EgressPlan(kind="loopback", peers=(Peer(HOST, 443, "192.0.2.1", 443),)))


def test_only_two_ways_out():
    """An egress is direct or loopback."""
    assert isinstance(build_egress(EgressPlan(kind="direct")), DirectEgress)
    with pytest.raises(UsageError):
        build_egress(EgressPlan(kind="proxy"))
