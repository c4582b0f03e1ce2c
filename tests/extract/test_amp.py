"""AMP pages name their ad systems by type."""

import pytest

from adtrace.extract import extract_page


def networks(html: str) -> dict[str | None, str]:
    found = extract_page(f"<html amp><body>{html}</body></html>", url="https://page.example/").sightings
    return {s.network: s.state for s in found if s.kind == "network"}


@pytest.mark.parametrize(
    ("html", "network"),
    [
        ('<amp-ad width=300 height=250 type="criteo" data-tagtype="passback"></amp-ad>', "criteo"),
        ('<amp-embed type="outbrain" layout="responsive" data-widgetIds="AMP_7"></amp-embed>', "outbrain"),
        ('<amp-ad type="a9" data-aax_src="302"></amp-ad>', "amazon-publisher-services"),
        ('<amp-auto-ads type="adsense" data-ad-client="ca-pub-7031845296418273"></amp-auto-ads>', "adsense"),
        ('<amp-ad type="doubleclick" data-slot="/40271853/clip/amp"></amp-ad>', "google-ad-manager"),
        ('<amp-analytics type="comscore"></amp-analytics>', "comscore"),
    ],
)
def test_a_type_is_a_network_that_amp_loads(html: str, network: str) -> None:
    """No loader of it stands on the page: AMP's own runtime asks for it."""
    assert networks(html) == {network: "live"}


@pytest.mark.parametrize(("tag", "state"), [("{}", "live"), ("<template>{}</template>", "id_only")])
def test_a_tag_that_amp_loads_is_the_loader_of_its_networks_ids(tag: str, state: str) -> None:
    """One that is not live loads nothing: an id without anything else stays one."""
    amp = tag.format('<amp-ad type="adsense" width=300 height=250></amp-ad>')
    ins = '<ins class="adsbygoogle" data-ad-client="ca-pub-7031845296418273"></ins>'
    found = extract_page(f"<html amp><body>{amp}{ins}</body></html>", url="https://page.example/").sightings
    assert {s.state for s in found if s.kind == "account"} == {state}


def test_a_type_a_shape_has_read_is_told_once() -> None:
    """The shape's line, with its account, stands alone."""
    tag = '<amp-embed type="taboola" data-publisher="harbourpress"></amp-embed>'
    found = extract_page(tag, url="https://page.example/").sightings
    assert [(s.kind, s.rule.split("@")[0]) for s in found] == [
        ("network", "taboola/amp"),
        ("account", "taboola/amp"),
    ]


def test_vendors_are_asked_before_the_ad() -> None:
    """rtc-config names them; what is no card's is nobody's."""
    config = (
        '{"vendors": {"aps": {"PUB_ID": "3718"}, "harbourads": {}, "openwrap": {}}, "timeoutMillis": 750}'
    )
    tag = f"<amp-ad type='doubleclick' data-slot='/40271853/clip/amp' rtc-config='{config}'></amp-ad>"
    assert networks(tag) == {
        "google-ad-manager": "live",
        "amazon-publisher-services": "live",
        "pubmatic": "live",
    }


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ('{"vendors": {"criteo": {}}}', "criteo"),
        ('{"urls": ["criteo", "https://x.example/"], "vendors": {"criteo" : {}}}', "criteo&quot; : {}"),
        ("{'vendors': {'criteo': {}}}", "{'vendors': {'criteo': {}}}"),
        ('{"vendors": {"cr\\u0069teo": {}}}', "{&quot;vendors&quot;: {&quot;cr\\u0069teo&quot;: {}}}"),
    ],
)
def test_a_vendor_stands_where_it_is_named(config: str, place: str) -> None:
    """The key of vendors, not the same word elsewhere; written in another way, the whole configuration."""
    tag = f'<amp-ad type="harbourads" rtc-config="{config.replace(chr(34), "&quot;")}"></amp-ad>'
    page = extract_page(tag, url="https://page.example/")
    [found] = [s for s in page.sightings if s.network == "criteo"]
    seen = page.skeleton[found.locator.start : found.locator.end]
    assert place.startswith(seen)
    assert page.skeleton.index(place) == found.locator.start
    assert found.locator.path == "amp-ad[1]@rtc-config"


@pytest.mark.parametrize(
    "config",
    ["{foo: bar}", '{"vendors": ["criteo"]}', '{"vendors": "criteo"}', "criteo", '{"vendors": {', ""],
)
def test_a_configuration_of_another_form_names_nobody(config: str) -> None:
    """It is the page's, and may be anything."""
    assert networks(f"<amp-ad type='harbourads' rtc-config='{config}'></amp-ad>") == {}


@pytest.mark.parametrize(
    ("html", "state"),
    [
        ('<!-- <amp-ad type="criteo"></amp-ad> -->', "commented"),
        ('<template><amp-ad type="criteo"></amp-ad></template>', "dormant"),
    ],
)
def test_a_tag_that_is_not_there_loads_nothing(html: str, state: str) -> None:
    """Commented out, or for a script to take."""
    assert networks(html) == {"criteo": state}


@pytest.mark.parametrize(
    "tag", ['<div type="criteo"></div>', '<amp-img type="criteo"></amp-img>', "<p>amp-ad type criteo</p>"]
)
def test_only_elements_of_ads_have_such_a_type(tag: str) -> None:
    """A type elsewhere is no ad system."""
    assert networks(tag) == {}
