// The page of a case: the button names whom a letter reaches, the guide goes into the reply, others see who writes.
import { touched } from "./drafts.js";

const reply = document.querySelector("form[data-reply]");
const text = reply?.querySelector("textarea");

if (reply) {
  const channel = reply.querySelector("select[name=channel]");
  const named = reply.querySelector("span[data-recipient]");
  const name = () => {
    const recipient = channel.selectedOptions[0]?.dataset.recipient;
    if (recipient) named.textContent = recipient;
  };
  channel.addEventListener("change", name);
  name();

  const writing = document.getElementById("presence-writing");
  text.addEventListener("input", () => {
    writing.value = text.value.trim() ? "on" : "";
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-into-reply]") && text) {
    const guide = document.querySelector("[data-guide]").textContent.trim();
    text.value = text.value.trim() ? `${text.value.trimEnd()}\n\n${guide}\n` : `${guide}\n`;
    touched(reply);
    text.focus();
  }
  const why = event.target.closest("[data-opens-why]");
  if (why) document.querySelector(why.hash)?.setAttribute("open", "");
});
