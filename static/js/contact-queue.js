// Contacts that could not be sent wait in this browser and are sent again by themselves. Each carries the key of its
// form, so that nothing is kept twice however often it is sent. Only the person who wrote it sends it.
import { post, Refused, SignedOut, askToSignIn } from "./drafts.js";
import { show } from "./toasts.js";

const STORE = "desk-contact-queue";
const EVERY_MS = 15000;
let sending = false;

export function startQueue() {
  window.addEventListener("online", sendAll);
  document.addEventListener("desk:signed-in-again", sendAll);
  setInterval(sendAll, EVERY_MS);
  sendAll();
}

function person() {
  return document.getElementById("signed-out")?.dataset.person ?? "";
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function write(items) {
  if (items.length) localStorage.setItem(STORE, JSON.stringify(items));
  else localStorage.removeItem(STORE);
}

export function waiting() {
  return read().filter((item) => item.person === person());
}

export function put(form) {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (name !== "csrfmiddlewaretoken") data.append(name, value);
  const item = {
    key: form.elements.key.value, person: person(), address: form.action, draft: form.dataset.draft, body: data.toString(),
    sent: form.dataset.sent, stuck: form.dataset.stuck,
  };
  write([...read().filter((one) => one.key !== item.key), item]);
}

function drop(key) {
  write(read().filter((item) => item.key !== key));
}

export async function sendAll() {
  if (sending || !waiting().length || navigator.onLine === false) return;
  sending = true;
  try {
    for (const item of waiting()) await send(item);
  } catch (problem) {
    // Still no connection: they wait on. A session that ended is asked for once.
    if (problem instanceof SignedOut) askToSignIn();
  } finally {
    sending = false;
  }
}

async function send(item) {
  const box = document.getElementById("toasts");
  try {
    const answer = await post(item.address, new URLSearchParams(item.body), { headers: { Accept: "application/json" } });
    drop(item.key);
    show(box, { text: item.sent, tone: "good", undo: answer.undo });
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    // It cannot be kept as it is: open it, so that a person sees why. Not over something else being written.
    if (document.querySelector("dialog[open], form[data-log]")) return;
    await post(item.draft, new URLSearchParams(item.body));
    drop(item.key);
    show(box, { text: `${item.stuck} ${problem.message}`, tone: "bad" });
    window.htmx.ajax("GET", item.address, { target: "#sheet-content", swap: "innerHTML" });
  }
}
