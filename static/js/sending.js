// Whatever a person typed is sent once the desk is there to take it. Before a form leaves the page the desk is asked
// whether there is a connection and whether the session is still this person's. If not, the page stays with every word
// in it, is told why, and sends when signed in again or connected again. A copy stays in the browser until the desk has
// said that the deed was done; after a fault it stands in the same form again, with the key of its first sending, so
// that nothing is done twice. The sheet in which contacts are logged has a queue of its own.
import { askToSignIn, fill, isSecret, sessionState } from "./drafts.js";

const EVERY_MS = 5000;
const PREFIX = "desk-typed:";
const DONE_COOKIE = "desk_done";
const KEYS = ["key", "form_key"];
const TYPED = "textarea, input:not([type]), input:is([type=text], [type=email], [type=tel], [type=url], [type=number], [type=date], [type=time], [type=datetime-local])";

const asking = new WeakSet();
const going = new WeakSet(); // forms of which the desk said that it is there
const waiting = new Map(); // form → { submitter, state }

export function startSending() {
  if (!signedOut()) return;
  forgetDone();
  document.addEventListener("submit", hold, true);
  document.addEventListener("desk:signed-in-again", () => sendWaiting());
  window.addEventListener("online", () => sendWaiting());
  setInterval(() => sendWaiting("unreachable"), EVERY_MS);

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form instanceof HTMLFormElement && event.detail.successful) forget(nameOf(form));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.verb !== "post") fillAgain(event.detail.elt);
  });
  if ("isAnswer" in document.body.dataset) forms(document).forEach((form) => forget(nameOf(form)));
  else fillAgain(document);
}

function signedOut() {
  return document.getElementById("signed-out");
}

function isHeld(form) {
  if (form.getAttribute("method")?.toLowerCase() !== "post" || form.matches("[data-log]")) return false;
  return form.querySelector(TYPED) !== null && form.querySelector("input[type=password]") === null;
}

// Where nothing was typed nothing can be lost. What came back refused, or from a draft, was typed before.
function hasWords(form) {
  if (form.matches("[data-draft], [data-typed-again], :has(.error-summary)") || "isAnswer" in document.body.dataset) return true;
  return [...form.querySelectorAll(TYPED)].some((field) => field.value !== field.defaultValue);
}

function forms(part) {
  return [...(part.querySelectorAll?.("form") ?? [])].filter(isHeld);
}

function hold(event) {
  const form = event.target;
  if (!isHeld(form)) return;
  if (!going.has(form) && !hasWords(form)) return;
  if (going.delete(form)) {
    waiting.delete(form);
    // A button beside the form's own, which throws the draft away, say, sends nothing to be kept.
    if (event.submitter?.formNoValidate) forget(nameOf(form));
    else copy(form, sessionStorage);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!asking.has(form)) send(form, event.submitter);
}

async function send(form, submitter) {
  asking.add(form);
  const state = await sessionState();
  asking.delete(form);
  if (!form.isConnected) return waiting.delete(form);
  // A server that stands still gives back what it was sent, on a page of its own.
  if (state === "mine" || state === "broken") {
    going.add(form);
    tell(form, "");
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    // Refused by the browser itself, or by another script: the next press asks anew.
    going.delete(form);
    return;
  }
  waiting.set(form, { submitter, state });
  copy(form, localStorage);
  tell(form, state === "unreachable" ? document.body.dataset.noConnection : document.body.dataset.noSession);
  if (state !== "unreachable") askToSignIn();
}

function sendWaiting(only = "") {
  for (const [form, { submitter, state }] of waiting) {
    if (!form.isConnected) waiting.delete(form);
    else if (!asking.has(form) && (!only || state === only)) send(form, submitter);
  }
}

function tell(form, words) {
  let told = form.querySelector(":scope > [data-waits]");
  if (!told) {
    if (!words) return;
    told = Object.assign(document.createElement("p"), { className: "field-error" });
    told.dataset.waits = "";
    told.setAttribute("role", "status");
    form.append(told);
  }
  told.textContent = words;
  told.scrollIntoView({ block: "nearest" });
}

// --- The copy of what was typed ------------------------------------------------------------------------------------------
// One form of a page is told from another by where it leads and what it carries along.
function nameOf(form) {
  const carried = [...form.elements]
    .filter((field) => field.type === "hidden" && !["csrfmiddlewaretoken", "version", "seen", "measured", ...KEYS].includes(field.name))
    .map((field) => `${field.name}=${field.value}`);
  const address = new URL(form.getAttribute("action") || location.href, location.href);
  return `${PREFIX}${signedOut().dataset.person}:${address.pathname}${address.search}:${carried.join("&")}`;
}

function copy(form, store) {
  const kept = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const control = form.elements[name];
    const isTyped = KEYS.includes(name) || !(control instanceof HTMLInputElement && control.type === "hidden");
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && isTyped && !isSecret(form, name)) kept.append(name, value);
  }
  try {
    forget(nameOf(form));
    store.setItem(nameOf(form), kept.toString());
  } catch {
    // The store is full or closed; the form itself still holds everything.
  }
}

function forget(name) {
  localStorage.removeItem(name);
  sessionStorage.removeItem(name);
}

// The desk names the key of what it has done.
function forgetDone() {
  const done = document.cookie.match(new RegExp(`(?:^|; )${DONE_COOKIE}=([0-9a-f-]+)`))?.[1];
  if (!done) return;
  document.cookie = `${DONE_COOKIE}=; max-age=0; path=/`;
  for (const store of [localStorage, sessionStorage]) {
    for (const name of Object.keys(store).filter((one) => one.startsWith(PREFIX))) {
      const kept = new URLSearchParams(store.getItem(name));
      if (KEYS.some((key) => kept.get(key) === done)) store.removeItem(name);
    }
  }
}

function fillAgain(part) {
  for (const form of forms(part)) {
    const name = nameOf(form);
    const words = sessionStorage.getItem(name) ?? localStorage.getItem(name);
    if (words === null || "typedAgain" in form.dataset) continue;
    form.dataset.typedAgain = "";
    const before = typedIn(form);
    fill(form, new URLSearchParams(words), (field) => field.type !== "hidden" || KEYS.includes(field.name));
    if (typedIn(form) === before) continue;
    form.toggleAttribute("data-changed", true);
    offerToLeaveOut(form, name);
  }
}

function typedIn(form) {
  return JSON.stringify([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !KEYS.includes(name)));
}

function offerToLeaveOut(form, name) {
  const told = Object.assign(document.createElement("p"), { className: "field-help", textContent: `${document.body.dataset.typedAgain} ` });
  told.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "button button-quiet button-small", textContent: document.body.dataset.leaveTyped,
  });
  button.addEventListener("click", () => {
    forget(name);
    form.reset();
    form.removeAttribute("data-changed");
    told.remove();
  });
  told.append(button);
  form.prepend(told);
}
