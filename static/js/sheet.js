// The side sheet: a <dialog> that htmx fills. A link with data-sheet opens it; without script it is a page.
export function startSheet() {
  const sheet = document.getElementById("sheet");
  const content = document.getElementById("sheet-content");
  const leave = document.getElementById("leave");
  if (!sheet || !content) return;

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== content) return;
    if (!sheet.open) sheet.showModal();
    const first = ["[autofocus]", ".error-summary", "input:not([type=hidden], :disabled), select, textarea"];
    first.map((selector) => content.querySelector(selector)).find(Boolean)?.focus();
  });

  sheet.addEventListener("cancel", (event) => {
    if (hasUnsaved()) {
      event.preventDefault();
      leave?.showModal();
    }
  });

  sheet.addEventListener("close", () => content.replaceChildren());

  sheet.addEventListener("click", (event) => {
    if (event.target === sheet || event.target.closest("[data-sheet-close]")) {
      event.preventDefault();
      if (hasUnsaved()) leave?.showModal();
      else sheet.close();
    }
  });

  leave?.addEventListener("click", (event) => {
    if (event.target.closest("[data-leave]")) {
      leave.close();
      sheet.close();
    }
  });

  document.addEventListener("desk:close-sheet", () => sheet.close());

  function hasUnsaved() {
    return content.querySelector("form[data-guard][data-changed]") !== null;
  }
}
