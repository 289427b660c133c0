// The neighbourhood of a thing, opened step by step.
"use strict";
(() => {
  const section = document.getElementById("picture");
  section.hidden = false;
  const frame = document.getElementById("graph");
  const chosen = document.getElementById("chosen");
  const cy = sg17graph.create(frame);
  window.sg17picture = cy;
  let at = null;

  async function open(id, path) {
    const given = new URLSearchParams({ thing: path });
    for (const name of ["lang", "on"]) if (section.dataset[name]) given.set(name, section.dataset[name]);
    const answer = await fetch(`/explore.json?${given}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok) { chosen.textContent = section.dataset.failed; return; }
    const data = await answer.json();
    const root = id || data.nodes[0].id;
    sg17graph.add(cy, data, root);
    if (id) follow(data, root);
    cy.getElementById(root).addClass("open");
    sg17graph.legend(cy, document.getElementById("legend"));
    choose(cy.getElementById(root));
    section.dataset.ready = String(cy.nodes().length);
  }

  // The table says what the picture says: what a click brought is added to it
  function follow(data, root) {
    const nodes = new Map(data.nodes.map((node) => [node.id, node]));
    const link = (node) => Object.assign(document.createElement("a"), { href: node.href, textContent: node.label });
    for (const edge of data.edges) {
      const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
      const row = document.createElement("tr"), head = document.createElement("th"), cell = document.createElement("td");
      head.scope = "row";
      head.append(link(nodes.get(root)), edge.source === root ? ` ${edge.label} →` : ` ← ${edge.label}`);
      cell.append(link(edge.source === root ? target : source));
      row.append(head, cell);
      document.getElementById("joints").append(row);
    }
  }

  function choose(node) {
    cy.nodes(".at").removeClass("at");
    node.addClass("at");
    at = node;
    const name = document.createElement("b");
    name.textContent = node.data("label");
    const page = document.createElement("a");
    page.href = node.data("href");
    page.textContent = section.dataset.open;
    const more = document.createElement("button");
    more.type = "button";
    more.textContent = section.dataset.more;
    more.disabled = node.hasClass("open");
    more.addEventListener("click", () => open(node.id(), node.data("path")));
    chosen.replaceChildren(name, page, more);
  }

  cy.on("tap", "node", (event) => {
    const node = event.target;
    if (node.hasClass("open")) choose(node);
    else open(node.id(), node.data("path"));
  });
  frame.addEventListener("keydown", (event) => {
    const nodes = cy.nodes().toArray();
    if (!nodes.length || !at) return;
    const index = nodes.findIndex((node) => node.id() === at.id());
    if (event.key === "ArrowRight" || event.key === "ArrowDown") choose(nodes[(index + 1) % nodes.length]);
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") choose(nodes[(index - 1 + nodes.length) % nodes.length]);
    else if (event.key === "Enter") open(at.id(), at.data("path"));
    else return;
    event.preventDefault();
  });
  for (const button of section.querySelectorAll("[data-save]")) button.addEventListener("click", () => sg17graph.save(cy, button.dataset.save, section.dataset.thing.replace(/[^A-Za-z0-9.-]+/g, "-")));
  section.querySelector("[data-fit]").addEventListener("click", () => cy.fit(undefined, 40));
  open(null, section.dataset.thing);
})();
