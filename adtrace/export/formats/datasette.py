"""Metadata for Datasette, so that `datasette -i case.db -m case.datasette.json` is pleasant at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from adtrace.export.datasette import datasette_metadata
from adtrace.export.formats.format import Format, one_file

if TYPE_CHECKING:
    from adtrace.export.source import Source


def write(source: Source, stream: BinaryIO) -> None:
    """The metadata, with the marking of the case as its licence; it holds nothing of the case else."""
    metadata = {**datasette_metadata(), "license": "; ".join(source.marking.lines)}
    stream.write(json.dumps(metadata, indent=2, ensure_ascii=True).encode("ascii") + b"\n")


DATASETTE = Format("datasette", "case", one_file("datasette.json", write), audiences=("investigator",))
