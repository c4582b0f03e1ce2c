"""document_kind.py: a saved file is read as what it is, whatever it is called."""

import pytest

from adtrace.extract.document_kind import document_kind

SELLERS = '{"contact_email":"a@net.example","version":"1.0","sellers":[{"seller_id":"7"}]}'
RECORDS = "# ours\n\nnet.example, 7, DIRECT, f08c47fec0942fa0\nOWNERDOMAIN=clip.example\n"


@pytest.mark.parametrize(
    ("name", "url", "kind"),
    [
        ("ads.txt", None, "ads_txt"),
        ("saved/clip.example_app-ads.txt", None, "app_ads_txt"),
        ("net.example-sellers.json", None, "sellers_json"),
        ("Ads.TXT", None, "ads_txt"),
        ("clip.example_adagents.json", None, "adagents_json"),
        ("7", "https://clip.example/.well-known/adagents.json", "adagents_json"),
        ("x", "https://clip.example/app-ads.txt?v=2", "app_ads_txt"),
        ("7.txt", "https://net.example/a/sellers.json", "sellers_json"),
        ("tag.mjs", None, "script"),
        ("uploads.txt", None, "page"),
        ("bestsellers.json", None, "page"),
        ("-", "http://[", "page"),
    ],
)
def test_the_address_or_the_name_says_it(name: str, url: str | None, kind: str) -> None:
    """As the standards name the files; a word that ends alike is another."""
    assert document_kind("", name=name, url=url) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (SELLERS, "sellers_json"),
        ("\ufeff " + SELLERS, "sellers_json"),
        ('{"version":1,"Sellers": {"7":{"seller_id":7}}}', "sellers_json"),
        ('{"version":1,"sellers":[ ]}', "sellers_json"),
        ('[{"name":"x","seller_id":"7"}]', "sellers_json"),
        ('{"product":{"sellers":[{"sellerId":"7","sellerName":"x"}]}}', "page"),
        ('{"sellers":[' * 5_000, "page"),
        ('{"products":[{"name":"sellers"}]}', "page"),
        ('{"contact":{},"authorized_agents":[{}]}', "adagents_json"),
        ('{"authoritative_location":"https://cdn.example/a"}', "adagents_json"),
        ('{"a":"authorized_agents"}', "page"),
        (RECORDS, "ads_txt"),
        (RECORDS + "net.exa", "ads_txt"),
        ("CONTACT=ads@clip.example", "page"),
        ("a story, told twice, DIRECT from them\nand more\n", "page"),
        (f"<!doctype html><pre>{RECORDS}</pre>" + "<p>words\n" * 9, "page"),
        ("", "page"),
    ],
)
def test_else_what_it_begins_with(text: str, kind: str) -> None:
    """sellers.json by its list, ads.txt where at least half of what is no comment declares; a page otherwise."""
    assert document_kind(text) == kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("importScripts('https://net.example/w.js');", "worker"),
        ('self.addEventListener("push", show)', "worker"),
        ("self.options = {zoneId: 7}", "worker"),
        ("self.addEventListener('click', show); var x = 'importScripts'", "script"),
        ("window.addEventListener('push', show)", "script"),
    ],
)
def test_a_script_that_calls_what_workers_do_is_one(code: str, kind: str) -> None:
    """A push worker's own shapes are asked of a saved file too, whatever it is called."""
    assert document_kind(code, name="sw.js") == document_kind(code, url="https://clip.example/a.js") == kind
