"""Small pages that each show one thing: a folder each, with what extraction must say of it.

    tests/pages/<slug>/page.html       the document; frame.html, script.js or worker.js for the other kinds
    tests/pages/<slug>/headers.json    the response's headers, {name: value}, where they matter
    tests/pages/<slug>/expected.json   page_state; of each sighting and each URL proposed to the door what is not null

After a wanted change, `pytest tests/pages --rewrite-pages` writes the expectations anew: read the difference.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adtrace.extract import extract_page
from adtrace.extract.sighting import DocumentKind, Extraction, Sighting

PAGES = Path(__file__).parent
SLUGS = sorted(folder.name for folder in PAGES.iterdir() if (folder / "expected.json").exists())
KINDS: dict[str, DocumentKind] = {
    "page.html": "page", "frame.html": "frame", "script.js": "script", "worker.js": "worker",
}  # fmt: skip
# What the fixture decides; ids, hashes and offsets follow from it.
_SHOWN = "kind network account account_kind scope brand role host value decoded basis state certainty declared".split()


def read(folder: Path) -> Extraction:
    """What extraction says of the folder's document."""
    (name,) = (name for name in KINDS if (folder / name).exists())
    headers = folder / "headers.json"
    return extract_page(
        (folder / name).read_text(encoding="utf-8"),
        kind=KINDS[name],
        url="https://page.example/",
        headers=tuple(json.loads(headers.read_text()).items()) if headers.exists() else (),
    )


def shown(extraction: Extraction) -> dict[str, Any]:
    """The expectation in its stored form."""
    state = extraction.page_state
    proposals = [msgspec.to_builtins(proposal) for proposal in extraction.proposals]
    return {
        "page_state": state and [state.label, state.rule.partition("@")[0]],
        "sightings": [_shown(sighting) for sighting in extraction.sightings],
        "proposals": [{k: v for k, v in found.items() if v is not None} for found in proposals],
    }


def _shown(sighting: Sighting) -> dict[str, Any]:
    fields = msgspec.to_builtins(sighting)
    kept = {name: fields[name] for name in _SHOWN if fields[name] not in (None, (), {})}
    return kept | {"rule": sighting.rule.partition("@")[0], "path": sighting.locator.path}


@pytest.mark.parametrize("slug", SLUGS)
def test_page_says_what_is_expected(slug: str, request: pytest.FixtureRequest) -> None:
    """Every sighting and the page state, no more and no less; each locator opens the value it names."""
    extraction = read(PAGES / slug)
    found = json.dumps(shown(extraction), indent=1, ensure_ascii=False) + "\n"
    file = PAGES / slug / "expected.json"
    if request.config.getoption("rewrite_pages"):
        file.write_text(found, encoding="utf-8")
    assert json.loads(found) == json.loads(file.read_text(encoding="utf-8"))
    for sighting in extraction.sightings:
        place = extraction.skeleton[sighting.locator.start : sighting.locator.end]
        assert place, sighting.rule


def test_every_folder_is_a_fixture() -> None:
    """A folder without an expectation is tested by nobody."""
    folders = {p.name for p in PAGES.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert folders == set(SLUGS)
