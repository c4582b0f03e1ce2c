"""adtrace doctor: a page of results; nothing is certified once a guard or a setting is weaker."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from adtrace.case import Case
from adtrace.cli.doctor import command
from adtrace.doctor import examination, gauntlet, machine, settings
from adtrace.doctor.check import Check
from adtrace.doctor.disguises import disguises
from adtrace.fetch.verdict import ALLOWED
from adtrace.relate.links import links_of


def call(*arguments: object):
    """The command's result."""
    return CliRunner().invoke(command, [str(a) for a in arguments])


@pytest.fixture
def quick(monkeypatch):
    """Without the long part."""
    monkeypatch.setattr(examination, "run_gauntlet", lambda: iter([Check("disguised media", "ok", "x")]))


def test_healthy_installation_is_certified_and_noted_in_the_case(tmp_path: Path, monkeypatch) -> None:
    """The whole examination: every disguise refused, one page of lines, a sealed note; no key is touched by it."""
    Case.create(tmp_path / "case", operator="o", purpose="p").close()
    monkeypatch.setenv("ADTRACE_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("ADTRACE_PASSPHRASE", "of real cases")
    during = []
    traced = gauntlet.trace_list

    def trace(*given, **named):
        found = traced(*given, **named)
        during.append((tmp_path / "keys").exists())
        return found

    monkeypatch.setattr(gauntlet, "trace_list", trace)
    result = call(tmp_path / "case")
    assert during == [False]
    assert os.environ["ADTRACE_PASSPHRASE"] == "of real cases"
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) < 40
    assert lines[-1].startswith("Certified")
    with Case.open(tmp_path / "case") as case:
        [row] = case.rows("SELECT payload FROM records WHERE json_extract(payload, '$.event') = 'doctor'")
        noted = json.loads(row["payload"])
        case.verify(links_of)
    assert noted["certified"]
    assert {"crawler settings", "disguised media", "what is kept"} <= {one["name"] for one in noted["checks"]}


def test_weaker_setting_is_not_certified(quick, monkeypatch) -> None:
    """A setting in force that differs is named, and the gauntlet is not even run."""
    whole = settings.settings.fetcher_settings
    monkeypatch.setattr(
        settings.settings, "fetcher_settings", lambda **pace: {**whole(**pace), "COOKIES_ENABLED": True}
    )
    monkeypatch.setattr(examination, "run_gauntlet", lambda: pytest.fail("run on a weak installation"))
    result = call()
    assert result.exit_code == 1
    assert "COOKIES_ENABLED is True" in result.stdout
    assert "NOT CERTIFIED" in result.stdout


def test_weaker_address_rule_is_not_certified(quick, monkeypatch) -> None:
    """A rule that lets a private address through, or no public one, is named."""
    monkeypatch.setattr(settings, "may_connect", lambda address: ALLOWED)
    assert call().exit_code == 1


def test_case_that_others_can_read_is_not_certified(quick, tmp_path: Path) -> None:
    """Permissions are looked at where the case lies."""
    Case.create(tmp_path / "case", operator="o", purpose="p").close()
    (tmp_path / "case").chmod(0o755)
    result = call(tmp_path / "case")
    assert result.exit_code == 1
    assert "chmod" in result.stdout


def test_json_is_one_object(quick) -> None:
    """For programs, the same."""
    found = json.loads(call("--json").stdout)
    assert found["certified"] is True
    assert {"at", "tool", "policy", "checks"} <= set(found)


def test_folder_that_is_no_case_is_told_first(quick, tmp_path: Path) -> None:
    """Before anything is tried."""
    assert call(tmp_path).exit_code != 0


@pytest.mark.parametrize(
    ("facts", "name", "level"),
    [
        ({"/proc/sys/kernel/core_pattern": "|/usr/lib/handler"}, "core dumps", "ok"),
        ({f"/proc/{os.getppid()}/status": "Name:\tsh\nUmask:\t0022\n"}, "umask", "note"),
        ({f"/proc/{os.getppid()}/status": "Name:\tsh\nUmask:\t0077\n"}, "umask", "ok"),
        ({"/proc/swaps": "Filename Type\n/dev/sda2 partition 1 0 -2\n"}, "swap", "note"),
    ],
)
def test_machine_is_told_as_it_is(monkeypatch, tmp_path, facts, name, level) -> None:
    """What adtrace cannot prevent is a note with what to do."""
    monkeypatch.setattr(machine, "_read", lambda path: facts.get(path, ""))
    [one] = [check for check in machine.surroundings(tmp_path) if check.name == name]
    assert one.level == level


@pytest.mark.parametrize(("state", "level"), [(0, "ok"), (5, "note"), (-1, "note")])
def test_clock_is_kept_if_the_kernel_says_so(monkeypatch, state, level) -> None:
    """adjtimex(2) answers TIME_ERROR where nobody keeps it, and -1 where it may not be asked."""
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine.ctypes, "CDLL", lambda _: SimpleNamespace(adjtimex=lambda _: state))
    assert machine._clock().level == level


@pytest.mark.parametrize(
    ("servers", "said"),
    [(["127.0.0.53"], "on this machine"), ([], "will not resolve"), (["9.9.9.9"], "9.9.9.9")],
)
def test_resolver_is_named(monkeypatch, servers, said) -> None:
    """It learns every name of the list."""
    monkeypatch.setattr(machine, "name_servers", lambda: servers)
    check = machine._resolver()
    assert check.level == "note"
    assert said in check.said


def test_encrypted_disk_is_seen_through_its_layers(tmp_path: Path) -> None:
    """A volume on a volume on dm-crypt is encrypted."""
    top, low = tmp_path / "top", tmp_path / "low"
    (top / "slaves").mkdir(parents=True)
    (low / "dm").mkdir(parents=True)
    (low / "dm" / "uuid").write_text("CRYPT-LUKS2-abc\n")
    assert machine._is_crypt(top, 8) is False
    (top / "slaves" / "low").symlink_to(low)
    assert machine._is_crypt(top, 8) is True
    assert machine._is_crypt(tmp_path / "none", 8) is None


def test_disguises_carry_the_canary() -> None:
    """A search for what is not in them would prove nothing; as many as a page of the README says."""
    found = disguises(b"0123456789abcdef")
    assert len(found) >= 40
    plain = [
        one
        for one in found
        if "gzip" not in one.name and "codings" not in one.name and "utf-16" not in one.name
    ]
    assert all(b"0123456789abcdef" in one.answer.body for one in plain)


def test_a_door_that_lets_media_through_is_not_certified(tmp_path: Path) -> None:
    """The check reads the case, so that a disguise that was captured is named."""

    class Rows:
        def rows(self, sql):
            return [{"url": "https://trick-0.example/", "outcome": "captured", "layer": ""}]

    check = gauntlet._refused(Rows(), disguises(b"x")[:1])  # type: ignore[arg-type]
    assert check.level == "weak"
    assert "jpeg" in check.said
