// The sheet in which a contact is logged. Everything here makes quicker what the form does without it.
import { Combobox } from "./combobox.js";
import { startBatch } from "./contact-batch.js";
import { put, startQueue } from "./contact-queue.js";
import { askToSignIn, discard, dropLocal, renewToken, touched } from "./drafts.js";
import { newKey } from "./keys.js";
import { Part } from "./part.js";
import { show } from "./toasts.js";
import { findTopics, topicsOf } from "./topic-search.js";

const TYPING_MS = 110;
const UNDO = /\/contacts\/[0-9a-f-]{36}\/undo\/$/;

export function startLogContact() {
  startBatch();
  const enhanceAll = () => document.querySelectorAll("form[data-log]:not([data-ready])").forEach((form) => new LogSheet(form));
  enhanceAll();
  document.addEventListener("htmx:afterSwap", enhanceAll);

  // Undo from within the sheet stays in the sheet: what was taken back is there to be mended.
  document.addEventListener("submit", (event) => {
    const sheet = document.getElementById("sheet");
    if (!event.target.closest?.(".toast") || !UNDO.test(event.target.action) || !sheet?.open) return;
    event.preventDefault();
    event.target.closest(".toast").remove();
    window.htmx.ajax("POST", new URL(event.target.action).pathname, { target: "#sheet-content", swap: "innerHTML" });
  });
  if (document.querySelector("[data-csrf]")) startQueue();
}

class LogSheet {
  constructor(form) {
    this.form = form;
    form.dataset.ready = "";
    this.fields = form.elements;
    this.openedAt = performance.now();
    this.spentBefore = Number(this.fields.entry_milliseconds.value) || 0;
    this.card = new Part(form.querySelector("#log-card"));
    this.hints = new Part(form.querySelector("#log-hints"));
    this.due = new Part(form.querySelector("#log-due"));
    this.startClock();
    this.startWho();
    this.startTopic();
    this.startOutcome();
    this.startSending();
    form.addEventListener("desk:draft-filled", () => {
      const topic = this.favourites().find((radio) => radio.checked)?.value || this.select.value;
      this.select.value = "";
      this.setTopic(topic);
    });
    form.querySelector("[data-same-as-last]")?.addEventListener("click", (event) => this.sameAsLast(event));
    form.querySelector("[data-draft-discard-and-open]")?.addEventListener("click", (event) => {
      event.preventDefault();
      discard(form).then(() => this.reload());
    });
  }

  reload() {
    const target = this.form.getAttribute("hx-target");
    window.htmx.ajax("GET", this.form.getAttribute("action"), { target, swap: "innerHTML" });
  }

  // --- The clock runs by itself until somebody writes into it -------------------------------------------------------
  startClock() {
    const box = this.fields.duration;
    const parts = box.value.split(/[.:]/).map(Number);
    const kept = parts.every(Number.isFinite) && box.value ? parts.reduce((sum, part) => sum * 60 + part, 0) : 0;
    this.clockFrom = performance.now() - kept * 1000;
    this.isClockRunning = box.getAttribute("aria-invalid") !== "true";
    box.addEventListener("input", () => (this.isClockRunning = false));
    box.addEventListener("focus", () => box.select());
    this.tick();
    const timer = setInterval(() => (this.form.isConnected ? this.tick() : clearInterval(timer)), 1000);
  }

  tick() {
    const box = this.fields.duration;
    if (!this.isClockRunning || document.activeElement === box) return;
    const seconds = Math.floor((performance.now() - this.clockFrom) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    const [hour, minute] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    box.value = `${hour ? `${hour}.` : ""}${two(minute)}.${two(seconds % 60)}`;
  }

  // --- Who ----------------------------------------------------------------------------------------------------------
  startWho() {
    const input = (this.who = this.fields.who);
    const list = (this.options = this.form.querySelector("#log-options"));
    this.finder = new Part(list);
    list.setAttribute("aria-label", list.dataset.label);
    input.setAttribute("aria-describedby", [input.getAttribute("aria-describedby"), "log-who-help"].filter(Boolean).join(" "));
    this.whoBox = new Combobox(input, list, {
      onChoose: (option) => this.chooseWho(option),
      onEmptyEnter: () => (input.value.trim() ? this.topicInput.focus() : this.chooseNobody()),
      onEnterEarly: () => this.enterBeforeAnswer(),
    });
    input.addEventListener("input", () => {
      this.forgetWho();
      clearTimeout(this.typing);
      this.isSearching = true;
      this.hasMovedOn = false;
      this.typing = setTimeout(() => this.find(), TYPING_MS);
    });
    input.addEventListener("focus", () => this.offerNobody());
    input.addEventListener("blur", () => setTimeout(() => document.activeElement !== input && this.whoBox.hide(), 100));
    this.form.querySelector("[data-who-clear]").addEventListener("click", () => {
      this.forgetWho();
      input.value = "";
      input.focus();
    });
    if (document.activeElement === input) this.offerNobody();
  }

  offerNobody() {
    if (this.who.value.trim()) return;
    this.options.replaceChildren(this.nobody());
    this.whoBox.show();
  }

  nobody() {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    option.id = "log-option-nobody";
    option.className = "log-option log-option-quiet";
    option.dataset.nobody = "";
    option.textContent = `↵ ${this.options.dataset.anonymous}`;
    return option;
  }

  async find() {
    const typed = this.who.value.trim();
    if (!typed) {
      this.isSearching = false;
      this.finder.stop();
      this.offerNobody();
      return;
    }
    const query = new URLSearchParams({ who: typed });
    const came = await this.finder.load(`${this.options.dataset.url}?${query}`);
    if (this.who.value.trim() !== typed) return;
    this.isSearching = false;
    const hasMovedOn = this.hasMovedOn;
    this.hasMovedOn = false;
    if (!came) return this.whoBox.hide();
    const found = this.whoBox.options;
    if (hasMovedOn) return this.settle(found);
    if (document.activeElement !== this.who) return;
    this.options.append(this.nobody());
    this.whoBox.show({ activate: found.length > 0 });
  }

  // Enter came before the list: it chooses only what leaves no choice, and what is typed meanwhile goes on. Several
  // that fit are asked about when the contact is saved.
  settle(found) {
    this.whoBox.hide();
    const known = found.filter((option) => !("new" in option.dataset) && !("adds" in option.dataset));
    const chosen = known.length === 1 && found[0] === known[0] ? known[0] : known.length ? null : found[0];
    if (chosen) this.chooseWho(chosen, { quietly: true });
  }

  enterBeforeAnswer() {
    if (!this.isSearching || !this.who.value.trim()) return false;
    this.hasMovedOn = true;
    this.topicInput.focus();
    return true;
  }

  chooseWho(option, { quietly = false } = {}) {
    if ("nobody" in option.dataset) return this.chooseNobody();
    this.who.value = option.dataset.name;
    this.fields.party.value = option.dataset.party ?? "";
    if (option.dataset.case) {
      this.hiddenCase().value = option.dataset.case;
      if (option.dataset.topic && !this.topicId()) this.setTopic(option.dataset.topic);
    }
    this.setChoice("new" in option.dataset ? "new" : "adds" in option.dataset ? "add" : "");
    this.form.querySelector("[data-who-clear]").hidden = false;
    if (this.fields.party.value) this.card.load(this.options.dataset.personUrl.replace("/0/", `/${this.fields.party.value}/`));
    else this.card.empty();
    touched(this.form);
    this.askHints();
    if (!quietly) this.topicInput.focus();
  }

  chooseNobody() {
    this.whoBox.hide();
    this.who.value = "";
    this.setChoice("none");
    touched(this.form);
    this.topicInput.focus();
  }

  forgetWho() {
    if (this.fields.party.value || this.hiddenCase().value) {
      this.hiddenCase().value = "";
      this.fields.party.value = "";
      this.card.empty();
      this.askHints();
    }
    this.setChoice("");
    this.form.querySelector(".log-choice")?.remove();
    this.form.querySelector("[data-who-clear]").hidden = true;
  }

  hiddenCase() {
    return this.form.querySelector("[data-case]");
  }

  setChoice(value) {
    this.form.querySelector("input[type=hidden][name=choice]")?.remove();
    if (!value) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "choice", value });
    this.form.append(field);
  }

  // --- Topic --------------------------------------------------------------------------------------------------------
  startTopic() {
    const place = this.form.querySelector("[data-topic-select]");
    this.select = this.form.querySelector("select[name=topic]");
    this.topics = topicsOf(this.select);
    const input = (this.topicInput = document.createElement("input"));
    Object.assign(input, { type: "text", className: "input", autocomplete: "off", spellcheck: false, placeholder: place.dataset.placeholder });
    input.setAttribute("aria-labelledby", "log-topic-label");
    const list = document.createElement("div");
    list.className = "log-options";
    list.id = "log-topic-options";
    list.hidden = true;
    list.setAttribute("aria-labelledby", "log-topic-label");
    place.append(input, list);
    this.select.hidden = true;
    place.querySelector("label").hidden = true;
    this.topicBox = new Combobox(input, list, {
      onChoose: (option) => {
        this.setTopic(option.dataset.topic);
        this.focusOutcome();
      },
      onEmptyEnter: () => this.focusOutcome(),
    });
    input.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || input.value !== this.shownTopic()) return;
      if (/^[1-9]$/.test(event.key) && this.chooseFavourite(Number(event.key))) {
        event.preventDefault();
        this.focusOutcome();
      }
    });
    input.addEventListener("input", () => this.suggestTopics());
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => {
      this.topicBox.hide();
      if (!input.value.trim()) this.setTopic("");
      else input.value = this.shownTopic();
    });
    for (const radio of this.favourites()) radio.addEventListener("change", () => this.setTopic(radio.value));
    this.select.addEventListener("change", () => this.setTopic(this.select.value));
    const chosen = this.select.value || this.favourites().find((radio) => radio.checked)?.value || "";
    if (chosen) this.setTopic(chosen, { quietly: true });
  }

  favourites() {
    return [...this.form.querySelectorAll("input[name=favourite]")];
  }

  chooseFavourite(number) {
    const radio = this.favourites()[number - 1];
    if (radio) this.setTopic(radio.value);
    return Boolean(radio);
  }

  topicId() {
    return this.select.value;
  }

  shownTopic() {
    return this.topics.find((topic) => topic.id === this.topicId())?.name ?? "";
  }

  setTopic(id, { quietly = false } = {}) {
    const changed = this.select.value !== id;
    this.select.value = id;
    for (const radio of this.favourites()) radio.checked = radio.value === id;
    this.topicInput.value = this.shownTopic();
    if (quietly || !changed) return;
    touched(this.form);
    this.askHints();
  }

  suggestTopics() {
    const list = this.topicBox.list;
    list.replaceChildren();
    if (!this.topicInput.value.trim()) return this.topicBox.hide();
    const found = findTopics(this.topics, this.topicInput.value);
    for (const topic of found) {
      const option = document.createElement("div");
      option.setAttribute("role", "option");
      option.id = `log-topic-${topic.id}`;
      option.className = "log-option";
      option.dataset.topic = topic.id;
      const name = document.createElement("span");
      name.className = "log-option-line";
      name.textContent = topic.name;
      option.append(name);
      if (topic.group) {
        const group = document.createElement("span");
        group.className = "log-option-second";
        group.textContent = topic.group;
        option.append(group);
      }
      list.append(option);
    }
    if (!found.length) {
      const none = document.createElement("div");
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.className = "log-option-problem";
      none.textContent = this.form.querySelector("[data-topic-select]").dataset.none;
      list.append(none);
    }
    this.topicBox.show();
  }

  askHints() {
    const query = new URLSearchParams({
      topic: this.topicId(),
      party: this.fields.party.value,
      key: this.fields.key.value,
      case: this.form.querySelector("[data-add-to-case]:checked")?.value ?? this.hiddenCase().value,
    });
    this.hints.load(`${this.hints.place.dataset.url}?${query}`).then((came) => came && this.offerRightDoor());
  }

  offerRightDoor() {
    // The case already chosen stands in the list below; one place holds it.
    if (this.form.querySelector("[data-add-to-case]:checked")) this.hiddenCase().value = "";
    this.proposeDoor();
  }

  // --- Outcome ------------------------------------------------------------------------------------------------------
  startOutcome() {
    this.form.addEventListener("change", (event) => {
      const field = event.target;
      if (field.name === "outcome") this.proposeDoor();
      if (["outcome", "kind", "complaint_kind", "was_dissatisfied", "at"].includes(field.name)) this.askDue();
      if (field.matches("[data-add-to-case]")) this.addToCase(field);
    });
    this.form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-wrong-body]");
      if (!button) return;
      this.setOutcome("wrong_body");
      this.fields.outside_body.value = button.dataset.wrongBody;
      touched(this.form);
      this.form.querySelector("button.button-primary").focus();
    });
  }

  // The body that the topic or its advice names stands in the field as soon as the matter is another's, and goes with
  // its topic.
  proposeDoor() {
    const named = this.form.querySelector("[data-wrong-body]")?.dataset.wrongBody;
    const isWrong = this.outcomes().some((radio) => radio.checked && radio.value === "wrong_body");
    const { outside_body: body } = this.fields;
    if (body.value && body.value !== this.proposedDoor) return; // a person chose it
    if (isWrong) body.value = this.proposedDoor = named ?? "";
  }

  outcomes() {
    return [...this.form.querySelectorAll("input[name=outcome]")];
  }

  setOutcome(value) {
    for (const radio of this.outcomes()) radio.checked = radio.value === value;
  }

  focusOutcome() {
    (this.outcomes().find((radio) => radio.checked) ?? this.outcomes()[0]).focus();
  }

  addToCase(box) {
    for (const other of this.form.querySelectorAll("[data-add-to-case]")) if (other !== box) other.checked = false;
    this.hiddenCase().value = "";
    if (box.checked && this.outcomes().some((radio) => radio.checked && ["case", "complaint"].includes(radio.value))) {
      this.setOutcome("answered");
    }
  }

  askDue() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (["outcome", "kind", "complaint_kind", "was_dissatisfied", "at"].includes(name)) query.append(name, value);
    }
    this.due.load(`${this.due.place.dataset.url}?${query}`);
  }

  sameAsLast(event) {
    event.preventDefault();
    const { channel, topic, outcome, outsideBody, passedToUnit } = event.currentTarget.dataset;
    this.fields.channel.value = channel;
    this.setTopic(topic);
    this.setOutcome(outcome);
    this.fields.outside_body.value = outsideBody;
    this.fields.passed_to_unit.value = passedToUnit;
    touched(this.form);
    this.form.querySelector("button.button-primary").focus();
  }

  // --- Sending ------------------------------------------------------------------------------------------------------
  startSending() {
    const { form } = this;
    form.addEventListener("htmx:configRequest", (event) => {
      const spent = Math.round(performance.now() - this.openedAt) + this.spentBefore;
      this.tick();
      this.fields.typed_at.value = new Date().toISOString();
      this.fields.entry_milliseconds.value = spent;
      Object.assign(event.detail.parameters, { typed_at: this.fields.typed_at.value, entry_milliseconds: String(spent) });
      // What the clock wrote tells no two sendings apart; what a person wrote does.
      this.fields.measured.value = `typed_at entry_milliseconds${this.isClockRunning ? " duration" : ""}`;
      event.detail.parameters.measured = this.fields.measured.value;
      if (this.isClockRunning) event.detail.parameters.duration = this.fields.duration.value;
    });
    form.addEventListener("htmx:sendError", (event) => this.keepForLater(event));
    form.addEventListener("htmx:timeout", (event) => this.keepForLater(event));
    form.addEventListener("htmx:responseError", (event) => {
      if (event.detail.xhr.status >= 500) this.keepForLater(event);
      if (event.detail.xhr.status === 403 && !this.isTokenRenewed) {
        event.stopPropagation();
        this.isTokenRenewed = true;
        renewToken().then((renewed) => renewed && form.requestSubmit());
      }
    });
    // The session ended: the answer is the sign-in page. What was typed stays, and is sent after signing in again.
    form.addEventListener("htmx:beforeOnLoad", (event) => {
      const answered = new URL(event.detail.xhr.responseURL || form.action).pathname;
      if (answered === new URL(form.action).pathname) return;
      event.preventDefault();
      this.isWaitingForSession = true;
      askToSignIn(form);
    });
    const again = () => {
      if (!form.isConnected) return document.removeEventListener("desk:signed-in-again", again);
      if (!this.isWaitingForSession) return;
      this.isWaitingForSession = false;
      form.requestSubmit();
    };
    document.addEventListener("desk:signed-in-again", again);
  }

  keepForLater(event) {
    event.stopPropagation();
    this.fields.typed_at.value ||= new Date().toISOString();
    put(this.form);
    dropLocal(this.form);
    show(document.getElementById("toasts"), { text: this.form.dataset.queued, tone: "warning" });
    this.clear();
  }

  // Ready for the next call without asking the server.
  clear() {
    const channel = this.fields.channel.value;
    for (const field of this.form.querySelectorAll("input[type=text], input[type=datetime-local], textarea")) field.value = "";
    this.fields.channel.value = channel;
    this.fields.key.value = newKey();
    this.fields.typed_at.value = this.fields.entry_milliseconds.value = "";
    this.form.querySelector(".error-summary")?.remove();
    this.form.querySelector(".log-restored")?.remove();
    this.form.querySelector("[data-draft-elsewhere]").textContent = "";
    this.forgetWho();
    this.setTopic("");
    this.setOutcome("answered");
    for (const name of ["outside_body", "passed_to_unit", "kind"]) this.fields[name].selectedIndex = 0;
    this.fields.was_dissatisfied.checked = false;
    this.hints.empty();
    this.openedAt = this.clockFrom = performance.now();
    this.spentBefore = 0;
    this.isClockRunning = true;
    this.tick();
    this.who.focus();
    this.offerNobody();
  }
}
