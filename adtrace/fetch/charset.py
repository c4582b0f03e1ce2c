"""Bytes to text as a browser would read them."""

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    to_unicode,
)

# The codecs behind the labels of the WHATWG Encoding Standard. Python knows more, and some of them
# (unicode_escape, punycode) would write markup out of harmless bytes. UTF-16 never gets here: the door
# refuses NUL bytes, and ASCII bytes read as UTF-16 would hide a whole page.
_BROWSER_CODECS = frozenset(
    {"utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949", "koi8-r", "koi8-u", "cp866"}
    | {"cp874", "mac-roman", "mac-cyrillic"}
    | {f"cp{number}" for number in range(1250, 1259)}
    | {f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
)


def decode_text(body: bytes, content_type: str | None, *, markup: bool = True) -> tuple[str, str]:
    """The encoding used and the text: by byte-order mark, header, meta element (if markup), else UTF-8.

    Bytes that do not fit become U+FFFD; nothing raises. A name browsers do not know counts as not given.

    >>> decode_text(b"caf\\xe9", "text/html; charset=latin-1")
    ('cp1252', 'café')
    >>> decode_text(b"+ADw-a", "text/html; charset=utf-7")
    ('utf-8', '+ADw-a')
    """
    marked, mark = read_bom(body)
    if marked == "utf-8" and mark:
        return "utf-8", to_unicode(body[len(mark) :], "utf-8")
    named = [http_content_type_encoding(content_type)]
    if markup:
        named.append(html_body_declared_encoding(body))
    encoding = next((name for name in named if name and name in _BROWSER_CODECS), "utf-8")
    return encoding, to_unicode(body, encoding)
