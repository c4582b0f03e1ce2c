"""For an investigator: what ties the domains of a case together, and where each tie can be seen.

python investigator.py CASE            (make one with: adtrace demo -o CASE)
"""

import sys

import adtrace
from adtrace.names import defang


def show_ties(path: str) -> None:
    """Print each operator hypothesis with its accounts, and the place in the page behind every one."""
    with adtrace.Case.open(path) as case:
        answer = case.ask("shared-account")
        print(answer.headline)
        sightings = case.table("sightings", audience="investigator")
        live = sightings[(sightings["kind"] == "account") & (sightings["state"] == "live")]
        for network, kind, account, _scope, _count, domains, _seen, bears, row, _first in answer.rows:
            print(f"\n{network} {kind} {account}: one operator? {bears} (adtrace show {path} {row})")
            tags = live[(live["network"] == network) & (live["account"] == account)]
            for domain in domains:
                for tag in tags[tags["domain"] == domain].itertuples():
                    print(f"  {defang(domain)}: {tag.path} of capture {tag.capture}, by {tag.rule}")
        for limit in answer.limits:
            print(f"\nNote: {limit}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    show_ties(sys.argv[1])
