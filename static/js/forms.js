// Forms: the error summary takes the focus, unsaved words are guarded, files may be dropped,
// a filter form that changed sends itself.
export function startForms() {
  focusErrors(document);
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
