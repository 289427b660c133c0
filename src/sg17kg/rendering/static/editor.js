// A SPARQL editor (YASQE) and its answers (YASR) in place of the plain form, which stays what it is without scripts.
"use strict";
(async () => {
  const form = document.getElementById("ask");
  const area = document.getElementById("sparql");
  const answer = document.getElementById("answer");
  const carry = document.getElementById("carry");
  const said = document.getElementById("said");
  const { Yasqe, Yasr } = Yasgui;
  const known = await fetch("/editor-terms.json").then((found) => found.json()).catch(() => ({ terms: [], prefixes: {} }));

  // Completion of this graph's terms, in place of those that ask hosts elsewhere
  const kinds = { class: ["Class"], property: ["ObjectProperty", "DatatypeProperty"] };
  const terms = (types) => known.terms.filter((term) => types.includes(term.type)).map((term) => term.iri);
  for (const [name, types] of Object.entries(kinds)) {
    Yasqe.forkAutocompleter(name, { name: `sg17-${name}`, persistenceId: null, bulk: true, get: () => terms(types) });
  }
  Yasqe.forkAutocompleter("prefixes", { name: "sg17-prefixes", persistenceId: null, bulk: true, get: () => Object.entries(known.prefixes).map(([name, iri]) => `${name}: <${iri}>`) });

  class Graph {
    constructor(yasr) { this.yasr = yasr; this.priority = 5; this.label = answer.dataset.graph; }
    canHandleResults() { return this.edges().length > 0; }
    getIcon() { const icon = document.createElement("span"); icon.textContent = "◦—◦"; return icon; }
    edges() {
      const results = this.yasr.results;
      const short = (text) => String(text).replace(/^.*[#/](?=[^#/]+$)/, "");
      const statements = results?.getStatements?.();
      if (statements?.length) return statements.filter((s) => s.object.termType === "NamedNode").map((s) => [s.subject.value, short(s.predicate.value), s.object.value]);
      const rows = results?.getBindings?.() || [];
      return rows.flatMap((row) => {
        const things = Object.entries(row).filter(([, term]) => term && term.type === "uri");
        return things.slice(1).map(([name, term]) => [things[0][1].value, name, term.value]);
      });
    }
    draw() {
      const frame = document.createElement("div");
      frame.id = "graph";
      this.yasr.resultsEl.replaceChildren(frame);
      const base = document.body.dataset.base;
      const node = (iri) => ({ id: iri, label: iri.replace(base, ""), kind: iri.startsWith(base) ? iri.slice(base.length).split("/")[0] : "other" });
      const edges = this.edges().slice(0, 300);
      const ids = [...new Set(edges.flatMap(([s, , o]) => [s, o]))];
      sg17graph.add(sg17graph.create(frame), { nodes: ids.map(node), edges: edges.map(([s, p, o]) => ({ id: `${s} ${p} ${o}`, source: s, target: o, label: p })) }, null);
    }
  }
  Yasr.registerPlugin("graph", Graph);

  // What YASR gives its table to search and to sort by is put into an element, so a literal that is markup would become live
  const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const table = Yasr.plugins.table.prototype;
  const columns = table.getColumns;
  table.getColumns = function () {
    const plain = (render) => (cell, kind, ...others) => (kind === "display" || typeof cell !== "object" ? render(cell, kind, ...others) : escaped(cell.value));
    return columns.call(this).map((column) => ({ ...column, render: plain(column.render) }));
  };

  const holder = document.createElement("div");
  holder.id = "editor";
  holder.dir = "ltr";
  form.before(holder);
  const yasqe = new Yasqe(holder, {
    value: area.value, persistenceId: null, resizeable: false, editorHeight: "22rem", consumeShareLink: null, createShareableLink: null,
    requestConfig: { endpoint: "/sparql", method: "POST", acceptHeaderGraph: "text/turtle", acceptHeaderSelect: "application/sparql-results+json" },
    autocompleters: ["variables", "sg17-class", "sg17-property", "sg17-prefixes"], showQueryButton: false, collapsePrefixesOnLoad: false,
  });
  window.sg17editor = yasqe;
  const yasr = new Yasr(answer, { persistenceId: null, prefixes: known.prefixes, pluginOrder: ["table", "response", "graph", "boolean", "error"], defaultPlugin: "table" });
  window.sg17answer = yasr;
  // Tab leaves the editor: nobody is to be caught in it
  yasqe.setOption("extraKeys", { ...yasqe.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  // YASR names some of its controls for the eye alone
  const named = { ".tableSizer": answer.dataset.size, ".tableFilter": answer.dataset.filter };
  new MutationObserver(() => {
    for (const [selector, name] of Object.entries(named)) for (const control of answer.querySelectorAll(`${selector}:not([aria-label])`)) control.setAttribute("aria-label", name);
  }).observe(answer, { childList: true, subtree: true });
  const field = holder.querySelector("textarea");
  field.setAttribute("aria-label", form.querySelector("label").textContent);
  const label = form.querySelector("label");
  label.hidden = true;
  area.hidden = true;

  const link = () => { carry.href = `/editor?${new URLSearchParams({ query: yasqe.getValue() })}`; area.value = yasqe.getValue(); };
  yasqe.on("change", link);
  yasqe.on("queryResponse", (_, response, duration) => {
    yasr.setResponse(response, duration);
    const rows = yasr.results?.getBindings?.()?.length;
    said.textContent = `${rows === undefined || rows === null ? "" : `${rows} ${answer.dataset.rows}, `}${Math.round(duration)} ms`;
    answer.dataset.ready = String(Date.now());
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); link(); yasqe.query().catch(() => {}); });
  const shell = (text) => `'${text.replace(/'/g, "'\\''")}'`;
  for (const button of form.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const query = yasqe.getValue();
      const curl = `curl -H 'Accept: text/csv' --data-urlencode query=${shell(query)} ${location.origin}/sparql`;
      try { await navigator.clipboard.writeText(button.dataset.copy === "curl" ? curl : query); said.textContent = "✓"; } catch (error) { said.textContent = String(error); }
    });
  }
  link();
  if ("run" in answer.dataset) yasqe.query().catch(() => {});
  document.body.dataset.editor = "ready";
})();
