// A new case: when the draft is thrown away the page begins afresh.
document.addEventListener("desk:draft-discarded", () => {
  document.querySelector("form.new-case")?.removeAttribute("data-changed");
  window.location.assign(window.location.pathname);
});
