// Talks to a security key and sends its answer with the form. `data-security-key` on the form: "create" or "get"; the
// question of the server stands in #js_data. allauth's webauthn-json.js turns it into what the browser wants.
const question = JSON.parse(document.getElementById("js_data").textContent);
const form = document.querySelector("form[data-security-key]");
const error = document.getElementById("security-key-error");
const button = document.querySelector(`button[form="${form.id}"], #${form.id} button`);

async function answer() {
  if (form.dataset.securityKey === "create") {
    const options = structuredClone(question.creation_options);
    options.publicKey.authenticatorSelection.residentKey = "discouraged";
    options.publicKey.authenticatorSelection.requireResidentKey = false;
    return window.webauthnJSON.create(options);
  }
  return window.webauthnJSON.get(question.request_options);
}

button.addEventListener("click", async (event) => {
  event.preventDefault();
  error.hidden = true;
  if (!window.webauthnJSON || !window.webauthnJSON.supported()) {
    error.textContent = error.dataset.notSupported;
    error.hidden = false;
    return;
  }
  try {
    form.elements.credential.value = JSON.stringify(await answer());
    form.submit();
  } catch {
    error.hidden = false;
  }
});
