// Keys pressed while a sheet is on its way belong to the sheet: they wait, and are typed into it in their order.
import { isWriting } from "./writing.js";

const LONGEST_WAIT_MS = 5000;

export function typeAhead(target) {
  const waiting = [];
  const keep = (event) => {
    const saves = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (!saves && (event.ctrlKey || event.metaKey || event.altKey)) return;
    if (event.key.length > 1 && event.key !== "Enter") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push({ key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey });
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
    waiting.forEach(retype);
  };
  const giveUp = setTimeout(stop, LONGEST_WAIT_MS);
  document.addEventListener("keydown", keep, { capture: true });
  document.addEventListener("beforeinput", keepText, { capture: true });
  document.addEventListener("htmx:afterSettle", arrived);
  document.addEventListener("htmx:responseError", stop);
  document.addEventListener("htmx:sendError", stop);
}

function retype(pressed) {
  const field = document.activeElement;
  if (pressed.text) {
    write(field, pressed.text);
    return;
  }
  const event = new KeyboardEvent("keydown", { ...pressed, bubbles: true, cancelable: true });
  if (field.dispatchEvent(event) && pressed.key.length === 1) write(field, pressed.key);
}

function write(field, text) {
  if (!isWriting(field) || field.matches("select")) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertText" }));
}
