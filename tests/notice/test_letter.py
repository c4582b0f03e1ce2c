"""A notice says what somebody confirmed of the network's own, and nothing else; it is text and no more."""

import csv
import email
import email.policy
import io
import json
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest

from adtrace.case.exported import check_export
from adtrace.errors import UsageError
from adtrace.export import Reveal, Terms
from adtrace.knowledge import load_knowledge
from adtrace.notice import draft_notice
from adtrace.notice.text import subject
from tests.notice.conftest import Written
from tests.notice.test_text import a_letter
from tests.relate.small_case import PUBLISHER, adsense


def files_of(folder: Path) -> str:
    return "\n".join(
        file.read_text("utf-8") for file in sorted(folder.iterdir()) if file.name != "verify_export.py"
    )


def test_nothing_is_said_that_nobody_confirmed(small: Written, tmp_path: Path) -> None:
    """No notice without a confirmed row; it says how many wait."""
    with pytest.raises(UsageError, match="4 sightings to be judged"):
        draft_notice(small.case, "adsense", tmp_path / "n")
    assert not (tmp_path / "n").exists()


def test_a_notice_names_its_own_accounts_alone(small: Written, tmp_path: Path) -> None:
    """In clear; with its sites as pseudonyms, without the other network, and without what is no-notice."""
    small.confirm()
    made = draft_notice(small.case, "adsense", tmp_path / "n")
    assert (made.accounts, made.domains, made.waiting) == (1, 2, 0)
    told = files_of(tmp_path / "n")
    assert PUBLISHER in told
    assert not [word for word in ("clip", "film", "quiet", "1111222233334444", "popcash") if word in told]
    table = list(csv.DictReader(io.StringIO((tmp_path / "n" / "placements.csv").read_text())))
    assert {(row["account"], row["state"]) for row in table} == {(PUBLISHER, "live")}
    assert all(row["domain"].startswith("dom-") and row["row"].startswith("rec-") for row in table)


def test_what_waits_is_counted_and_left_out(small: Written, tmp_path: Path) -> None:
    """Whoever sends it knows what it does not say."""
    small.confirm(where="domain = 'clip.example'")
    made = draft_notice(small.case, "adsense", tmp_path / "n")
    assert (made.domains, made.waiting) == (1, 2)
    assert (
        "Awaiting review and not in here: 2 sightings of this network"
        in (tmp_path / "n" / "notice.md").read_text()
    )


def test_a_rejected_row_is_in_no_notice(small: Written, tmp_path: Path) -> None:
    """The newest judgement counts."""
    small.confirm()
    small.confirm("rejected", where="domain = 'film.example'")
    assert draft_notice(small.case, "adsense", tmp_path / "n").domains == 1


def test_a_tag_without_an_id_is_named_as_that(small: Written, tmp_path: Path) -> None:
    """A network may know its own tag by its place."""
    small.confirm()
    made = draft_notice(small.case, "popcash", tmp_path / "n")
    assert (made.accounts, made.domains) == (0, 1)
    assert "a tag without an id" in (tmp_path / "n" / "notice.md").read_text()
    assert "Live tags of yours on 1 confirmed site." in (tmp_path / "n" / "notice.md").read_text()


def test_a_network_behind_a_link_is_no_tag(small: Written, tmp_path: Path) -> None:
    """An address that a click leads through is listed as that, is explained, and is no headline."""
    small.site("tape.example", '<a href="https://s.magsrv.com/click.php?d=H4sIAAAAAAACAzWLQQrDIBAAX">x</a>')
    small.confirm()
    draft_notice(small.case, "exoclick", tmp_path / "n")
    told = (tmp_path / "n" / "notice.md").read_text()
    assert "|  | an address without an id |" in told
    assert '"landing" an address behind a link' in told
    assert "No live tag of yours is confirmed here" in told
    assert "Addresses of ExoClick behind links or ads on 1 confirmed site" in told
    assert "Tags of" not in told
    assert "Look at the accounts" not in told  # there is no id to look them up by


def test_sites_are_counted_where_the_ids_stand(small: Written, tmp_path: Path) -> None:
    """A tag without an id elsewhere is no place of the id."""
    small.site(
        "tape.example", '<script src="//pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"></script>'
    )
    small.confirm()
    draft_notice(small.case, "adsense", tmp_path / "n")
    told = (tmp_path / "n" / "notice.md").read_text()
    assert "1 id of yours in live tags on 2 confirmed sites, and without an id on 1 more." in told
    assert "as you will where a row has no id" in told


@pytest.mark.parametrize(
    ("basis", "state", "account", "said"),
    [
        ("served", "live", "7", "1 id of Example in live tags on 1 confirmed site"),
        ("embedded", "gated", "7", "1 id of Example in tags that are not live on 1 confirmed site"),
        ("landing", "live", "7", "1 id of Example behind links or ads on 1 confirmed site"),
        ("declared", "id_only", "7", "1 id of Example in declarations on 1 confirmed site"),
        ("declared", "live", "", "Names of Example in declarations on 1 confirmed site"),
    ],
)
def test_a_subject_says_what_kind_it_is_of(basis: str, state: str, account: str, said: str) -> None:
    """Only what is a tag is called one, and only what is live is called so."""
    letter = a_letter("1", "A-1")
    row = msgspec.structs.replace(letter.placements[0], basis=basis, state=state, account=account)
    assert subject(msgspec.structs.replace(letter, placements=(row,))) == f"{said} (case 00000000)"


def test_only_live_tags_are_its_subject(small: Written, tmp_path: Path) -> None:
    """What is commented out, or only declared, is listed and is no headline."""
    small.site("tape.example", f"<!-- {adsense('pub-5827391056482917')} -->")
    small.confirm()
    made = draft_notice(small.case, "adsense", tmp_path / "n")
    assert made.accounts == 2
    assert (
        "1 id of Google AdSense in live tags on 2 confirmed sites"
        in (tmp_path / "n" / "notice.md").read_text()
    )
    small.confirm("rejected", where="state = 'live'")
    draft_notice(small.case, "adsense", tmp_path / "m")
    assert (
        "1 id of Google AdSense in tags that are not live on 1 confirmed site"
        in (tmp_path / "m" / "notice.md").read_text()
    )


def test_the_route_is_the_card_s_or_none(
    small: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No address is made up, and each is given with what it is for."""
    small.confirm()
    contact = load_knowledge().cards["adsense"].contact[0]
    route = draft_notice(small.case, "adsense", tmp_path / "a").route
    assert (
        route
        == f"{contact.to}, where it takes reports of abuse or of broken policies; source: {contact.source}."
    )
    monkeypatch.setattr("adtrace.notice.letter.describe_route", lambda *_: "")
    assert "no route known" in draft_notice(small.case, "popcash", tmp_path / "p").route
    assert "no route known" in (tmp_path / "p" / "notice.md").read_text()


def read_mail(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_mail_is_a_draft_to_nobody(small: Written, tmp_path: Path) -> None:
    """Mail programs open it unsent; who gets it is for a person to say."""
    small.confirm()
    draft_notice(small.case, "adsense", tmp_path / "n")
    message = read_mail(tmp_path / "n" / "notice.eml")
    assert message["X-Unsent"] == "1"
    assert not [name for name in ("To", "Cc", "Bcc", "From", "Sender", "Reply-To", "Date") if message[name]]
    assert message.defects == []
    body = message.get_body()
    assert body is not None
    assert PUBLISHER in body.get_content()
    assert "Not sent" not in body.get_content()
    (table,) = message.iter_attachments()
    assert table.get_content() == (tmp_path / "n" / "placements.csv").read_bytes().decode()


def test_words_of_a_list_have_no_power(small: Written, tmp_path: Path) -> None:
    """A reference with markup stays a reference: no link, no further column, no line of its own."""
    small.confirm()
    draft_notice(small.case, "adsense", tmp_path / "n")
    text = (tmp_path / "n" / "notice.md").read_text()
    (line,) = [line for line in text.splitlines() if "evil" in line]
    assert "A-1 \\| \\[x\\](hxxps://evil\\[.\\]test) \\`y\\` \\<b\\>" in line
    assert line.replace("\\|", "").count("|") == 9
    assert "https://" not in text.partition("---")[2]


def test_what_it_shows_does_not_show_and_asks_is_said(small: Written, tmp_path: Path) -> None:
    """The same in Markdown and mail; what is for the drafter alone, the card's limits, is in neither's letter."""
    small.confirm()
    draft_notice(small.case, "adsense", tmp_path / "n")
    body = read_mail(tmp_path / "n" / "notice.eml").get_body()
    assert body is not None
    for text in ((tmp_path / "n" / "notice.md").read_text(), body.get_content()):
        for said in (
            "What this shows",
            "What it does not show",
            "What is asked",
            "A placement, not a payment",
            "An id marked account names one of your publishers",
            "[What was confirmed of the sites",
        ):
            assert said in text
        assert "An id marked slot" not in text
        assert "may be a manager" in text
        letter = text.rpartition("\n---\n")[2]
        assert load_knowledge().cards["adsense"].limits not in " ".join(letter.split())
        assert "TLP:" in text


def test_a_reveal_names_the_sites_and_is_on_record(small: Written, tmp_path: Path) -> None:
    """For a reason, with a second person; never in a form a program takes for a link."""
    small.confirm()
    with pytest.raises(UsageError, match="second person"):
        draft_notice(small.case, "adsense", tmp_path / "n", Terms(Reveal("they asked", "")))
    draft_notice(small.case, "adsense", tmp_path / "n", Terms(Reveal("they asked", "lead")))
    text = (tmp_path / "n" / "notice.md").read_text()
    assert "film\\[.\\]example" in text
    assert "film.example" not in text
    (note,) = small.case.rows("SELECT payload FROM notes WHERE event = 'reveal'")
    assert "they asked" in note["payload"]


def test_a_notice_is_an_export_that_anybody_can_check(small: Written, tmp_path: Path) -> None:
    """On record with its hashes, for that network; a changed file is found."""
    small.confirm()
    draft_notice(small.case, "adsense", tmp_path / "n")
    assert check_export(small.case, tmp_path / "n").files == 3
    manifest = json.loads((tmp_path / "n" / "manifest.json").read_text())
    assert (manifest["audience"], manifest["party"]) == ("network", "adsense")


def test_the_same_notice_is_the_same_file(small: Written, tmp_path: Path) -> None:
    """No time and no chance in it."""
    small.confirm()
    for folder in ("a", "b"):
        draft_notice(small.case, "adsense", tmp_path / folder)
    for file in ("notice.md", "notice.eml", "placements.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_held_entry_is_in_no_notice(small: Written, tmp_path: Path) -> None:
    """hold is not contacted and not told of, whatever was seen before."""
    small.site("held.example", adsense("pub-5555666677778888"))
    small.confirm()
    small.entry("held.example", handling="hold")
    assert draft_notice(small.case, "adsense", tmp_path / "n").domains == 2
