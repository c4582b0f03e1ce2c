"""Whether a folder that was exported from a case is still what was exported, and from this case."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from adtrace.case import verify_export
from adtrace.case.canonical import canonical, storable
from adtrace.case.reader import CaseReader
from adtrace.errors import IntegrityError


class CheckedExport(NamedTuple):
    """files: how many it has. strangers: names, in ASCII, of what stands beside them and was not exported with them."""

    files: int
    strangers: list[str]


def check_export(case: CaseReader, folder: Path) -> CheckedExport:
    """What was found, if each file is the one that a record of this case lists.

    Raises:
        IntegrityError: a file, the manifest or its proof is not the one that was exported, or not from this case.
    """
    try:
        verify_export.check(folder)
        manifest = verify_export.read_json(folder / "manifest.json")
    except verify_export.ExportError as error:
        raise _changed(folder, str(error)) from None
    recorded = {
        case.public_id("export", row["seq"]): msgspec.json.decode(row["payload"])
        for row in case.rows("SELECT seq, payload FROM exports")
    }
    found = recorded.get(manifest["record"])
    if found is None or canonical(storable({**manifest, "record": None})) != canonical(storable(found)):
        raise _changed(folder, "no record of this case lists these files.")
    return CheckedExport(len(manifest["files"]), verify_export.strangers(folder, manifest["files"]))


def _changed(folder: Path, what: str) -> IntegrityError:
    return IntegrityError(what, where=str(folder), do="Keep it as it is, and compare with what was sent.")
