"use strict";
// The search box: any name to its dossier. / opens it; arrows and Enter choose.
(() => {
  const MOST = 12;
  const input = document.getElementById("find");
  const list = document.getElementById("found");
  const status = document.getElementById("found-count");
  input.closest(".find").hidden = false;

  function close() {
    list.hidden = true;
    list.replaceChildren();
  }

  function look() {
    const { found, total } = Model.search(input.value, MOST);
    list.replaceChildren(...found.map((node) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const kind = document.createElement("small");
      link.href = `#${node.anchor}`;
      link.textContent = node.title;
      kind.textContent = Model.data.kinds[node.kind];
      link.append(" ", kind);
      link.addEventListener("click", close);
      item.append(link);
      return item;
    }));
    list.hidden = !found.length;
    status.textContent = !input.value.trim() ? "" : total > MOST ? `first ${MOST} of ${total}` : `${total} found`;
  }

  input.addEventListener("input", look);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && list.firstElementChild) list.querySelector("a").click();
    if (event.key === "ArrowDown") list.querySelector("a")?.focus();
  });
  list.addEventListener("keydown", (event) => {
    const item = document.activeElement.closest("li");
    const next = event.key === "ArrowDown" ? item?.nextElementSibling : event.key === "ArrowUp" ? item?.previousElementSibling ?? input : null;
    if (!next) return;
    event.preventDefault();
    (next.querySelector?.("a") ?? next).focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      input.focus();
    }
    if (event.key === "Escape") close();
  });
})();
