"""The generator: any seed, any size, the same world again; and it knows nothing of the tool."""

import ast
import csv
import datetime as dt
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adtrace.demo
from adtrace.demo import build_world
from adtrace.demo.answers import Answer
from adtrace.demo.plan import cast
from adtrace.demo.states import STATES
from adtrace.errors import UsageError
from adtrace.relate.contradiction_kinds import KINDS

DAY = dt.date(2026, 11, 22)
FOLDER = Path(adtrace.demo.__file__).parent
# What the issue asks for by name, by the ids of the cards.
NAMED = {
    "exoclick", "adsterra", "monetag", "popads", "popcash", "adcash", "hilltopads", "trafficstars", "mgid",
    "revcontent", "taboola", "adsense", "google-ad-manager", "prebid", "rubicon", "pubmatic", "yandex-advertising",
}  # fmt: skip


def test_the_generator_imports_nothing_of_extraction_knowledge_or_relation() -> None:
    """Else the key would say what the code does, not what is right. The server alone speaks to fetch."""
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                allowed = (
                    "adtrace.demo",
                    "adtrace.errors",
                    *(["adtrace.fetch.messages"] if file.stem == "server" else []),
                )
                assert not name.startswith("adtrace") or name.startswith(allowed), (
                    f"{file.name} imports {name}"
                )


def test_building_a_world_loads_nothing_of_them_either() -> None:
    """The same, of everything that is imported on the way."""
    code = "import sys, adtrace.demo.world; print([m for m in sys.modules if m.startswith('adtrace.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "adtrace.demo.sites" in done.stdout
    for stage in ("extract.", "knowledge", "relate"):
        assert f"adtrace.{stage}" not in done.stdout.replace("adtrace.extract.sighting", ""), done.stdout


@pytest.mark.parametrize("seed", [1, 7, 123456789])
def test_the_same_seed_and_size_give_the_same_world(seed: int) -> None:
    """Byte for byte, so that a key can be kept."""
    assert build_world(seed, 12, DAY) == build_world(seed, 12, DAY)


def test_a_key_is_the_same_in_every_process() -> None:
    """Whatever order its sets have there (PYTHONHASHSEED)."""
    code = "import json; from adtrace.demo import build_world; print(json.dumps(build_world(3, 8).key))"
    keys = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(keys) == 1


def test_other_seeds_give_other_worlds() -> None:
    """No domain, account or brand is in both."""
    one, other = build_world(1, 40, DAY), build_world(2, 40, DAY)
    accounts = [{row[2] for row in world.key["accounts"]} for world in (one, other)]
    assert not {row["domain"] for row in one.entries} & {row["domain"] for row in other.entries}
    shared = {account for account in accounts[0] & accounts[1] if account and len(account) > 5}
    # Names that formats fix: a slot's name, a sizes string.
    assert shared <= {"top_300x250", "284566HARBOURDSP"}


@pytest.mark.parametrize("domains", [1, 2, 3, 5, 17, 39, 40, 41, 95])
def test_any_size_has_that_many_different_domains(domains: int) -> None:
    """The list's rows, the entries of the key and the domain nodes agree."""
    world = build_world(3, domains, DAY)
    assert len({row["domain"] for row in world.entries}) == domains
    assert len(world.key["entries"]) == domains
    assert sum(kind == "domain" for kind, _ in world.key["nodes"]) == domains


def test_a_size_below_one_is_refused() -> None:
    """With a sentence that says what to do."""
    with pytest.raises(UsageError, match="1 or more"):
        build_world(1, 0)


@pytest.mark.parametrize("seed", range(1, 8))
@pytest.mark.parametrize("domains", [40, 80])
def test_from_forty_domains_on_everything_occurs(seed: int, domains: int) -> None:
    """25 networks and all the named ones live, every page_state, unit, site_role, handling and tag state."""
    world = build_world(seed, domains, DAY)
    live = {row[1] for row in world.key["accounts"] if row[6] == "live" and row[5] in ("embedded", "served")}
    seen = {row[1] for row in world.key["accounts"]}
    assert len(live) >= 25
    assert seen >= NAMED
    assert {row[6] for row in world.key["accounts"]} >= {"live", "gated", "dormant", "id_only", "commented"}
    assert {state for _, state in world.key["page_states"]} == {"operator", *STATES}
    for column, values in {
        "unit": {"domain", "host", "url"},
        "site_role": {"dedicated", "platform", "compromised", "shortener", "unknown"},
        "handling": {"standard", "facts", "hold", "no-notice"},
    }.items():
        assert {row[column] for row in world.entries} == values
    assert {state for _, state in world.key["entries"]} == {"active", "hold", "expired"}
    assert set(world.key["outcomes"].values()) == {"captured", "redirected", "refused", "failed"}
    assert world.key["operators"]


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_host_is_invented_or_a_network_s(seed: int) -> None:
    """Hostile sites and brands live under .example and .test alone."""
    world = build_world(seed, 40, DAY)
    for row in csv.DictReader(io.StringIO(world.list_csv())):
        assert row["domain"].removesuffix("/p/108").endswith((".example", ".test")), row
    for row in world.key["brands"]:
        assert row[1].endswith((".example", " Trading Ltd"))


def test_the_worlds_hold_what_is_served_and_what_does_not_fit() -> None:
    """Between them the tested worlds plant every kind of contradiction, copies, and served ads."""
    keys = [build_world(seed, 40, DAY).key for seed in range(1, 6)]
    rows = [row for key in keys for row in key["contradictions"]]
    assert {row[0] for row in rows} == KINDS.keys()
    assert any(row[5] for row in rows)
    served = {(row[2], row[4] is None) for key in keys for row in key["brands"] if row[3] == "served"}
    assert served == {("served", True), ("served", False)}


def test_the_worlds_hold_chains_of_every_kind() -> None:
    """Waterfalls that turn back, frames in frames and elsewhere, VAST to the last document followed and beyond it."""
    worlds = [build_world(seed, 40, DAY, "ads") for seed in range(1, 4)]
    rows = [row for world in worlds for row in world.key["chains"]]
    assert {(row[3], row[5]) for row in rows} >= {
        ("script", "captured"), ("script", "failed"), ("script", "refused"), ("frame", "captured"),
        ("frame", "redirected"), ("vast", "captured"), ("vast", "not asked"),
    }  # fmt: skip
    assert {row[4] for row in rows if row[5] == "not asked"} == {7}
    assert max(row[4] for row in rows if row[5] == "captured") == 6
    assert any(row[3] == "frame" and row[4] == 2 for row in rows)
    named = {(row[0], row[1], row[2]) for row in rows}
    assert any((domain, url, namer) in named for domain, namer, url in named)


def test_declarations_that_lead_to_a_click_are_planted_and_nobody_s_to_follow() -> None:
    """An ads.txt that redirects to one, and an adagents.json that refers to one."""
    for seed, path in [(1, "/ads.txt"), (1, "/.well-known/adagents.json"), (3, "/ads.txt")]:
        world = build_world(seed, 40, DAY)
        answers = [site.answers[path] for site in world.sites if path in site.answers]
        led = [dict(one.headers).get("Location") or _reference(one) for one in answers]
        clicks = {url for url in led if "click" in url or "awin1.com" in url}
        assert clicks
        assert clicks <= set(world.key["never"])


def _reference(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body).get("authoritative_location", ""))
    except ValueError:
        return ""


def test_the_sites_are_the_same_at_any_reach() -> None:
    """What a run may ask is in the key, not in what there is to be asked."""
    one, other = build_world(2, 12, DAY), build_world(2, 12, DAY, "ads")
    assert one.sites == other.sites
    assert not one.key["chains"]
    assert set(other.key["outcomes"]) > set(one.key["outcomes"])
    assert set(one.key["never"]) > set(other.key["never"])


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_hard_cases_tie_nobody(seed: int) -> None:
    """No operator hypothesis of the key joins domains of different operators."""
    runs = {part.host: part.operator for part in cast(seed, 80)}
    groups = build_world(seed, 80, DAY).key["operators"]
    assert groups
    for group in groups:
        assert len({runs[domain] for domain in group}) == 1


def test_a_world_of_four_hundred_is_made_in_seconds() -> None:
    """Its cost follows its size, and its hard cases come again with each forty domains."""
    world = build_world(1, 400, DAY)
    assert sum(state == "seized" for _, state in world.key["page_states"]) == 10


@settings(max_examples=40)
@given(seed=st.integers(-(2**63), 2**63), domains=st.integers(1, 60))
def test_every_world_is_sound(seed: int, domains: int) -> None:
    """Whatever the seed and the size: no URL is both asked for and forbidden, and no two operators are merged."""
    world = build_world(seed, domains, DAY)
    key = world.key
    assert not set(key["never"]) & set(key["outcomes"])
    hosts = {site.host for site in world.sites}
    assert {host for _, host, _, _ in key["requests"]} <= hosts
    runs = {part.host: part.operator for part in cast(seed, domains)}
    assert all(len({runs[domain] for domain in group}) == 1 for group in key["operators"])
    assert len(set(world.canaries)) == len(world.canaries)
