"""Ids that a script hands to its own functions."""

import time

import pytest

from adtrace.extract import extract_page
from adtrace.extract.calls import MAX_CALLS, MAX_FUNCTIONS

KEY = "7c41e09b2d5f8a36c0e7b1498f2d50a3"
OTHER = "08f2d50a37c41e09b2d5f8a36c0e7b14"
INVOKE = "s.src = 'https://www.highperformanceformat.com/' + k + '/invoke.js'; b.append(s);"
ZONE = "i.className = 'eas6a97888e2'; i.setAttribute('data-zoneid', z); b.append(i);"


def accounts(code: str) -> dict[str, str]:
    """Each account, and the stretch of the code it is located at."""
    page = extract_page(f"<script>{code}</script>", url="https://page.example/")
    found = [s for s in page.sightings if s.kind == "account" and s.account]
    return {s.account: page.skeleton[s.locator.start : s.locator.end] for s in found if s.account}


@pytest.mark.parametrize(
    ("code", "account", "call"),
    [
        (f"function ad(k) {{ const s = make(); {INVOKE} }} ad('{KEY}');", KEY, f"ad('{KEY}')"),
        (f"const ad = (k, w) => {{ {INVOKE} }}; ad(`{KEY}`, 300);", KEY, f"ad(`{KEY}`, 300)"),
        (f"var ad = function (w, k) {{ {INVOKE} }}; ad(9, '{KEY}')", KEY, f"ad(9, '{KEY}')"),
        (f"a = async k => {{ {INVOKE} }}; a('{KEY}');", KEY, f"a('{KEY}')"),
        (
            f"function ad(z) {{ const i = document.createElement('ins'); {ZONE} }} ad(5738206);",
            "5738206",
            "ad(5738206)",
        ),
        (
            "function ad(z) { b.innerHTML = `<ins class='eas6a97888e2' data-zoneid='${z}'></ins>`; } ad('5738206')",
            "5738206",
            "ad('5738206')",
        ),
        (
            "const unit = (p, w = 300) => { googletag.defineSlot(p, [w, 250], 'a'); }; unit('/40271853/top');",
            "40271853",
            "unit('/40271853/top')",
        ),
    ],
)
def test_an_id_that_a_function_takes(code: str, account: str, call: str) -> None:
    """It stands where the function is called; what is done with it, in the function."""
    assert accounts(code) == {account: call}


def test_each_call_is_one_place() -> None:
    """One function, several places for ads."""
    code = f"function ad(k) {{ if (k) {{ {INVOKE} }} }} ad('{KEY}'); ad('{OTHER}');"
    assert accounts(code) == {KEY: f"ad('{KEY}')", OTHER: f"ad('{OTHER}')"}


@pytest.mark.parametrize(
    "code",
    [
        f"function ad(k) {{ {INVOKE} }} other('{KEY}');",
        f"function ad(k) {{ {INVOKE} }} x.ad('{KEY}');",
        f"function ad(k) {{ {INVOKE} ",
        f"function ad(k) {{ log(k); }} ad('{KEY}');",
        f"function ad(k) {{ k = next(); {INVOKE} }} ad('{KEY}');",
    ],
)
def test_an_id_that_goes_elsewhere(code: str) -> None:
    """Another's function, none that ends, one that does something else with it."""
    assert accounts(code) == {}


def test_what_is_known_is_not_told_again() -> None:
    """The function's own tag is one, wherever it is called from."""
    code = "function go(n) { ga('create', 'UA-2071199-4'); wait(n); } go(20000); go(30000);"
    page = extract_page(f"<script>{code}</script>", url="https://page.example/")
    assert [s.kind for s in page.sightings] == ["network", "account"]


def test_calls_are_bounded() -> None:
    """A page may hold any number; what is left unread is said."""
    calls = "".join(f"ad('{number:032x}');" for number in range(MAX_CALLS + 5))
    page = extract_page(
        f"<script>function ad(k) {{ {INVOKE} }} {calls}</script>", url="https://page.example/"
    )
    assert len({s.account for s in page.sightings if s.account}) <= MAX_CALLS
    assert "calls of functions" in (page.parse_status or "")


@pytest.mark.parametrize(
    "code",
    [
        "function f(a){" * 20_000 + "f('12345678');" * 20_000,
        "f('12345678'," * 40_000,
        "function f(a){'" + "{" * 200_000 + "f('12345678');",
        "".join(f"function f{n}(a){{{{;}}f{n}('12345678');" for n in range(20_000)),
        "</script><script>".join(
            "".join(f"function f{n}(a){{{{;}}f{n}('12345678');" for n in range(90)) for _ in range(99)
        ),
    ],
)
def test_hostile_scripts_take_little(code: str) -> None:
    """Whatever is never closed is read once."""
    start = time.process_time()
    extract_page(f"<script>{code}</script>", url="https://page.example/")
    assert time.process_time() - start < 2


@pytest.mark.parametrize(("more", "is_cut"), [(0, False), (1, True)])
def test_functions_are_said_to_be_left_unread_if_they_are(more: int, is_cut: bool) -> None:
    """As many as are read is not one too many."""
    code = "".join(f"function f{n}(k) {{ }} f{n}('{KEY}');" for n in range(MAX_FUNCTIONS + more))
    page = extract_page(f"<script>{code}</script>", url="https://page.example/")
    assert ("functions called" in page.parse_status) == is_cut
