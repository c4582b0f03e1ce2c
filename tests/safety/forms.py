"""The forms in which a domain or a word could hide, and the search for them."""

import base64
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import quote

from click.testing import CliRunner

from adtrace.cli import cli
from adtrace.export.formats import FORMATS

_SHORTEST = 8  # bytes of a form: less would be found by chance
_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
# What holds its text packed: a file that begins so and is not opened here would be searched blindly.
_PACKED = re.compile(rb"\x28\xb5\x2f\xfd|ARROW1|BZh|\xfd7zXZ|7z\xbc\xaf|%PDF")


@cache
def forms_of(word: str) -> set[bytes]:
    """As it is, in punycode, percent, escapes, entities, base64, base32, hexadecimal, and hashed; in lower case."""
    found = {word, quote(word), json.dumps(word)[1:-1], word.encode("ascii", "backslashreplace").decode()}
    found |= {word.replace(".", "[.]"), word.replace(".", "\\."), word.replace(".", "%2e"), word[::-1]}
    names = {word}
    if "." in word and "/" not in word:
        names.add(word.encode("idna").decode())
    found |= names
    for name in names:
        raw = name.encode()
        found |= {raw.hex(), "".join(f"%{byte:02x}" for byte in raw), "".join(f"&#{ord(c)};" for c in name)}
        found |= {"".join(f"\\x{byte:02x}" for byte in raw), raw.hex(" "), raw.hex(":")}
        for text in (raw, b"https://" + raw + b"/", b"www." + raw):
            digests = [hashlib.new(kind, text).digest() for kind in _HASHES]
            found |= {digest.hex() for digest in digests}
            found |= {base64.b64encode(digest).decode().rstrip("=") for digest in digests}
        # The letters in the middle of its base64 or base32, whatever stands before.
        found |= {base64.b64encode(b" " * n + raw).decode()[4 if n else 0 : -4] for n in range(3)}
        found |= {base64.urlsafe_b64encode(b" " * n + raw).decode()[4 if n else 0 : -4] for n in range(3)}
        found |= {base64.b32encode(b" " * n + raw).decode()[8 if n else 0 : -8] for n in range(5)}
        found |= {raw.decode("latin-1").translate(str.maketrans(_ROT13))}
    return {form.lower().encode() for form in found if len(form.encode()) >= _SHORTEST}


_ROT13 = {
    **{chr(97 + n): chr(97 + (n + 13) % 26) for n in range(26)},
    **{chr(65 + n): chr(65 + (n + 13) % 26) for n in range(26)},
}


class Search:
    """Looks for all forms of many words in one pass over a text: by their first bytes, then whole."""

    def __init__(self, words: Iterable[str]) -> None:
        self._forms: dict[bytes, list[tuple[bytes, str]]] = {}
        for word in words:
            for form in forms_of(word):
                self._forms.setdefault(form[:_SHORTEST], []).append((form, word))

    def __call__(self, text: bytes) -> list[str]:
        """Which of the words the text holds, in whatever form."""
        lower, forms = text.lower(), self._forms
        places = (at for at in range(len(lower) - _SHORTEST + 1) if lower[at : at + _SHORTEST] in forms)
        return sorted(
            {
                word
                for at in places
                for form, word in forms[lower[at : at + _SHORTEST]]
                if lower.startswith(form, at)
            }
        )


def found_in(text: bytes, words: Iterable[str]) -> list[str]:
    """Which of the words the text holds, in whatever form."""
    lower = text.lower()
    return [word for word in words if any(form in lower for form in forms_of(word))]


def read_whole(paths: Iterable[Path]) -> bytes:
    """What the files hold and are called, unpacked.

    Raises:
        AssertionError: a file is packed in a way nobody here can open, so that a search would prove nothing.
    """
    parts = []
    for path in sorted(paths):
        if path.is_file():
            parts += [path.name.encode(), *_unpacked(path.name, path.read_bytes())]
    return b"\n".join(parts)


def _unpacked(name: str, content: bytes) -> list[bytes]:
    if content.startswith(b"\x1f\x8b"):
        return _unpacked(name, gzip.decompress(content))
    if content.startswith(b"PAR1"):
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(io.BytesIO(content))
        return [repr(table.schema.metadata).encode(), repr(table.to_pydict()).encode()]
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return [
                part
                for one in packed.namelist()
                for part in (one.encode(), *_unpacked(one, packed.read(one)))
            ]
    assert not _PACKED.match(content), f"{name} is packed; open it here, or the search is blind"
    return [content]


def export_all(case: Path, audience: str, folder: Path) -> str:
    """What the command printed when every table, graph and document was written for the audience, in every format."""
    theirs = [known.name for known in FORMATS if audience in known.audiences]
    options = [part for name in theirs for part in ("--format", name)]
    where = ["--all", "--audience", audience, "-o", str(folder)]
    done = CliRunner().invoke(cli, ["export", str(case), *options, *where])
    assert done.exit_code == 0, done.exception
    return done.output
