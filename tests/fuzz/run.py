"""Coverage-guided fuzzing of one target: `python -m tests.fuzz.run TARGET`, for 60 seconds or `--seconds N`.

With `--runs N` it is the same N runs each time, for a gate that may not depend on luck. Needs atheris (pip install
atheris); without it, says so and ends with 0, so that a machine without it can go on. A finding is written to
findings/TARGET/ and ends the run with an error.
"""

import argparse
import os
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
    "clicks": [
        b"https://portal.example/out?url=https%3A%2F%2Fshop.example%2Fp%3Fa%3D1",
        b"https://portal.example/click?u=uggcf%3A%2F%2Ffubc.rknzcyr%2F&ip=192.0.2.7",
        b"https://portal.example/?d=eyJ1cmwiOiAiaHR0cHM6Ly9zaG9wLmV4YW1wbGUvIn0",
    ],
}
FINDINGS = Path(__file__).parent / "findings"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=SEEDS)
    effort = parser.add_mutually_exclusive_group()
    effort.add_argument("--seconds", type=int, default=60)
    effort.add_argument("--runs", type=int)
    asked = parser.parse_args()
    try:
        import atheris
    except ImportError:
        print("fuzz: atheris is not installed; nothing was run (pip install atheris)")
        return
    if asked.runs and os.environ.get("PYTHONHASHSEED") != "0":
        # The coverage that guides the runs depends on the order of sets.
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONHASHSEED": "0"})
    with atheris.instrument_imports(include=["adtrace"]):
        from tests.fuzz.targets import TARGETS
    found = FINDINGS / asked.target
    found.mkdir(parents=True, exist_ok=True)
    bound = [f"-runs={asked.runs}", "-seed=1"] if asked.runs else [f"-max_total_time={asked.seconds}"]
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS[asked.target]):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = ["-max_len=4096", "-timeout=20", "-verbosity=1", *bound]
        atheris.Setup([sys.argv[0], corpus, f"-artifact_prefix={found}/", *options], TARGETS[asked.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
