// A range beside each number that may be dragged: both say the same, and htmx hears of every change of the number.
for (const number of document.querySelectorAll("input[data-slider]")) {
  const range = document.createElement("input");
  range.type = "range";
  range.min = number.min;
  range.max = number.dataset.to || number.max;
  range.step = number.step || 1;
  range.value = number.value || range.min;
  range.setAttribute("aria-label", document.querySelector(`label[for="${number.id}"]`)?.textContent.trim() || number.name);
  range.addEventListener("input", () => {
    number.value = range.value;
    number.dispatchEvent(new Event("input", { bubbles: true }));
  });
  number.addEventListener("input", () => {
    if (number.value) range.value = number.value;
  });
  number.after(range);
}
