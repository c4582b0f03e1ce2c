"""Lists of ids that a script goes through: each item says what the tag that is made of it would."""

import time

import pytest

from adtrace.extract import extract_page
from adtrace.extract.loops import MAX_ITEMS
from tests.extract.test_calls import accounts

TAG = "i.className = 'eas6a97888e2'; i.setAttribute('data-zoneid', {z}); b.append(i);"
MAKE = f"const i = document.createElement('ins'); {TAG}"
ZONES = "const zones = ['5738206', '5738207'];"
ONES = "const zones = [{w: 300, id: 5738206}, {w: 728, id: 5738207}];"
INS = '<ins class="eas6a97888e2" data-zoneid="${z}"></ins>'


def loop(head: str, taken: str = "z", end: str = "") -> str:
    return f"{head} {{ {MAKE.format(z=taken)} }}{end}"


@pytest.mark.parametrize(
    "code",
    [
        f"{ZONES} {loop('zones.forEach(z =>', end=');')}",
        f"{ZONES} {loop('zones.forEach(function (z, n)', end=');')}",
        f"{loop('[5738206, 5738207].forEach((z) =>', end=')')}",
        f"{ZONES} {loop('for (const z of zones)')}",
        f"{ZONES} {loop('for (var n = 0; n < zones.length; n++)', 'zones[n]')}",
        f"{ZONES} {loop('function ad(z)')} zones.forEach(ad);",
        f"{ZONES} {loop('const ad = z =>')}; zones.map(z => ad(z));",
        f"{ZONES} box.innerHTML = zones.map(z => `{INS}`).join('');",
        f"{ONES} {loop('zones.forEach(z =>', 'z.id', ');')}",
        f"{ONES} {loop('zones.forEach(({w, id}) =>', 'id', ');')}",
        f"{ONES} {loop('for (const {id: zone} of zones)', 'zone')}",
        "const zones = {top: {id: '5738206'}, side: {id: '5738207'}};"
        + loop("Object.values(zones).forEach(z =>", "z.id", ");"),
        "const zones = {top: {w: 1, id: '5738206'}, 'side': {w: 2, id: '5738207'}};"
        + loop("for (const [place, z] of Object.entries(zones))", "z.id"),
    ],
)
def test_each_item_of_a_list(code: str) -> None:
    """However the script goes through it: each id is one account, located at its own item."""
    found = accounts(code)
    assert set(found) == {"5738206", "5738207"}
    assert all(account in place and len(place) < 40 for account, place in found.items())


@pytest.mark.parametrize(
    "code",
    [
        f"{ZONES} {loop('others.forEach(z =>', end=');')}",
        f"{ZONES} zones.forEach(z => log(z));",
        f"{ZONES} zones = more; {loop('zones.forEach(z =>', end=');')}",
        f"{ZONES} function f(zones) {{ {loop('zones.forEach(z =>', end=');')} }}",
        f"{ZONES} {loop('zones.forEach(z =>', 'next(z)', ');')}",
        f"{ZONES} {loop('zones.forEach(z =>')}",
        "const zones = {top: {id: '5738206'}};" + loop("zones.forEach(z =>", "z.id", ");"),
        "const zones = ['5738206'" + loop("; zones.forEach(z =>", end=");"),
    ],
    ids=["another", "no tag", "set again", "parameter", "computed", "open", "object", "open list"],
)
def test_items_that_make_no_tag(code: str) -> None:
    """Another list, one that stands for something else, one of which something else is made."""
    assert accounts(code) == {}


def test_an_item_is_not_its_neighbours() -> None:
    """What is done by an item's own word, one thing or another, says of none whose its id is."""
    code = (
        "const zones = [{kind: 'exo', id: '5738206'}, {kind: 'juicy', id: '884410'}];"
        f"zones.forEach(z => {{ if (z.kind === 'exo') {{ {MAKE.format(z='z.id')} }}"
        " else adsbyjuicy.push({adzone: z.id}); });"
    )
    assert accounts(code) == {}


def test_items_are_bounded() -> None:
    """A page may hold any number; what is left unread is said."""
    zones = ",".join(str(5_738_206 + number) for number in range(MAX_ITEMS + 5))
    code = f"const zones = [{zones}]; {loop('zones.forEach(z =>', end=');')}"
    page = extract_page(f"<script>{code}</script>", url="https://page.example/")
    assert len({s.account for s in page.sightings if s.account}) == MAX_ITEMS
    assert "items of lists" in (page.parse_status or "")


@pytest.mark.parametrize(
    "code",
    [
        "a=[12345," * 40_000,
        "a={b:{c:" * 40_000 + "12345}",
        "a=[{b:1}," * 40_000 + "12345]",
        "a=[12345];" + "a.forEach(a=>{" * 30_000,
        "a=[12345];" + "for(const a of a){" * 30_000,
        "a=[12345];" + "for(var i=0;i<a.length;" * 20_000,
        "a=[12345];" + "(" * 200_000 + "=>",
        "".join(f"a{n}=[12345];a{n}.forEach(z=>{{x.src=z" for n in range(20_000)),
    ],
)
def test_hostile_scripts_take_little(code: str) -> None:
    """Whatever is never closed is read once."""
    start = time.process_time()
    extract_page(f"<script>{code}</script>", url="https://page.example/")
    assert time.process_time() - start < 2
