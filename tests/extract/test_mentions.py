"""What names an ad system in code and places nothing."""

import pytest

from adtrace.extract import extract_page

LOADER = "https://a.magsrv.com/ad-provider.js"


def placed(page: str) -> set[str | None]:
    """The networks that are told to stand on the page, live."""
    found = extract_page(page, url="https://page.example/").sightings
    return {s.network for s in found if s.kind == "network" and s.state == "live"}


@pytest.mark.parametrize(
    "code",
    [
        f"""drop('[src^="{LOADER}"]');""",
        f"document.querySelectorAll('script[src*=\"{LOADER}\"]').forEach(hide);",
        "rows.forEach(r => r.querySelector('iframe[src*=\"ads.exoclick.com\"]').remove());",
        "services = [{name: 'ads', cookies: [['IDE', '/', '.doubleclick.net']]}];",
        "const rules = [{name: 'tradedoubler', regex: 'clk.tradedoubler.com/click?'}];",
        "vendors = {32: {deviceStorageDisclosureUrl: 'https://acdn.adnxs.com/gvl/1d/xandrdevicestorage.json'}};",
        f"""self.__next_f.push([1, "1a:<p>Their tag is \\u0026lt;script src=\\"{LOADER}\\"\\u0026gt;</p>"])""",
        f"post = {{body: '&lt;script async src=\"{LOADER}\"&gt;'}};",
        "try { await fetch('https://cdn.taboola.com/a/rules.css', {mode: 'no-cors'}); } catch { blocked(); }",
        f"const p = ['{LOADER}']; for (const u of p) try {{ await fetch(u); }} catch {{ blockedCount++; }}",
        f"async function detectByBait() {{ try {{ await fetch('{LOADER}'); }} catch (e) {{ return 1; }} }}",
    ],
)
def test_a_script_that_asks_about_an_ad_system(code: str) -> None:
    """It looks for its elements, its cookies, its blocker; it lists or quotes it."""
    assert placed(f"<script>{code}</script>") == set()


def test_a_picture_of_a_networks_name() -> None:
    """Who writes about networks shows their logos; a banner is one."""
    logo = '<img src="https://cdn.exoclick.com/wp-content/uploads/logo.png">'
    assert placed(logo) == set()
    assert placed(logo.replace("logo", "728x90").replace("wp-content/uploads", "banners")) == {"exoclick"}


@pytest.mark.parametrize(
    "code",
    [
        f"s.setAttribute('src', '{LOADER}'); b.append(s);",
        f"if (!document.querySelector('script[src=\"{LOADER}\"]')) {{ s.src = '{LOADER}'; b.append(s); }}",
        "s.src = '//' + sub + '.magsrv.com/ad-provider.js';",
        f"for (i = 0; i&lt;n; i++) {{ s[i].src = '{LOADER}'; }}",
    ],
)
def test_a_script_that_asks_for_its_ads(code: str) -> None:
    """The same words around a loader."""
    assert placed(f"<script>{code}</script>") == {"exoclick"}


def test_a_type_that_no_browser_runs() -> None:
    """With an address it waits for somebody who will run it; without one it may be a template."""
    page = '<script type="text/plain" src="//a.teads.tv/page/81597/tag"></script>'
    states = {s.state for s in extract_page(page, url="https://page.example/").sightings}
    assert states == {"gated"}
