"""How fast a large case is related and answered, with the ratio to a bare NetworkX build of the same distinct edges.

    python tests/benchmarks/graph.py [--domains N] [--sightings N] [--case FOLDER]    # default: 20,000 and 1,000,000

The case is that of large_case.py; --case keeps it for the next time. One process, one thread; targets (issue 7): 60 s,
2 GiB, ratio 3. Seconds are of the process's own work.
"""

import gc
import time

import networkx as nx

from adtrace.case import Case
from adtrace.relate.findings import relate
from adtrace.relate.graph import build_graph
from adtrace.relate.questions import answer, load_questions
from tests.benchmarks.large_case import large_case, peak_mib


def bare_build(case: Case) -> tuple[float, int]:
    """Seconds that NetworkX takes for the same distinct edges, given in memory with one attribute, and their number."""
    edges = [
        (source, target, key, {"count": data["count"]})
        for source, target, key, data in build_graph(case, evidence=False).edges(keys=True, data=True)
    ]
    gc.collect()
    start = time.process_time()
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edges_from(edges)
    return time.process_time() - start, len(edges)


def main() -> None:
    """Print seconds, memory and the ratio."""
    folder = large_case(__doc__)
    with Case.open(folder) as case, case.snapshot():
        questions = load_questions()
        start = time.process_time()
        build_graph(case, evidence=False)
        built = time.process_time() - start
        print(f"graph     {built:.1f} s")
        gc.collect()
        start = time.process_time()
        findings = relate(case)
        print(f"relate    {time.process_time() - start:.1f} s (the graph, holders, copies, operators)")
        for question in questions.values():
            begun = time.process_time()
            answer(question, findings)
            print(f"  {question.id:22} {time.process_time() - begun:.2f} s")
        print(f"all       {time.process_time() - start:.1f} s; target 60")
        print(f"memory    {peak_mib() / 1024:.2f} GiB at most, with all that Python is; target 2")
        del findings
        bare, edges = bare_build(case)
        print(
            f"ratio     {built / bare:.1f} to a bare build of the same {edges:,} edges ({bare:.1f} s); goal 3"
        )


if __name__ == "__main__":
    main()
