// Keys pressed while a sheet is on its way belong to the sheet: they wait, and are typed into it in their order.
import { isWriting } from "./writing.js";

const LONGEST_WAIT_MS = 5000;

export function typeAhead(target) {
  const waiting = [];
  const keep = (event) => {
    const saves = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (!saves && (event.ctrlKey || event.metaKey || event.altKey)) return;
    if (event.key.length > 1 && !["Enter", "Tab", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push({ key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey, shiftKey: event.shiftKey });
  };
  // Text that comes without a key: an on-screen keyboard, dictation, pasting.
  const keepText = (event) => {
    if (!event.cancelable || !event.data) return;
    event.preventDefault();
    waiting.push({ text: event.data });
  };
  const stop = () => {
    clearTimeout(giveUp);
    document.removeEventListener("keydown", keep, { capture: true });
    document.removeEventListener("beforeinput", keepText, { capture: true });
    document.removeEventListener("htmx:afterSettle", arrived);
    document.removeEventListener("htmx:responseError", stop);
    document.removeEventListener("htmx:sendError", stop);
  };
  const arrived = (event) => {
    if (event.detail.target !== target) return;
    stop();
    for (const pressed of waiting) retype(pressed, target);
  };
  const giveUp = setTimeout(stop, LONGEST_WAIT_MS);
  document.addEventListener("keydown", keep, { capture: true });
  document.addEventListener("beforeinput", keepText, { capture: true });
  document.addEventListener("htmx:afterSettle", arrived);
  document.addEventListener("htmx:responseError", stop);
  document.addEventListener("htmx:sendError", stop);
}

function retype(pressed, target) {
  const field = document.activeElement;
  if (pressed.text) {
    write(field, pressed.text);
    return;
  }
  const event = new KeyboardEvent("keydown", { ...pressed, bubbles: true, cancelable: true });
  if (!field.dispatchEvent(event)) return;
  if (pressed.key === "Tab") moveOn(field, target, pressed.shiftKey ? -1 : 1);
  else if (pressed.key === "Backspace") takeBack(field);
  else if (pressed.key.length === 1) write(field, pressed.key);
}

// A key that a script presses moves no focus and deletes no letter.
function moveOn(field, target, step) {
  const stops = [...target.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }),
  );
  stops[stops.indexOf(field) + step]?.focus();
}

function takeBack(field) {
  if (!isWriting(field) || field.matches("select")) return;
  const { selectionStart: from, selectionEnd: to } = field;
  field.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "deleteContentBackward" }));
}

function write(field, text) {
  if (!isWriting(field) || field.matches("select")) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertText" }));
}
