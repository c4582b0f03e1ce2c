"""Canaries in every place that page text can reach: no reader but the investigator finds one in any byte of any format.

And an outsider with a reverse look-up of account ids, who knows which site uses which account, joins nothing.
"""

import base64
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from adtrace.export import FORMATS, Reader, write_files
from adtrace.export.bundle import write_bundle
from adtrace.export.parts import choose
from adtrace.extract.sighting import Decoded, Extraction, Locator, PageState, Sighting
from adtrace.relate.links import links_of
from tests.export.readers import BRAND, NETWORK, READERS, judge
from tests.relate.small_case import SmallCase, a_sighting

# Two listed sites, an id of the reader's own network, one of another's, a private seller, and where we sit.
SITE, OTHER_SITE = "canary-cinema.example", "quiet-canary.example"
OWN_ID, OTHER_ID = "pub-7700112233445566", "zone-8811223344556677"
SELLER, MAIL, ADDRESS = "Jo Canary-Doe", "jo@canary-seller.test", "192.0.2.77"
STRANGER = "canary-stranger.test"


def disguises(text: str) -> list[str]:
    """The text in forms a page may write it in."""
    raw = text.encode()
    return [
        text,
        text.upper(),
        quote(quote(text, safe=""), safe=""),
        "".join(f"\\u{ord(c):04x}" for c in text),
        base64.b64encode(raw).decode(),
        base64.b64encode(b"x" + raw).decode(),
        base64.b64encode(b"xy" + raw).decode(),
        raw.hex(),
        text[::-1],
    ]


def planted() -> Iterator[Sighting]:
    """A sighting of each kind, every field that is text of a page full of canaries in one disguise."""
    for number, site in enumerate(disguises(f"https://{SITE}/{OTHER_ID}")):
        text = f"{site} {OTHER_SITE} {SELLER} {MAIL} https://x.test/?user_ip={ADDRESS}&v=1"
        common: dict[str, Any] = {
            "value": text,
            "url": f"https://{SITE}/?u={text}",
            "decoded": (Decoded("base64", text),),
            "source": text,
            "locator": Locator("page", text, number, number + 1),
        }
        yield a_sighting(network=NETWORK, host=f"{SITE}.magsrv.com", ad_domain="magsrv.com", **common)
        for network, account in ((NETWORK, OWN_ID), ("exoclick", OTHER_ID)):
            yield a_sighting(
                kind="account", network=network, account=account, account_kind="publisher_id", scope="account",
                host=SITE, ad_domain=SITE, **common,
            )  # fmt: skip
        yield a_sighting(kind="brand", network=None, brand=BRAND, role="unknown", basis="landing",
                         host=f"{SITE}.{BRAND}", ad_domain=BRAND, **common)  # fmt: skip
        yield a_sighting(kind="landing", network=None, basis="landing", host=SITE, ad_domain=SITE, **common)
        yield a_sighting(kind="unidentified", network=None, host=STRANGER, ad_domain=STRANGER, **common)
        said = {
            "relation": site,
            "seller_type": site,
            "name": SELLER,
            "domain": STRANGER,
            "position": 1,
            "x": text,
        }
        yield a_sighting(
            kind="declaration", network=NETWORK, account=OWN_ID, account_kind="seller_id", scope="account",
            basis="declared", declared=said, **common,
        )  # fmt: skip
        yield a_sighting(kind="declared_site", network=None, host=STRANGER, basis="declared", **common)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All that each reader can be given of such a case, by reader."""
    small = SmallCase(tmp_path_factory.mktemp("canaries") / "case")
    for site in (SITE, OTHER_SITE):
        small.entry(site, reference=f"see {SITE}", category=f"of {OTHER_SITE}", authority=f"who found {SITE}")
    found = list(planted())
    for site in (SITE, OTHER_SITE):
        decision = small._decide  # the small case's own way to write a decision
        with small.case.transaction():
            outcome = {"decision": decision(site, f"https://{site}/", "page"), "status": 200, "bytes_seen": 1}
            extraction = Extraction(
                "page", "", "", PageState("operator", "default"), found, [], [], f"cut at {SITE}", "k"
            )
            small.case.add_capture(outcome, "page", None, extraction, links_of)
    small.end(SITE, "redirected", location=f"https://{STRANGER}/?from={SITE}")
    small.end(SITE, "failed", layer="dns", reason=f"no {SITE} at https://x.test/?ip={ADDRESS}")
    small.deny(SITE, f"https://{OTHER_ID}.magsrv.com/{SITE}", f"{SITE} named it")
    judge(small, "kind <> 'unidentified'")
    folders = {}
    with small.case as case:
        for reader in READERS:
            forms = [known.name for known in FORMATS if reader.audience in known.audiences]
            folder = tmp_path_factory.mktemp(reader.audience)
            write_files(case, folder, choose(reader.audience, (), forms, everything=True), reader)
            write_bundle(case, folder / "bundle", reader, lambda _: b"")
            folders[str(reader)] = folder
    return folders


def all_bytes(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, every member of every package, and every table of a Parquet file as text."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        data = file.read_bytes()
        yield file.name, data
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                for name in package.namelist():
                    inner = package.read(name)
                    yield f"{file.name}/{name}", gzip.decompress(inner) if name.endswith(".gz") else inner
        if file.suffix == ".parquet":
            parquet = pytest.importorskip("pyarrow.parquet")
            read = parquet.read_table(file)
            yield (
                f"{file.name} as text",
                json.dumps(read.to_pylist(), default=str, ensure_ascii=False).encode(),
            )


def forms(data: bytes) -> Iterator[str]:
    """The bytes as text, unescaped, and every code in them read as a finder with a grep would."""
    text = data.decode("utf-8", "replace")
    plain = unquote(unquote(unquote(text)))
    plain = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), plain)
    for shown in (text, plain, plain[::-1]):
        yield shown.lower()
    for run in set(re.findall(r"[A-Za-z0-9+/_-]{16,}", plain)):
        for part in (run, run[::-1]):
            code = part.replace("-", "+").replace("_", "/")
            for offset in range(4):
                cut = code[offset:]
                yield base64.b64decode(cut[: len(cut) - len(cut) % 4]).decode("latin-1").lower()
        if re.fullmatch("(?:[0-9a-f]{2})+", run):
            yield bytes.fromhex(run).decode("latin-1").lower()


SECRET = [SITE, OTHER_SITE, SITE.partition(".")[0], SELLER, MAIL, "canary-seller", OTHER_ID, STRANGER]


@pytest.mark.parametrize("reader", READERS[1:], ids=str)
def test_no_canary_is_in_any_byte(written: dict[str, Path], reader: Reader) -> None:
    """Sites, other parties' ids, sellers, strangers: in no file, member or code of anything this reader gets."""
    secret = [word.lower() for word in SECRET]
    if reader.audience != "network":
        secret.append(OWN_ID.lower())
    for name, data in all_bytes(written[str(reader)]):
        for shown in forms(data):
            for word in secret:
                assert word not in shown, (name, word, shown[max(0, shown.find(word) - 80) :][:200])


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_our_own_address_is_nobodys(written: dict[str, Path], reader: Reader) -> None:
    """Where the investigator sits leaves with no export, the investigator's own included."""
    for name, data in all_bytes(written[str(reader)]):
        if not name.startswith("captures"):
            assert all(ADDRESS not in shown for shown in forms(data)), name


def test_the_search_would_find_them(written: dict[str, Path]) -> None:
    """The investigator's export, which may hold them, does: the test above can fail."""
    shown = "".join(form for _, data in all_bytes(written["investigator"]) for form in forms(data))
    assert all(word.lower() in shown for word in (SITE, OTHER_SITE, OWN_ID, OTHER_ID, SELLER))


def test_a_reverse_look_up_of_ids_joins_nothing(written: dict[str, Path]) -> None:
    """An outsider's table says which site uses which id. Whatever a row shows, no site can be told from another by it,

    but by the ids of the one network to which they are sent in clear.
    """
    outsider = {SITE: {OWN_ID, OTHER_ID}, OTHER_SITE: {OWN_ID, OTHER_ID}}
    known = {one.lower() for ids in outsider.values() for one in ids}
    for reader in READERS[1:]:
        rows = [
            json.loads(line)
            for file in written[str(reader)].glob("*.jsonl")
            for line in file.read_text("ascii").splitlines()
        ]
        assert rows
        joined = {cell for row in rows for cell in map(str, row.values()) if cell.lower() in known}
        assert joined == ({OWN_ID} if reader.audience == "network" else set())


def test_two_readers_outside_share_no_name(written: dict[str, Path]) -> None:
    """No pseudonym and no record's name stands in both: neither can be joined with the other's or the task force's."""
    names = {}
    for reader in READERS[1:]:
        text = "".join(file.read_text("ascii") for file in written[str(reader)].glob("*.jsonl"))
        names[str(reader)] = set(re.findall(r"\b(?:dom|sub|acc|op|out|rec)-[a-z2-7]{20}\b", text))
        names[str(reader)] |= set(re.findall(r"\b[0-9a-f]{8}-(?:outcome|sighting|account|brand)-\w+", text))
    assert all(names.values())
    network, brand, taskforce = names[str(READERS[2])], names[str(READERS[3])], names["taskforce"]
    assert not network & brand
    assert not (network | brand) & taskforce
