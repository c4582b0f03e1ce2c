"""For an analyst with a notebook: the graph of a case, its tables as pandas frames, its answers. Each `# %%` is a cell.

Open it as a notebook in Jupyter (jupytext), VS Code, PyCharm or Spyder, or run it as it stands:
python notebook.py CASE                (make one with: adtrace demo -o CASE)
"""

# %% A case is opened for reading; whoever writes to it meanwhile does not disturb.
import sys

import networkx as nx

import adtrace
from adtrace.names import defang

case = adtrace.Case.open(sys.argv[1])

# %% The graph: nodes are "kind:name"; every edge says on what it rests. view: all, observed or declared.
graph = case.graph(view="observed")
domains = {node for node, data in graph.nodes(data=True) if data["kind"] == "domain"}
print(f"{len(domains)} domains, {graph.number_of_edges()} observed edges")

source, target, edge = next(one for one in graph.edges(data=True) if one[2]["edge"] == "carries")
print(defang(source), edge["edge"], target, edge["basis"], edge["scope"], edge["sightings"][0])

# %% Anything NetworkX can do: what ties the two domains with the most live accounts in common?
tags = nx.Graph((u, v) for u, v, data in graph.edges(data=True) if data["edge"] in ("carries", "places"))
one, other = sorted(domains & set(tags), key=lambda node: -tags.degree[node])[:2]
print(" — ".join(map(defang, nx.shortest_path(tags, one, other))))

# %% The tables, as pandas frames; the columns are those of `adtrace export`.
accounts = case.table("accounts", audience="investigator")
live = accounts[(accounts["state"] == "live") & (accounts["basis"] == "embedded")]
print(live.groupby("network")["domain"].nunique().sort_values(ascending=False).head())

# %% An answer is a frame too, with its headline and the limits that belong to it.
answer = case.ask("first-letters")
print(answer.headline)
print(answer.frame().head())
print(*answer.limits, sep="\n")

# %%
case.close()
