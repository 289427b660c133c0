// The examples of the API page run in place.
"use strict";
for (const link of document.querySelectorAll(".example a")) {
  const button = link.parentNode.querySelector("button");
  button.classList.add("ready");
  const shown = document.createElement("pre");
  shown.hidden = true;
  shown.tabIndex = 0;
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", link.textContent);
  link.parentNode.after(shown);
  button.addEventListener("click", async () => {
    shown.hidden = false;
    try {
      const answer = await fetch(link.href, { headers: { Accept: "application/json, text/turtle;q=0.9, */*;q=0.5" } });
      const text = await answer.text();
      const type = answer.headers.get("content-type") || "";
      let body = text;
      if (type.includes("json")) { try { body = JSON.stringify(JSON.parse(text), null, 1); } catch { /* as it came */ } }
      shown.textContent = `${answer.status} ${type}\n\n${body.length > 20000 ? `${body.slice(0, 20000)}…` : body}`;
    } catch (error) { shown.textContent = String(error); }
  });
}
