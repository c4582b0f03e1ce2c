"""Every wrapper grammar proves itself by its own hits and misses, run through unwrap."""

import pytest

from adtrace.errors import CardError
from adtrace.extract.unwrap import unwrap, unwrap_with_rules
from adtrace.knowledge import load_knowledge
from adtrace.knowledge.wrapper import Form, Hit, read_wrapper
from adtrace.knowledge.wrappers import Grammar, load_wrappers

CARDS = list(load_wrappers().cards.values())
FORMS = [(card.id, form) for card in CARDS for form in card.form]
HITS = [(card_id, form, hit) for card_id, form in FORMS for hit in form.hits]
MISSES = [(card_id, form, url) for card_id, form in FORMS for url in form.misses]
STORES = ("google.com", "apple.com", "amazon.com")
VALID = """
id = "one"
name = "One"
role = "redirector"
what = "A test."
source = ["https://one.example/ (2026-11-22)"]
limits = "None."
[[form]]
name = "go"
hosts = ["one.example"]
landing = ["u"]
misses = ["https://one.example/"]
hits = [{ url = "https://one.example/?u=https%3A%2F%2Ftwo.example%2F", landing = "https://two.example/" }]
"""


def taken_by(card_id: str, form: Form, grammars: tuple[Grammar, ...]) -> bool:
    """Whether one of the hops is this form's."""
    return any(g.card.id == card_id and g.form.name == form.name for g in grammars)


def label(value: object) -> str:
    """How a parameter shows in a test's name."""
    return str(getattr(value, "name", getattr(value, "url", value)))


@pytest.mark.parametrize(("card_id", "form", "hit"), HITS, ids=label)
def test_hit_gives_exactly_what_the_card_says(card_id: str, form: Form, hit: Hit) -> None:
    """Landing, kind, declared facts and redacted input of a hit are equal, and the form took part."""
    found, grammars = unwrap_with_rules(hit.url, page=hit.page)
    assert (found.landing, found.kind, found.declared) == (hit.landing, hit.kind, hit.declared)
    assert found.input == (hit.input or hit.url)
    assert form.store or taken_by(card_id, form, grammars)


@pytest.mark.parametrize(("card_id", "form", "hit"), HITS, ids=label)
def test_landing_of_a_hit_is_final(card_id: str, form: Form, hit: Hit) -> None:
    """Unwrapping a landing again changes nothing."""
    if hit.landing:
        again = unwrap(hit.landing)
        assert again.landing == hit.landing
        assert again.kind == ("tracker" if hit.kind == "tracker" else "plain")


@pytest.mark.parametrize(("card_id", "form", "url"), MISSES, ids=label)
def test_miss_is_not_taken(card_id: str, form: Form, url: str) -> None:
    """A near miss is not read by the form it is a miss of."""
    assert not taken_by(card_id, form, unwrap_with_rules(url)[1])


def test_landings_of_hits_are_invented() -> None:
    """No card accuses anybody: landings lie under .example and .test, or at a store."""
    for _card_id, form, hit in HITS:
        if hit.kind == "landing" and not form.store:
            domain = unwrap(hit.landing or "").landing_domain or ""
            assert domain.endswith((".example", ".test")) or domain in STORES, hit.url


def test_sources_are_dated() -> None:
    """Each source ends with the day it was looked at."""
    for card in CARDS:
        for source in card.source:
            assert source[-13:-12] == " " or source[-12] == "(", (card.id, source)
            assert source.endswith(")"), (card.id, source)


def test_networks_are_cards() -> None:
    """A wrapper's network is the id of a network card, so that a click URL leads to whom a notice goes."""
    cards = load_knowledge().cards
    named = {form.network for _, form in FORMS} | {card.network for card in CARDS}
    assert {name for name in named if name and name not in cards} == set()


def test_at_least_sixty_wrappers() -> None:
    """Issue 5 wants sixty wrappers, one file a network or family."""
    assert len(CARDS) >= 60


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "one"', 'id = "two"', "not the file name"),
        ('landing = ["u"]', "", "needs one of landing"),
        ('landing = ["u"]', 'landing = ["u"]\nopaque = true', "needs one of landing"),
        ('landing = ["u"]', 'landing = [{ group = "x" }]', 'no group "x"'),
        ('landing = ["u"]', 'landing = [{ query = "u", field = 1 }]', "belong together"),
        ('landing = ["u"]', 'landing = [{ query = "u", group = "x" }]', "Give query or group"),
        ('landing = ["u"]', "landing = [{ query = \"u\", pick = '(a)(b)' }]", "exactly one group"),
        ('hosts = ["one.example"]', "", "needs a tail"),
        ('hosts = ["one.example"]', 'hosts = ["ONE.example"]', "not canonical"),
        ('name = "go"', 'name = "go"\ntail = "(?=a)"', "RE2 cannot take"),
        ('misses = ["https://one.example/"]', "misses = []", "hits and misses"),
        ('limits = "None."', 'limits = ""', "may not be empty"),
        ('limits = "None."', 'limits = "None."\ncolour = "red"', "colour"),
        ('role = "redirector"', 'role = "friend"', "friend"),
    ],
)
def test_card_that_says_nothing_or_wrong_is_refused(old: str, new: str, words: str) -> None:
    """The error names the file and what to do."""
    with pytest.raises(CardError, match=words) as error:
        read_wrapper("one", VALID.replace(old, new).encode())
    assert "wrappers/one.toml" in str(error.value)


def test_valid_card_is_read() -> None:
    """The sample that the refusals above are made from is itself valid."""
    card = read_wrapper("one", VALID.encode())
    grammar = Grammar(card, card.form[0], "0" * 12)
    assert (card.name, grammar.rule, grammar.role) == ("One", f"one/go@{'0' * 12}", "redirector")
