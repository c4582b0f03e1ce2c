"""Who could learn of a run is said for every outside party, and for nobody where there is none."""

from adtrace.fetch.exposure import Contact, exposure_of, resolver_label
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
        ("the DNS resolver and those it asks", 2),
        ('the provider of the egress "office line"', 2),
        ("each site itself, its host and who guards it", 2),
        ("the network AdNet", 1),
        ("nobody else, by us", 0),
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


def test_plain_http_is_told_apart():
    """Where no TLS hid it, the provider of the egress read the page too; else not a word of it."""
    https = exposure_of(CONTACTS, EgressPlan("direct"), PROFILE)
    http = exposure_of(
        [*CONTACTS, Contact(1, "clip.example", None, "page", is_encrypted=False)],
        EgressPlan("direct"),
        PROFILE,
    )
    assert "plain http" not in https[1].learns
    assert "of 1 host asked over plain http" in http[1].learns


def test_how_we_looked_is_told():
    """User agent, language and vantage point are what a site's log holds of us."""
    told = " ".join(one.learns for one in exposure_of(CONTACTS, EgressPlan("direct"), PROFILE))
    assert '"agent/1"' in told
    assert '"en"' in told
    assert "SNI" in told


def test_who_was_asked_for_sellers_alone_is_said_in_one_line():
    """Each network by name; it learns of no entry. One that was asked for more is told by itself."""
    lists = [Contact(None, "x.test", name, "sellers_json") for name in ("Bidhouse", "AdNet", "Adswap")]
    found = exposure_of([*CONTACTS, *lists], EgressPlan("direct"), PROFILE)
    told = {one.party: one for one in found if "network" in one.party}
    assert {party: one.entries for party, one in told.items()} == {
        "the network AdNet": 1,
        "the networks Adswap, Bidhouse": 0,
    }
    assert "1 script, 1 sellers_json" in told["the network AdNet"].learns
    assert "of no entry" in told["the networks Adswap, Bidhouse"].learns


def test_resolver_is_recorded_as_a_decision():
    """The run's record names who was asked for names; on loopback nobody."""
    assert resolver_label(EgressPlan("loopback")).startswith("none")
    assert "system's" in resolver_label(EgressPlan("direct"))
