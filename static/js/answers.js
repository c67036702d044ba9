// Answers to htmx that are not the part that was asked for: signed out meanwhile, refused, broken, no connection.
import { askToSignIn } from "./drafts.js";
import { say } from "./toasts.js";

export function startAnswers() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const signIn = document.querySelector("#signed-out a[target]")?.pathname;
    const came = event.detail.xhr.responseURL;
    if (!signIn || !came || new URL(came).pathname !== signIn) return;
    event.detail.shouldSwap = false;
    askToSignIn();
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) askToSignIn();
    else say({ 403: "refused", 404: "missing", 429: "hurried" }[status] ?? "failed");
  });

  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:timeout", () => say("offline"));
}
