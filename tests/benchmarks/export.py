"""How fast a large case leaves it, against a bare csv.writer and against pandas over the same rows, and in what memory.

    python tests/benchmarks/export.py [--domains N] [--sightings N] [--case FOLDER]    # default: 20,000 and 1,000,000

The case is the one of graph.py; --case keeps it for the next time. `whole` reads the table from the case, rewrites it
for the audience and writes the file; `write` writes rows that are in memory, which is all that the baselines do. One
process; seconds are of its own work. Targets (issue 6): CSV at least 0.3 of csv.writer, Parquet as fast as pandas,
memory that does not grow with the case.
"""

import argparse
import csv
import gc
import io
import resource
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
from tests.benchmarks.graph import Writer

TABLE = "sightings"
_BASELINE_ROWS = 200_000


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this process that the work takes."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def peak_mib() -> float:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print seconds, memory and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--domains", type=int, default=20_000)
    parser.add_argument("--sightings", type=int, default=1_000_000)
    parser.add_argument("--case", type=Path)
    arguments = parser.parse_args()
    folder = arguments.case or Path(tempfile.mkdtemp()) / "case"
    if not (folder / "case.db").is_file():
        with (writer := Writer(folder)).case:
            writer.write(arguments.domains, arguments.sightings)
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
    bare = seconds(lambda: csv.writer(io.StringIO()).writerows(lines)) / size
    ours = seconds(lambda: write_csv(again(), io.BytesIO())) / size
    print(
        f"csv       bare {bare * 1e6:.1f} us a row, write {ours * 1e6:.1f}: ratio {bare / ours:.2f};", end=" "
    )
    print(f"whole {bare / whole['csv', 'investigator']:.2f}; target 0.3")
    pandas = seconds(lambda: frame.to_parquet(io.BytesIO(), compression="zstd")) / size
    ours = seconds(lambda: write_parquet(again(), io.BytesIO())) / size
    print(
        f"parquet   pandas {pandas * 1e6:.1f} us a row, write {ours * 1e6:.1f}: ratio {pandas / ours:.2f};",
        end=" ",
    )
    print(f"whole {pandas / whole['parquet', 'investigator']:.2f}; target 1")


if __name__ == "__main__":
    main()
