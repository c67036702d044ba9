// A day typed afterwards: rows are added in place, and the last row is never the last.
import { newKey } from "./keys.js";

export function startBatch() {
  const form = document.querySelector("form[data-batch]");
  if (!form) return;
  const rows = form.querySelector("[data-batch-rows]");
  const total = form.elements["row-TOTAL_FORMS"];
  const most = Number(form.elements["row-MAX_NUM_FORMS"].value);

  function add() {
    const number = Number(total.value);
    if (number >= most) return null;
    const row = form.querySelector("template[data-batch-row]").content.firstElementChild.cloneNode(true);
    for (const part of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...part.attributes]) {
        if (value.includes("__prefix__")) part.setAttribute(name, value.replaceAll("__prefix__", number));
      }
    }
    row.querySelector("[data-batch-number]").textContent = number + 1;
    row.querySelector("input[type=hidden][name$=-key]").value = newKey();
    rows.append(row);
    total.value = number + 1;
    return row;
  }

  form.querySelector("[data-batch-more]").addEventListener("click", (event) => {
    event.preventDefault();
    let first = null;
    for (let more = 0; more < 5; more += 1) first = first ?? add();
    first?.querySelector("input:not([type=hidden])").focus();
  });
  rows.addEventListener("input", (event) => {
    if (event.target.closest("tr") === rows.lastElementChild) add();
  });
  // Enter walks down the column; the form is sent by Ctrl+Enter or its button.
  rows.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches("input")) return;
    event.preventDefault();
    const field = event.target.name.replace(/^row-\d+-/, "");
    event.target.closest("tr").nextElementSibling?.querySelector(`[name$="-${field}"]`)?.focus();
  });
  document.addEventListener("desk:draft-discarded", (event) => event.target === form && window.location.reload());
}
