"""Tag states told apart on markup as it is found."""

import base64

import pytest

from adtrace.extract import extract_page

ADSENSE = "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"
LOADER = f'<script async src="{ADSENSE}"></script>'
MAKES_LOADER = f"var s = document.createElement('script'); s.src = '{ADSENSE}'; document.head.append(s);"
AS_ADDRESS = f"data:text/javascript;base64,{base64.b64encode(MAKES_LOADER.encode()).decode()}"
UNIT = '<ins class="adsbygoogle" data-ad-client="ca-pub-7031845296418273" data-ad-slot="8231945670"></ins>'
CODE = "googletag.defineSlot('/21968413/top', [300, 250], 'd');"
GPT = '<script src="https://securepubads.g.doubleclick.net/tag/js/gpt.js"></script>'


def states(html: str, network: str, kind: str = "account") -> set[str]:
    found = extract_page(html, url="https://clip.example/").sightings
    return {s.state for s in found if s.network == network and s.kind == kind}


@pytest.mark.parametrize(
    ("html", "network", "state"),
    [
        (LOADER + UNIT, "adsense", "live"),
        (UNIT, "adsense", "id_only"),
        (LOADER + f"<!-- {UNIT} -->", "adsense", "commented"),
        (LOADER + UNIT.replace("<ins", "<!--ins").replace("</ins>", "</ins-->"), "adsense", "commented"),
        (LOADER + f"<!--div style='width:1px'>{UNIT}</div-->", "adsense", "commented"),
        (LOADER + UNIT.replace("<ins", "<!--ins").replace("></ins>", "-->"), "adsense", "commented"),
        (LOADER + f"<!--[if lt IE 9]>{UNIT}<![endif]-->", "adsense", "commented"),
        (LOADER + f"<template>{UNIT}</template>", "adsense", "dormant"),
        (LOADER + f"<script type='text/x-template'>{UNIT}</script>", "adsense", "dormant"),
        (LOADER + f"<noscript>{UNIT}</noscript>", "adsense", "live"),
        (GPT + f"<script>{CODE}</script>", "google-ad-manager", "live"),
        (GPT + f"<script><!--\n{CODE}\n//--></script>", "google-ad-manager", "live"),
        (GPT + f"<script>//<![CDATA[\n{CODE}\n//]]></script>", "google-ad-manager", "live"),
        (GPT + f"<script>// {CODE}\n</script>", "google-ad-manager", "commented"),
        (GPT + f"<script>/* {CODE} */</script>", "google-ad-manager", "commented"),
        (GPT + f"<script>var u = 'http://a.example/'; {CODE}</script>", "google-ad-manager", "live"),
        (GPT + f"<script>var r = x.replace(/[\"']/g, ''); {CODE}</script>", "google-ad-manager", "live"),
        (GPT + f"<script>if (false) {{ {CODE} }}</script>", "google-ad-manager", "dormant"),
        (GPT + f"<script>if (0) {{ a() }} {CODE}</script>", "google-ad-manager", "live"),
        (GPT + f"<script>if (0) {{ if (0) {{ a() }} {CODE} }}</script>", "google-ad-manager", "dormant"),
        (GPT + "<script>" + "if (0) {" * 25_000 + f"{CODE}</script>", "google-ad-manager", "dormant"),
        (
            GPT + f"<script type='text/plain' data-cookieconsent='marketing'>{CODE}</script>",
            "google-ad-manager",
            "gated",
        ),
        (
            GPT + f"<script type='text/plain' class='cmplz-script'>{CODE}</script>",
            "google-ad-manager",
            "gated",
        ),
        (GPT + f"<script type='text/plain'>{CODE}</script>", "google-ad-manager", "dormant"),
        (GPT + f"<script type='0f3a9c-text/javascript'>{CODE}</script>", "google-ad-manager", "live"),
        (GPT + f"<script type='module'>{CODE}</script>", "google-ad-manager", "live"),
        (f"<script>{CODE}</script>", "google-ad-manager", "id_only"),
    ],
)
def test_state_of_an_id(html: str, network: str, state: str) -> None:
    """An id is live only where a browser would run it and its network's loader is there too."""
    assert states(html, network) == {state}


@pytest.mark.parametrize(
    ("html", "state"),
    [
        (LOADER, "live"),
        (LOADER.replace("<script", "<script type='text/plain' data-cookiecategory='ads'"), "gated"),
        (f"<!-- {LOADER} -->", "commented"),
        (LOADER.replace("<script", "<!--script").replace("</script>", "</script-->"), "commented"),
        (LOADER.replace("<script", "<script type='2d9e1c-text/javascript'"), "live"),
        ("<iframe data-src='https://googleads.g.doubleclick.net/pagead/ads?x=1'></iframe>", "gated"),
        (LOADER.replace(" async src=", " data-rocketlazyloadscript="), "gated"),
        (
            LOADER.replace("<script async src=", "<script type='rocketlazyloadscript' data-rocket-src="),
            "gated",
        ),
        (f"<script src='{AS_ADDRESS}'></script>", "live"),
        (f"<script src='{AS_ADDRESS}' type='litespeed/javascript'></script>", "live"),
        (f"<script type='litespeed/javascript' data-src='{AS_ADDRESS}'></script>", "gated"),
        (f"<script data-rocketlazyloadscript='{AS_ADDRESS}'></script>", "gated"),
        (
            f"<script>OneTrust.InsertScript('{ADSENSE}', 'head', null, null, 4)</script>",
            "gated",
        ),
        (f"<script>OneTrust.Load(); $.getScript('{ADSENSE}')</script>", "live"),
    ],
)
def test_state_of_a_loader(html: str, state: str) -> None:
    """A loader that waits for consent or for scrolling is gated; one that a service rewrote is live."""
    assert states(html, "adsense", "network") == {state}


def test_a_path_names_so_many_documents_within_documents() -> None:
    """A page may nest templates without end: each would else hold, and each path name, all those around it."""
    page = LOADER + "<template>" * 40 + UNIT + "</template>" * 40 + UNIT
    found = extract_page(page, url="https://clip.example/").sightings
    places = {(s.state, s.locator.path) for s in found if s.account_kind == "publisher_id"}
    assert places == {
        ("dormant", "template/" * 32 + "ins[1]@data-ad-client"),
        ("live", "ins[2]@data-ad-client"),
    }
