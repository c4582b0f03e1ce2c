"""What follows from what: every address judged once, by the policy."""

import base64
from collections import Counter

import msgspec
import pytest

from adtrace.extract.sighting import Extraction, PageState, Proposal
from adtrace.fetch.candidates import MAX_CHAINED, MAX_NAMED_BY_A_PAGE, Candidate, path_shape
from adtrace.fetch.messages import Answer, ScopeRule
from adtrace.fetch.planner import Planner

LOADER = "https://cdn.adnet.test/loader.js"
PER_ACCOUNT = "https://cdn.adnet.test/77.js"


class Cards:
    """One network: its hosts lie under adnet.test, and only loader.js is generic."""

    roles = ("ad_network",)
    advertising = True

    def card_of_host(self, host):
        return self if host.endswith("adnet.test") else None

    def card_of_sellers_json(self, url):
        return self if url == "https://adnet.test/sellers.json" else None

    def effect_of(self, url):
        if url.endswith((".txt", ".json")):
            return "unknown"
        return "generic" if url == LOADER else "per_account"


def planner(*rules, reach="page", pages=0, **more):
    return Planner({rule.entry: rule for rule in rules}, reach=reach, pages=pages, knowledge=Cards(), **more)


def domain(entry, host, **more):
    return ScopeRule(entry, "domain", host, **more)


def page(*proposals):
    return Extraction(
        kind="page",
        skeleton="",
        skeleton_sha256="",
        page_state=PageState("operator", "default"),
        sightings=[],
        proposals=[Proposal(url, kind) for kind, url in proposals],
        scrubbed=[],
        parse_status="complete",
        knowledge="",
    )


def received(**fields):
    return Answer(decision=9, outcome="received", status=200, **fields)


def asked(steps):
    return [candidate.url for candidate, verdict in steps if verdict.allow]


def test_entry_begins_with_its_https_front_page():
    """A domain stands for https://host/, a URL for itself."""
    rules = [domain(1, "clip.example"), ScopeRule(2, "url", "host.example", "https://host.example/u/1")]
    assert asked(planner(*rules).begin(1)) == ["https://clip.example/"]
    assert asked(planner(*rules).begin(2)) == ["https://host.example/u/1"]


def test_front_page_brings_its_companions_once():
    """ads.txt, app-ads.txt, adagents.json and worker files follow a reachable front page, never a second time."""
    plans = planner(domain(1, "clip.example"))
    [(front, _)] = plans.begin(1)
    first = asked(plans.after(front, received(), page()).steps)
    assert first[:3] == [
        "https://clip.example/ads.txt",
        "https://clip.example/app-ads.txt",
        "https://clip.example/.well-known/adagents.json",
    ]
    assert "https://clip.example/sw.js" in first
    assert plans.after(front, received(), page()).steps == []


def test_root_outside_the_scope_is_counted_and_not_asked():
    """ads.txt of the registrable domain only if that is in scope."""
    plans = planner(ScopeRule(1, "host", "a.clip.example"))
    [(front, _)] = plans.begin(1)
    plan = plans.after(front, received(), page())
    assert all(candidate.url.startswith("https://a.clip.example/") for candidate, _ in plan.steps)
    assert plan.declined == Counter({"request/out_of_scope": 3})


def test_url_entry_is_that_url_alone():
    """No companions, no loaders, no further pages for unit=url."""
    url = "https://host.example/u/1"
    plans = planner(ScopeRule(1, "url", "host.example", url), reach="tags", pages=9)
    [(front, _)] = plans.begin(1)
    plan = plans.after(front, received(), page(("script", LOADER), ("page", "https://host.example/u/2")))
    assert plan.steps == []


def test_connection_failure_falls_back_to_http():
    """https that cannot be connected to is followed by http; companions then come by http."""
    plans = planner(domain(1, "clip.example"))
    [(front, _)] = plans.begin(1)
    failed = Answer(decision=9, outcome="failed", layer="tls", reason="certificate")
    [(plain, verdict)] = plans.after(front, failed, None).steps
    assert (plain.url, verdict.allow) == ("http://clip.example/", True)
    assert "http://clip.example/ads.txt" in asked(plans.after(plain, received(), page()).steps)


def test_name_that_does_not_resolve_is_not_asked_by_http():
    """No address for https is none for http."""
    plans = planner(domain(1, "clip.example"))
    [(front, _)] = plans.begin(1)
    failed = Answer(decision=9, outcome="failed", layer="dns", reason="no such name")
    assert plans.after(front, failed, None).steps == []


def test_transient_failure_is_tried_once_more():
    """A timeout gets attempt 2; its failure falls back to http, never to attempt 3."""
    plans = planner(domain(1, "clip.example"))
    [(front, _)] = plans.begin(1)
    failed = Answer(decision=9, outcome="failed", layer="timeout", reason="timeout")
    [(again, _)] = plans.after(front, failed, None).steps
    assert (again.url, again.attempt) == (front.url, 2)
    assert asked(plans.after(again, failed, None).steps) == ["http://clip.example/"]


def test_redirect_is_a_new_decision():
    """In scope it is asked, elsewhere it is a recorded denial."""
    plans = planner(domain(1, "clip.example"))
    [(front, _)] = plans.begin(1)
    redirected = Answer(decision=9, outcome="redirected", status=301, location="https://www.clip.example/a")
    [(hop, _), *_] = plans.after(front, redirected, None).steps
    assert (hop.url, hop.hops, hop.entry) == ("https://www.clip.example/a", 1, 1)
    away = Answer(decision=9, outcome="redirected", status=301, location="https://elsewhere.example/")
    [(_, verdict)] = plans.after(hop, away, None).steps
    assert (verdict.allow, verdict.rule) == (False, "request/out_of_scope")


def test_redirects_end():
    """After five hops, and at an address already asked, a denial says so."""
    plans = planner(domain(1, "clip.example"))
    here = Candidate(url="https://clip.example/0", document="page", entry=1, hops=5)
    on = Answer(decision=9, outcome="redirected", status=302, location="/1")
    [(_, verdict)] = plans.after(here, on, None).steps
    assert verdict.rule == "redirect/hops"
    [(front, _)] = plans.begin(1)
    home = Answer(decision=9, outcome="redirected", status=302, location="/")
    assert plans.after(front, home, None).steps[0][1].rule == "redirect/asked"


def test_each_sites_redirect_has_its_own_denial():
    """Two sites that lead to one place outside the scope are two recorded denials with the same reason."""
    plans = planner(domain(1, "a.example"), domain(2, "b.example"))
    away = Answer(decision=9, outcome="redirected", status=301, location="https://elsewhere.example/")
    for entry in (1, 2):
        [(front, _)] = plans.begin(entry)
        assert plans.after(front, away, None).steps[0][1].rule == "request/out_of_scope"


def test_ads_txt_kept_at_a_network_is_asked_there():
    """A declaration that redirects to an ad network names that address; elsewhere it ends."""
    plans = planner(domain(1, "clip.example"), reach="tags")
    ads = Candidate(url="https://clip.example/ads.txt", document="ads_txt", entry=1)
    rules = []
    for location in ("https://cdn.adnet.test/7/ads.txt", "https://elsewhere.example/ads.txt"):
        answer = Answer(decision=9, outcome="redirected", status=301, location=location)
        [(_, verdict)] = plans.after(ads, answer, None).steps
        rules.append(verdict.rule)
    assert rules == ["adtech/ads_txt", "request/out_of_scope"]


HOME = "https://clip.example/.well-known/adagents.json"
AGENTS = Candidate(url=HOME, document="adagents_json", entry=1)


@pytest.mark.parametrize(
    ("location", "reach", "rule"),
    [
        ("https://cdn.adnet.test/7.json", "tags", "adtech/adagents_json"),
        ("https://cdn.adnet.test/7.json", "page", "request/reach"),
        ("https://clip.example/real.json", "page", "scope/domain/1"),
        ("https://elsewhere.example/7.json", "ads", "request/out_of_scope"),
        (HOME, "tags", "redirect/asked"),
    ],
)
def test_where_a_reference_leads_is_judged_as_a_redirect(location, reach, rule):
    """Into the scope, or to a card's host at reach tags; elsewhere the decision says where it led, and denies it."""
    plans = planner(domain(1, "clip.example"), reach=reach, asked=[HOME])
    [(target, verdict)] = plans.after(AGENTS, received(), page(("redirect", location))).steps
    assert (target.url, target.document, target.entry, target.named_by) == (
        location,
        "adagents_json",
        1,
        HOME,
    )
    assert verdict.rule == rule


_PICTURE = base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256))).decode()


@pytest.mark.parametrize(
    "address", [f"/a?d={_PICTURE}", f"/{_PICTURE}", "data:text/html,words", "/a?d=[[scrubbed encoded 416]]"]
)
def test_an_address_that_embeds_data_is_not_written_down(address):
    """Not where a page refreshes to, not a link, not what it loads; nor one out of which data was taken."""
    plans = planner(domain(1, "clip.example"), reach="ads", pages=5)
    [(front, _)] = plans.begin(1)
    proposals = [("redirect", address), ("page", address), ("frame", f"https://adnet.test{address}")]
    plan = plans.after(front, received(), page(*proposals))
    written = [candidate.url for candidate, _ in plan.steps]
    assert not [url for url in written if "d=" in url or _PICTURE[:40] in url or "words" in url]


def test_a_reference_is_one_hop():
    """What it leads to neither refers nor redirects further; that is counted."""
    plans = planner(domain(1, "clip.example"))
    [(target, _)] = plans.after(
        AGENTS, received(), page(("redirect", "https://clip.example/real.json"))
    ).steps
    nested = plans.after(target, received(), page(("redirect", "https://clip.example/other.json")))
    moved = Answer(decision=9, outcome="redirected", status=301, location="https://clip.example/other.json")
    assert (nested.steps, nested.declined) == ([], Counter({"reference/nested": 1}))
    assert plans.after(target, moved, None).declined == Counter({"redirect/referred": 1})


def test_redirect_to_another_entry_is_that_entrys_page():
    """Whose page it is does not hang on the order of the run; its own companions come with it."""
    plans = planner(domain(1, "clip.example"), domain(2, "film.example"))
    [(front, _)] = plans.begin(1)
    redirected = Answer(decision=9, outcome="redirected", status=301, location="https://film.example/")
    [(film, _), *_] = plans.after(front, redirected, None).steps
    assert film.entry == 2
    assert plans.begin(2) == []
    assert "https://film.example/ads.txt" in asked(plans.after(film, received(), page()).steps)


def test_loaders_follow_the_reach():
    """At reach tags a generic loader is asked, a per-account one is a denied decision; at reach page both are."""
    plans = planner(domain(1, "clip.example"), reach="tags")
    [(front, _)] = plans.begin(1)
    steps = plans.after(front, received(), page(("script", LOADER), ("script", PER_ACCOUNT))).steps
    named = {candidate.url: verdict.rule for candidate, verdict in steps if candidate.named_by}
    assert named == {LOADER: "adtech/generic", PER_ACCOUNT: "request/effect"}
    plans = planner(domain(1, "clip.example"))
    [(front, _)] = plans.begin(1)
    steps = plans.after(front, received(), page(("script", LOADER))).steps
    assert [v.rule for c, v in steps if c.named_by] == ["request/reach"]


def test_loader_is_asked_once_a_run_and_once_a_day():
    """Another page's naming adds nothing; an earlier run of the day makes it a denial."""
    plans = planner(domain(1, "a.example"), domain(2, "b.example"), reach="tags")
    [(a, _)], [(b, _)] = plans.begin(1), plans.begin(2)
    assert LOADER in asked(plans.after(a, received(), page(("script", LOADER))).steps)
    assert LOADER not in asked(plans.after(b, received(), page(("script", LOADER))).steps)
    plans = planner(domain(1, "a.example"), reach="tags", loaded={LOADER})
    [(a, _)] = plans.begin(1)
    steps = plans.after(a, received(), page(("script", LOADER))).steps
    assert [v.rule for c, v in steps if c.url == LOADER] == ["adtech/once_a_day"]


def answer_of(number, **more):
    """A document of the network that a page led to."""
    url = f"https://cdn.adnet.test/{number}.js"
    return Candidate(url=url, document="script", entry=1, named_by="https://clip.example/", depth=1, **more)


@pytest.mark.parametrize(("reach", "url"), [("tags", PER_ACCOUNT), ("ads", LOADER)])
def test_a_script_for_everybody_names_nothing(reach, url):
    """Below reach ads only an in-scope page opens the gate; at it, not what is the same for every site."""
    plans = planner(domain(1, "clip.example"), reach=reach)
    loader = msgspec.structs.replace(answer_of(1), url=url)
    assert plans.after(loader, received(), page(("script", "https://cdn.adnet.test/2.js"))).steps == []


def test_an_answer_names_the_next():
    """With the page it began at, and how many documents lie between; elsewhere than at a network nothing is asked."""
    plans = planner(domain(1, "clip.example"), reach="ads")
    names = [
        ("script", "/2.js"),
        ("frame", "https://cdn.adnet.test/f"),
        ("vast", "https://elsewhere.example/v"),
    ]
    steps = plans.after(answer_of(1), received(), page(*names)).steps
    assert [(c.url, c.depth, v.rule) for c, v in steps] == [
        ("https://cdn.adnet.test/2.js", 2, "adtech/per_account"),
        ("https://cdn.adnet.test/f", 2, "adtech/per_account"),
        ("https://elsewhere.example/v", 2, "request/out_of_scope"),
    ]
    assert {(c.named_by, c.origin) for c, _ in steps} == {(answer_of(1).url, "https://clip.example/")}
    [(third, _)] = plans.after(steps[0][0], received(), page(("script", "/3.js"))).steps
    assert (third.named_by, third.origin, third.depth) == (steps[0][0].url, "https://clip.example/", 3)


def test_a_refresh_or_worker_in_an_answer_is_counted_alone():
    """They lead where clicks lead, or run for ever; neither is followed."""
    plans = planner(domain(1, "clip.example"), reach="ads")
    plan = plans.after(answer_of(1), received(), page(("redirect", "/land"), ("worker", "/sw.js")))
    assert (plan.steps, plan.declined) == ([], Counter({"chain/kind": 2}))


def test_chains_of_an_entry_end():
    """A network that names ever new addresses is asked MAX_CHAINED times for one entry, over a resumed run too."""
    for already in (0, MAX_CHAINED - 5):
        plans = planner(domain(1, "clip.example"), reach="ads", chained={1: already})
        allowed, number = 0, 0
        while number < 10:
            names = [("script", f"/{number}-{n}.js") for n in range(20)]
            plan = plans.after(answer_of(number), received(), page(*names))
            allowed, number = allowed + len(asked(plan.steps)), number + 1
        assert allowed == MAX_CHAINED - already
        assert plan.declined == Counter({"chain/too_many": 20})


@pytest.mark.parametrize("names_from", ["page", "answer"])
def test_of_one_document_so_many_are_asked(names_from):
    """The forty-first that a page or an answer names is counted, and nothing more."""
    plans = planner(domain(1, "clip.example"), reach="ads")
    [(front, _)] = plans.begin(1)
    names = [("script", f"https://cdn.adnet.test/n{n}.js") for n in range(MAX_NAMED_BY_A_PAGE + 3)]
    plan = plans.after(front if names_from == "page" else answer_of(1), received(), page(*names))
    assert len([c for c, _ in plan.steps if c.named_by]) == MAX_NAMED_BY_A_PAGE
    assert plan.declined == Counter({"page/too_many": 3})


def test_chains_that_meet_are_one_request():
    """The second naming is a denied decision that says so: an edge for whoever draws the chain."""
    plans = planner(domain(1, "clip.example"), reach="ads")
    [(_, first)] = plans.after(answer_of(1), received(), page(("script", "/3.js"))).steps
    [(found, second)] = plans.after(answer_of(2), received(), page(("script", "/3.js"))).steps
    assert (first.allow, second.rule, found.named_by) == (True, "adtech/asked", answer_of(2).url)


def test_linked_pages_one_per_shape_in_document_order():
    """--pages N takes the first of each path shape until N; links elsewhere are counted alone."""
    plans = planner(domain(1, "clip.example"), pages=2)
    [(front, _)] = plans.begin(1)
    links = [
        ("page", "https://elsewhere.example/x"),
        ("page", "/watch/1-one.html"),
        ("page", "/watch/2-two.html"),
        ("page", "/about"),
        ("page", "/contact"),
    ]
    plan = plans.after(front, received(), page(*links))
    assert [c.url for c, _ in plan.steps if c.depth] == [
        "https://clip.example/watch/1-one.html",
        "https://clip.example/about",
    ]
    assert plan.declined == Counter({"request/out_of_scope": 1, "page/pages": 1})


def test_a_link_to_another_entrys_page_is_not_asked():
    """That entry has its own front page, and its own bound of linked ones."""
    plans = planner(domain(1, "clip.example"), domain(2, "film.example"), pages=5)
    [(front, _)] = plans.begin(1)
    plan = plans.after(front, received(), page(("page", "https://film.example/about")))
    assert [c.url for c, _ in plan.steps if c.depth] == []
    assert plan.declined == Counter({"page/another_entry": 1})


def test_linked_page_links_no_further():
    """Depth 1 is the end."""
    plans = planner(domain(1, "clip.example"), pages=5)
    below = Candidate(url="https://clip.example/a", document="page", entry=1, depth=1)
    assert plans.after(below, received(), page(("page", "/b"))).steps == []


def test_page_that_refreshes_itself_is_no_redirect():
    """A meta refresh to the page itself is nothing; one elsewhere is judged like a redirect."""
    plans = planner(domain(1, "clip.example"))
    [(front, _)] = plans.begin(1)
    plan = plans.after(front, received(), page(("redirect", "https://clip.example/")))
    assert "redirect/asked" not in [v.rule for _, v in plan.steps]
    plan = plans.after(front, received(), page(("redirect", "https://elsewhere.example/")))
    assert [v.rule for _, v in plan.steps] == ["request/out_of_scope"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("/watch/1-a", "/watch/2-b", True),
        ("/watch/1-a", "/read/1-a", False),
        ("/v?id=1", "/v?id=2", True),
        ("/v?id=1", "/v?page=1", False),
        ("/12345", "/67890", True),
        ("/", "/about", False),
    ],
)
def test_path_shape(one, other, alike):
    """Pages of one template have one shape."""
    assert (path_shape(f"https://a.example{one}") == path_shape(f"https://a.example{other}")) is alike
