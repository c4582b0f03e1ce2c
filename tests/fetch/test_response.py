"""response.py: what may be read on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adtrace.fetch.response import (
    CONTENT_TYPES,
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    MAX_SELLERS_BYTES,
    may_read,
)

HTML = (b"Content-Type", b"text/html; charset=utf-8")


def read(*headers, status=200, document="page"):
    return may_read(document, status, headers)


@pytest.mark.parametrize(
    ("document", "type_"),
    [
        ("page", b"text/html"),
        ("page", b"TEXT/HTML;charset=iso-8859-1"),
        ("frame", b"application/xhtml+xml"),
        ("script", b"application/javascript"),
        ("worker", b"text/javascript; charset=utf-8"),
        ("ads_txt", b"text/plain"),
        ("app_ads_txt", b"text/plain;charset=utf-8"),
        ("adagents_json", b"application/json"),
        ("sellers_json", b"application/json"),
    ],
)
def test_types_by_kind(document, type_):
    """Each kind of document has its types; every other kind's are refused."""
    assert may_read(document, 200, [(b"content-type", type_)]).allow
    for other in CONTENT_TYPES:
        if (
            CONTENT_TYPES[other] is not CONTENT_TYPES[document]
            and CONTENT_TYPES[other] != CONTENT_TYPES[document]
        ):
            assert not may_read(other, 200, [(b"content-type", type_)]).allow


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [HTML, HTML],
        [(b"Content-Type", b"")],
        [(b"Content-Type", b"text/html, image/jpeg")],
        [(b"Content-Type", b"text/html; charset=utf-8, image/jpeg")],
        [(b"Content-Type", b"\x0btext/html")],
        [(b"Content-Type", b"text/html\xff\xfe")],
        [(b"Content-Type", b"text/html\r\n image/jpeg")],
        [(b"Content-Type", b"image/jpeg")],
        [(b"Content-Type", b"text/html; charset=utf-16le")],
        [(b"Content-Type", b'text/html; charset="UTF-7"')],
        [HTML, (b"Content-Encoding", b"gzip")],
        [HTML, (b"content-encoding", b"identity, br")],
        [HTML, (b"Content-Encoding", b"\xff\x1b[31m")],
        [HTML, (b"Transfer-Encoding", b"gzip, chunked")],
        [HTML, (b"Transfer-Encoding", b"identity")],
        [HTML, (b"Transfer-Encoding", b"\x0bchunked")],
        [HTML, (b"Transfer-Encoding ", b"gzip, chunked")],
        [HTML, (b"", b"a")],
        [HTML, (b"Transfer-Encoding", b"chunked"), (b"Transfer-Encoding", b"chunked")],
        [HTML, (b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"5")],
        [HTML, (b"Content-Length", b"5"), (b"Content-Length", b"5")],
        [HTML, (b"Content-Length", b"+5")],
        [HTML, (b"Content-Length", b"5, 5")],
        [HTML, (b"Content-Length", b"\xb2")],
        [HTML, (b"Content-Length", str(MAX_BODY_BYTES + 1).encode())],
        [HTML, (b"Content-Length", b"0" * 5000)],
        [HTML, (b"Content-Range", b"bytes 0-1/2")],
        [HTML, (b"Content-Disposition", b"attachment")],
        [HTML, (b"Content-Disposition", b"")],
        [HTML, (b"Content-Disposition", b"inlinex; attachment")],
        [HTML, (b"X", b"y" * MAX_HEADER_BYTES)],
    ],
)
def test_headers_that_are_refused(headers):
    """Exactly one type, one length, no encoding, no range, no attachment, within the budget."""
    verdict = read(*headers)
    assert not verdict.allow
    assert verdict.rule.startswith("headers/")


@pytest.mark.parametrize(
    "headers",
    [
        [HTML],
        [HTML, (b"Content-Encoding", b"identity")],
        [HTML, (b"Transfer-Encoding", b"Chunked")],
        [HTML, (b"Content-Length", str(MAX_BODY_BYTES).encode())],
        [HTML, (b"Content-Disposition", b"inline")],
        [HTML, (b"Content-Disposition", b"Inline ; filename=a")],
    ],
)
def test_headers_that_pass(headers):
    """Plain answers in plain forms."""
    assert read(*headers).allow


@pytest.mark.parametrize(
    ("length", "reason"),
    [
        (b"0" * 15 + b"5", "Content-Length has 16 digits; 15 is the limit."),
        (b"000000099999999", f"99999999 bytes announced; {MAX_BODY_BYTES} is the limit."),
    ],
)
def test_why_a_length_is_refused_is_exact(length, reason):
    """No zero before a number is told as the number."""
    assert read(HTML, (b"Content-Length", length)).reason == reason


def test_each_kind_of_document_has_its_limit():
    """A sellers.json may be longer than a page, and has an end as well."""
    length = (b"Content-Length", str(MAX_SELLERS_BYTES).encode())
    json = (b"Content-Type", b"application/json")
    assert may_read("sellers_json", 200, [json, length]).allow
    assert may_read("sellers_json", 200, [json, (length[0], str(MAX_SELLERS_BYTES + 1).encode())]).rule == (
        "headers/length"
    )
    assert not may_read("page", 200, [HTML, length]).allow


@pytest.mark.parametrize("status", [100, 101, 103, 199, 206, 300, 304, 305, 306, 399, 600, 999, 0, -1])
def test_statuses_that_answer_no_plain_request(status):
    """No interim, partial, upgraded or invented answer is read, and none of them is a redirect."""
    assert read(HTML, (b"Location", b"/a"), status=status).rule == "headers/status"


@pytest.mark.parametrize("status", [200, 203, 403, 404, 451, 503])
def test_error_pages_are_read_as_pages(status):
    """Whose page they are is decided later; other documents need status 200."""
    assert read(HTML, status=status).allow
    assert may_read("ads_txt", status, [(b"Content-Type", b"text/plain")]).rule == (
        "headers/ok" if status == 200 else "status"
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_read(status):
    """With one Location they are redirects, else refused; their body is nobody's."""
    assert read(HTML, (b"Location", b"/a"), status=status).rule == "redirect"
    assert read(HTML, status=status).rule == "headers/redirect"
    assert not read(HTML, (b"Location", b"/a"), (b"location", b"/b"), status=status).allow


_NAMES = st.sampled_from(
    [b"Content-Type", b"Content-Length", b"Transfer-Encoding", b"Content-Encoding", b"X"]
)
_VALUES = st.one_of(
    st.binary(max_size=20), st.sampled_from([b"text/html", b"5", b"chunked", b"identity", b""])
)


@given(headers=st.lists(st.tuples(_NAMES, _VALUES), max_size=6), status=st.integers(-1, 700))
def test_headers_never_raise_and_order_does_not_matter(headers, status):
    """The same headers in any order have the same verdict, and it is one of ours."""
    assert may_read("page", status, headers).allow == may_read("page", status, headers[::-1]).allow
    assert may_read("page", status, headers).rule != "guard/error"
