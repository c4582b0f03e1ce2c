"use strict";
// Tables: sort by a column, filter rows, copy and save them, unfold further columns and what comes after the first rows.
const Tables = (() => {
  const FIRST = 20;
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  // What a cell stands for: its full name where it shows less, a number without separators.
  const whole = (cell) => {
    const text = cell.title || cell.textContent.trim();
    return cell.classList.contains("n") ? text.replaceAll(",", "") : text;
  };
  const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]);

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function sort(table, column, heading) {
    const up = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = rowsOf(table).map((row) => [row.cells[column] ? whole(row.cells[column]) : "", row]);
    // What is empty stays at the end, whichever way.
    keyed.sort(([a], [b]) => (!a - !b) || (up ? compare(a, b) : compare(b, a)));
    const [first, more] = table.tBodies;
    first.append(...keyed.slice(0, more ? FIRST : keyed.length).map(([, row]) => row));
    if (more) more.append(...keyed.slice(FIRST).map(([, row]) => row));
  }

  function filter(table, text, status) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    const rows = rowsOf(table);
    for (const row of rows) {
      row.words ??= [...row.cells].map((cell) => `${cell.textContent} ${cell.title}`).join(" ").toLowerCase();
      row.hidden = !words.every((word) => row.words.includes(word));
      shown += !row.hidden;
    }
    table.classList.toggle("filtered", words.length > 0);
    status.textContent = words.length ? `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows` : "";
  }

  function cells(table) {
    const head = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    return [head, ...rowsOf(table).filter((row) => !row.hidden).map((row) => [...row.cells].map(whole))];
  }

  // A spreadsheet computes what begins like a formula; a ' before it keeps it text (OWASP, CSV injection).
  const safe = (text) => (/^[=+\-@\t\r'\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text);
  const asCsv = (rows) => rows.map((row) => row.map((text) => `"${safe(text).replaceAll('"', '""')}"`).join(",")).join("\r\n") + "\r\n";
  const asTabs = (rows) => rows.map((row) => row.map((text) => safe(text).replace(/[\t\r\n]/g, " ")).join("\t")).join("\n");

  async function copy(table, status) {
    const text = asTabs(cells(table));
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    status.textContent = "Copied; paste it into a spreadsheet.";
  }

  function save(table, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([asCsv(cells(table))], { type: "text/csv" }));
    link.download = `${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function equip(box) {
    const table = box.querySelector("table");
    const number = rowsOf(table).length;
    if (number < 2) return;
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const act = button(heading.textContent.trim(), () => sort(table, column, heading));
      heading.replaceChildren(act);
      heading.setAttribute("aria-sort", "none");
    });
    const tools = document.createElement("div");
    tools.className = "tools";
    tools.id = `${box.id}-tools`;
    const status = document.createElement("span");
    status.className = "quiet";
    status.setAttribute("role", "status");
    if (number > 5) {
      const input = document.createElement("input");
      input.type = "search";
      input.placeholder = "Filter rows";
      input.setAttribute("aria-label", `Filter ${table.caption.querySelector("strong").textContent}`);
      let waiting = 0;
      input.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => filter(table, input.value, status), 120);
      });
      tools.append(input);
    }
    tools.append(button("Copy", () => copy(table, status)), button("CSV", () => save(table, `adtrace-${box.id}`)));
    const columns = table.tHead.rows[0].cells;
    if ([...columns].some((cell) => cell.classList.contains("d"))) {
      const all = button(`All ${columns.length} columns`, () => all.setAttribute("aria-pressed", box.classList.toggle("all")));
      all.setAttribute("aria-pressed", false);
      tools.append(all);
    }
    tools.append(status);
    box.before(tools);
    const more = table.tBodies[1];
    if (more) {
      const unfold = button("", () => {
        more.classList.toggle("open");
        say();
      });
      const say = () => {
        const open = more.classList.contains("open");
        unfold.textContent = open ? `Show the first ${FIRST}` : `Show all ${number.toLocaleString("en")} rows`;
        unfold.setAttribute("aria-expanded", open);
      };
      say();
      more.say = say;
      const folded = document.createElement("p");
      folded.className = "folded";
      const tell = () => {
        folded.textContent = more.classList.contains("open") ? "" : `The first ${FIRST} of ${number} rows are printed. Unfold the table before printing for all.`;
      };
      addEventListener("beforeprint", tell);
      const foot = document.createElement("div");
      foot.className = "tools";
      foot.append(unfold);
      box.after(folded, foot);
    }
  }

  // What an address names shows itself, wherever it is closed, folded or filtered away.
  function reveal() {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const closed = row?.closest("details:not([open])");
    if (closed) closed.open = true;
    if (!row || row.tagName !== "TR") return;
    row.hidden = false;
    const body = row.parentElement;
    if (body.classList.contains("more")) {
      body.classList.add("open");
      body.say?.();
    }
    row.scrollIntoView({ block: "center" });
  }

  for (const box of document.querySelectorAll("div.table")) equip(box);
  addEventListener("hashchange", reveal);
  reveal();
  return { button };
})();
