#!/usr/bin/env python3
# ruff: noqa: T201 - it is a command of its own
"""Check a folder exported by adtrace. Needs Python 3.9 or newer and nothing else; contacts nothing.

    python3 verify_export.py [FOLDER] [--key NAME+ID+KEY]

It says whether the files are those the case recorded, what else stands beside them, whether that record and the
records behind the files' rows are in the signed ledger, and by which key that was signed. Give --key the key you know
from elsewhere (a report, a call). What it cannot say: whether what was recorded is true, and when; a signature by the
investigator's own key proves that nobody else changed the records since, and no more. Exit code: 0 all holds, 1
something does not.

How it works. Each line of the case's ledger is a leaf of a Merkle tree (RFC 6962): SHA-256 of 0x00 and the line as
JSON. A line holds the salted hash of its record, so that it tells nothing by itself. proofs.json holds the lines
behind this export (for a reader outside, who shall not learn their times, their leaves alone: the case can open
them), and the few other nodes that lead from them to the root, in the order of a walk through the tree.
checkpoint.txt holds the size and root of the tree and Ed25519 signatures over them (https://c2sp.org/signed-note).
Where other cases were merged into this one, manifest.json names each, and proofs.json holds its checkpoint, lines and
nodes under "merged": every case is proven by its own tree and its own signatures.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import json
import re
import stat
import sys
from bisect import bisect_left
from pathlib import Path
from typing import Any, NamedTuple

# Ed25519, RFC 8032: points are (x, y, z, t) with x = X/z, y = Y/z, x*y = t/z.
P = 2**255 - 19
Point = tuple[int, int, int, int]
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
# The base point: y = 4/5, x even.
X, Y = 15112221349535400772501151409588531511454012693041857206046113283949847762202, 4 * pow(5, -1, P) % P
BASE: Point = (X, Y, 1, X * Y % P)
# A checkpoint: what is signed (whose records, how many, their root), and signatures.
NOTE = re.compile("(adtrace/([0-9a-f]{32})\n([0-9]{1,18})\n(\\S{43}=)\n)\n((?:— [^ \n]+ [^ \n]+\n)+)")


class ExportError(Exception):
    """What does not hold."""


def check(folder: Path, key: str | None = None) -> list[str]:
    """Sentences about what holds, first of all that.

    Raises:
        ExportError: something does not.
    """
    manifest, proofs = read_json(folder / "manifest.json"), read_json(folder / "proofs.json")
    note = read(folder / "checkpoint.txt").decode("utf-8", "replace")
    try:
        check_files(folder, manifest["files"])
        check_record(manifest, proofs)
        own = check_chain({**proofs, "checkpoint": note})
        if manifest["record"] != f"{own.case[:8]}-export-{proofs['export']['record']}":
            raise ExportError("manifest.json is not of the case that checkpoint.txt names.")
        merged = [check_chain(one) for one in proofs.get("merged", [])]
        if [one.case for one in merged] != [one["case"] for one in manifest.get("merged", [])]:
            raise ExportError("proofs.json does not prove the merged cases that manifest.json names.")
        ids = sum(check_ids(folder, manifest["files"], one.case, one.rows) for one in [own, *merged])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration) as error:
        raise ExportError(f"manifest.json, proofs.json or checkpoint.txt is malformed ({error!r}).") from None
    if key and key not in own.signers:
        raise ExportError(f"checkpoint.txt is not signed by {key}.")
    return [
        f"{len(manifest['files'])} files are those that {manifest['record']} of the case lists.",
        f"That record and {len(own.rows) - 1} others behind the files are among the {own.size} signed records.",
        *(
            f"Of the merged case {one.case[:8]}, {len(one.rows)} records behind the files are among its {one.size}"
            f" signed records; signed by {' and '.join(one.signers)}."
            for one in merged
        ),
        *([f"The records of {ids} ids in the files are among them."] if ids else []),
        *(f"NOT PART OF IT, vouched for by nothing: {name}" for name in strangers(folder, manifest["files"])),
        *(f"Signed by {signer}{' (the key you gave)' if signer == key else ''}." for signer in own.signers),
    ]


class Chain(NamedTuple):
    """A case whose signed tree holds these rows."""

    case: str
    size: int
    rows: list[list[Any]]
    signers: list[str]


def check_chain(proof: dict[str, Any]) -> Chain:
    """The case that a checkpoint, rows and nodes prove."""
    found = NOTE.fullmatch(proof["checkpoint"])
    if not found:
        raise ExportError("a checkpoint is none of adtrace, or malformed.")
    text, case, size, root, signatures = found.groups()
    if root_of(int(size), proof["records"], proof["nodes"]) != base64.b64decode(root, validate=True):
        raise ExportError(f"proofs.json does not lead to the root in the checkpoint of case {case[:8]}.")
    return Chain(case, int(size), proof["records"], check_signatures(text, signatures, proof["keys"]))


def check_files(folder: Path, files: list[dict[str, Any]]) -> None:
    """Every file of the manifest is there, with its bytes."""
    for one in files:
        if one["file"] in ("", ".", "..") or not {"/", "\\", ":"}.isdisjoint(one["file"]):
            raise ExportError("manifest.json names a file outside this folder.")
        data = read(folder / one["file"])
        if len(data) != one["bytes"] or hashlib.sha256(data).hexdigest() != one["sha256"]:
            raise ExportError(f"{one['file']} is not the file that was exported.")


def strangers(folder: Path, files: list[dict[str, Any]]) -> list[str]:
    """What stands in the folder and was not exported with the rest, in order of name; written in ASCII."""
    own = ("manifest.json", "proofs.json", "checkpoint.txt", "verify_export.py")
    known = {*own, *(one["file"] for one in files)}
    return sorted(ascii(found.name) for found in folder.iterdir() if found.name not in known)


def check_record(manifest: dict[str, Any], proofs: dict[str, Any]) -> None:
    """The manifest is the one in the case's own record of this export."""
    sealed = proofs["export"]
    number = sealed["record"]
    found = [row for row in proofs["records"] if row[0] == number]
    digest = hashlib.sha256(bytes.fromhex(sealed["nonce"]) + sealed["payload"].encode("ascii")).hexdigest()
    if len(found) != 1 or found[0][1] != "export" or found[0][4] != digest:
        raise ExportError("proofs.json does not prove the record of this export.")
    # Compared as texts, where 1 is neither true nor 1.0.
    both = ({**one, "record": None} for one in (json.loads(sealed["payload"]), manifest))
    if len({json.dumps(one, sort_keys=True) for one in both}) > 1:
        raise ExportError("manifest.json is not the one that the case recorded.")


def check_ids(folder: Path, files: list[dict[str, Any]], case: str, rows: list[list[Any]]) -> int:
    """How many ids of records the files of text name; each must be a proven record of that type.

    Of a line that is not shown, its leaf alone, the number is proven; the type is for the case to say. In a packed file
    (Parquet, XLSX, WACZ) an id may run into the byte beside it: its hash vouches for that.
    """
    proven = {f"{row[1]}-{row[0]}" for row in rows if len(row) == 5}
    types = "open|entry|decision|outcome|extraction|review|export|note|checkpoint"
    pattern = re.compile(rf"\b{case[:8]}-((?:{types})-[0-9]+)\b", re.ASCII)
    named: set[str] = set()
    for one in files:
        with contextlib.suppress(UnicodeDecodeError):
            named.update(pattern.findall(read(folder / one["file"]).decode("utf-8")))
    hidden = {str(row[0]) for row in rows if len(row) == 2}
    missing = [name for name in sorted(named - proven) if name.partition("-")[2] not in hidden]
    if missing:
        raise ExportError(f"{case[:8]}-{missing[0]} is named in a file, and not proven.")
    return len(named)


def root_of(size: int, rows: list[list[Any]], nodes: list[str]) -> bytes:
    """The root that these ledger rows and nodes lead to; all of them must be needed."""
    places = [row[0] - 1 for row in rows]
    if places != sorted(set(places)) or not all(0 <= place < size for place in places):
        raise ExportError("proofs.json holds records that are not in the signed tree.")
    leaves = [bytes.fromhex(row[1]) if len(row) == 2 else leaf(row) for row in rows]
    given = iter([bytes.fromhex(node) for node in nodes])

    def walk(first: int, end: int, low: int, high: int) -> bytes:
        # The subtree over leaves first to end, in which ours from low to high stand.
        if low == high:
            return next(given)
        if end - first == 1:
            return leaves[low]
        middle = first + (1 << (end - first - 1).bit_length() - 1)
        split = bisect_left(places, middle, low, high)
        both = walk(first, middle, low, split) + walk(middle, end, split, high)
        return hashlib.sha256(b"\1" + both).digest()

    root = walk(0, size, 0, len(places))
    if next(given, None) is not None:
        raise ExportError("proofs.json holds a node too many.")
    return root


def leaf(row: list[Any]) -> bytes:
    """The leaf of a row of the ledger: number, type, time, earlier records, salted hash."""
    return hashlib.sha256(
        b"\0" + json.dumps(row, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    ).digest()


def check_signatures(text: str, lines: str, keys: list[str]) -> list[str]:
    """The keys (NAME+ID+KEY) that signed the text; every signature line must hold, and no key stand twice."""
    named = {}
    for key in keys:
        name, _, encoded = key.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        named[name, hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]] = (key, raw)
    signers = []
    for signature in lines[:-1].split("\n"):
        _, name, signed = signature.split(" ")
        data = base64.b64decode(signed, validate=True)
        key, raw = named.get((name, data[:4]), ("", b""))
        is_ours = raw[:1] == b"\1" and key not in signers
        if not is_ours or not verify_ed25519(raw[1:], text.encode(), data[4:]):
            raise ExportError(f"the signature of {name} in its checkpoint does not hold.")
        signers.append(key)
    return signers


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether it is the signature of that key (RFC 8032, section 5.1.7)."""
    key, start = point(public), point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or start is None or scalar >= ORDER:
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    one, other = times(scalar, BASE), add(start, times(digest, key))
    return not any((one[i] * other[2] - other[i] * one[2]) % P for i in (0, 1))


def point(raw: bytes) -> Point | None:
    """The point these 32 bytes encode, or None."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number % 2**255
    if len(raw) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


def add(one: Point, other: Point) -> Point:
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * D, 2 * one[2] * other[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, one: Point) -> Point:
    """A point added to itself so many times."""
    total = (0, 1, 1, 0)
    while number:
        total = add(total, one) if number & 1 else total
        one, number = add(one, one), number >> 1
    return total


def read(file: Path) -> bytes:
    """The bytes of a plain file: a pipe would never answer, a device never end, a link shows others something else."""
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise ExportError(f"{file.name} is no file.")
        return file.read_bytes()
    except OSError as error:
        raise ExportError(f"{file.name[:80]} cannot be read ({error.strerror}).") from None


def read_json(file: Path) -> dict[str, Any]:
    """The JSON object in a file, which is ASCII and names no key twice: every program reads the same in it."""
    try:
        found = json.loads(
            read(file).decode("ascii"),
            object_pairs_hook=lambda pairs: dict(pairs) if len(dict(pairs)) == len(pairs) else None,
        )
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ExportError(f"{file.name} is no JSON object.")
    return found


def main() -> None:
    """Print what holds, or what does not."""
    parser = argparse.ArgumentParser(description="Check a folder exported by adtrace.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--key", help="the key that must have signed, as you know it from elsewhere")
    options = parser.parse_args()
    try:
        print("\n".join(check(options.folder, options.key)))
    except ExportError as error:
        sys.exit(f"BROKEN: {error}")
    if not options.key:
        print("Compare that key with one you have from elsewhere: who replaces all files can sign them anew.")


if __name__ == "__main__":
    main()
