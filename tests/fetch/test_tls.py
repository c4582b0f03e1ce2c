"""A server that cannot prove who it is, or speaks as nobody should any more, is asked nothing."""

import asyncio
import ssl
import warnings
from types import SimpleNamespace

import msgspec
import pytest

from adtrace.fetch import egress
from adtrace.fetch.door import Arrival
from adtrace.fetch.messages import Ask
from adtrace.fetch.response import MAX_HEADER_BYTES
from adtrace.fetch.wire import FIRST_READ_BYTES
from tests.fetch.certificates import Flaw, chain
from tests.fetch.hostile_server import HostileServer, answer
from tests.fetch.test_door import HOST, PAGE, make_door

# Row: the flaw, and what OpenSSL's words for it say.
FLAWS = {
    "expired": (Flaw(valid=(-9, -1)), "expired"),
    "not yet valid": (Flaw(valid=(1, 9)), "not yet valid"),
    "root expired": (Flaw(root_valid=(-9, -1)), "expired"),
    "self-signed": (Flaw(self_signed=True), "self-signed"),
    "wrong name": (Flaw(names=("other.example",)), "mismatch"),
    "parent's name": (Flaw(names=("example",)), "mismatch"),
    "wildcard too high": (Flaw(names=("*.example.clip.example", "*")), "mismatch"),
    "name in the subject alone": (Flaw(subject_only=True), "mismatch"),
    "signed by a neighbour's leaf": (Flaw(signed_by_leaf=True), "invalid CA"),
    "key of 1024 bits": (Flaw(weak_key=True), "too weak"),
    "chain of 120": (Flaw(between=120), ""),
}


def visit(flaw: Flaw, *, verify: bool = True, greet=None) -> tuple[Arrival, HostileServer]:
    """(arrival, server) of one ask for https://clip.example/, whose certificates have this flaw."""
    context, root = chain(flaw)
    more = {"greet": greet} if greet else {}
    with HostileServer(
        {HOST: answer(PAGE)}, tls=lambda host: greet() if greet else context, **more
    ) as server:
        plan = msgspec.structs.replace(server.plan(), trust_pem=root)

        async def go() -> Arrival:
            door = make_door(plan)
            try:
                return await door.fetch(
                    Ask(decision=1, url=f"https://{HOST}/", document="page", verify_tls=verify)
                )
            finally:
                await door.close()

        return asyncio.run(go()), server


def test_without_a_flaw_it_is_read():
    """The measure of the others: the same chain without a flaw, with a certificate between, with a wildcard."""
    for flaw in (Flaw(), Flaw(between=2), Flaw(names=("*.example", HOST))):
        arrival, _ = visit(flaw)
        assert (arrival.answer.outcome, arrival.answer.tls) == ("received", "verified")


@pytest.mark.parametrize("row", FLAWS)
def test_certificate_is_refused(row):
    """Before a request is sent; the record says why, in OpenSSL's words, and holds nothing the certificate says."""
    flaw, words = FLAWS[row]
    arrival, server = visit(flaw)
    assert (arrival.answer.outcome, arrival.answer.layer) == ("failed", "tls")
    assert words in arrival.answer.reason
    assert not any(part in arrival.answer.reason for part in ("Error", "ssl.c", "("))
    assert (server.greeted, server.requests) == (1, [])
    assert (arrival.body, arrival.answer.tls, arrival.answer.sha256_wire) == (None, None, None)
    assert not any(name in repr(arrival) for name in ("other.example", "neighbour", "between 0"))


@pytest.mark.parametrize("flaw", [Flaw(padding=90_000), Flaw(padding=20_000, between=40)])
def test_huge_chain_is_not_read(flaw):
    """Certificates of a megabyte: the budget of what comes before the end of the headers holds for them too."""
    arrival, server = visit(flaw)
    assert (arrival.answer.outcome, arrival.answer.layer) in (("refused", "wire"), ("failed", "tls"))
    assert arrival.answer.bytes_seen <= MAX_HEADER_BYTES + FIRST_READ_BYTES
    assert server.requests == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_old_versions_are_not_spoken(version, verify):
    """A server of TLS 1.0 or 1.1 alone is asked nothing, verified or not."""

    def greet() -> ssl.SSLContext:
        context, _ = chain(Flaw())
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
        return context

    arrival, server = visit(Flaw(), greet=greet, verify=verify)
    assert (arrival.answer.outcome, arrival.answer.layer) == ("failed", "tls")
    assert server.requests == []
    with warnings.catch_warnings():  # the server is no dead one: a client that would speak it gets through
        warnings.simplefilter("ignore")
        assert _speaks(greet(), ssl.TLSVersion[version])


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("verify", [True, False])
def test_nothing_weak_is_spoken_by_a_library_that_would(monkeypatch, verify):
    """Whatever a build of Python, or the machine's own configuration of OpenSSL, begins with."""

    def lax(protocol) -> ssl.SSLContext:
        context = ssl.SSLContext(protocol)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
        return context

    monkeypatch.setattr(egress, "ssl", SimpleNamespace(**{**vars(ssl), "SSLContext": lax}))
    context = egress.Trust("").context(verify=verify)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.security_level == 2
    assert {cipher["digest"] for cipher in context.get_ciphers()} <= {None, "sha256", "sha384"}
    assert {cipher["auth"] for cipher in context.get_ciphers()} <= {"auth-any", "auth-rsa", "auth-ecdsa"}


@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-NULL-SHA", "AECDH-AES128-SHA", "ECDHE-ECDSA-AES128-SHA"])
def test_weak_ciphers_are_not_spoken(cipher):
    """Without encryption, without a certificate, with SHA-1."""

    def greet() -> ssl.SSLContext:
        context, _ = chain(Flaw())
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(f"{cipher}:@SECLEVEL=0")
        return context

    arrival, server = visit(Flaw(), greet=greet)
    assert (arrival.answer.outcome, arrival.answer.layer) == ("failed", "tls")
    assert server.requests == []


def _speaks(server_side: ssl.SSLContext, version: ssl.TLSVersion) -> bool:
    """Whether a client that still knows this version gets through the handshake."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:@SECLEVEL=0")
    client.minimum_version = client.maximum_version = version
    ways = [ssl.MemoryBIO(), ssl.MemoryBIO()]
    ends = [client.wrap_bio(ways[0], ways[1]), server_side.wrap_bio(ways[1], ways[0], server_side=True)]
    done = set()
    for _ in range(6):
        for end in ends:
            try:
                end.do_handshake()
                done.add(end)
            except ssl.SSLWantReadError:
                continue
    return len(done) == 2
