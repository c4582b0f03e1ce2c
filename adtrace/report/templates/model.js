"use strict";
// The graph in memory: nodes, links, what the filters leave of them, and paths between two nodes.
const Model = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const kindOf = (name) => data.kinds.indexOf(name);
  const nodes = data.nodes.map(([kind, title, name, anchor, x, y, cluster], index) => ({
    index, kind, title, name, anchor, x, y, cluster, links: [], shown: true, degree: 0,
  }));
  const links = [];
  for (const [source, edge, basis, state, ends] of data.edges) {
    for (let at = 0; at < ends.length; at += 2) {
      const link = { source: nodes[source], target: nodes[ends[at]], edge, basis, state, count: ends[at + 1], shown: true };
      links.push(link);
      link.source.links.push(link);
      if (link.target !== link.source) link.target.links.push(link);
    }
  }
  const domain = kindOf("domain");
  for (const node of nodes) {
    const near = new Set(node.links.map((link) => other(link, node)));
    node.degree = near.size;
    node.domains = [...near].filter((next) => next.kind === domain).length;
  }

  function other(link, node) {
    return link.source === node ? link.target : link.source;
  }

  // A network with its accounts, the domains of either, and what is offered through it; a hypothesis with its ties.
  function near(start) {
    const found = new Set([start]);
    const account = kindOf("account");
    for (const link of start.links) {
      const next = other(link, start);
      found.add(next);
      if (next.kind === account) for (const tie of next.links) found.add(other(tie, next));
    }
    return found;
  }

  // What stands on one domain alone ties nothing; networks and companies tie by what they own.
  const ALONE = new Set(["account", "brand", "landing", "seller"].map(kindOf));

  // choice: kinds, bases (sets of numbers), live, shared (flags), network (node or null), cluster (number or -1)
  function apply(choice) {
    let among = choice.network ? near(choice.network) : null;
    if (choice.cluster >= 0) {
      const within = new Set();
      for (const node of nodes) {
        if (node.cluster !== choice.cluster) continue;
        within.add(node);
        for (const link of node.links) within.add(other(link, node));
      }
      among = among ? new Set([...among].filter((node) => within.has(node))) : within;
    }
    const live = data.states.indexOf("live");
    for (const node of nodes) {
      const isShared = !choice.shared || node.domains > 1 || !ALONE.has(node.kind) || node === choice.network;
      node.shown = choice.kinds.has(node.kind) && isShared && (!among || among.has(node));
      node.tied = false;
    }
    for (const link of links) {
      link.shown = link.source.shown && link.target.shown && choice.bases.has(link.basis) && (!choice.live || link.state === live);
      if (link.shown) link.source.tied = link.target.tied = true;
    }
    // What only hidden links hold would float about; a domain without a tie is a finding and stays.
    for (const node of nodes) node.shown &&= node.tied || (node.kind === domain && !among);
    return { nodes: nodes.filter((node) => node.shown).length, links: links.filter((link) => link.shown).length };
  }

  // That two domains place one network, or two networks have one owner, ties nothing: such a step counts for several.
  const COSTS = { network: 6, company: 6, landing: 3, seller: 3, brand: 3 };
  const costs = data.kinds.map((kind) => COSTS[kind] ?? 1);

  // The way over what is shown that passes through the fewest such nodes, as links in order; null if there is none.
  function path(from, to) {
    const came = new Map();
    const least = new Map([[from, 0]]);
    const queues = [[from]];
    for (let cost = 0; cost < queues.length && cost < (least.get(to) ?? Infinity); cost++) {
      for (const node of queues[cost] ?? []) {
        if (least.get(node) !== cost) continue;
        for (const link of node.links) {
          const next = other(link, node);
          const sum = cost + (next === to ? 1 : costs[next.kind]);
          if (!link.shown || sum >= (least.get(next) ?? Infinity)) continue;
          least.set(next, sum);
          came.set(next, link);
          (queues[sum] ??= []).push(next);
        }
      }
    }
    if (!came.has(to)) return null;
    const steps = [];
    for (let node = to; node !== from; node = other(came.get(node), node)) steps.unshift(came.get(node));
    return steps;
  }

  // Words of a search → the nodes that have them all: those that begin with the first, then the best tied.
  function search(text, most) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return { found: [], total: 0 };
    const hits = nodes.filter((node) => {
      node.words ??= `${node.title} ${node.name} ${data.kinds[node.kind]}`.toLowerCase();
      return words.every((word) => node.words.includes(word));
    });
    const begins = (node) => node.words.startsWith(words[0]);
    hits.sort((a, b) => begins(b) - begins(a) || b.degree - a.degree || a.index - b.index);
    return { found: hits.slice(0, most), total: hits.length };
  }

  const byAnchor = new Map(nodes.map((node) => [node.anchor, node]));
  return { data, nodes, links, other, apply, path, search, kindOf, byAnchor };
})();
