"use strict";
// What stands behind a sighting, in one place: its row, its rule, its capture, and its records back to the entry.
(() => {
  const box = document.getElementById("behind");
  const [title, body, go] = ["h3", ".all", "a"].map((part) => box.querySelector(part));
  // Rows that a row of evidence rests on; all else it names (a domain, an account) has a dossier of its own.
  const RESTS_ON = /^#[rol]\d/;

  const NAMES = { sightings: "The sighting", rules: "Its rule", captures: "What was read" };
  const TABLES = [...Object.keys(NAMES), "records"];

  const rowOf = (anchor) => document.getElementById(anchor.slice(1))?.closest("tr");

  // What a row says under the heading of each of its cells; what is empty is left out.
  function said(row) {
    const list = document.createElement("dl");
    const heads = row.closest("table").tHead.rows[0].cells;
    [...row.cells].forEach((cell, column) => {
      if (!cell.textContent.trim()) return;
      const [line, what, text] = ["div", "dt", "dd"].map((name) => document.createElement(name));
      what.textContent = heads[column].textContent.trim();
      text.append(...[...cell.childNodes].map((node) => node.cloneNode(true)));
      if (cell.title) (text.querySelector("a:only-child") ?? text).textContent = cell.title;
      line.append(what, text);
      list.append(line);
    });
    return list;
  }

  // The row, then what it rests on and what that rests on, each once; of records the newest first.
  function behind(first) {
    const found = [first];
    for (const row of found) {
      for (const link of row.querySelectorAll("a")) {
        const next = RESTS_ON.test(link.hash) && rowOf(link.hash);
        if (next && !found.includes(next)) found.push(next);
      }
    }
    const place = (row) => TABLES.indexOf(row.closest("div.table").id);
    return found.sort((a, b) => place(a) - place(b) || b.rowIndex - a.rowIndex);
  }

  function show(anchor) {
    const rows = behind(rowOf(anchor));
    title.textContent = rows[0].cells[0].textContent.trim();
    go.href = anchor;
    body.replaceChildren(...rows.flatMap((row) => {
      const head = document.createElement("h4");
      head.textContent = NAMES[row.closest("div.table").id] ?? row.cells[0].textContent.trim();
      return [head, said(row)];
    }));
    box.showModal();
    box.scrollTop = 0;
  }

  addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link !== go && /^#s\d/.test(link.hash) && rowOf(link.hash)) {
      event.preventDefault();
      if (!box.open) show(link.hash);
    } else if (box.open) {
      box.close();
    }
  });
  box.querySelector("button").addEventListener("click", () => box.close());
  // Beside it, on the page that is dimmed.
  box.addEventListener("click", (event) => event.target === box && box.close());
})();
