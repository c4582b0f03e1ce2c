"""For a task force: the answers, the tables and the report of a case, with the listed domains as pseudonyms.

python taskforce.py CASE FOLDER        (make a case with: adtrace demo -o CASE)
"""

import sys
from pathlib import Path

import adtrace


def hand_over(path: str, folder: Path) -> None:
    """Print every question's headline, and write what may leave into the folder."""
    with adtrace.Case.open(path, write=True) as case:
        for answer in adtrace.ask_all(case).values():
            print(f"{answer.question}\n  {answer.headline}")
        graph = case.graph()
        print(f"The graph has {graph.number_of_nodes()} nodes and {graph.number_of_edges()} edges.")
        tables = [("domains", "csv"), ("networks", "csv"), ("accounts", "csv"), ("graph", "graphml")]
        manifest = adtrace.write_files(case, folder, tables, audience="taskforce")
        adtrace.write_report(case, folder / "report.html", audience="taskforce")
    for file in manifest.files:
        print(f"{file.file}: {file.rows} rows, SHA-256 {file.sha256[:16]}…")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    hand_over(sys.argv[1], Path(sys.argv[2]))
