// The page of a case: the button says what it does and whom a letter reaches, the guide goes into the reply, others see who writes.
import { touched } from "./drafts.js";

const reply = document.querySelector("form[data-reply]");
const text = reply?.querySelector("textarea");

if (reply) {
  const channel = reply.querySelector("select[name=channel]");
  const afterwards = reply.querySelector("[name=at]");
  const named = reply.querySelector("span[data-words]");
  const name = () => {
    const words = channel.selectedOptions[0]?.dataset;
    if (words?.words) named.textContent = afterwards?.value ? words.wordsAfterwards : words.words;
  };
  channel.addEventListener("change", name);
  afterwards?.addEventListener("input", name);
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
