"""scrub.py: no medium stays in a text, in whatever form; what is code, an id or a path stays."""

import base64
import gzip
import json
import random
import re
import zlib
from collections.abc import Iterator

import msgspec
import pytest

from adtrace.extract import extract_page
from adtrace.extract.scrub import RUN, scrub
from tests.extract.media_forms import ENCODINGS, HEADS, PLACES, find_media, media, page

URL = "https://clip.example/"
TAG = '<script src="//pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-7081295346120983"></script>'


def kept(html: str) -> str:
    """All of a page that would be kept, as text."""
    found = extract_page(html + TAG, url=URL)
    assert any("pub-7081295346120983" in (s.account or "") for s in found.sightings)
    return found.skeleton + msgspec.json.encode(found.sightings).decode()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_kind_in_every_encoding_is_scrubbed(encoding: str) -> None:
    """In an attribute or in a script string, with noise or with zeros behind the first bytes."""
    dice = random.Random(encoding)
    for kind in HEADS:
        left = kept(
            page(dice.choice(["any-attribute", "js-string"]), ENCODINGS[encoding](media(kind, dice, 700)))
        )
        assert find_media(left) is None, f"{kind}\n{left[:2000]}"


@pytest.mark.parametrize("place", PLACES)
def test_every_encoding_at_every_place_is_scrubbed(place: str) -> None:
    """Wherever a page can hold text: addresses, attributes, styles, data blocks, code, documents within."""
    dice = random.Random(place)
    for encoding, encode in ENCODINGS.items():
        left = kept(page(place, encode(media(dice.choice([*HEADS]), dice, 700))))
        assert find_media(left) is None, f"{encoding}\n{left[:2000]}"


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_ten_thousand_generated_cases() -> None:
    """Any kind, size, encoding and place, seeded; every case is decoded again by another decoder."""
    dice = random.Random(20260101)
    for case in range(10_000):
        kind, encoding, place = (dice.choice([*names]) for names in (HEADS, ENCODINGS, PLACES))
        raw = media(kind, dice, size=dice.choice([400, 700, 1500, 4000]))
        left = kept(page(place, ENCODINGS[encoding](raw)))
        assert find_media(left) is None, f"case {case}: {kind} as {encoding} at {place}\n{left[:2000]}"


def test_the_other_decoder_sees() -> None:
    """What the tests above rely on: before the scrubber, each kind in each encoding is found."""
    dice = random.Random(1)
    for encoding, encode in ENCODINGS.items():
        for kind in HEADS:
            assert find_media(encode(media(kind, dice))), f"{kind} as {encoding}"


def test_a_short_picture_is_scrubbed_by_its_first_bytes() -> None:
    """43 bytes are a whole GIF: no run is too short for what begins as a medium."""
    gif = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
    for place in ("js-string", "any-attribute", "class", "frame-src", "json"):
        for encoding in ("base64", "hex", "js-x", "percent", "data-uri", "decimals"):
            assert find_media(kept(page(place, ENCODINGS[encoding](gif)))) is None, f"{encoding} at {place}"


@pytest.mark.parametrize(
    "picture",
    [
        "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0 9 9'/></svg>",
        "data:image/svg+xml,%3Csvg xmlns=%27x%27%3E%3Cpath d=%27M0 0%27/%3E%3C/svg%3E",
        base64.b64encode(
            b"<svg xmlns='http://www.w3.org/2000/svg'><text>quokka</text>" + b"<path/>" * 80 + b"</svg>"
        ).decode(),
    ],
)
def test_pictures_in_markup_are_scrubbed(picture: str) -> None:
    """SVG is a picture too."""
    text, taken = scrub(f'var a = 1, p = "{picture}", b = 2;', "script")
    assert [one.kind for one in taken]
    assert text.startswith("var a = 1, p = ")
    assert text.endswith("b = 2;")
    assert "svg" not in text.replace("svg+xml", "")


def test_drawn_pictures_are_scrubbed() -> None:
    """The outlines of an inline drawing are the drawing."""
    outline = "M10.5 20" + " c1.5,2.5 -3,4 5.25,6 L12,14" * 12 + "z"
    left = kept(
        f'<svg viewBox="0 0 9 9"><path fill="red" d="{outline}"/></svg><script>var i = "{outline}"</script>'
    )
    assert "c1.5,2.5" not in left
    assert '<path d="[[scrubbed drawing' in left


LIST = "//tag.net.example/a.js?zone=7" + "&sub=" + "x" * 30
CODE = f"document.createElement('script').src='{LIST}';var z={{id:'pub-99887766'}};" * 9
NOISE = " ".join(random.Random(n).randbytes(12).hex() for n in range(60)).encode()
TOKEN = json.dumps({"sub": "x" * 500}).encode()
SURVIVORS = {
    "packed base64": base64.b64encode(CODE.encode()).decode(),
    "packed gzip": base64.b64encode(gzip.compress(CODE.encode() + NOISE, mtime=0)).decode(),
    "packed zlib, url-safe": "??-" + base64.urlsafe_b64encode(zlib.compress(NOISE)).decode(),
    "percent": "".join(f"%{ord(c):02X}" for c in CODE),
    "js escapes": "".join(f"\\x{ord(c):02x}" for c in CODE),
    "entities": "".join(f"&#{ord(c)};" for c in CODE),
    "char codes": ",".join(str(ord(c)) for c in CODE),
    "hex": CODE.encode().hex(),
    "json web token": "eyJhbGciOiJIUzI1NiJ9." + base64.urlsafe_b64encode(TOKEN).decode(),
    "ids": ",".join(f"'{random.Random(n).randbytes(16).hex()}'" for n in range(40)),
    "long id": random.Random(5).randbytes(190).hex(),
    "vast ids": ", ".join(str(300 + n * 7) for n in range(400)),
    "path": "/assets/" + "some-folder/other_folder/2014/index-page/" * 20 + "a.js",
    "list of names": "%2C".join(f"AMS_GLOBAL_NAVBAR_{n}" for n in range(40)),
    "ad unit path": "/1234567/site.example/home_page/leaderboard_top",
}  # fmt: skip


@pytest.mark.parametrize("name", SURVIVORS)
def test_what_is_text_code_or_an_id_stays(name: str) -> None:
    """Decoded within bounds and kept, to the letter: it may be the only place of a tag or an account."""
    run = SURVIVORS[name]
    text = f'var zone = 7, p = "{run}", after = "{"z" * 30}";'
    assert scrub(text, "script") == (text, [])


def test_what_was_scrubbed_is_recorded_by_kind_length_and_place() -> None:
    """Enough to say what is missing, nothing of what it was."""
    raw = HEADS["jpeg"] + bytes(900)
    run = base64.b64encode(raw).decode()
    found = extract_page(f'<img src="data:image/png;base64,{run}"><script>p="{run}"</script>', url=URL)
    uri, encoded = found.scrubbed
    assert (uri.kind, uri.length, uri.place) == ("data-uri", len(run) + 22, "img@src")
    assert (encoded.kind, encoded.length, encoded.place) == ("encoded", len(run), "script")
    assert f"[[scrubbed data-uri {uri.length}]]" in found.skeleton


def test_what_does_not_settle_is_taken_by_lines_and_then_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text in which every cut uncovers another keeps its other lines; one where lines do so too keeps nothing."""
    import adtrace.extract.scrub as module

    def wherever(pattern: str):  # type: ignore[no-untyped-def]
        def find(text: str, *_: object) -> Iterator[tuple[int, int, str]]:
            if found := re.search(pattern, text):
                yield module._Cut(*found.span(), "data-uri")

        return find

    monkeypatch.setattr(module, "suspicions", lambda data: {"data_uri"})
    monkeypatch.setattr(module, "_PASSES", [("data_uri", wherever("q"))])
    text = f"<script src=//a.example/tag.js>\n{'q' * 20}\n<ins data-zone=7>"
    clean, taken = scrub(text, "elements")
    length = taken[-1].length
    assert clean == f"<script src=//a.example/tag.js>\n[[scrubbed unsettled {length}]]\n<ins data-zone=7>"
    assert scrub(clean, "elements") == (clean, [])

    monkeypatch.setattr(module, "_PASSES", [("data_uri", wherever("."))])
    clean, taken = scrub(text, "elements")
    assert re.fullmatch(r"\[\[scrubbed unsettled \d+\]\]", clean)
    assert {cut.kind for cut in taken} == {"data-uri", "unsettled"}


def test_names_of_tags_and_attributes_hold_no_run() -> None:
    """A name is cut; what it hides is not kept."""
    run = (HEADS["png"] + bytes(400)).hex()
    assert find_media(kept(f"<{'p' + run}><div {'q' + run}=1>")) is None


UNITS = (
    *(
        "A",
        "/",
        "%41",
        "\\x41",
        "&#1;",
        "1,",
        "M0 0",
        "<~",
        "~>",
        "eJ",
        "H4sI",
        "iVBORw0KGg",
        "9j/4AAQ\\n" * 8,
    ),
    *("data:", "data:image/png,", "data:image/svg+xml,<svg", "iVBORw0KGgAAAAAAAAAAAAAAAA' + '"),
)


@pytest.mark.parametrize("unit", UNITS)
def test_work_grows_with_length_alone(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the text: about ten times the characters decoded and judged, for runs that never end or always do.

    The patterns themselves are RE2's, linear by construction; what could grow otherwise is how often a character
    is handed to a decoder, so that is counted, not timed.
    """
    import adtrace.extract.scrub as module

    def work(size: int) -> int:
        done = 0

        def counting(function):  # type: ignore[no-untyped-def]
            def call(first, *rest, **named):  # type: ignore[no-untyped-def]
                nonlocal done
                done += len(first) if isinstance(first, str | bytes) else 0
                return function(first, *rest, **named)

            return call

        with monkeypatch.context() as patch:
            for name in ("is_media", "text_of", "inflated", "_is_words", "_is_bad"):
                patch.setattr(module, name, counting(getattr(module, name)))
            module.scrub((unit * (size // len(unit) + 1))[:size], "script")
        return done

    small, large = work(20_000), work(200_000)
    assert large <= 12 * small + 100_000


def test_runs_shorter_than_a_picture_are_ids() -> None:
    """A token of any letters, below the length of a run, is left alone."""
    dice = random.Random(9)
    for _ in range(300):
        token = base64.b64encode(dice.randbytes(dice.randrange(8, RUN * 3 // 4 - 2))).decode()
        if find_media(token) is None:
            assert scrub(f'id = "{token}"', "script") == (f'id = "{token}"', [])
