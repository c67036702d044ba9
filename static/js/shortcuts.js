// Keys of one letter. They can be switched off in one's settings (WCAG 2.1.4); those with Ctrl stay.
// An element says which key presses it: data-shortcut="r"; a place in the navigation: data-go="d" (after g).
import { typeAhead } from "./typed-ahead.js";
import { isWriting } from "./writing.js";

const SEQUENCE_MS = 1200;

export function startShortcuts() {
  let goUntil = 0;

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      saveForm(event);
      return;
    }
    if (document.body.dataset.shortcuts !== "on" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event.target)) return;

    const scope = document.querySelector("dialog[open]") ?? document;
    const key = event.key;
    if (Date.now() < goUntil) {
      goUntil = 0;
      const link = scope === document && document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
        return;
      }
    }
    if (key === "g" && scope === document) {
      goUntil = Date.now() + SEQUENCE_MS;
      return;
    }
    if (key.length !== 1) return;
    const target = [...scope.querySelectorAll(`[data-shortcut="${CSS.escape(key)}"]`)].find(isReachable);
    if (target) {
      event.preventDefault();
      press(target);
    }
  });
}

function saveForm(event) {
  const form = event.target.closest?.("form");
  if (form && form.matches("[data-save], dialog form, .form")) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[type=submit].button-primary, button.button-primary:not([type=button])") ?? undefined);
  }
}

function isReachable(element) {
  // What stands in a closed menu may still be pressed by its key.
  return element.closest("details:not([open])") !== null || element.checkVisibility?.() !== false;
}

function press(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    const sheet = document.getElementById("sheet-content");
    if (sheet && element.matches("[data-sheet]")) typeAhead(sheet);
    element.click();
  }
}
