"use strict";
// The drawn graph: one canvas, drawn only when something changed.
const View = (() => {
  const canvas = document.getElementById("canvas");
  const pen = canvas.getContext("2d");
  const CELL = 24; // side of the squares, in pixels, by which labels and the pointer find their neighbours
  const FIRST_LABELS = 14;
  // What stands around others first, so that what it stands around lies on top.
  const LAYERS = ["landing", "seller", "company", "account", "brand", "network", "domain"];
  const OBSERVED = Model.data.bases.map((basis) => basis !== "declared");
  const state = { x: 0, y: 0, scale: 1, width: 1, height: 1, selected: null, hovered: null, path: null, colours: null, due: false };
  const handlers = { select: () => {} };

  const radius = (node) => Math.min(3.2 + Math.sqrt(node.degree) * 0.9, 13) * Math.min(Math.max(Math.sqrt(state.scale * 12), 0.55), 1.6);
  const toX = (node) => (node.x - state.x) * state.scale + state.width / 2;
  const toY = (node) => (node.y - state.y) * state.scale + state.height / 2;

  // Asking the page for a size is slow; it is asked once a change.
  function measure() {
    [state.width, state.height] = [canvas.clientWidth, canvas.clientHeight];
  }

  // The outline of each kind around the origin, for a radius of 1; a domain is a circle.
  const OUTLINES = {
    network: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
    account: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
    brand: [[0, -1.2], [1.2, 1], [-1.2, 1]],
    company: [[0, -1.2], [1.15, -0.35], [0.7, 1], [-0.7, 1], [-1.15, -0.35]],
    seller: [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]],
    landing: [[-1.2, -1], [1.2, -1], [0, 1.2]],
  };
  const stamps = new Map();

  // A shape once drawn is stamped: thousands of outlines a frame are what makes a canvas slow.
  function stamp(kind, r) {
    const size = Math.max(2, Math.round(r * 2) / 2);
    const key = `${kind} ${size}`;
    if (!stamps.has(key)) {
      const made = document.createElement("canvas");
      const ratio = devicePixelRatio || 1;
      const half = size * 1.2 + 2;
      made.width = made.height = Math.ceil(half * 2 * ratio);
      const brush = made.getContext("2d");
      brush.setTransform(ratio, 0, 0, ratio, half * ratio, half * ratio);
      brush.beginPath();
      if (OUTLINES[kind]) OUTLINES[kind].forEach(([x, y]) => brush.lineTo(x * size, y * size));
      else brush.arc(0, 0, size, 0, 7);
      brush.closePath();
      brush.fillStyle = state.colours[kind];
      brush.strokeStyle = state.colours.card;
      brush.fill();
      brush.stroke();
      stamps.set(key, { made, half });
    }
    return stamps.get(key);
  }

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    state.colours = Object.fromEntries([...Model.data.kinds, "ink", "soft", "tie", "card", "focus"].map((name) => [name, read(name)]));
  }

  function redraw() {
    if (state.due) return;
    state.due = true;
    requestAnimationFrame(() => {
      state.due = false;
      draw();
    });
  }

  function draw() {
    if (!state.colours) colours();
    const ratio = devicePixelRatio || 1;
    const { width, height } = state;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const focus = state.path ? null : state.hovered ?? state.selected;
    const marked = new Set(state.path ?? (focus ? focus.links.filter((link) => link.shown) : []));
    const kept = new Set([focus, ...[...marked].flatMap((link) => [link.source, link.target])]);
    const faded = marked.size > 0;
    const drawn = Model.links.filter((link) => link.shown && !marked.has(link));
    drawLinks(drawn, faded ? 0.06 : Math.min(0.3, Math.max(0.03, 900 / drawn.length)), 1);
    if (faded) drawLinks([...marked], 0.9, 1.8);
    const visible = Model.nodes.filter((node) => node.shown && toX(node) > -20 && toX(node) < width + 20 && toY(node) > -20 && toY(node) < height + 20);
    LAYERS.forEach((kind) => {
      const number = Model.kindOf(kind);
      const these = visible.filter((node) => node.kind === number);
      fill(kind, faded ? these.filter((node) => !kept.has(node)) : these, faded ? 0.22 : 1);
      if (faded) fill(kind, these.filter((node) => kept.has(node)), 1);
    });
    if (state.selected?.shown) ring(state.selected);
    drawLabels(visible, focus, faded ? kept : null);
  }

  function drawLinks(links, alpha, width) {
    pen.strokeStyle = state.colours.tie;
    pen.globalAlpha = alpha;
    pen.lineWidth = width;
    for (const observed of [true, false]) {
      pen.setLineDash(observed ? [] : [4, 3]);
      pen.beginPath();
      for (const link of links) {
        if (OBSERVED[link.basis] !== observed) continue;
        pen.moveTo(toX(link.source), toY(link.source));
        pen.lineTo(toX(link.target), toY(link.target));
      }
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  function fill(kind, nodes, alpha) {
    pen.globalAlpha = alpha;
    for (const node of nodes) {
      const { made, half } = stamp(kind, radius(node));
      pen.drawImage(made, toX(node) - half, toY(node) - half, half * 2, half * 2);
    }
    pen.globalAlpha = 1;
  }

  function ring(node) {
    pen.strokeStyle = state.colours.focus;
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(toX(node), toY(node), radius(node) + 5, 0, 7);
    pen.stroke();
  }

  // Where a label may stand: on the right; at the edge of the drawing on the left; of a few nodes also above or below.
  function spotsOf(node, wide, isOneOfFew) {
    const [x, y, away] = [toX(node), toY(node), radius(node) + 4];
    const places = [[x + away, y], [x - away - wide, y]];
    if (x + away + wide > state.width - 4) places.reverse();
    if (isOneOfFew) places.push([x - wide / 2, y + away + 7], [x - wide / 2, y - away - 7]);
    return places.slice(0, isOneOfFew ? 4 : 1).map(([left, middle]) => {
      const cells = [];
      for (let cell = Math.floor(left / CELL); cell <= Math.floor((left + wide) / CELL); cell++) {
        for (const line of [Math.floor((middle - 7) / 14), Math.floor((middle + 7) / 14)]) cells.push(`${cell},${line}`);
      }
      return { x: left, y: middle, cells };
    });
  }

  // Labels of the best-tied nodes first, each only where no other stands; the more, the nearer one looks.
  function drawLabels(visible, focus, kept) {
    const most = kept ? 60 : Math.min(24 + state.scale * 500, 140);
    const queue = (kept ? visible.filter((node) => kept.has(node)) : [...visible]).sort(
      (a, b) => (b === focus) - (a === focus) || b.degree - a.degree || a.index - b.index,
    );
    const taken = new Set();
    // The best-tied are named whatever stands there; other labels keep off the larger shapes.
    const first = new Set(kept ? [] : queue.slice(0, FIRST_LABELS));
    for (const node of kept ? [] : visible) {
      const r = radius(node);
      if (r > 6 && !first.has(node)) taken.add(`${Math.floor(toX(node) / CELL)},${Math.floor(toY(node) / 14)}`);
    }
    const labelled = new Set();
    let drawn = 0;
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    for (const node of queue) {
      if (drawn >= most) break;
      const text = node.title.length > 44 ? `${node.title.slice(0, 43)}…` : node.title;
      const wide = pen.measureText(text).width;
      const isFree = (cell) => !labelled.has(cell) && (!taken.has(cell) || first.has(node));
      const spots = spotsOf(node, wide, kept !== null);
      const spot = spots.find((one) => one.cells.every(isFree)) ?? (node === focus ? spots[0] : null);
      if (!spot) continue;
      const { x, y, cells } = spot;
      cells.forEach((cell) => labelled.add(cell));
      pen.strokeStyle = state.colours.card;
      pen.lineWidth = 3.5;
      pen.strokeText(text, x, y);
      pen.fillStyle = state.colours.ink;
      pen.fillText(text, x, y);
      drawn++;
    }
  }

  // Everything shown, or these nodes, in sight.
  function fit(nodes = Model.nodes.filter((node) => node.shown)) {
    if (!nodes.length) return redraw();
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const node of nodes) {
      left = Math.min(left, node.x);
      right = Math.max(right, node.x);
      top = Math.min(top, node.y);
      bottom = Math.max(bottom, node.y);
    }
    state.x = (left + right) / 2;
    state.y = (top + bottom) / 2;
    measure();
    // Room for what stands at the edge, and for its label.
    state.scale = Math.min((state.width - 140) / (right - left + 1), (state.height - 70) / (bottom - top + 1), 0.6);
    redraw();
  }

  function zoom(factor, x = state.width / 2, y = state.height / 2) {
    const [beforeX, beforeY] = [(x - state.width / 2) / state.scale, (y - state.height / 2) / state.scale];
    state.scale = Math.min(Math.max(state.scale * factor, 0.002), 6);
    state.x += beforeX - (x - state.width / 2) / state.scale;
    state.y += beforeY - (y - state.height / 2) / state.scale;
    redraw();
  }

  function move(x, y) {
    state.x -= x / state.scale;
    state.y -= y / state.scale;
    redraw();
  }

  function at(x, y) {
    let best = null;
    let least = Infinity;
    for (const node of Model.nodes) {
      if (!node.shown) continue;
      const away = Math.hypot(toX(node) - x, toY(node) - y) - radius(node);
      if (away < least) [best, least] = [node, away];
    }
    return least < 7 ? best : null;
  }

  function select(node, see = false) {
    state.selected = node;
    state.path = null;
    if (node && see) {
      node.shown = true;
      state.x = node.x;
      state.y = node.y;
      state.scale = Math.max(state.scale, 0.12);
    }
    handlers.select(node);
    redraw();
  }

  function showPath(links) {
    state.path = links;
    if (links) fit([...new Set(links.flatMap((link) => [link.source, link.target]))]);
    redraw();
  }

  const pointers = new Map();
  let travelled = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    travelled = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      const node = at(event.offsetX, event.offsetY);
      if (node !== state.hovered) {
        state.hovered = node;
        canvas.classList.toggle("over", Boolean(node));
        redraw();
      }
      return;
    }
    const [dx, dy] = [event.offsetX - before[0], event.offsetY - before[1]];
    travelled += Math.abs(dx) + Math.abs(dy);
    if (pointers.size === 2) {
      const [still] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      const span = (place) => Math.hypot(place[0] - still[0], place[1] - still[1]) || 1;
      zoom(span([event.offsetX, event.offsetY]) / span(before), still[0], still[1]);
    } else {
      move(dx, dy);
    }
    pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      if (end === "pointerup" && travelled < 5) select(at(event.offsetX, event.offsetY));
    });
  }
  // The wheel scrolls the page until the reader has gone into the drawing.
  canvas.addEventListener("wheel", (event) => {
    if (document.activeElement !== canvas && !event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
  }, { passive: false });
  const KEYS = {
    ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0), ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
    "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: () => fit(), Escape: () => select(null),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    state.colours = null;
    stamps.clear();
    redraw();
  });
  new ResizeObserver(() => {
    measure();
    redraw();
  }).observe(canvas);
  measure();
  return { fit, zoom, select, showPath, redraw, handlers, state };
})();
