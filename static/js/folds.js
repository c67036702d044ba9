// Folds that a person opened stay open when their part of the page is renewed. The answer is changed before it is put in,
// so that what has the focus inside a fold can take it again.
export function startFolds() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    for (const fold of event.detail.target.querySelectorAll("details[id][open]")) {
      const id = `id="${fold.id}"`;
      event.detail.serverResponse = event.detail.serverResponse.replace(id, `${id} open`);
    }
  });
}
