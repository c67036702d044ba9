// Folding the navigation (kept in a cookie, so the server draws the next page folded), menus, dialogs.
const YEAR = 60 * 60 * 24 * 365;

export function startNavigation() {
  const root = document.documentElement;

  document.addEventListener("click", (event) => {
    const fold = event.target.closest("[data-fold]");
    if (fold) {
      const folded = root.dataset.nav !== "folded";
      if (folded) root.dataset.nav = "folded";
      else delete root.dataset.nav;
      fold.setAttribute("aria-expanded", String(!folded));
      document.cookie = `nav=${folded ? "folded" : "open"};path=/;max-age=${YEAR};samesite=lax`;
      return;
    }
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      closeMenus();
      document.getElementById(opener.dataset.dialog)?.showModal();
      return;
    }
    if (event.target.closest("[data-dialog-close]") || event.target.matches("dialog.dialog")) {
      event.target.closest("dialog")?.close();
      return;
    }
    closeMenus(event.target.closest("details.menu"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary")?.focus();
    }
  });
}

function closeMenus(except = null) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
