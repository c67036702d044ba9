// The signed-in frame: everything here only makes quicker what works without it.
import { startShortcuts } from "./shortcuts.js";
import { startSheet } from "./sheet.js";
import { startToasts } from "./toasts.js";
import { startNavigation } from "./navigation.js";
import { startTables } from "./tables.js";
import { startForms } from "./forms.js";
import { startDrafts } from "./drafts.js";
import { startLogContact } from "./log-contact.js";
import { startAnswers } from "./answers.js";
import { startFolds } from "./folds.js";
import { startSending } from "./sending.js";

document.documentElement.classList.add("js");

// Strict cookies keep the token from scripts, so it stands on the body.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.body.dataset.csrf;
});

startNavigation();
startShortcuts();
startSheet();
startToasts();
startTables();
startForms();
startDrafts();
startSending();
startLogContact();
startAnswers();
startFolds();
