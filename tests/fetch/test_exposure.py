"""Who could learn of a run is said for every outside party, and for nobody where there is none."""

from adtrace.fetch.exposure import Contact, exposure_of
from adtrace.fetch.messages import EgressPlan, Profile

CONTACTS = [
    Contact(1, "clip.example", None, "page"),
    Contact(1, "clip.example", None, "ads_txt"),
    Contact(2, "film.example", None, "page"),
    Contact(2, "cdn.adnet.test", "AdNet", "script"),
]
PROFILE = Profile("agent/1", egress="office line")


def test_every_outside_party_is_named_with_its_entries():
    """Resolver, egress, the sites themselves, and each network that was asked."""
    found = exposure_of(CONTACTS, EgressPlan("direct"), PROFILE)
    assert [(one.party, one.entries) for one in found] == [
        ("the DNS resolver", 2),
        ('the provider of the egress "office line"', 2),
        ("each site itself and its host", 2),
        ("the network AdNet", 1),
    ]
    assert "3 hosts" in found[0].learns
    assert "1 script" in found[3].learns


def test_run_without_contact_exposes_nothing():
    """No request, no statement."""
    assert exposure_of([], EgressPlan("direct"), PROFILE) == []


def test_loopback_has_no_outside_party():
    """The demo says that nobody outside could learn of it."""
    [one] = exposure_of(CONTACTS, EgressPlan("loopback"), PROFILE)
    assert (one.party, one.entries) == ("nobody outside", 0)
