"use strict";
// The controls around the drawn graph, and the dossier beside it.
(() => {
  const box = document.getElementById("explore");
  if (!Model.nodes.length) return;
  box.hidden = false;
  const get = (id) => document.getElementById(id);
  const [status, side, network, cluster] = ["graph-status", "graph-side", "graph-network", "graph-cluster"].map(get);
  const ends = { from: null, to: null };
  const CROWDED = 1500; // nodes

  function option(select, value, text) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = text;
    select.append(made);
  }

  const networks = Model.nodes.filter((node) => node.kind === Model.kindOf("network"));
  networks.sort((a, b) => a.title.localeCompare(b.title, "en"));
  for (const node of networks) option(network, node.index, node.title);
  Model.data.clusters.forEach((name, number) => option(cluster, number, name));
  for (const input of box.querySelectorAll("[data-kind], [data-basis]")) {
    const known = input.dataset.kind
      ? Model.nodes.some((node) => Model.data.kinds[node.kind] === input.dataset.kind)
      : Model.data.bases.includes(input.dataset.basis);
    input.closest("label").hidden = !known;
  }

  function apply(isFirst) {
    const checked = (name, list) => new Set([...box.querySelectorAll(`[data-${name}]:checked`)].map((input) => list.indexOf(input.dataset[name])));
    const left = Model.apply({
      kinds: checked("kind", Model.data.kinds),
      bases: checked("basis", Model.data.bases),
      live: get("graph-live").checked,
      shared: get("graph-shared").checked,
      network: network.value ? Model.nodes[Number(network.value)] : null,
      cluster: cluster.value ? Number(cluster.value) : -1,
    });
    status.textContent = `${left.nodes.toLocaleString("en")} of ${Model.nodes.length.toLocaleString("en")} nodes and ${left.links.toLocaleString("en")} of ${Model.links.length.toLocaleString("en")} links are drawn.`;
    View.showPath(null);
    if (isFirst || network.value || cluster.value) View.fit();
    showPath();
  }

  // The dossier itself stays where it is; beside the graph stands a copy without its anchors.
  function show(node) {
    if (!node) {
      side.replaceChildren(get("graph-hint").content.cloneNode(true));
      return;
    }
    const dossier = get(node.anchor).cloneNode(true);
    dossier.removeAttribute("id");
    dossier.classList.add("beside");
    const row = document.createElement("div");
    row.className = "tools";
    const whole = document.createElement("a");
    whole.href = `#${node.anchor}`;
    whole.textContent = "Whole dossier";
    const pick = (end) => () => {
      ends[end] = node;
      showPath();
    };
    row.append(Tables.button("Path from here", pick("from")), Tables.button("Path to here", pick("to")), whole);
    side.replaceChildren(row, dossier);
    side.scrollTop = 0;
  }

  function showPath() {
    const place = get("graph-path");
    if (!ends.from && !ends.to) {
      place.hidden = true;
      return;
    }
    place.hidden = false;
    const head = document.createElement("p");
    const say = (node) => node?.title ?? "… choose a node";
    head.textContent = `Path from ${say(ends.from)} to ${say(ends.to)}. `;
    head.append(Tables.button("Clear", () => {
      ends.from = ends.to = null;
      View.showPath(null);
      showPath();
    }));
    place.replaceChildren(head);
    if (!ends.from || !ends.to) return;
    const steps = ends.from === ends.to ? [] : Model.path(ends.from, ends.to);
    const list = document.createElement("ol");
    for (const link of steps ?? []) {
      const item = document.createElement("li");
      const verb = Model.data.names[link.edge][1].split(" ").filter((word) => word !== word.toUpperCase()).join(" ");
      item.textContent = `${link.source.title} ${verb} ${link.target.title} (${Model.data.bases[link.basis]}, ${Model.data.states[link.state]}; ${link.count} ${link.count === 1 ? "place" : "places"})`;
      list.append(item);
    }
    if (steps?.length) place.append(list);
    else head.append(" There is none among the links that are drawn.");
    View.showPath(steps?.length ? steps : null);
  }

  const find = get("graph-find");
  const found = get("graph-found");
  find.addEventListener("input", () => {
    const hits = Model.search(find.value, 8).found;
    found.replaceChildren(...hits.map((node) => {
      const item = document.createElement("li");
      item.append(Tables.button(`${node.title} (${Model.data.kinds[node.kind]})`, () => {
        found.replaceChildren();
        find.value = "";
        View.select(node, true);
      }));
      return item;
    }));
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") found.querySelector("button")?.click();
    if (event.key === "Escape") found.replaceChildren();
  });

  View.handlers.select = show;
  // In a large graph the thousands that tie nothing would hide the few that do.
  get("graph-shared").checked = Model.nodes.length > CROWDED;
  for (const input of box.querySelectorAll("input[type=checkbox], select")) input.addEventListener("change", () => apply(false));
  get("graph-in").addEventListener("click", () => View.zoom(1.4));
  get("graph-out").addEventListener("click", () => View.zoom(1 / 1.4));
  get("graph-fit").addEventListener("click", () => View.fit());
  show(null);
  apply(true);
})();
