"""addresses.py: only plain public unicast addresses are contacted, however they are wrapped."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.fetch.addresses import may_connect


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.19.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:0:0:0:0:80ff:fffe",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2002:101:101::",
        "3fff::1",
        "5f00::1",
        "4000::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_special_addresses_are_refused(address):
    """Private, reserved and translated ones alike; the reason names the address."""
    verdict = may_connect(address)
    assert verdict.rule == "address/special"
    assert str(ipaddress.ip_address(address)) in verdict.reason


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "9.9.9.9",
        "172.32.0.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ],
)
def test_public_addresses_pass(address):
    """Also where a translator stands before a public one."""
    assert may_connect(address).allow


@pytest.mark.parametrize(
    "address", ["", "localhost", "127.1", "0x7f.1", "2130706433", "1.1.1.1:80", "①.1.1.1"]
)
def test_what_is_no_address_is_refused(address):
    """The guard judges addresses; a name or an odd form is none."""
    assert may_connect(address).rule == "guard/error"


@given(address=st.ip_addresses())
def test_never_more_lenient_than_python(address):
    """Whatever Python calls private, loopback, link-local, multicast or reserved is refused."""
    if may_connect(str(address)).allow:
        inner = getattr(address, "ipv4_mapped", None) or address
        assert not any((inner.is_private, inner.is_loopback, inner.is_link_local, inner.is_multicast))


@given(inner=st.ip_addresses(v=4))
def test_wrapping_changes_nothing(inner):
    """Mapped and NAT64 forms are judged as the address inside; a 6to4 form leads nowhere."""
    plain = may_connect(str(inner)).allow
    number = int(inner)
    assert may_connect(str(ipaddress.IPv6Address((0xFFFF << 32) | number))).allow == plain
    assert not may_connect(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80)))).allow
    assert may_connect(str(ipaddress.IPv6Address((0x64FF9B << 96) | number))).allow == plain
