// Toasts: drawn by the server on a new page, or asked for by an answer to htmx (event desk:toast).
// They wait while they are pointed at or hold the focus; errors stay until closed.
// While a dialog is open they stand inside it: what is outside cannot be pressed then.
export function startToasts() {
  const box = document.getElementById("toasts");
  if (!box) return;
  box.querySelectorAll("[data-toast]").forEach(live);

  document.addEventListener("desk:toast", (event) => show(box, event.detail));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]")?.remove();
  });
  // A sheet that closes hands its toasts to the page.
  document.addEventListener("close", (event) => box.append(...(event.target.querySelectorAll?.("[data-toast]") ?? [])), true);
}

// A word from another script: say("offline") takes the sentence from the page, so that it is in its language.
export function say(name, tone = "bad") {
  const box = document.getElementById("toasts");
  if (box?.dataset[name]) show(box, { text: box.dataset[name], tone });
}

export function show(box, { text, tone = "info", undo = "" }) {
  const template = document.getElementById("toast-template");
  if (!template || !text) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.tone = tone;
  toast.querySelector(".toast-text").textContent = text;
  const icon = toast.querySelector("use");
  const sign = { good: "check", warning: "alert", bad: "alert" }[tone] ?? "info";
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*$/, `#${sign}`));
  const form = toast.querySelector("form");
  if (undo) form.action = undo;
  else form?.remove();
  if (tone === "bad") delete toast.dataset.seconds;
  // What lies under an open dialog can be neither seen nor pressed.
  (document.querySelector("dialog[open] > [data-toasts]") ?? box).append(toast);
  live(toast);
}

function live(toast) {
  const seconds = Number(toast.dataset.seconds);
  if (!seconds) return;
  let left = seconds * 1000;
  let began = 0;
  let timer = 0;
  const run = () => {
    began = Date.now();
    timer = setTimeout(() => toast.remove(), left);
  };
  const hold = () => {
    clearTimeout(timer);
    left = Math.max(1500, left - (Date.now() - began));
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", run);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", run);
  run();
}
