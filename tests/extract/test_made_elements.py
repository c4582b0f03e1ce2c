"""Elements that code makes say what the same tag in the page would."""

import pytest

from adtrace.extract import extract_page
from adtrace.extract.made_elements import MAX_ELEMENTS, elements_made_by
from adtrace.extract.sighting import Sighting

SRC = "https://quietferry.example/88/tag.min.js"


def accounts(code: str) -> list[Sighting]:
    found = extract_page(f"<script>{code}</script>", url="https://page.example/").sightings
    return [s for s in found if s.kind == "account"]


@pytest.mark.parametrize(
    "code",
    [
        f"let ad = document.createElement('script');\nad.src = '{SRC}';\nad.setAttribute('data-zone', '7130284');",
        f'var s = d.createElement("script"); s.dataset.zone = 7130284; s.async = !0; s.src = "{SRC}";',
        f"a.dataset['zone'] = '7130284', a.src = '{SRC}'",
        f"loadJS('{SRC}', {{ async: true, 'data-zone': '7130284' }})",
        f"useHead({{script: [{{src: '{SRC}', 'data-zone': 7130284}}]}})",
        f'jsx("script", {{"src": "{SRC}", "data-zone": "7130284"}})',
        rf'self.__next_f.push([1,"[\"$\",\"script\",null,{{\"src\":\"{SRC}\",\"data-zone\":\"7130284\"}}]"])',
        f'box.innerHTML = \'<script src="{SRC}" data-zone="7130284" async><\\/script>\'',
        f"box.innerHTML = `<script\n  src='{SRC}'\n  data-zone='7130284'></scr` + `ipt>`",
    ],
    ids=["statements", "dataset", "key", "helper", "head", "jsx", "flight", "markup", "template"],
)
def test_an_element_that_code_makes_is_read_as_its_tag(code: str) -> None:
    """However it is made: one account, live, on the host that nobody knows, located in the code."""
    (found,) = accounts(code)
    assert (found.network, found.account, found.state) == ("monetag", "7130284", "live")
    assert found.host == "quietferry.example"
    assert found.locator.path == "script[1]#text"
    assert found.decoded[-1].encoding == "element"


TOKEN = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


@pytest.mark.parametrize(
    "code",
    [
        f"var m = document.createElement('meta'); m.name = 'propeller'; m.content = '{TOKEN}'; head.append(m);",
        f"m = d.createElement('meta'); m.name = 'propeller'; m.setAttribute('value', '{TOKEN}');",
        f"m = d.createElement('meta'); m.setAttribute('name', 'propeller'); m.setAttribute('content', '{TOKEN}');",
        f"head.insertAdjacentHTML('beforeend', '<meta name=\"propeller\" content=\"{TOKEN}\">')",
    ],
    ids=["properties", "value", "attributes", "markup"],
)
def test_a_meta_that_code_makes_proves_as_the_pages_own(code: str) -> None:
    """A verification token, declared and id_only wherever it is written."""
    (found,) = accounts(code)
    assert (found.network, found.account) == ("monetag", TOKEN)
    assert (found.basis, found.state) == ("declared", "id_only")


@pytest.mark.parametrize("name", ["viewport", "description"])
def test_another_meta_that_code_makes_is_none(name: str) -> None:
    """The name decides, as in the page."""
    assert accounts(f"m = d.createElement('meta'); m.name = '{name}'; m.content = '{TOKEN}'") == []


def test_class_and_data_names_are_those_of_the_attributes() -> None:
    """className is class, dataset.zoneId is data-zone-id."""
    code = "i = document.createElement('ins'); i.className = 'eas6a97888e2'; i.dataset.zoneId = '5738206'"
    assert [element.line for element in elements_made_by(code)] == [
        '<ins class="eas6a97888e2" data-zone-id="5738206">'
    ]


def test_a_start_tag_is_one_line() -> None:
    """Whatever breaks a page's author put in, the line is the tag's own."""
    code = "x = `<ins\n  style='border:0;\n  padding:0' data-zoneid='5738206'>`"
    assert [element.line for element in elements_made_by(code)] == [
        '<ins data-zoneid="5738206" style="border:0; padding:0">'
    ]


def test_two_elements_of_one_name_stay_apart() -> None:
    """A name that is given a new element begins a new tag."""
    code = "".join(
        f"s = document.createElement('script'); s.src = '{SRC}'; s.dataset.zone = {zone};"
        for zone in (7130284, 7130285)
    )
    assert [found.account for found in accounts(code)] == ["7130284", "7130285"]


def test_code_that_does_not_run_makes_nothing_live() -> None:
    """The state is that of the place."""
    (found,) = accounts(f"/* s.src = '{SRC}'; s.dataset.zone = '7130284'; */ start();")
    assert found.state == "commented"


@pytest.mark.parametrize(
    "code",
    [
        "s.src = '/player.js'; s.dataset.zone = '7130284'",
        "cell.dataset.zone = '7130284'; row.title = 'x'",
        f"track({{'data-zone': '7130284'}}); open('{SRC}')",
    ],
    ids=["own script", "no script", "apart"],
)
def test_attributes_that_make_no_tag_of_a_network(code: str) -> None:
    """Half of a tag is none."""
    assert accounts(code) == []


def test_a_script_of_many_elements_is_read_up_to_a_bound() -> None:
    """What a page makes ten thousand times over says no more with each."""
    code = "".join(f"load('{SRC}', {{'data-zone': {7130000 + i}}});" for i in range(MAX_ELEMENTS + 50))
    assert len(accounts(code)) == MAX_ELEMENTS


def test_an_attribute_that_is_no_data_attribute() -> None:
    """A shape may read any: the site that a manager's loader is told."""
    code = "n = d.createElement('script'); n.setAttribute('src', 'https://kumo.network-n.com/dist/app.js');"
    (found,) = accounts(f"{code} n.setAttribute('site', 'tower-guide'); h.append(n);")
    assert (found.network, found.account, found.state) == ("network-n", "tower-guide", "live")
