"""adtrace extract, as somebody types it: saved files in, a sighting a line out (design section 8)."""

import json
import os
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adtrace.cli.extract import command
from adtrace.errors import ListError, UsageError
from tests.relate.small_case import PUBLISHER, adsense

FIELDS = (
    "id kind via network company advertising account account_kind scope brand role host ad_domain value decoded"
    " basis state certainty locator url rule source"
).split()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, stdin: str | bytes = "") -> Result:
    done = CliRunner().invoke(command, list(words), input=stdin, standalone_mode=False)
    if done.exception:
        raise done.exception
    return done


def lines_of(done: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_tag_gives_a_network_and_an_account_line(here: Path) -> None:
    """With all the fields of the contract, and the file they are from; words go to stderr only without --json."""
    (here / "page.html").write_text(adsense())
    done = run("page.html", "--json")
    network, account = lines_of(done)
    assert [*network][: len(FIELDS)] == FIELDS
    assert (network["kind"], network["network"], network["source"]) == ("network", "adsense", "page.html")
    assert (account["kind"], account["account"], account["via"]) == ("account", PUBLISHER, network["id"])
    assert (done.return_value, done.stderr) == (0, "")
    assert "No authority recorded" in run("page.html").stderr


def test_each_file_is_read_as_what_it_is(here: Path) -> None:
    """A declaration whatever it is called, a seller file, an ad answer, a bid; a folder of them by a manifest."""
    ad = "<Ad id='1'><InLine><AdSystem>x</AdSystem><Advertiser>Shoes</Advertiser></InLine></Ad>"
    files = {
        "clip.example_ads.txt": "appnexus.com, 77, RESELLER\n",
        "declared": "appnexus.com, 78, DIRECT\n",
        "net.json": '{"sellers":[{"seller_id":"79","domain":"a.test","seller_type":"PUBLISHER"}]}',
        "ad.xml": f"<VAST version='3.0'>{ad}</VAST>",
        "bid.json": '{"id":"1","seatbid":[{"bid":[{"id":"a","impid":"1","price":1,"adomain":["boots.test"]}]}]}',
    }
    for name, text in files.items():
        (here / name).write_text(text)
    rows = "".join(json.dumps({"file": name, "url": None}) + "\n" for name in files)
    seen = {
        line["source"]: line["account"] or line["brand"]
        for line in lines_of(run("--manifest", "-", "--json", stdin=rows))
    }
    assert seen == dict(zip(files, ("77", "78", "79", "Shoes", "boots.test"), strict=True))


@pytest.mark.parametrize("name", ["page.html", "ads.txt"])
def test_what_a_shell_saved_as_utf_16(here: Path, name: str) -> None:
    """PowerShell writes so: the same is found, and of a declaration it is said."""
    text = adsense() if name == "page.html" else "net.example, 7, DIRECT\n"
    (here / "plain").mkdir()
    (here / "plain" / name).write_text(text)
    (here / name).write_bytes(text.encode("utf-16"))
    done = run(name, "--json")
    found = [(line["kind"], line["account"]) for line in lines_of(done)]
    assert found == [(line["kind"], line["account"]) for line in lines_of(run(f"plain/{name}", "--json"))]
    assert ("utf-16" in done.stderr) == (name == "ads.txt")


def test_standard_input_with_its_address() -> None:
    """The address makes relative ones whole, and says which site is the page's own."""
    (line, *_) = lines_of(run("-", "--url", "https://clip.example/a/", "--json", stdin=adsense()))
    assert line["source"] == "-"
    assert run("-", "--json", stdin="nothing here").stdout == ""


def test_a_pipe_is_read_like_a_file(here: Path) -> None:
    """What a shell gives for <(…) cannot be read twice."""
    os.mkfifo(here / "pipe")
    thread = threading.Thread(target=(here / "pipe").write_text, args=(adsense(),))
    thread.start()
    done = run("pipe", "--json")
    thread.join()
    assert [line["kind"] for line in lines_of(done)] == ["network", "account"]


@pytest.mark.parametrize(
    "line",
    [
        '{"file":5}',
        '{"file":null}',
        '{"file":"a\\u0000b"}',
        '{"file":"a","url":5}',
        '{"url":null}',
        "[1]",
        "5",
    ],
)
def test_a_line_of_the_manifest_that_names_no_file_is_wrong_usage(line: str) -> None:
    """It is named by its number; none of them is a fault of adtrace's own."""
    with pytest.raises(UsageError, match="-, line 2"):
        run("--manifest", "-", stdin=f'{{"file":"a"}}\n{line}\n')


def test_a_line_of_the_manifest_ends_where_json_lets_it(here: Path) -> None:
    """Unicode's own separators may stand in a string (RFC 8259, 7)."""
    (here / "a\u2028b").write_text(adsense())
    done = run("--manifest", "-", "--json", stdin='{"file":"a\u2028b"}\r\n\n')
    assert done.stdout.count("\n") == 2


def test_what_cannot_be_read_is_named_and_the_others_go_on(here: Path) -> None:
    """Exit code 3: a missing file, a folder, a declaration that is none."""
    (here / "page.html").write_text(adsense())
    (here / "folder").mkdir()
    (here / "ads.txt").write_text("<html>not found</html>")
    done = run("gone.html", "folder", "ads.txt", "page.html", "--json")
    assert done.return_value == 3
    assert len(lines_of(done)) == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["gone.html", "folder", "ads.txt"]


def test_what_holds_nothing_to_read_is_said(here: Path) -> None:
    """Empty, or bytes that are no text: not the same as a page without advertising."""
    (here / "page.html").write_text("<p>Words.</p>")
    (here / "empty.html").write_bytes(b"")
    (here / "shot.html").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (here / "odd.html").write_bytes(b"\0" + adsense().encode())
    said = {
        name: run(name).stderr.splitlines()[1:]
        for name in ("page.html", "empty.html", "shot.html", "odd.html")
    }
    assert said["page.html"] == said["odd.html"] == []
    assert said["empty.html"] == ["empty.html: is empty."]
    assert said["shot.html"][0].startswith("shot.html: is no text, and nothing was seen in it.")
    assert run("empty.html", "page.html").return_value == 3


def test_others_are_spoken_of_where_there_are_others(here: Path) -> None:
    """And a folder is told from a file that is not there."""
    (here / "folder").mkdir()
    assert "other files" not in run("gone.html").stderr + run("folder").stderr
    assert "The other files go on." in run("gone.html", "folder").stderr
    assert "folder: is a folder. Give its files: FOLDER/*." in run("folder").stderr


def test_an_address_may_be_defanged(here: Path) -> None:
    """As adtrace prints it."""
    (here / "page.html").write_text("<script src='/x.js?ca-pub-1'></script>" + adsense())
    plain = run("page.html", "--json", "--url", "https://clip.example/a").stdout
    assert run("page.html", "--json", "--url", "hxxps://clip[.]example/a").stdout == plain


def test_all_that_is_wrong_with_a_manifest_is_told_at_once() -> None:
    """An address that is none too: on its page nothing could be told from the page's own site."""
    with pytest.raises(ListError) as caught:
        run("--manifest", "-", stdin='[]\n{"file":"a","url":"clip.example"}\n{"file":"a","url":""}\n')
    assert [line.partition(": ")[0] for line in caught.value.sentences] == ["-, line 1", "-, line 2", "-"]


def test_hostile_text_does_not_reach_the_terminal(here: Path) -> None:
    """Neither from a page nor from a file's name."""
    (here / "p.html").write_text(
        f'<a href="https://ad.doubleclick.net/clk;1;2;i?https://\x1b[2J.test/">x</a>{adsense()}'
    )
    done = run("p.html", "\x1b[2Jgone")
    assert "\x1b" not in done.stdout + done.stderr
    assert "pagead2.google" not in done.stdout  # nor a live link


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "No file was named"),
        (("a", "b", "--url", "https://clip.example/"), "--url goes with one FILE"),
        (("a", "--url", "nonsense"), '"nonsense" is no http or https address'),
        (("a", "--url", "ftp://clip.example/"), "Give the url whole"),
        (("a", "--url", "https://"), "is no http or https address"),
        (("--manifest", "-"), "-, line 2"),
        (("--manifest", "gone"), "gone: cannot be read"),
    ],
)
def test_wrong_usage_says_what_to_do(words: tuple[str, ...], said: str) -> None:
    """Nothing is read then."""
    with pytest.raises(UsageError, match=said):
        run(*words, stdin='{"file":"a"}\nb\n')
