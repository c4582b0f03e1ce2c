"""For a brand: where it is offered on the domains of a case, through whom, and how sure that is.

python brand.py CASE BRAND             (make a case with: adtrace demo -o CASE)
"""

import sys

import adtrace


def audit(path: str, brand: str) -> None:
    """Print the brand's rows with their evidence, or of how many domains one can say that nothing was observed."""
    with adtrace.Case.open(path) as case:
        answer = case.ask("brand-exposure")
        brands = case.table("brands", audience="taskforce")
    rows = brands[brands["brand"] == brand]
    domains = answer.denominators
    if rows.empty:
        print(
            f"{brand}: not observed on the {domains.observable} domains, of {domains.domains}, that could be observed."
        )
        print("That is not clean: the pages may show other advertising later, elsewhere, or after a click.")
        return
    print(f"{brand}: offered on {rows['domain'].nunique()} of {domains.observable} observable domains.")
    for (through, role), found in rows.groupby(["through", "role"]):
        captures = ", ".join(sorted({capture for listed in found["captures"] for capture in listed}))
        number, network = found["domain"].nunique(), through or "an unknown network"
        print(f"  through {network} as {role}: on {number}; captures {captures}")
    for limit in answer.limits:
        print(f"Note: {limit}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    audit(sys.argv[1], sys.argv[2])
