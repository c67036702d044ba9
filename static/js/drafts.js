// Drafts: a form with data-draft="/address/" is kept on the server five seconds after it changed, when the page is
// left and before it is sent. Without a connection it is kept in this browser until the server answers again. When the
// session has ended, what was typed stays and signing in again happens in a second window. Nothing here is needed for
// the form itself to work.
const EVERY_MS = 5000;
const WAIT_FOR_KEEPING_MS = 1500;
const WAIT_FOR_SESSION_MS = 8000;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "form_key"]);

const keeping = new WeakMap(); // form → promise of the save under way
const changed = new WeakSet();
const last = new WeakMap(); // form → what was kept last
const passing = new WeakSet(); // forms that have waited for a save and go now

export function startDrafts() {
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  setInterval(() => forms().forEach((form) => changed.has(form) && keep(form)), EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepAll();
  });
  window.addEventListener("pagehide", keepAll);
  // A sheet that closes takes its form with it.
  document.addEventListener("close", keepAll, true);

  // A save that overtakes the sending of the form would leave a draft of what is already sent; one that comes after
  // another form was sent, as when signing out, would come too late. Both are waited for, once.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const isDraft = form.matches("form[data-draft]");
      if (isDraft) changed.delete(form);
      if (passing.delete(form)) return;
      const under = isDraft ? underWay(form) : unsavedOthers(form);
      if (!under) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      const soon = new Promise((done) => setTimeout(done, WAIT_FOR_KEEPING_MS));
      Promise.race([under, soon]).finally(() => {
        keeping.delete(form);
        if (!form.isConnected) return;
        passing.add(form);
        form.requestSubmit(submitter?.isConnected ? submitter : undefined);
      });
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-discard]");
    if (button) discard(button.closest("form[data-draft]"));
  });

  const begin = () => {
    forms().forEach(fillFromLocal);
    forms().forEach(tellOthers);
  };
  begin();
  document.addEventListener("htmx:afterSettle", begin);
  openDrafts.addEventListener("message", (event) => hearOf(event.data));
  startSignInAgain();
}

// --- The same draft in two windows: each says so ----------------------------------------------------------------------
const openDrafts = new BroadcastChannel("desk-open-drafts");

function nameOfDraft(form) {
  return `${localName(form)} ${form.elements.key?.value ?? ""}`;
}

function tellOthers(form) {
  if (form.dataset.told === nameOfDraft(form)) return;
  form.dataset.told = nameOfDraft(form);
  openDrafts.postMessage({ draft: nameOfDraft(form), isOpening: true });
}

function hearOf({ draft, isOpening }) {
  for (const form of forms().filter((one) => nameOfDraft(one) === draft)) {
    const place = form.querySelector("[data-draft-elsewhere]");
    if (place) place.textContent = place.dataset.words;
    if (isOpening) openDrafts.postMessage({ draft, isOpening: false });
  }
}

function forms() {
  return [...document.querySelectorAll("form[data-draft]")];
}

function underWay(form) {
  return keeping.get(form) ?? (localCopy(form) !== null ? keep(form, { anyway: true }) : null);
}

// What other forms of the page hold unsaved when this one leaves the page.
function unsavedOthers(form) {
  if (form.getAttribute("method")?.toLowerCase() !== "post" || form.hasAttribute("hx-post")) return null;
  const unsaved = forms().filter((one) => changed.has(one) || keeping.has(one));
  return unsaved.length ? Promise.all(unsaved.map((one) => keep(one))) : null;
}

function note(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (form && event.isTrusted !== false) changed.add(form);
}

// For scripts that change a form by themselves.
export function touched(form) {
  changed.add(form);
}

export function keepAll() {
  forms().forEach((form) => changed.has(form) && keep(form));
}

function body(form) {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!NOT_KEPT.has(name) && typeof value === "string" && !isSecret(form, name)) data.append(name, value);
  }
  return data;
}

export function isSecret(form, name) {
  const control = form.elements[name];
  return control instanceof HTMLInputElement && control.type === "password";
}

export function keep(form, { anyway = false } = {}) {
  if (keeping.has(form)) return keeping.get(form);
  const data = body(form);
  const words = data.toString();
  changed.delete(form);
  if (words === last.get(form) && !anyway) return Promise.resolve();
  const under = post(form.dataset.draft, data)
    .then((answer) => {
      last.set(form, words);
      dropLocal(form);
      say(form, "kept", answer.at);
    })
    .catch((problem) => {
      changed.add(form);
      if (!(problem instanceof Refused)) keepLocal(form, words);
      if (problem instanceof SignedOut) askToSignIn(form);
      else say(form, problem instanceof Refused ? problem.message : "offline");
    })
    .finally(() => keeping.delete(form));
  keeping.set(form, under);
  return under;
}

export function discard(form) {
  changed.delete(form);
  last.delete(form);
  dropLocal(form);
  const address = form.dataset.draft.replace(/save\/$/, "discard/");
  return (keeping.get(form) ?? Promise.resolve())
    .then(() => post(address, new URLSearchParams()))
    .catch(() => {})
    .finally(() => form.dispatchEvent(new CustomEvent("desk:draft-discarded", { bubbles: true })));
}

// --- Without a connection: a copy in this browser, for the person who wrote it --------------------------------------
function localName(form) {
  return `desk-draft:${dialog()?.dataset.person ?? ""}:${form.dataset.draft}`;
}

function localCopy(form) {
  return localStorage.getItem(localName(form));
}

function keepLocal(form, words) {
  try {
    localStorage.setItem(localName(form), words);
  } catch {
    // The store is full or closed; the form itself still holds everything.
  }
}

export function dropLocal(form) {
  localStorage.removeItem(localName(form));
}

function fillFromLocal(form) {
  const words = localCopy(form);
  if (words === null || form.dataset.filled !== undefined) return;
  form.dataset.filled = "";
  fill(form, new URLSearchParams(words), (field) => !NOT_KEPT.has(field.name));
}

// Puts typed values back into the fields of which `isWanted` says yes.
export function fill(form, kept, isWanted) {
  for (const field of form.elements) {
    if (!field.name || field.type === "file" || field.type === "password" || !isWanted(field)) continue;
    const values = kept.getAll(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values[0];
  }
  changed.add(form);
  form.dispatchEvent(new CustomEvent("desk:draft-filled", { bubbles: true }));
}

function say(form, what, at = "") {
  const place = form.querySelector("[data-draft-status]");
  if (!place) return;
  const words = place.dataset[what] ?? what;
  place.textContent = at ? `${words} ${at}` : words;
}

export class SignedOut extends Error {}
export class Refused extends Error {}

// A POST by script: the token of the page, no redirect followed (a redirect means that the session has ended).
export async function post(address, data, { again = true, headers = {} } = {}) {
  const answer = await fetch(address, {
    method: "POST",
    body: data,
    headers: { "X-CSRFToken": document.body.dataset.csrf, "X-Requested-With": "fetch", ...headers },
    redirect: "manual",
    keepalive: data.toString().length < 60000,
    credentials: "same-origin",
  });
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new SignedOut();
  if (answer.status === 403 && again && (await renewToken())) return post(address, data, { again: false, headers });
  if (answer.status === 422) throw new Refused((await answer.json()).problem ?? "");
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// --- Signing in again ---------------------------------------------------------------------------------------------
function dialog() {
  return document.getElementById("signed-out");
}

export function askToSignIn(form) {
  if (form) say(form, "signedOut");
  const asked = dialog();
  if (asked && !asked.open) asked.showModal();
}

// Whether this page can send now: "mine", "ended", "other" (somebody else's session), "unreachable", "broken". The session
// may be another person's now; then nothing of this page is sent in that person's name. The page gets the new token.
export async function sessionState() {
  const asked = dialog();
  try {
    const signal = AbortSignal.timeout(WAIT_FOR_SESSION_MS);
    const answer = await fetch(asked.dataset.tokenUrl, { redirect: "manual", credentials: "same-origin", signal });
    if (answer.type === "opaqueredirect" || answer.status === 401) return "ended";
    if (!answer.ok) return "broken";
    const { token, person } = await answer.json();
    const isMine = String(person) === asked.dataset.person;
    asked.querySelector("[data-other-person]").hidden = isMine;
    if (!isMine) return "other";
    document.body.dataset.csrf = token;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    return "mine";
  } catch {
    return "unreachable";
  }
}

export async function renewToken() {
  const state = dialog() ? await sessionState() : "ended";
  if (state === "other") askToSignIn();
  return state === "mine";
}

function startSignInAgain() {
  if (!dialog()) return;
  const resume = async () => {
    if (!(await renewToken())) return;
    dialog().close();
    keepAll();
    document.dispatchEvent(new CustomEvent("desk:signed-in-again"));
  };
  new BroadcastChannel("desk-session").addEventListener("message", resume);
  window.addEventListener("focus", () => dialog().open && resume());
}
