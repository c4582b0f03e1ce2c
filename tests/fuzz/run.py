"""Coverage-guided fuzzing of one target: `python -m tests.fuzz.run TARGET [SECONDS]`, 60 seconds if not said.

Needs atheris (pip install atheris); without it, says so and ends with 0, so that a machine without it can go on.
A finding is written to findings/TARGET/ and ends the run with an error.
"""

import sys
import tempfile
from pathlib import Path

SEEDS: dict[str, list[bytes]] = {
    "policy": [
        b"\x04https://clip.example/a?b=c",
        b"\x07Content-Type: text/html\nContent-Length: 5",
        b"\x00/../%2e%2e/a.jpg",
    ],
    "sniffer": [
        b"\x02<!doctype html><svg>",
        b"\x00#EXTM3U\n",
        b"\x05 \xef\xbb\xbfRIFF    WEBPVP8 ",
        b"\x00P3\n# c\n3 2",
    ],
    "scrubber": [b'x="data:image/png;base64,iVBORw0KGgo="', b"\\x89\\x50\\x4e" * 60, b"/9j/4AAQSkZJRg" * 60],
    "skeleton": [
        b"<div><iframe srcdoc='<script src=//a.magsrv.com/a.js>'>",
        b"<template><!--<ins data-zoneid=1>-->",
    ],
}
FINDINGS = Path(__file__).parent / "findings"


def main() -> None:
    """The command."""
    target, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"
    try:
        import atheris
    except ImportError:
        print("fuzz: atheris is not installed; nothing was run (pip install atheris)")
        return
    with atheris.instrument_imports(include=["adtrace"]):
        from tests.fuzz.targets import TARGETS
    found = FINDINGS / target
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS[target]):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = ["-max_len=4096", f"-max_total_time={seconds}", "-timeout=20", "-verbosity=1"]
        atheris.Setup([sys.argv[0], corpus, f"-artifact_prefix={found}/", *options], TARGETS[target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
