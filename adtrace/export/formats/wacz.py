"""WACZ of the skeletons that were kept: text, never what a browser would load (WACZ 1.1.1, Webrecorder).

Each is a WARC `resource` record of type text/plain at the URL it was read from: a replay shows the text and has
nothing to ask for. For the investigator alone, for a skeleton is a page's own text.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.optional import need

if TYPE_CHECKING:
    from adtrace.export.source import Source

_WARC = "archive/skeletons.warc.gz"


def write(source: Source, stream: BinaryIO) -> None:
    """archive/skeletons.warc.gz, its index, the list of pages, and the package that names their hashes."""
    warcio = need("warcio.warcwriter", "wacz")
    lines: list[str] = []
    pages = [json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Skeletons"})]
    made: dict[str, tuple[str, int]] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        with package.open(_WARC, "w", force_zip64=True) as file:
            counted = _Counted(file)
            writer = warcio.WARCWriter(counted, gzip=True)
            for url, time, name, text in _kept(source):
                start = counted.size
                body = text.encode("utf-8", "surrogatepass")
                writer.write_record(_record(writer, url, time, body))
                lines.append(_index_line(url, time, body, start, counted.size - start))
                pages.append(json.dumps({"id": name, "url": url, "ts": _iso(time), "title": name}))
        made[_WARC] = (counted.digest.hexdigest(), counted.size)
        # Window bits of 31: as gzip, without a time.
        index = zlib.compress("".join(f"{line}\n" for line in sorted(lines)).encode(), level=9, wbits=31)
        listed = "".join(f"{line}\n" for line in pages).encode()
        for name, data in (("indexes/index.cdx.gz", index), ("pages/pages.jsonl", listed)):
            package.writestr(name, data)
            made[name] = (hashlib.sha256(data).hexdigest(), len(data))
        described = _package(source, made)
        package.writestr("datapackage.json", described)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(described).hexdigest()}"}
        package.writestr("datapackage-digest.json", json.dumps(digest))


def _kept(source: Source) -> Iterator[tuple[str, str, str, str]]:
    """(url, time, public id, text) of each capture whose skeleton was kept and whose entry is not withdrawn."""
    case = source.case
    for row in case.rows(
        "SELECT seq, time, url, domain FROM captures"
        " WHERE skeleton_kept AND entry_status <> 'withdrawn' ORDER BY +seq"
    ):
        text = case.skeleton(row["seq"])
        if text is not None:
            name = case.public_id("outcome", row["seq"])
            source.named.add(row["domain"])
            source.records.add(name)
            yield row["url"], row["time"], name, text


def _record(writer: Any, url: str, time: str, body: bytes) -> Any:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return writer.create_warc_record(
        url,
        "resource",
        payload=io.BytesIO(body),
        length=len(body),
        warc_content_type=headers["Content-Type"],
        warc_headers_dict={"WARC-Date": _iso(time)},
    )


def _index_line(url: str, time: str, body: bytes, offset: int, length: int) -> str:
    said = {
        "url": url,
        "mime": "text/plain",
        "status": "200",
        "digest": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "length": str(length),
        "offset": str(offset),
        "filename": _WARC.rpartition("/")[2],
    }
    stamp = "".join(sign for sign in _iso(time) if sign.isdigit())
    return f"{_surt(url)} {stamp} {json.dumps(said)}"


def _surt(url: str) -> str:
    """The URL with its host turned round, as CDX sorts it."""
    parts = urlsplit(url)
    host = ",".join(reversed((parts.hostname or "").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}){parts.path or '/'}{query}".lower()


def _package(source: Source, made: dict[str, tuple[str, int]]) -> bytes:
    resources = [
        {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{digest}", "bytes": size}
        for path, (digest, size) in made.items()
    ]
    described = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "Skeletons kept by adtrace",
        "description": "; ".join(source.marking.lines),
        "software": "adtrace",
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": resources,
    }
    return json.dumps(described, indent=2).encode("ascii")


def _iso(time: str) -> str:
    """The time to the second, as WARC and the list of pages have it."""
    return f"{time[:19]}Z"


class _Counted:
    """A stream that knows how much was written to it and what its hash is."""

    def __init__(self, stream: Any) -> None:
        self._stream, self.size, self.digest = stream, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.digest.update(data)
        return int(self._stream.write(data))

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._stream.flush()


WACZ = Format("wacz", "case", one_file("wacz", write), extra="formats", audiences=("investigator",))
