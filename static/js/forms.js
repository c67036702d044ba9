// Forms: the error summary takes the focus, unsaved words are guarded, files may be dropped,
// a filter form that changed sends itself.
export function startForms() {
  focusErrors(document);
  document.addEventListener("input", (event) => tellRoom(event.target));
  // Before anything is sent, queued or swapped: what is too long stays where it can be shortened.
  document.addEventListener("submit", refuseTooLong, { capture: true });
  document.addEventListener("htmx:afterSettle", (event) => {
    focusErrors(event.detail.target);
    // A refused form came back with words that are not saved yet.
    for (const form of document.querySelectorAll("form[data-guard]:has(.error-summary)")) form.setAttribute("data-changed", "");
  });

  document.addEventListener("input", (event) => {
    event.target.closest?.("form[data-guard]")?.setAttribute("data-changed", "");
  });
  document.addEventListener("submit", (event) => {
    event.target.removeAttribute("data-changed");
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-changed]:not([data-draft])")) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-send-on-change]");
    if (form && !event.target.matches("[type=search], [type=text]")) form.requestSubmit();
    if (event.target.matches(".file-drop input[type=file]")) nameFiles(event.target);
  });

  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(type, (event) => {
      const drop = event.target.closest?.("[data-file-drop]");
      if (!drop) return;
      event.preventDefault();
      drop.toggleAttribute("data-over", type === "dragenter" || type === "dragover");
      if (type === "drop" && event.dataTransfer.files.length) {
        const input = drop.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        nameFiles(input);
      }
    });
  }
}

// --- The room of a box: told when it fills, never cut -------------------------------------------------------------------
function lengthOf(field) {
  return [...field.value].length;
}

function tellRoom(field) {
  const most = Number(field.dataset?.most);
  if (!most || field.type === "hidden") return;
  const has = field.value.length > most * 0.9 ? lengthOf(field) : 0;
  let told = field.nextElementSibling?.matches("[data-room]") ? field.nextElementSibling : null;
  if (has <= most * 0.9) return told?.remove();
  if (!told) {
    told = Object.assign(document.createElement("p"), { className: "field-help" });
    told.dataset.room = "";
    told.setAttribute("role", "status");
    field.after(told);
  }
  const isOver = has > most;
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  const words = isOver ? document.body.dataset.tooLong : document.body.dataset.roomLeft;
  told.className = isOver ? "field-error" : "field-help";
  told.textContent = words.replace("{has}", number(has)).replace("{most}", number(most)).replace("{over}", number(has - most));
}

function refuseTooLong(event) {
  const tooLong = [...event.target.elements].filter((field) => field.dataset.most && field.type !== "hidden" && lengthOf(field) > Number(field.dataset.most));
  if (!tooLong.length || !document.body.dataset.tooLong) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  tooLong.forEach(tellRoom);
  tooLong[0].focus();
}

function focusErrors(part) {
  part?.querySelector?.(".error-summary[data-focus]")?.focus();
}

function nameFiles(input) {
  const list = input.closest(".file-drop").querySelector("[data-file-names]");
  list.replaceChildren(
    ...[...input.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${Math.ceil(file.size / 1000)} kB)`;
      return item;
    }),
  );
}
