"""Foreign databases: each read in its true form, kept as one form, asked for a second opinion; cards win."""

import errno
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from adtrace.cli.knowledge import command, import_database
from adtrace.errors import CardError, UsageError
from adtrace.extract import extract_page
from adtrace.knowledge import Knowledge, load_knowledge
from adtrace.knowledge.packs import Pack, PackEntry, Packs, load_packs
from adtrace.knowledge.packs.conflicts import find_conflicts
from adtrace.knowledge.packs.importing import READERS, import_pack

TODAY = date(2026, 11, 22)
# Invented companies in the real files' forms, with what those hold besides.
GHOSTERY = {
    "categories": {"advertising": {"name": "Advertising", "color": "#cb55cd", "description": "Ads."}},
    "organizations": {
        "quince": {
            "name": "Quince Media Ltd", "description": None, "website_url": "https://quince.example/",
            "country": "GB", "privacy_policy_url": None, "privacy_contact": None, "ghostery_id": "1", "tags": [],
        }
    },
    "patterns": {
        "quince_ads": {
            "name": "Quince Ads", "category": "advertising", "organization": "quince", "alias": None,
            "website_url": "https://quince.example/", "ghostery_id": "2", "tags": [],
            "domains": ["ads.quince.example", "cloudfront.net"], "filters": ["||ads.quince.example^$3p"],
        }
    },
    "domains": {"ads.quince.example": "quince_ads"},
    "filters": {"||ads.quince.example^$3p": "quince_ads"},
}  # fmt: skip
TDS = {
    "trackers": {
        "quince.example": {
            "domain": "quince.example", "owner": {"name": "Quince Media Ltd", "displayName": "Quince"},
            "prevalence": 0.006, "fingerprinting": 1, "cookies": 0.01, "default": "block",
            "categories": ["Ad Motivated Tracking", "Advertising"], "rules": [{"rule": "quince\\.example\\/p"}],
        }
    },
    "entities": {
        "Quince Media Ltd": {"domains": ["quince.example", "shop.example"], "displayName": "Quince", "prevalence": 1}
    },
    "domains": {"quince.example": "Quince Media Ltd", "shop.example": "Quince Media Ltd"},
    "cnames": {},
}  # fmt: skip
RADAR = {
    "domain": "quince.example", "owner": {}, "source": ["DuckDuckGo-US"], "prevalence": 0.00002, "sites": 3,
    "subdomains": ["cdn"], "cnames": [], "fingerprinting": 2, "resources": [], "categories": ["Advertising"],
    "performance": {}, "cookies": 0.00002, "types": {"Script": 3}, "nameservers": [],
}  # fmt: skip
DISCONNECT = {
    "license": "Invented.",
    "categories": {
        "Advertising": [
            {
                "Quince": {
                    "https://quince.example/": ["quince.example", "quincecdn.example"],
                    "performance": "true",
                }
            }
        ],
        "Content": [{"Player": {"https://player.example/": ["player.example"]}}],
    },
}
ADGUARD = {
    "timeUpdated": "2026-01-01",
    "categories": {"4": "advertising", "9": "cdn"},
    "trackers": {
        "quince": {
            "name": "Quince",
            "categoryId": 4,
            "url": "https://quince.example/",
            "companyId": "quince_media",
        },
        "lone": {"name": "Lone", "categoryId": 9, "url": None, "companyId": None},
    },
    "trackerDomains": {"quince.example": "quince", "quincecdn.example": "quince", "lone.example": "lone"},
}
ADGUARD_COMPANIES = {
    "timeUpdated": "2026-01-01",
    "companies": {
        "quince_media": {"name": "Quince Media", "websiteUrl": "https://quince.example", "description": "x"}
    },
}
THIRD_PARTY_WEB = [
    {
        "name": "Quince Ads", "company": "Quince", "homepage": "https://www.quince.example/", "categories": ["ad"],
        "domains": ["*.quince.example", "23.62.3.183"], "averageExecutionTime": 1.5, "totalExecutionTime": 3,
        "totalOccurrences": 2,
    }
]  # fmt: skip
FILTER_LIST = """[Adblock Plus 2.0]
! Title: Invented list
! Expires: 4 days (update frequency)
! Licence: https://list.example/licence
||quince.example^$third-party
||popquince.example^$popup,third-party
||apex.example^
||partly.example^$third-party,domain=clip.example
||path.example/ads/
||excused.example^
@@||excused.example^$script
/banner/ads_
##.ad-box
clip.example##.promo
"""
GVL = {
    "gvlSpecificationVersion": 3, "vendorListVersion": 178, "tcfPolicyVersion": 5,
    "lastUpdated": "2026-09-24T16:00:25Z", "purposes": {}, "specialPurposes": {}, "features": {},
    "vendors": {
        "9001": {
            "id": 9001, "name": "Quince Media Ltd", "purposes": [1, 2], "legIntPurposes": [7],
            "urls": [{"langId": "en", "privacy": "https://www.quince.example/privacy", "legIntClaim": "https://x.example/"}],
            "deviceStorageDisclosureUrl": "https://cdn.example/deviceStorage.json", "usesCookies": True,
        },
        "9002": {"id": 9002, "name": "Old Form SA", "policyUrl": "https://oldform.example/p", "purposes": []},
    },
}  # fmt: skip
PREBID = {
    "NOTICE": "do not edit",
    "components": [
        {
            "componentType": "bidder", "componentName": "quince", "aliasOf": None, "gvlid": 9001,
            "disclosureURL": "https://quince.example/disclosure.json",
        },
        {
            "componentType": "bidder", "componentName": "qnc", "aliasOf": "quince", "gvlid": 9001,
            "disclosureURL": None,
        },
        {"componentType": "userId", "componentName": "quinceId", "aliasOf": None, "gvlid": None, "disclosureURL": None},
    ],
}  # fmt: skip
SELLERS = {
    "contact_email": "a@quince.example", "version": "1.0", "identifiers": [{"name": "TAG-ID", "value": "x"}],
    "sellers": [
        {"seller_id": "1", "seller_type": "INTERMEDIARY", "name": "Reseller One", "domain": "reseller.example"},
        {"seller_id": "2", "seller_type": "publisher", "name": "A Paper", "domain": "paper.example"},
        {"seller_id": "3", "seller_type": "BOTH", "is_confidential": 1},
        {"seller_id": 4, "seller_type": "Both", "name": "Reseller One", "domain": "https://reseller.example/"},
    ],
}  # fmt: skip
FILES: dict[str, Any] = {
    "ghostery": GHOSTERY,
    "duckduckgo": TDS,
    "disconnect": DISCONNECT,
    "adguard": ADGUARD,
    "third-party-web": THIRD_PARTY_WEB,
    "filter-list": FILTER_LIST,
    "gvl": GVL,
    "prebid": PREBID,
    "sellers-json": SELLERS,
}
ENTRIES = {
    "ghostery": [
        PackEntry("Quince Ads", "Quince Media Ltd", "advertising", ["ads.quince.example"], ["quince.example"])
    ],
    "duckduckgo": [
        PackEntry("Quince", "Quince Media Ltd", "Ad Motivated Tracking, Advertising", ["quince.example"])
    ],
    "disconnect": [
        PackEntry(
            "Quince", "Quince", "Advertising", ["quince.example", "quincecdn.example"], ["quince.example"]
        ),
        PackEntry("Player", "Player", "Content", ["player.example"], ["player.example"]),
    ],
    "adguard": [
        PackEntry(
            "Quince",
            "Quince Media",
            "advertising",
            ["quince.example", "quincecdn.example"],
            ["quince.example"],
        ),
        PackEntry("Lone", None, "cdn", ["lone.example"]),
    ],
    "third-party-web": [PackEntry("Quince Ads", "Quince", "ad", ["quince.example"], ["quince.example"])],
    "filter-list": [
        PackEntry(host, None, "blocked by Invented list", [host])
        for host in ("apex.example", "popquince.example", "quince.example")
    ],
    "gvl": [
        PackEntry("Quince Media Ltd", "Quince Media Ltd", "IAB TCF vendor", [], ["quince.example"], 9001),
        PackEntry("Old Form SA", "Old Form SA", "IAB TCF vendor", [], ["oldform.example"], 9002),
    ],
    "prebid": [
        PackEntry(
            "quince", None, "advertising: Prebid bidder", [], ["quince.example"], 9001, ["qnc", "quince"]
        )
    ],
    "sellers-json": [
        PackEntry("Reseller One", "Reseller One", "seller: both, intermediary", [], ["reseller.example"])
    ],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A packs folder of the test's own."""
    monkeypatch.setenv("ADTRACE_PACKS", str(tmp_path / "packs"))
    load_packs.cache_clear()
    yield tmp_path / "packs"
    load_packs.cache_clear()


def written(kind: str, folder: Path) -> Path:
    data = FILES[kind]
    file = folder / ("list.txt" if isinstance(data, str) else "data.json")
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    if kind == "adguard":
        (folder / "companies.json").write_text(json.dumps(ADGUARD_COMPANIES))
    return file


def imported(kind: str, folder: Path) -> Pack:
    return import_pack(kind, written(kind, folder), licence="test", source="a test", today=TODAY)[0]


def knowing(pack: Pack) -> Knowledge:
    cards = load_knowledge().cards
    return Knowledge(cards, dict.fromkeys(cards, "0" * 12), packs=Packs([(pack, "abcdef123456")]))


@pytest.mark.parametrize("kind", [reader.KIND for reader in READERS])
def test_each_database_is_read_in_its_true_form(kind: str, tmp_path: Path) -> None:
    """Names, companies, categories and hosts; suffixes anybody may use, addresses and partial rules left out."""
    pack = imported(kind, tmp_path)
    assert pack.entries == ENTRIES[kind]
    assert (pack.name, pack.kind, pack.licence, pack.imported) == (kind, kind, "test", TODAY)
    assert load_packs().packs == [pack]


def test_every_reader_has_its_line_in_the_help() -> None:
    """The command names each kind and what its file is."""
    words = " ".join((import_database.help or "").split())
    for reader in READERS:
        assert f"{reader.KIND} {reader.WHAT}" in words


@pytest.mark.parametrize("kind", ["duckduckgo", "prebid", "sellers-json"])
def test_folders_are_read_file_by_file(kind: str, tmp_path: Path) -> None:
    """A file of another form is passed over by name, the others go on."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.json").write_text(json.dumps(RADAR if kind == "duckduckgo" else FILES[kind]))
    (tmp_path / "in" / "broken.json").write_text('{"sellers": [')
    pack, skipped = import_pack(kind, tmp_path / "in", licence="test", source="", today=TODAY)
    assert [Path(what.partition(": ")[0]).name for what in skipped] == ["broken.json"]
    if kind == "duckduckgo":
        assert pack.entries == [PackEntry("quince.example", None, "Advertising", ["quince.example"])]
    else:
        assert pack.entries == ENTRIES[kind]


@pytest.mark.parametrize("kind", ["duckduckgo", "prebid", "sellers-json"])
def test_what_cannot_be_read_in_a_folder_costs_itself_alone(kind: str, tmp_path: Path) -> None:
    """A folder named as a file, a link to nowhere, a pipe that nobody writes: each is named, none is waited for."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps(RADAR if kind == "duckduckgo" else FILES[kind]))
    (folder / "a-folder.json").mkdir()
    (folder / "a-link.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "a-pipe.json")
    pack, skipped = import_pack(kind, folder, licence="test", source="", today=TODAY)
    assert [Path(what.partition(": ")[0]).stem for what in skipped] == ["a-folder", "a-link", "a-pipe"]
    assert len(pack.entries) == 1


def test_a_failing_disk_costs_the_file_it_fails_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it fails after the file was opened, and again when the folder's hash is taken."""
    (tmp_path / "one.json").write_text(json.dumps(SELLERS))
    (tmp_path / "two.json").write_text(json.dumps(SELLERS))
    opened = Path.open

    def failing(path: Path, mode: str = "r", **given: Any) -> Any:
        if path.name == "two.json":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path, mode, **given)

    monkeypatch.setattr(Path, "open", failing)
    pack, skipped = import_pack("sellers-json", tmp_path, licence="test", source="", today=TODAY)
    assert pack.entries == ENTRIES["sellers-json"]
    assert skipped == [f"{tmp_path / 'two.json'}: Input/output error."]


@pytest.mark.parametrize("kind", [reader.KIND for reader in READERS])
def test_a_pipe_is_refused(kind: str, tmp_path: Path) -> None:
    """It could be read once only, and its hash would be another's."""
    os.mkfifo(tmp_path / "data.json")
    with pytest.raises(UsageError, match=r"no plain file\."):
        import_pack(kind, tmp_path / "data.json", licence="test", source="", today=TODAY)


# One entry of each database that is not in its form, beside the one that is.
ODD: dict[str, Any] = {
    "ghostery": {**GHOSTERY, "patterns": {**GHOSTERY["patterns"], "odd": {"name": 7, "domains": "x"}}},
    "duckduckgo": {"trackers": {"odd.example": {"owner": "Quince"}, **TDS["trackers"]}},
    "disconnect": {
        "categories": {"Advertising": [["odd"], *DISCONNECT["categories"]["Advertising"]],
                       "Content": DISCONNECT["categories"]["Content"]}
    },
    "adguard": {**ADGUARD, "trackers": {**ADGUARD["trackers"], "odd": {"name": None}}},
    "third-party-web": [{"name": "No domains"}, *THIRD_PARTY_WEB],
    "gvl": {**GVL, "vendors": {**GVL["vendors"], "9003": {"id": "nine", "name": "Odd"}}},
    "prebid": {"components": [*PREBID["components"], {"componentType": "bidder", "componentName": None}]},
    "sellers-json": {"sellers": [*SELLERS["sellers"], "odd"]},
}  # fmt: skip


@pytest.mark.parametrize("kind", list(ODD))
def test_an_entry_of_another_form_costs_itself_alone(kind: str, tmp_path: Path) -> None:
    """It is named, with what is wrong about it; the others are read as if it were not there."""
    file = written(kind, tmp_path)
    file.write_text(json.dumps(ODD[kind]))
    pack, skipped = import_pack(kind, file, licence="test", source="", today=TODAY)
    assert pack.entries == ENTRIES[kind]
    assert len(skipped) == 1
    assert "data.json" in skipped[0]


def test_a_block_list_names_its_domains_by_key_alone(tmp_path: Path) -> None:
    """DuckDuckGo's list for Android states them nowhere else, and no categories."""
    owner = {"name": "Quince Media Ltd", "displayName": "Quince"}
    file = tmp_path / "android-tds.json"
    file.write_text(json.dumps({"trackers": {"ads.quince.example": {"owner": owner, "default": "block"}}}))
    pack, skipped = import_pack("duckduckgo", file, licence="test", source="", today=TODAY)
    assert pack.entries == [PackEntry("Quince", "Quince Media Ltd", None, ["ads.quince.example"])]
    assert not skipped


def test_a_number_in_quotes_is_a_number(tmp_path: Path) -> None:
    """Prebid's own metadata quotes the vendor id of a few bidders (modules.json of release 11.36.0)."""
    component = {**PREBID["components"][0], "gvlid": "9001"}
    file = tmp_path / "modules.json"
    file.write_text(json.dumps({"components": [component]}))
    (entry,) = import_pack("prebid", file, licence="test", source="", today=TODAY)[0].entries
    assert entry.gvl == 9001


def test_what_a_pack_says_is_one_short_line_and_said_once(tmp_path: Path) -> None:
    """A foreign file's words stand in sightings and on terminals: no control characters, no novels."""
    entity = {"name": "Quince\n\x1b[31m \u202eAds", "company": "Q" * 5_000, "domains": ["quince.example"]}
    file = tmp_path / "entities.json"
    file.write_text(json.dumps([entity, entity]))
    (entry,) = import_pack("third-party-web", file, licence="test", source="", today=TODAY)[0].entries
    assert (entry.name, entry.company) == ("Quince [31m Ads", "Q" * 200)


@pytest.mark.parametrize("kind", [reader.KIND for reader in READERS])
@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe\x00", b"null"])
def test_a_file_that_is_no_database_is_refused_by_name(kind: str, data: bytes, tmp_path: Path) -> None:
    """Whatever it holds, however deep: one sentence, and nothing is kept."""
    file = tmp_path / "data.json"
    file.write_bytes(data)
    with pytest.raises(UsageError, match=r"data\.json"):
        import_pack(kind, file, licence="test", source="", today=TODAY)


@pytest.mark.parametrize(
    ("kind", "name", "licence", "words"),
    [
        ("oracle", None, "test", "Choose from ghostery"),
        ("gvl", "../gvl", "test", "cannot name a pack"),
        ("gvl", None, " ", "no licence"),
        ("disconnect", None, "test", "not a file of this kind"),
        ("filter-list", None, "test", "names nothing"),
    ],
)
def test_what_cannot_be_imported_is_refused(
    kind: str, name: str | None, licence: str, words: str, tmp_path: Path, folder: Path
) -> None:
    """Nothing is kept of a file of another kind, without a licence, or under a name that leaves the folder."""
    with pytest.raises(UsageError, match=words):
        import_pack(kind, written("gvl", tmp_path), licence=licence, source="", today=TODAY, name=name)
    assert not list(folder.glob("*"))


def test_pack_file_is_the_users_alone(tmp_path: Path, folder: Path) -> None:
    """0600, one JSON document; what is not a pack any more is named."""
    imported("ghostery", tmp_path)
    file = folder / "ghostery.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [f.name for f in folder.iterdir()] == ["ghostery.json"]
    file.write_text("{}")
    load_packs.cache_clear()
    with pytest.raises(CardError, match="Import it again"):
        load_packs()


def test_a_folder_that_takes_no_pack_is_named(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in its place, a disk that fails: one sentence, and nothing half written stays."""
    imported("ghostery", tmp_path)

    def failing(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(UsageError, match=r"packs: the pack cannot be kept \(Input/output error\)\."):
        imported("ghostery", tmp_path)
    assert [file.name for file in folder.iterdir()] == ["ghostery.json"]
    monkeypatch.setenv("ADTRACE_PACKS", str(tmp_path / "data.json"))
    with pytest.raises(UsageError, match=r"data\.json: the pack cannot be kept \(File exists\)\."):
        imported("ghostery", tmp_path)


def test_host_that_only_a_pack_knows_is_unidentified_with_its_words(tmp_path: Path) -> None:
    """The pack is the rule; its name, company and category are what it declares; never a network."""
    html = '<script src="https://cdn.ads.quince.example/x.js"></script>'
    knowledge = knowing(imported("ghostery", tmp_path))
    (seen,) = extract_page(html, url="https://clip.example/", knowledge=knowledge).sightings
    assert (seen.kind, seen.network, seen.certainty) == ("unidentified", None, "weak")
    assert seen.rule == "pack/ghostery@abcdef123456"
    assert seen.declared == {"name": "Quince Ads", "company": "Quince Media Ltd", "category": "advertising"}
    loader = "<script>var s=document.createElement('script');s.src='//ads.quince.example/a';</script>"
    assert [s.rule for s in extract_page(loader, knowledge=knowledge).sightings] == [
        "pack/ghostery@abcdef123456"
    ]


def test_cards_win_over_packs() -> None:
    """A host with a card is that card's alone, whatever a pack says of it."""
    pack = Pack(
        "p", "disconnect", "test", "", TODAY, "", [PackEntry("X", "X", "Advertising", ["popcash.net"])]
    )
    html = '<script src="https://cdn.popcash.net/show.js"></script>'
    found = extract_page(html, url="https://clip.example/", knowledge=knowing(pack)).sightings
    assert {(s.kind, s.network) for s in found} == {("network", "popcash")}


def test_links_the_page_itself_and_mere_content_hosts_are_no_sightings(tmp_path: Path) -> None:
    """A pack names what a page loads from others, and only what it counts as ad tech."""
    knowledge = knowing(imported("disconnect", tmp_path))
    html = (
        '<a href="https://quince.example/">x</a><img src="https://quince.example/a.gif">'
        '<script src="https://player.example/p.js"></script><script src="https://www.clip.example/own.js"></script>'
    )
    assert extract_page(html, url="https://clip.example/", knowledge=knowledge).sightings == []


def test_packs_are_part_of_the_knowledge_hash(tmp_path: Path) -> None:
    """What was read with a pack says so; without packs the hash is the cards' alone."""
    cards = load_knowledge().cards
    bare = Knowledge(cards, dict.fromkeys(cards, "0" * 12))
    assert knowing(imported("ghostery", tmp_path)).hash != bare.hash
    assert Knowledge(cards, dict.fromkeys(cards, "0" * 12), packs=Packs()).hash == bare.hash


def test_conflicts_name_both_sides() -> None:
    """Another company, or advertising against content, on a host both know; a like name is no conflict."""
    entries = [
        PackEntry("PopCash Network", "PopCash SRL", "Advertising", ["popcash.net"]),
        PackEntry("Quince", "Quince Media Ltd", "Content", ["cdn.popcash.net"]),
        PackEntry("pop-cash", None, "Advertising", ["popcash.net"]),
    ]
    pack = Pack("p", "disconnect", "test", "", TODAY, "", entries)
    knowledge = knowing(pack)
    found = [(c.card, c.about, c.hosts, c.pack_says) for c in find_conflicts(knowledge, knowledge.packs)]
    assert found == [
        ("popcash", "name", ["cdn.popcash.net"], "Quince Media Ltd"),
        ("popcash", "category", ["cdn.popcash.net"], "Content"),
    ]


def test_the_vendor_list_is_matched_by_its_ids() -> None:
    """An id that a card has is compared with the card without a common host; another id on the card's site is said."""
    entries = [
        PackEntry("Criteo SA", "Criteo SA", "IAB TCF vendor", sites=["unrelated.example"], gvl=91),
        PackEntry("Quince Media Ltd", "Quince Media Ltd", "IAB TCF vendor", sites=["quince.example"], gvl=91),
        PackEntry("Criteo SA", "Criteo SA", "IAB TCF vendor", sites=["criteo.com"], gvl=9001),
    ]
    pack = Pack("p", "gvl", "test", "", TODAY, "", entries)
    knowledge = knowing(pack)
    found = [(c.card, c.about, c.hosts, c.pack_says) for c in find_conflicts(knowledge, knowledge.packs)]
    assert found == [
        ("criteo", "name", [], "Quince Media Ltd"),
        ("criteo", "gvl", ["criteo.com"], "9001"),
    ]


def test_commands_import_and_list_conflicts(tmp_path: Path) -> None:
    """Words to stderr, conflicts to stdout, a folder with a foreign file ends with 3."""
    runner = CliRunner()
    file = written("ghostery", tmp_path)
    done = runner.invoke(
        command, ["import", "ghostery", str(file), "--licence", "MPL-2.0"], standalone_mode=False
    )
    assert (done.return_value, done.stdout) == (0, "")
    assert "Pack ghostery: 1 entry, 1 host." in done.stderr
    assert (
        msgspec.json.decode((tmp_path / "packs" / "ghostery.json").read_bytes(), type=Pack).licence
        == "MPL-2.0"
    )
    assert runner.invoke(command, ["list", "--packs"]).stdout.split("\t")[:2] == ["ghostery", "ghostery"]
    (row,) = runner.invoke(command, ["list", "--packs", "--json"]).stdout.splitlines()
    assert json.loads(row)["entries"] == 1
    load_knowledge.cache_clear()
    try:
        assert runner.invoke(command, ["conflicts"], standalone_mode=False).stdout == ""
        missing = runner.invoke(command, ["conflicts", "nope"], standalone_mode=False)
        assert isinstance(missing.exception, UsageError)
    finally:
        load_knowledge.cache_clear()


def test_filter_lists_contradict_nobody() -> None:
    """They name no company, and block comments and banners too."""
    entry = PackEntry("disqus.com", None, "blocked by Invented list", ["disqus.com"])
    knowledge = knowing(Pack("p", "filter-list", "test", "", TODAY, "", [entry]))
    assert list(find_conflicts(knowledge, knowledge.packs)) == []


def test_nothing_imported_is_said(folder: Path) -> None:
    """No conflict with packs and no pack are two things."""
    load_knowledge.cache_clear()
    try:
        done = CliRunner().invoke(command, ["conflicts"], standalone_mode=False)
    finally:
        load_knowledge.cache_clear()
    assert (done.stdout, "No pack is imported" in done.stderr) == ("", True)


def test_what_is_passed_over_is_counted_where_it_is_much(tmp_path: Path) -> None:
    """The first are told with their reasons; the exit code says that something was left out."""
    file = tmp_path / "entities.json"
    file.write_text(json.dumps([*THIRD_PARTY_WEB, *[{}] * 30]))
    arguments = ["import", "third-party-web", str(file), "--licence", "MIT"]
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert done.return_value == 3
    assert "entities.json, 2: Object missing required field `name`" in done.stderr
    assert "Passed over: 10 more." in done.stderr
