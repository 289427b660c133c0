// What a page gains by scripts: completion in the search box, a switch between light and dark.
"use strict";
(() => {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  function themeSwitch() {
    const nav = document.querySelector(".tongues");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "theme";
    button.setAttribute("aria-label", document.body.dataset.theme);
    button.setAttribute("aria-pressed", String(dark()));
    button.textContent = "◐";
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      button.setAttribute("aria-pressed", String(dark()));
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept */ }
    });
    nav.append(button);
  }

  // The combobox pattern of the ARIA Authoring Practices: the list belongs to the box, the choice is told by aria-activedescendant
  function completion(input) {
    const list = document.createElement("ul");
    Object.assign(list, { id: "suggest", className: "suggest", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", document.body.dataset.found);
    input.parentNode.append(list);
    const state = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "suggest", "aria-expanded": "false" };
    for (const [name, value] of Object.entries(state)) input.setAttribute(name, value);
    let chosen = -1, timer = 0, asked = "", request = null;

    const show = (open) => {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) choose(-1);
    };
    const choose = (index) => {
      chosen = index;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
      if (index < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", list.children[index].id);
        list.children[index].scrollIntoView({ block: "nearest" });
      }
    };
    const go = (item) => { location.href = item.dataset.href; };
    const draw = (items) => {
      list.replaceChildren(...items.map((entry, index) => {
        const item = document.createElement("li");
        item.id = `suggest-${index}`;
        item.setAttribute("role", "option");
        item.dataset.href = local(entry.iri);
        const name = document.createElement("bdi");
        name.textContent = entry.label;
        item.append(name);
        if (entry.title) {
          const title = document.createElement("small");
          title.textContent = entry.title.value;
          title.lang = entry.title.lang;
          title.dir = "auto";
          item.append(title);
        }
        item.addEventListener("mousedown", (event) => { event.preventDefault(); go(item); });
        return item;
      }));
      show(items.length > 0);
    };
    const ask = async () => {
      const words = input.value.trim();
      if (words === asked) return;
      asked = words;
      request?.abort();
      if (!words) { show(false); return; }
      request = new AbortController();
      try {
        const address = `/api/v1/search?limit=8&lang=${root.lang}&q=${encodeURIComponent(words)}`;
        const answer = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
        if (answer.ok) draw((await answer.json()).items);
      } catch (error) {
        if (error.name !== "AbortError") show(false);
      }
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
    input.addEventListener("blur", () => show(false));
    input.addEventListener("keydown", (event) => {
      const count = list.children.length;
      if (event.key === "Escape") show(false);
      else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
        event.preventDefault();
        if (list.hidden) show(true);
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(chosen < 0 ? (step > 0 ? 0 : count - 1) : (chosen + step + count) % count);
      } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) { event.preventDefault(); go(list.children[chosen]); }
    });
  }

  // The page of a thing here, in the language and as of the day of this page
  function local(iri) {
    const here = new URLSearchParams(location.search);
    const kept = new URLSearchParams();
    for (const name of ["lang", "on"]) if (here.get(name)) kept.set(name, here.get(name));
    const query = kept.toString();
    return iri.replace(document.body.dataset.base, "/") + (query ? `?${query}` : "");
  }

  themeSwitch();
  completion(document.getElementById("q"));
})();
