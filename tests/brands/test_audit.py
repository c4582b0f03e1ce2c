"""What a case holds of a brand: never more than was seen."""

from urllib.parse import quote

from adtrace.brands import audit
from adtrace.brands.audit import MEANING
from adtrace.export import Source
from adtrace.knowledge.brand import Brand
from adtrace.relate.questions import ask, load_questions
from adtrace.report.brands import find_brands
from adtrace.report.rows import answer_rows, read_rows
from tests.relate.small_case import SmallCase, adsense

HARBOUR = Brand(
    id="harbour", name="Harbour", domains=["harbour.example"], apps=["google-play/com.harbour.app"],
    names=["Harbour Ltd"], company="Quay",
)  # fmt: skip


def affiliate(landing: str) -> str:
    return (
        f'<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued={quote(landing, safe="")}">x</a>'
    )


def served(domain: str) -> str:
    return f"<script>r({{seatbid: [{{bid: [{{id: '1', impid: '1', price: 1, adomain: ['{domain}']}}]}}]}});</script>"


def test_what_was_served_is_more_than_a_lead(small: SmallCase) -> None:
    """An ad response that names the brand is a finding at once."""
    small.site("a.example", served("www.harbour.example"))
    found = audit(small.case, [HARBOUR])
    assert [(r.domain, r.role, r.basis, r.through, r.is_lead) for r in found.rows] == [
        ("a.example", "served", "served", "", False)
    ]
    assert found.finding("Harbour").startswith(f"{MEANING}: 1 of 1 observable domains, 0 more as leads")
    assert found.rows[0].meaning == MEANING
    assert (found.rows[0].reference, len(found.rows[0].captures)) == ("A-a", 1)


def test_two_looks_make_a_finding(small: SmallCase) -> None:
    """Two pages of one run are one look: what one mistake put on a site stands on all its pages. Another run is two."""
    small.site("a.example", affiliate("https://harbour.example/x"))
    again = f"<html><body>{affiliate('https://harbour.example/y')}</body></html>"
    small.read("a.example", again, path="/b")
    assert [row.is_lead for row in audit(small.case, [HARBOUR]).rows] == [True]
    small.run = 2
    small.read("a.example", again, path="/b")
    assert [row.is_lead for row in audit(small.case, [HARBOUR]).rows] == [False]


def test_audit_question_and_report_agree_on_what_is_a_lead(small: SmallCase) -> None:
    """One page, then another of the same run, then another domain: only the last makes more of it than a lead."""

    def leads() -> tuple[set[bool], set[object], list[bool]]:
        source = Source(small.case, "investigator")
        evidence = source.answer(load_questions()["brand-evidence"])
        brands = find_brands(read_rows(source.rows("brands")).rows, answer_rows(evidence))
        audited = {row.is_lead for row in audit(small.case, [HARBOUR]).rows}
        return (
            audited,
            {row["sure"] for row in answer_rows(evidence)},
            [not one.is_headline for one in brands],
        )

    small.site("a.example", affiliate("https://harbour.example/x"))
    small.read("a.example", affiliate("https://harbour.example/y"), path="/b")
    assert leads() == ({True}, {"once"}, [True])
    small.site("b.example", affiliate("https://harbour.example/x"))
    assert leads() == ({False}, {"repeated"}, [False])


def test_what_does_not_run_makes_no_look(small: SmallCase) -> None:
    """An affiliate link on one domain, and the same in a comment on another: still one look."""
    small.site("a.example", affiliate("https://harbour.example/x"))
    small.site("b.example", f"<!-- {affiliate('https://harbour.example/x')} -->")
    assert {row.is_lead for row in audit(small.case, [HARBOUR]).rows} == {True}
    assert {row[-3] for row in ask(small.case, "brand-evidence").rows} == {"once"}


def test_apps_and_names_are_the_brands_too(small: SmallCase) -> None:
    """A store's page stands for its app, never for the store; an advertiser's name for itself, and as a lead."""
    app = "https://play.google.com/store/apps/details?id=com.harbour.app"
    vast = "<VAST version='3.0'><Ad><InLine><AdSystem>x</AdSystem><Advertiser>harbour</Advertiser></InLine></Ad></VAST>"
    small.site("a.example", affiliate(app))
    small.site("b.example", f'<script>var v = "{vast}";</script>')
    found = audit(small.case, [HARBOUR]).rows
    assert [(row.domain, row.matched, row.role, row.is_lead) for row in found] == [
        ("a.example", "google-play/com.harbour.app", "affiliate_merchant", True),
        ("b.example", "harbour", "served", True),
    ]
    assert found[1].meaning.endswith("others may bear the name")


def test_look_alikes_are_leads_only(small: SmallCase) -> None:
    """What resembles the brand's domain is said to, and accuses nobody, however often it is seen."""
    small.site("a.example", served("harb0ur.example"), served("harbor.example"), served("other.example"))
    found = audit(small.case, [HARBOUR]).rows
    assert {(row.matched, row.role, row.is_lead) for row in found} == {
        ("harb0ur.example", "look_alike", True),
        ("harbor.example", "look_alike", True),
    }
    assert "nothing shows whose" in found[0].meaning


def test_a_look_alike_makes_no_finding_of_the_brands_own(small: SmallCase) -> None:
    """One affiliate link of the brand, and elsewhere a domain that resembles it: both are leads."""
    small.site("a.example", affiliate("https://harbour.example/x"))
    small.site("b.example", served("harb0ur.example"))
    assert [row.is_lead for row in audit(small.case, [HARBOUR]).rows] == [True, True]


def test_not_observed_is_not_clean(small: SmallCase) -> None:
    """Without a row the finding says how much could not be seen."""
    small.site("a.example", adsense())
    small.entry("b.example")
    finding = audit(small.case, [HARBOUR]).finding("Harbour")
    assert finding == (
        "not observed; on 1 of 2 domains live ad tags were seen and no offer, 1 could not be observed"
    )


def test_a_name_alone_is_told_of_what_is_named_alike(small: SmallCase) -> None:
    """Who types a brand's name means its shop too; nothing of it is counted, and a list with a domain needs no hint."""
    small.site("a.example", served("harbour-sale.example"), served("quay.example"))
    name = Brand(id="harbour", name="Harbour")
    found = audit(small.case, [name])
    assert (found.rows, found.alike) == ([], {"Harbour": ("harbour-sale.example",)})
    for known in (HARBOUR, Brand(id="harbour", name="Harbour", domains=["harbour.example"])):
        assert audit(small.case, [known]).alike == {}
    assert audit(small.case, [Brand(id="-", name="-")]).alike == {}


def test_a_tag_that_does_not_run_is_a_lead(small: SmallCase) -> None:
    """What stands in a comment was offered to nobody."""
    small.site("a.example", f"<!-- {served('harbour.example')} -->")
    assert [row.is_lead for row in audit(small.case, [HARBOUR]).rows] == [True]


def test_what_another_sells_in_a_store_is_not_the_stores_offer(small: SmallCase) -> None:
    """The store of a list whose page leads to somebody's account is a lead; the account's brand is named."""
    small.site("a.example", affiliate("https://www.facebook.com/harbour.page"))
    store = Brand(id="store", name="Store", domains=["facebook.com"])
    seller = Brand(id="seller", name="Seller", apps=["facebook/harbour.page"])
    rows = audit(small.case, [store, seller]).rows
    assert [(row.brand, row.role, row.matched) for row in rows] == [
        ("Seller", "affiliate_merchant", "facebook/harbour.page")
    ]
    assert [(row.role, row.is_lead) for row in audit(small.case, [store]).rows] == [("content_link", True)]


def test_a_host_in_a_store_is_one_sellers(small: SmallCase) -> None:
    """Who lists a host below the store's domain is matched there as on a domain of its own."""
    small.site("a.example", affiliate("https://harbour.facebook.com/harbour.page"))
    seller = Brand(id="seller", name="Seller", domains=["harbour.facebook.com"])
    assert [row.role for row in audit(small.case, [seller]).rows] == ["affiliate_merchant"]


def test_a_listed_host_is_matched_alone(small: SmallCase) -> None:
    """What is listed is what a row names; the domain that the host is in is others'."""
    small.site("a.example", affiliate("https://shop.tide.example/x") + affiliate("https://tide.example/x"))
    tide = Brand(id="tide", name="Tide", domains=["shop.tide.example"])
    assert [(row.matched, row.role) for row in audit(small.case, [tide]).rows] == [
        ("shop.tide.example", "affiliate_merchant")
    ]
