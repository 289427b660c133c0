// What the page of checks gains by scripts: a file can be dropped on the form, and one sees that it is being checked.
"use strict";
(() => {
  const form = document.getElementById("check");
  const input = form.querySelector("input[type=file]");
  const sends = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  let depth = 0;

  const over = (change) => {
    depth = Math.max(0, depth + change);
    form.classList.toggle("over", depth > 0);
  };
  // a file that misses the form would replace the page
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => { if (sends(event)) event.preventDefault(); });
  }
  form.addEventListener("dragenter", (event) => { if (sends(event)) over(1); });
  form.addEventListener("dragleave", (event) => { if (sends(event)) over(-1); });
  form.addEventListener("drop", (event) => {
    over(-depth);
    if (!event.dataTransfer.files.length) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    input.files = one.files;
    form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    form.querySelector(".busy").hidden = false;
    form.querySelector("button").disabled = true;
  });
  // coming back by the browser's history
  window.addEventListener("pageshow", () => {
    form.querySelector(".busy").hidden = true;
    form.querySelector("button").disabled = false;
  });
})();
