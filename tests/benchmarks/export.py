"""How fast a large case leaves it, against a bare csv.writer and against pandas over the same rows, and in what memory.

    python tests/benchmarks/export.py [--domains N] [--sightings N] [--case FOLDER]    # default: 20,000 and 1,000,000

The case is that of large_case.py; --case keeps it for the next time. `whole` reads the table from the case, rewrites it
for the audience and writes the file; `write` writes rows that are in memory, which is all that the baselines do. One
process; seconds are of its own work. Targets (issue 6): CSV at least 0.3 of csv.writer, Parquet as fast as pandas,
memory that does not grow with the case.
"""

import csv
import gc
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from adtrace.case import Case
from adtrace.export.formats.csv import write as write_csv
from adtrace.export.formats.parquet import write as write_parquet
from adtrace.export.source import Source
from adtrace.export.table_rows import TableRows, as_frame
from adtrace.relate.collection import no_collection
from tests.benchmarks.large_case import large_case, peak_mib

TABLE = "sightings"
_BASELINE_ROWS = 200_000
ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this process that the work takes."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print seconds, memory and ratios."""
    folder = large_case(__doc__)
    print(f"start     {peak_mib():.0f} MiB with the libraries")
    with Case.open(folder) as case, tempfile.TemporaryDirectory() as out:
        whole = {}
        for name, write in (("csv", write_csv), ("parquet", write_parquet)):
            for audience in ("investigator", "taskforce"):
                rows = Source(case, audience).rows(TABLE)  # type: ignore[arg-type]
                with (Path(out) / f"{audience}.{name}").open("wb") as file, no_collection():
                    whole[name, audience] = seconds(lambda: write(rows, file)) / rows.count  # noqa: B023
                print(
                    f"whole     {name:8} {audience:13} {rows.count:,} rows, {whole[name, audience] * 1e6:.1f} us a row,"
                    f" {peak_mib():.0f} MiB at most"
                )
        _compare(Source(case, "investigator").rows(TABLE), whole)


def _compare(rows: TableRows, whole: dict[tuple[str, str], float]) -> None:
    """The same rows in memory, written by us and by what everybody has."""
    batches, size = [], 0
    for columns in rows.batches:
        batches.append(columns)
        size += len(columns[0])
        if size >= _BASELINE_ROWS:
            break

    def again() -> TableRows:
        return TableRows(rows.name, rows.columns, rows.audience, iter(batches))

    lines = list(again().rows())
    frame = as_frame(again())
    pairs = {
        "csv": (
            lambda: csv.writer(io.StringIO()).writerows(lines),
            lambda: write_csv(again(), io.BytesIO()),
        ),
        "parquet": (
            lambda: frame.to_parquet(io.BytesIO(), compression="zstd"),
            lambda: write_parquet(again(), io.BytesIO()),
        ),
    }
    for name, target in (("csv", 0.3), ("parquet", 1)):
        # One after the other, again and again: what else the machine does meets both alike.
        taken = [[seconds(work) / size for work in pairs[name]] for _ in range(ROUNDS)]
        bare, ours = (statistics.median(column) for column in zip(*taken, strict=True))
        ratios = sorted(theirs / mine for theirs, mine in taken)
        print(
            f"{name:9} bare {bare * 1e6:.1f} us a row, write {ours * 1e6:.1f}: ratio {bare / ours:.2f}"
            f" ({ratios[0]:.2f} to {ratios[-1]:.2f} in {ROUNDS} rounds);"
            f" whole {bare / whole[name, 'investigator']:.2f}; target {target}"
        )


if __name__ == "__main__":
    main()
