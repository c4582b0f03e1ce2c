"""The forms in which a domain or a word could hide, and the search for them."""

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote


@cache
def forms_of(word: str) -> set[bytes]:
    """As it is, in punycode, percent, escapes, entities, base64, hexadecimal, and hashed; in lower case."""
    found = {word, quote(word), json.dumps(word)[1:-1], word.encode("ascii", "backslashreplace").decode()}
    found |= {word.replace(".", "[.]"), word[::-1]}
    names = {word}
    if "." in word:
        names.add(word.encode("idna").decode())
    found |= names
    for name in names:
        raw = name.encode()
        found |= {raw.hex(), "".join(f"%{byte:02x}" for byte in raw), "".join(f"&#{ord(c)};" for c in name)}
        found |= {hashlib.new(kind, raw).hexdigest() for kind in ("md5", "sha1", "sha256", "blake2b")}
        found |= {
            base64.b64encode(hashlib.new(kind, raw).digest()).decode() for kind in ("md5", "sha1", "sha256")
        }
        # The letters in the middle of its base64, whatever stands before.
        found |= {base64.b64encode(b" " * n + raw).decode()[4 if n else 0 : -4] for n in range(3)}
    return {form.lower().encode() for form in found if len(form.encode()) >= 8}


def found_in(text: bytes, words: Iterable[str]) -> list[str]:
    """Which of the words the text holds, in whatever form."""
    lower = text.lower()
    return [word for word in words if any(form in lower for form in forms_of(word))]
