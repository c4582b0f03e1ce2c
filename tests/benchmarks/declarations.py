"""How fast declarations are read, as ratios to the plainest reading of the same file in the same run.

    python tests/benchmarks/declarations.py

ads.txt: records read into canonical form, against a plain split of lines and fields. sellers.json: streamed with
nearly all rows dropped, as in a case, against json.loads of the whole; then with a slip in each hundredth row, which
json.loads does not read. Invented files; best of some rounds.
"""

import json
import re
import resource
from io import BytesIO

from adtrace.extract import ads_txt, sellers_json
from tests.benchmarks.extraction import measure

RECORDS = 200_000
SELLERS = 600_000


def split_lines(text: str) -> list[list[str]]:
    """What the plainest reader does with an ads.txt."""
    return [line.partition("#")[0].split(",") for line in text.split("\n")]


def main() -> None:
    """Print both rates (targets 200,000 records/s and 30 MB/s) and their ratios."""
    records = "".join(
        f"ssp{i % 90}.example, {i}, {'DIRECT' if i % 3 else 'RESELLER'}, f08c47fec0942fa0 # line {i}\n"
        for i in range(RECORDS)
    )
    best = measure(
        baseline=lambda: split_lines(records), read=lambda: ads_txt.read_lines(records.split("\n"))
    )
    print(
        f"ads.txt       {RECORDS / best['read']:10,.0f} records/s   ratio {best['baseline'] / best['read']:.2f}"
    )
    rows = [
        {"seller_id": f"id-{i}", "seller_type": "PUBLISHER", "name": f"Número {i}", "domain": f"s{i}.example"}
        for i in range(SELLERS)
    ]
    body = json.dumps({"version": "1.0", "sellers": rows})
    del rows
    keep = sellers_json.Wanted(frozenset(f"id-{i}" for i in range(0, SELLERS, 9_999)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = body.encode()
    kept = sellers_json.write_skeleton(BytesIO(data), keep)[0].count("\n") - 1
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    odd = re.sub(rb'(00", "seller_type": "PUBLISHER",)', rb"\1 /* ours */", data)
    best = measure(
        baseline=lambda: json.loads(data),
        read=lambda: sellers_json.write_skeleton(BytesIO(data), keep),
        slips=lambda: sellers_json.write_skeleton(BytesIO(odd), keep),
    )
    size = len(data) / 1e6
    print(
        f"sellers.json  {size / best['read']:10.1f} MB/s        ratio {best['baseline'] / best['read']:.2f}"
        f"   ({size:.0f} MB, {kept} rows kept, {grown / 1024:.0f} MB more memory)"
    )
    print(
        f"  with slips  {len(odd) / 1e6 / best['slips']:10.1f} MB/s        ratio {best['baseline'] / best['slips']:.2f}"
    )


if __name__ == "__main__":
    main()
