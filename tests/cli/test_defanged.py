"""What commands print defanged, every command takes back as it was: nothing pasted is "not observed"."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.cli import cli
from tests.relate.small_case import SmallCase, adsense

OFFER = (
    '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshoes.test%2F">x</a>'
)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two domains with one account, and offers of one brand."""
    made = SmallCase(tmp_path_factory.mktemp("defanged") / "case")
    for domain in ("clip.example", "film.example"):
        made.site(domain, adsense(), OFFER)
    made.case.close()
    return made.case.path


def run(*words: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], input=stdin, catch_exceptions=False)


@pytest.mark.parametrize(
    "words",
    [
        ("chain", "CASE", "clip.example"),
        ("brands", "audit", "CASE", "--brand", "shoes.test"),
        ("report", "CASE", "--text", "--about", "shoes.test"),
        ("report", "CASE", "--text", "--about", "clip.example", "--audience", "investigator"),
        ("show", "CASE", "clip.example"),
    ],
    ids=lambda words: "-".join(words[:2]) + words[-1],
)
def test_a_defanged_name_is_the_name(case: Path, words: tuple[str, ...]) -> None:
    """The answer to both is one; also among lines of standard input, where empty ones name nothing."""
    given = [case if word == "CASE" else word for word in words]
    named = next(word for word in words if word.endswith((".example", ".test")))
    at = words.index(named)
    plain = run(*given)
    assert plain.exit_code == 0
    assert plain.stdout
    defanged = named.replace(".", "[.]")
    assert run(*given[:at], defanged, *given[at + 1 :]).stdout == plain.stdout
    assert run(*given[:at], "-", *given[at + 1 :], stdin=f"\n {defanged}\r\n\n").stdout == plain.stdout


@pytest.mark.parametrize("what", ["domain", "chain", "brand"])
def test_a_picture_of_a_defanged_name_is_the_same(case: Path, tmp_path: Path, what: str) -> None:
    """As SVG, but for the record the picture is as of."""
    named = "shoes.test" if what == "brand" else "clip.example"
    drawn = []
    for name in (named, named.replace(".", "[.]")):
        done = run("draw", case, f"--{what}", name, "-o", tmp_path / "a.svg")
        assert done.exit_code == 0
        drawn.append((tmp_path / "a.svg").read_text("utf-8").count("<path"))
    assert drawn[0] == drawn[1]


def test_a_click_url_as_it_is_printed_is_read() -> None:
    """hxxp and [.] of one that begins so; brackets of a plain URL are its own."""
    url = "https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshoes.test%2F"
    printed = run("unwrap", url).stdout.splitlines()[0]
    assert run("unwrap", printed, "--json").stdout == run("unwrap", url, "--json").stdout
    assert (
        '"input": "https://shoes.test/?a[.]b"' in run("unwrap", "https://shoes.test/?a[.]b", "--json").stdout
    )
