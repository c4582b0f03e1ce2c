"""A server's own page in place of the declaration that was asked for, whatever its status says."""

import re

_PAGE = re.compile(r"(?i)\s*<(?:!doctype|html|head|body|script|\?xml)")


def is_server_page(text: str) -> bool:
    """Whether what should be a declaration begins as markup does.

    >>> is_server_page("<!DOCTYPE html><title>"), is_server_page("net.example, 7, DIRECT")
    (True, False)
    """
    return _PAGE.match(text) is not None
