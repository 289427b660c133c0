// Pictures of graphs by cytoscape: colours by kind, a layout in which what stands does not move, PNG and SVG.
"use strict";
window.sg17graph = (() => {
  const KINDS = {
    rec: ["#0f6b6b", "ellipse"], sup: ["#3c8d8d", "ellipse"], tr: ["#3c8d8d", "ellipse"], "work-item": ["#6a4fa3", "round-rectangle"],
    draft: ["#9a86c8", "round-rectangle"], question: ["#c2571a", "diamond"], circular: ["#1f5fa8", "rectangle"], consultation: ["#5b93cf", "rectangle"],
    meeting: ["#8a6d00", "hexagon"], conflict: ["#9a2a2a", "triangle"], body: ["#5d6b2e", "octagon"], other: ["#69757d", "ellipse"],
  };
  const ink = () => getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  const paper = () => getComputedStyle(document.documentElement).getPropertyValue("--sheet").trim();
  const look = (kind) => KINDS[kind] || KINDS.other;
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function create(container) {
    // cytoscape would put a style element into the page, which the page's policy forbids; style.css holds that rule
    if (!document.getElementById("__________cytoscape_stylesheet")) {
      const held = document.createElement("meta");
      held.id = "__________cytoscape_stylesheet";
      document.head.append(held);
    }
    return cytoscape({
      container, minZoom: 0.2, maxZoom: 3,
      style: [
        { selector: "node", style: { label: "data(label)", "font-size": 11, color: ink(), "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "ellipsis", "text-max-width": 130, "text-background-color": paper(), "text-background-opacity": 0.8, width: 20, height: 20, "background-color": (node) => look(node.data("kind"))[0], shape: (node) => look(node.data("kind"))[1] } },
        { selector: "node.open", style: { width: 30, height: 30, "font-weight": "bold" } },
        { selector: "node.at", style: { "border-width": 4, "border-color": "#e0a030" } },
        { selector: "edge", style: { width: 1.2, "line-color": "#8b949a", "target-arrow-color": "#8b949a", "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "bezier", label: "data(label)", "font-size": 8.5, color: ink(), "text-rotation": "autorotate", "text-background-color": paper(), "text-background-opacity": 0.85 } },
      ],
    });
  }

  // New things go around the one that was opened; what stands already is locked while the layout runs
  function add(cy, data, around) {
    const fresh = data.nodes.filter((node) => cy.getElementById(node.id).empty());
    const standing = cy.nodes();
    const centre = around && cy.getElementById(around).nonempty() ? cy.getElementById(around).position() : { x: 0, y: 0 };
    cy.batch(() => {
      fresh.forEach((node, index) => {
        const angle = (2 * Math.PI * index) / Math.max(1, fresh.length);
        const far = 110 + 45 * (index % 3);
        const first = standing.empty() && node.id === around;
        cy.add({ group: "nodes", data: node, position: first ? { x: 0, y: 0 } : { x: centre.x + far * Math.cos(angle), y: centre.y + far * Math.sin(angle) } });
      });
      for (const edge of data.edges) {
        if (cy.getElementById(edge.id).empty() && cy.getElementById(edge.source).nonempty() && cy.getElementById(edge.target).nonempty()) cy.add({ group: "edges", data: edge });
      }
    });
    standing.lock();
    const layout = cy.layout({ name: "cose", randomize: false, animate: false, fit: standing.empty(), padding: 40, nodeRepulsion: () => 90000, idealEdgeLength: () => 95, numIter: 600 });
    layout.one("layoutstop", () => standing.unlock());
    layout.run();
    if (standing.nonempty()) cy.animate({ fit: { padding: 40 }, duration: still() ? 0 : 250 });
  }

  function legend(cy, list) {
    const kinds = new Map(cy.nodes().map((node) => [node.data("kind"), node.data("kind_name") || node.data("kind")]));
    list.replaceChildren(...[...kinds].sort().map(([kind, name]) => {
      const item = document.createElement("li");
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      mark.setAttribute("viewBox", "0 0 10 10");
      const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      for (const [name, value] of Object.entries({ cx: 5, cy: 5, r: 5, fill: look(kind)[0] })) dot.setAttribute(name, value);
      mark.append(dot);
      item.append(mark, name);
      return item;
    }));
  }

  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

  function svg(cy) {
    const box = cy.elements().boundingBox();
    const n = (value) => value.toFixed(1);
    const edges = cy.edges().map((edge) => {
      const from = edge.source().position(), to = edge.target().position();
      return `<line x1="${n(from.x)}" y1="${n(from.y)}" x2="${n(to.x)}" y2="${n(to.y)}" stroke="#8b949a"/><text x="${n((from.x + to.x) / 2)}" y="${n((from.y + to.y) / 2)}" font-size="8" fill="#57616a" text-anchor="middle">${escape(edge.data("label"))}</text>`;
    });
    const nodes = cy.nodes().map((node) => {
      const at = node.position();
      return `<circle cx="${n(at.x)}" cy="${n(at.y)}" r="${n(node.width() / 2)}" fill="${look(node.data("kind"))[0]}"/><text x="${n(at.x)}" y="${n(at.y + node.height() / 2 + 13)}" font-size="11" text-anchor="middle">${escape(node.data("label"))}</text>`;
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${n(box.x1 - 20)} ${n(box.y1 - 20)} ${n(box.w + 40)} ${n(box.h + 40)}" font-family="sans-serif">${edges.join("")}${nodes.join("")}</svg>`;
  }

  function save(cy, format, name) {
    const blob = format === "svg" ? new Blob([svg(cy)], { type: "image/svg+xml" }) : cy.png({ output: "blob", full: true, scale: 2, bg: paper() });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  return { create, add, legend, save, svg };
})();
