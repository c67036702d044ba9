// Rows of a list: j and k walk, Enter opens (the row's link holds the focus), x marks; bulk bar counts what is marked.
// A box that scrolls sideways can be reached by the keyboard, others add no stop.
import { isWriting } from "./writing.js";

const boxes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = target.scrollWidth > target.clientWidth + 1 || target.scrollHeight > target.clientHeight + 1;
    if (scrolls) {
      target.setAttribute("tabindex", "0");
      target.setAttribute("role", "region");
      target.setAttribute("aria-label", target.dataset.scrolls);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) target.removeAttribute(name);
    }
  }
});

export function startTables() {
  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.shortcuts !== "on" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "j" || event.key === "k") walk(event, event.key === "j" ? 1 : -1);
    if (event.key === "x") mark(event);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-mark-all]")) markAll(event.target);
    if (event.target.matches("[data-mark-all], [data-mark]")) countMarked(event.target.closest("form"));
  });

  refresh();
  document.addEventListener("htmx:afterSettle", refresh);
}

function refresh() {
  countAll();
  document.querySelectorAll("[data-scrolls]").forEach((box) => boxes.observe(box));
}

function rows() {
  return [...document.querySelectorAll("table[data-rows] tbody tr")].filter((row) => row.querySelector("a[href], button"));
}

function currentRow() {
  return document.activeElement?.closest("table[data-rows] tbody tr") ?? document.querySelector("tr[data-current]");
}

function walk(event, step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(currentRow());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
  event.preventDefault();
  document.querySelector("tr[data-current]")?.removeAttribute("data-current");
  next.setAttribute("data-current", "");
  (next.querySelector("[data-open]") ?? next.querySelector("a[href]") ?? next.querySelector("button")).focus();
  next.scrollIntoView({ block: "nearest" });
}

function mark(event) {
  const box = currentRow()?.querySelector("[data-mark]");
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function markAll(all) {
  for (const box of all.closest("form").querySelectorAll("[data-mark]")) box.checked = all.checked;
}

function countAll() {
  for (const form of new Set([...document.querySelectorAll("[data-mark]")].map((box) => box.form))) countMarked(form);
}

function countMarked(form) {
  if (!form) return;
  const boxes = [...form.querySelectorAll("[data-mark]")];
  const marked = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-mark-all]");
  if (all) {
    all.checked = marked > 0 && marked === boxes.length;
    all.indeterminate = marked > 0 && marked < boxes.length;
  }
  const bar = form.querySelector("[data-bulk]");
  if (!bar) return;
  bar.toggleAttribute("data-empty", marked === 0);
  const count = bar.querySelector("[data-marked]");
  if (count) count.textContent = String(marked);
}
