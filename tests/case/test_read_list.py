"""Lists: what is taken, what each default is, and the one answer to each thing that is wrong."""

import contextlib
import io
import json
from collections.abc import Collection
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.case import COLUMNS, Entry, EntryList, read_list, read_list_file
from adtrace.case.list_faults import FaultyListError
from adtrace.errors import ListError

TODAY = date(2026, 6, 1)
HEAD = "domain,authority,reference"
NO_HEADER = f"names no column that is known. Write {HEAD} as the first line. Known are: {', '.join(COLUMNS)}."
KNOWN = f"Rename it or take it out; known are: {', '.join(COLUMNS)}."
UTF_8 = (
    'Save it again: in Excel as "CSV UTF-8", in LibreOffice with the character set "Unicode (UTF-8)",'
    " or with iconv -f WINDOWS-1252 -t UTF-8 if that is what it is in."
)


def read(text: str | bytes, *, name: str = "list.csv", facts: Collection[str] = ()) -> EntryList:
    raw = text.encode() if isinstance(text, str) else text
    return read_list(io.BytesIO(raw), name=name, today=TODAY, facts_categories=facts)


def one(domain: str, **columns: str) -> Entry:
    """The entry of a list of one line."""
    row = {"domain": domain, "authority": "Authority", "reference": "A-1", **columns}
    return read(json.dumps(row), name="list.jsonl").entries[0]


def refusal(domain: str, **columns: str) -> str:
    with pytest.raises(ListError) as caught:
        one(domain, **columns)
    return str(caught.value)


def test_three_columns_are_enough_and_the_rest_is_careful() -> None:
    """Only domain, authority and reference are required; what is left open is told."""
    found = read(f"{HEAD}\nclip.example,Authority,A-1\nwww.other.test,Authority,A-2\n")
    assert found.entries == [
        Entry(
            domain="clip.example",
            unit="domain",
            authority="Authority",
            reference="A-1",
            source="list.csv, line 2",
        ),
        Entry(
            domain="www.other.test",
            unit="host",
            authority="Authority",
            reference="A-2",
            source="list.csv, line 3",
        ),
    ]
    assert {(default.column, default.value, default.entries) for default in found.defaults} == {
        ("unit", "domain", 1),
        ("unit", "host", 1),
        ("category", "unspecified", 2),
        ("confirmed_at", "none", 2),
        ("expires_at", "none", 2),
        ("site_role", "unknown", 2),
        ("handling", "standard", 2),
        ("include_subdomains", "no", 2),
        ("tlp", "amber+strict", 2),
    }
    assert all(default.meaning in str(default) for default in found.defaults)


FULL = {
    "domain": "clip.example",
    "unit": "domain",
    "authority": "Authority, North",
    "reference": "A-1",
    "category": "Piracy",
    "confirmed_at": "2026-05-01",
    "expires_at": "2027-05-01",
    "site_role": "dedicated",
    "handling": "no-notice",
    "include_subdomains": "yes",
    "tlp": "TLP:RED",
}
FULL_ENTRY = Entry(
    domain="clip.example",
    unit="domain",
    authority="Authority, North",
    reference="A-1",
    category="piracy",
    confirmed_at=date(2026, 5, 1),
    expires_at=date(2027, 5, 1),
    site_role="dedicated",
    handling="no-notice",
    include_subdomains=True,
    tlp="red",
)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_every_column_is_read_in_both_formats(form: str) -> None:
    """A list that says everything needs no default."""
    assert tuple(FULL) == COLUMNS
    quoted = ",".join(f'"{cell}"' for cell in FULL.values())
    text = f"{','.join(FULL)}\n{quoted}\n" if form == "csv" else json.dumps(FULL)
    found = read(text, name=f"list.{form}")
    assert found.defaults == []
    (entry,) = found.entries
    assert entry == msgspec.structs.replace(FULL_ENTRY, source=entry.source)


def test_json_takes_true_and_null() -> None:
    """JSON's own yes is a yes, and null is a column left open."""
    row = '{"domain": "clip.example", "authority": "A", "reference": "1", "include_subdomains": true, "tlp": null}'
    (entry,) = read(row).entries
    assert entry.include_subdomains
    assert entry.tlp == "amber+strict"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xef\xbb\xbf" + f"{HEAD}\r\nclip.example,A,1\r\n".encode(), "byte order mark and CRLF"),
        (f"\n{HEAD}\n\n  \nclip.example , A ,1\n\n".encode(), "blank lines and spaces round cells"),
        (f'{HEAD}\n"CLIP.example.",A,1'.encode(), "upper case, trailing dot, quotes, no last line end"),
        (
            b"domain;authority;reference\nclip.example;A, B;1\n",
            "semicolons, as where the comma is in numbers",
        ),
        (
            "Domain\tAuthority\tReference\r\nclip.example\tA\t1\r\n".encode("utf-16"),
            "text in UTF-16, with tabs",
        ),
        (f"{HEAD},,\nclip.example,A,1,,\n,,,,\n".encode(), "rows filled up with empty cells"),
    ],
)
def test_what_spreadsheets_write_is_read(raw: bytes, why: str) -> None:
    """Forms that change nothing of what was confirmed are read as if they were not there."""
    assert [entry.domain for entry in read(raw).entries] == ["clip.example"], why


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("", "list.csv: holds no entry; nothing was contacted. Give one line for each domain."),
        (f"{HEAD}\n\n", "list.csv: holds no entry; nothing was contacted. Give one line for each domain."),
        ("clip.example,A,1\n", f"list.csv, line 1: {NO_HEADER}"),
        (
            f"{HEAD},colour\nclip.example,A,1,red\n",
            f'list.csv, line 1: column "colour" is unknown. {KNOWN}',
        ),
        (
            "domain,authority\nclip.example,A\n",
            (
                "list.csv, line 1: names no column reference."
                f" The first line names the columns: {', '.join(COLUMNS)}."
            ),
        ),
        (
            f"{HEAD},domain\nb.example,A,1,c.example\n",
            "list.csv, line 1: names a column twice. Keep one of them.",
        ),
        (
            f"{HEAD},\nclip.example,A,1,,\nother.test,A,2,3\n",
            "list.csv, line 3: has 4 cells, the header names 3. Put a cell that holds a comma in double quotes.",
        ),
        (
            "domain;authority;reference\nclip.example;A;1;2\n",
            "list.csv, line 2: has 4 cells, the header names 3. Put a cell that holds a semicolon in double quotes.",
        ),
        ("domain|authority|reference\nclip.example|A|1\n", f"list.csv, line 1: {NO_HEADER}"),
        (
            f"{HEAD}\nclip.example,A,1\nother.test,A, Inc,2\n",
            "list.csv, line 3: has 4 cells, the header names 3. Put a cell that holds a comma in double quotes.",
        ),
        (
            f'{HEAD}\n"clip.example"x,A,1\n',
            "list.csv, line 2: is no CSV (',' expected after '\"'); what follows was not read. Check its quotes.",
        ),
        (
            f'{HEAD}\nclip.example,A,1\nother.test,"A,1\n',
            "list.csv, line 3: is no CSV (unexpected end of data); what follows was not read. Check its quotes.",
        ),
        (
            f"{HEAD}\nclip.example,,1\n",
            "list.csv, line 2: authority is empty. Every entry needs domain, authority and reference.",
        ),
        (
            f"{HEAD}\nclip.example,A,1\n\nCLIP.example,B,2\n",
            'list.csv, line 4: "clip.example" stands in line 2 already. Keep one of them.',
        ),
        (
            f"{HEAD}\nclip.example,Auth\u200bority,1\n",
            (
                'list.csv, line 2: authority "Auth\\u{200b}ority" holds a character that does not show.'
                " Remove it (written \\u{…} here)."
            ),
        ),
        (
            f'{HEAD}\nclip.example,"A\nB",1\n',
            (
                'list.csv, line 2: authority "A\\u{a}B" holds a character that does not show.'
                " Remove it (written \\u{…} here)."
            ),
        ),
        (
            f"{HEAD}\nclip.example,A,1\n".encode() + b"b\xfccher.example,A,2\n",
            f"list.csv, line 3: is no UTF-8 (byte 0xfc). {UTF_8}",
        ),
        (b"\xff\xfed\x00\n", f"list.csv, line 1: is no UTF-16 (byte 0x0a). {UTF_8}"),
        (b"PK\x03\x04\x14\x00", "list.csv: is a workbook or another archive. Save its sheet as CSV UTF-8."),
    ],
)
def test_a_bad_csv_names_line_and_remedy(raw: str | bytes, message: str) -> None:
    """What was refused, where, and what to do (style.md, Errors)."""
    with pytest.raises(ListError) as caught:
        read(raw)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("[1]", 'list.jsonl, line 1: is no JSON object. Write {"domain": "…", …} on each line.'),
        ('{"domain": 7}', "list.jsonl, line 1: domain is no text. Put it in double quotes."),
        ('{"host": "a.example"}', f'list.jsonl, line 1: column "host" is unknown. {KNOWN}'),
        (
            '{"domain": "a.example", "domain": "b.example"}',
            "list.jsonl, line 1: is no JSON (a key stands in it twice). Write one object a line.",
        ),
        (
            '{"domain": "a.example"}',
            (
                "list.jsonl, line 1: authority and reference are empty."
                " Every entry needs domain, authority and reference."
            ),
        ),
        ('{"domain": "a.exam', "Write one object a line."),
        ("[" * 100_000, "Write one object a line."),
        (
            '{"domain": "\\ud800.example", "authority": "A", "reference": "1"}',
            (
                'list.jsonl, line 1: domain "\\u{d800}.example" holds a character that does not show.'
                " Remove it (written \\u{…} here)."
            ),
        ),
    ],
)
def test_a_bad_json_line_names_line_and_remedy(row: str, message: str) -> None:
    """The same answers for JSON lines."""
    with pytest.raises(ListError) as caught:
        read(row, name="list.jsonl")
    assert message in str(caught.value)


HERE = "list.jsonl, line 1: "


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ("exmaple", '"exmaple" has no public suffix. Give a full domain such as exmaple.example.'),
        (
            "clip.nosuchtld",
            '"clip.nosuchtld" has no public suffix. Give a full domain such as clip.nosuchtld.example.',
        ),
        (
            "co.uk",
            '"co.uk" is a public suffix: everybody\'s sites lie under it. Give a domain such as clip.co.uk.',
        ),
        (
            "github.io",
            '"github.io" is a public suffix: everybody\'s sites lie under it. Give a domain such as clip.github.io.',
        ),
        (
            "example",
            '"example" is a public suffix: everybody\'s sites lie under it. Give a domain such as clip.example.',
        ),
        ("*.clip.example", '"*.clip.example" is a wildcard. Give clip.example with include_subdomains=yes.'),
        (
            "https://clip.example/a",
            '"https://clip.example/a" is a URL. Give the bare domain, or unit=url to confirm this address alone.',
        ),
        (
            "clip.example/a",
            '"clip.example/a" is a URL. Give the bare domain, or unit=url to confirm this address alone.',
        ),
        ("clip.example:8080", '"clip.example:8080" names a port. Give the domain alone.'),
        (
            "hxxps://clip[.]example",
            '"https://clip.example" is a URL. Give the bare domain, or unit=url to confirm this address alone.',
        ),
        ("192.0.2.7", '"192.0.2.7" is an address, not a domain. adtrace takes confirmed domains.'),
        ("0x7f.1", '"0x7f.1" is an address, not a domain. adtrace takes confirmed domains.'),
        ("2130706433", '"2130706433" is an address, not a domain. adtrace takes confirmed domains.'),
        ("::1", '"::1" is an address, not a domain. adtrace takes confirmed domains.'),
        ("[2001:db8::1]", '"[2001:db8::1]" is an address, not a domain. adtrace takes confirmed domains.'),
        (
            "c\u043bip.example",
            (
                '"c\u043bip.example" mixes Cyrillic and Latin letters in one label.'
                " If the authority confirmed exactly this name, write it xn--cip-ged.example."
            ),
        ),
        (
            "\uff43lip.example",
            '"\uff43lip.example" changes under Unicode normalisation. Give its plain or punycode (xn--) form.',
        ),
        (
            "clip\u3002example",
            '"clip\u3002example" changes under Unicode normalisation. Give its plain or punycode (xn--) form.',
        ),
        (
            "clip234567.onion",
            '"clip234567.onion" is a name of Tor, which adtrace does not speak. Leave the line out.',
        ),
        ("a b.example", '"a b.example" holds a character no host name may hold. Give the bare domain.'),
        ("-a.example", '"-a.example" holds a character no host name may hold. Give the bare domain.'),
    ],
)
def test_a_name_that_is_no_domain_has_its_own_answer(domain: str, message: str) -> None:
    """Each way to name something else than a confirmed domain is refused for what it is."""
    assert refusal(domain) == HERE + message


@pytest.mark.parametrize(
    ("given_name", "host"),
    [
        ("Clip.Example.", "clip.example"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("xn--cip-ged.example", "xn--cip-ged.example"),
        ("\u6771\u4eac\u30bf\u30ef\u30fc.example", "xn--cip-ged.example"),
        ("a.github.io", "a.github.io"),
        ("clip[.]example", "clip.example"),
        ("clip[dot]example", "clip.example"),
        ("a_b.clip.example", "a_b.clip.example"),
    ],
)
def test_a_name_is_taken_in_its_canonical_form(given_name: str, host: str) -> None:
    """A-labels, lower case, no dot at the end; scripts that one language writes together are no mixture."""
    if given_name.startswith("\u6771"):
        host = one(given_name).domain
        assert host.startswith("xn--")
    assert one(given_name).domain == host


def test_a_url_is_an_entry_of_its_own_kind() -> None:
    """unit=url confirms one address; the domain is its host; only facts of it are kept."""
    entry = one("HTTPS://Clip.example:443/a/../b?x=1", unit="url")
    assert (entry.domain, entry.url, entry.handling) == (
        "clip.example",
        "https://clip.example/b?x=1",
        "facts",
    )
    assert one("https://clip.example/b", unit="url", handling="hold").handling == "hold"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("clip.example/a", '"clip.example/a" is no http or https URL. Give the whole address for unit=url.'),
        (
            "ftp://clip.example/a",
            '"ftp://clip.example/a" is no http or https URL. Give the whole address for unit=url.',
        ),
        (
            "https:clip.example/a",
            '"https:clip.example/a" is no http or https URL. Give the whole address for unit=url.',
        ),
        (
            "https://a@clip.example/",
            "names a user, a port or a fragment. Give scheme, host, path and query alone.",
        ),
        (
            "https://clip.example:8443/",
            "names a user, a port or a fragment. Give scheme, host, path and query alone.",
        ),
        (
            "https://clip.example/#a",
            "names a user, a port or a fragment. Give scheme, host, path and query alone.",
        ),
        ("http://0x7f.1/a", '"0x7f.1" is an address, not a domain. adtrace takes confirmed domains.'),
        ("http://[::1]/a", '"[::1]" is an address, not a domain. adtrace takes confirmed domains.'),
        ("https://co.uk/a", '"co.uk" is a public suffix'),
        ("https://c%6cip.example/", "holds a character no host name may hold."),
        (
            "https://clip.example\\a",
            "holds a character no URL may hold. Give the address as a browser shows it.",
        ),
        ("https://c\u043bip.example/", "mixes Cyrillic and Latin letters in one label."),
        ("https://clip.example./a", "names another host to a browser. Give the host in its plain form."),
        ("hxxps://clip[.]example/a", "is defanged. Give it as it is: https://clip.example/a."),
    ],
)
def test_a_url_that_is_no_plain_address_is_refused(url: str, message: str) -> None:
    """What a browser would read otherwise than the line reads is not what was confirmed."""
    assert message in refusal(url, unit="url")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"unit": "site"}, 'unit "site" is unknown. Use one of: domain, host, url.'),
        ({"unit": "domain"}, '"www.clip.example" is a host under clip.example.'),
        ({"site_role": "victim"}, 'site_role "victim" is unknown. Use one of: dedicated, platform,'),
        ({"handling": "fast"}, 'handling "fast" is unknown. Use one of: standard, facts, hold, no-notice.'),
        ({"tlp": "white"}, 'tlp "white" is TLP 1.0. Write clear (TLP 2.0).'),
        ({"tlp": "blue"}, 'tlp "blue" is unknown. Use one of: clear, green, amber, amber+strict, red.'),
        (
            {"include_subdomains": "maybe"},
            'include_subdomains "maybe" is neither yes nor no. Write yes or no.',
        ),
        (
            {"confirmed_at": "1.5.2026"},
            'confirmed_at "1.5.2026" is no date. Write YYYY-MM-DD, such as 2026-01-31.',
        ),
        (
            {"confirmed_at": "20260501"},
            'confirmed_at "20260501" is no date. Write YYYY-MM-DD, such as 2026-01-31.',
        ),
        (
            {"expires_at": "2026-02-30"},
            'expires_at "2026-02-30" is no date. Write YYYY-MM-DD, such as 2026-01-31.',
        ),
        (
            {"confirmed_at": "2026-06-02"},
            "confirmed_at 2026-06-02 lies in the future. Give the day of confirmation.",
        ),
        (
            {"confirmed_at": "2026-05-01", "expires_at": "2026-04-01"},
            "expires_at 2026-04-01 lies before confirmed_at. Correct one of the two days.",
        ),
        ({"reference": "x" * 2001}, "reference is 2001 characters long. Shorten it to 2000 at most."),
    ],
)
def test_a_cell_that_says_nothing_known_is_refused(columns: dict[str, str], message: str) -> None:
    """Every column has its words, and a wrong one names them."""
    assert message in refusal("www.clip.example", **columns)


def test_a_single_url_has_no_subdomains() -> None:
    """include_subdomains widens a domain; a URL is confirmed alone."""
    message = refusal("https://clip.example/a", unit="url", include_subdomains="yes")
    assert "include_subdomains=yes widens a single URL." in message


def test_categories_of_the_case_force_facts() -> None:
    """A category the case names keeps facts only, and the change is told; hold and no-notice stay."""
    rows = "".join(
        f"{name}.example,A,{number},ABUSE,{handling}\n"
        for number, (name, handling) in enumerate(
            [("a", "standard"), ("b", ""), ("c", "hold"), ("d", "no-notice")]
        )
    )
    found = read(f"{HEAD},category,handling\n{rows}", facts=["abuse"])
    assert [entry.handling for entry in found.entries] == ["facts", "facts", "hold", "no-notice"]
    assert all(entry.is_facts_only(["abuse"]) for entry in found.entries)
    assert next(default for default in found.defaults if default.column == "handling").entries == 2


def test_a_url_and_its_host_are_two_entries() -> None:
    """What is confirmed differs, so they are no duplicates."""
    found = read(
        f"{HEAD},unit\nclip.example,A,1,\nhttps://clip.example/a,A,2,url\nhttps://clip.example/b,A,3,url\n"
    )
    assert len(found.entries) == 3


def faults(text: str, *, name: str = "list.csv") -> list[str]:
    """What is told of a list with several faults, a sentence each; the last counts them."""
    with pytest.raises(FaultyListError) as caught:
        read(text, name=name)
    assert str(caught.value).split("\n") == list(caught.value.sentences)
    return list(caught.value.sentences)


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Each fault by its line, in their order, several of one row too; the good rows in between are no fault."""
    told = faults(
        f"{HEAD},tlp,colour\n"
        "exmaple,A,1,,red\n"
        "clip.example,A,1,,\n"
        "a.example,A\n"
        "b.example,,,blue,\n"
        "clip.example,B,2,,\n"
        '"c".example,A,1,,\n'
    )
    assert [(line.partition(": ")[0], line.partition(": ")[2][:24]) for line in told] == [
        ("list.csv, line 1", 'column "colour" is unkno'),
        ("list.csv, line 2", '"exmaple" has no public '),
        ("list.csv, line 4", "has 2 cells, the header "),
        ("list.csv, line 5", "authority and reference "),
        ("list.csv, line 5", 'tlp "blue" is unknown. U'),
        ("list.csv, line 6", '"clip.example" stands in'),
        ("list.csv, line 7", "is no CSV (',' expected "),
        ("list.csv", "7 faults; nothing of it "),
    ]


def test_all_that_is_wrong_with_json_lines_is_told_at_once() -> None:
    """As with CSV: a line that is no object hides none behind it."""
    told = faults('{"domain": "a.example"\n[]\n{"domain": 7, "host": ""}\n{"domain": "b"}\n', name="l.jsonl")
    assert [line.partition(":")[0] for line in told] == [
        *(f"l.jsonl, line {number}" for number in (1, 2, 3, 3, 4, 4)),
        "l.jsonl",
    ]


def test_a_header_that_says_nothing_of_the_rows_is_told_alone() -> None:
    """Without a column that is needed every row would be told of, and none for its own sake."""
    told = faults("domain,authority,ref\nexmaple,A,1\n")
    assert [line.partition(".")[0] + "." for line in told[:-1]] == ["list."] * 2
    assert 'column "ref" is unknown' in told[0]
    assert "names no column reference" in told[1]


def test_what_is_told_of_a_list_is_bounded() -> None:
    """The first hundred faults, and how many there are."""
    told = faults(HEAD + "\nexmaple,A,1" * 1234)
    assert len(told) == 101
    assert told[99].startswith("list.csv, line 101: ")
    assert told[-1] == "list.csv: 1,234 faults, of which the first 100 are told; nothing of it was taken."


def test_a_file_is_read_by_path(tmp_path: Path) -> None:
    """The file's name, not its path, stands in messages and in the case."""
    file = tmp_path / "confirmed.csv"
    file.write_text(f"{HEAD}\nclip.example,A,1\n")
    assert read_list_file(str(file)).entries[0].source == "confirmed.csv, line 2"
    with pytest.raises(ListError, match=r"No such file or directory.*Give a CSV or JSON lines file, or -\."):
        read_list_file(str(tmp_path / "missing.csv"))


@given(
    st.text(st.characters())
    | st.from_regex(
        r"(https?://)?[A-Za-z0-9äß.-]{1,12}\.(test|example|github\.io)(/[ -~]{0,9})?", fullmatch=True
    )
)
def test_whatever_a_cell_holds_it_is_an_entry_or_a_refusal(text: str) -> None:
    """No text gets out as another error, and none that is taken is other than canonical."""
    for unit in ("host", "url"):
        row = {"domain": text, "unit": unit, "authority": "A", "reference": "1"}
        with contextlib.suppress(ListError):
            (entry,) = read(json.dumps(row), name="list.jsonl").entries
            assert one(entry.scope, unit=unit).scope == entry.scope


@given(st.binary())
def test_whatever_a_file_holds_it_is_a_list_or_a_refusal(raw: bytes) -> None:
    """The same for whole files of any bytes."""
    for name in ("list.csv", "list.jsonl"):
        with pytest.raises(ListError):
            read(raw, name=name)
