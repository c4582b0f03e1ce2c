"""How large the report of a case is, how long it takes to make, and how soon a reader can use it.

    python tests/benchmarks/report.py [--domains N] [--sightings N] [--case FOLDER]    # default: 1,000 and 50,000

The case is that of large_case.py. Interactive: from the beginning of the navigation to the end of the load event, by
when the graph is laid before the reader and every table has its tools; the median of five loads from disk in headless
Chromium, beside the processor's time of the page's process, which other work on the machine does not lengthen. Targets
(issue 7): 15 MB, 3 s at 5,000 nodes, which is what the page of any larger case holds.
"""

import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from adtrace.case import Case
from adtrace.export.source import Source
from adtrace.report.write import make_page
from tests.benchmarks.large_case import large_case, peak_mib
from tests.report.browser import CHROMIUM, open_browser

LOADS = 5
_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def seconds_to_use(page: Path) -> tuple[float, float]:
    """The medians of several loads, until all is there and the graph is drawn: by the clock, and of the processor."""
    with open_browser() as browser:
        browser.size(1440, 900)
        browser.call("Performance.enable")
        loaded, worked = [], []
        for _ in range(LOADS):
            browser.open(page)
            browser.look(_DRAWN)
            loaded.append(browser.look(_LOADED) / 1000)
            metrics = browser.call("Performance.getMetrics")["metrics"]
            (spent,) = (one["value"] for one in metrics if one["name"] == "ProcessTime")
            worked.append(spent)
        # Of one process after the other: what each load added.
        added = [after - before for before, after in pairwise([0.0, *worked])]
        return statistics.median(loaded), statistics.median(added)


def main() -> None:
    """Print size, seconds and memory."""
    folder = large_case(__doc__, domains=1_000, sightings=50_000)
    page = Path(tempfile.mkdtemp()) / "report.html"
    with Case.open(folder) as case, case.snapshot():
        start = time.process_time()
        page.write_bytes(make_page(Source(case)))
    print(
        f"made         {time.process_time() - start:.1f} s of its own work, {peak_mib() / 1024:.2f} GiB at most"
    )
    print(f"size         {page.stat().st_size / 1e6:.1f} MB; target 15")
    if CHROMIUM:
        loaded, worked = seconds_to_use(page)
        print(
            f"interactive  {loaded:.2f} s, of which {worked:.2f} s of work; medians of {LOADS} loads; target 3"
        )
    else:
        print("interactive  not measured: there is no Chromium on this machine.")


if __name__ == "__main__":
    main()
