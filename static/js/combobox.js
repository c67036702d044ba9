// A box that suggests while one types (ARIA combobox with a list): arrows walk, Enter chooses, Escape closes the list.
// The caller fills the list; an option says by data attributes what it stands for.
export class Combobox {
  constructor(input, list, { onChoose, onEmptyEnter, onEnterEarly }) {
    this.input = input;
    this.list = list;
    this.onChoose = onChoose;
    this.onEmptyEnter = onEmptyEnter ?? (() => false);
    this.onEnterEarly = onEnterEarly ?? (() => false);
    this.active = -1;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    list.setAttribute("role", "listbox");
    input.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]:not([aria-disabled=true])");
      if (option) this.choose(option);
    });
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled=true])")];
  }

  get isOpen() {
    return !this.list.hidden;
  }

  // Shows what the list holds now; the first option is ready for Enter.
  show({ activate = true } = {}) {
    this.list.hidden = !this.list.querySelector("[role=option]");
    this.input.setAttribute("aria-expanded", String(this.isOpen));
    this.mark(activate && this.options.length ? 0 : -1);
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  mark(at) {
    const options = this.options;
    this.active = at;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at >= 0) {
      this.input.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  choose(option) {
    this.hide();
    this.onChoose(option);
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const options = this.options;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      event.preventDefault();
      if (!this.isOpen) return this.show();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark((this.active + step + options.length) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.onEnterEarly()) return;
      if (this.isOpen && this.active >= 0) this.choose(options[this.active]);
      else this.onEmptyEnter();
    } else if (event.key === "Escape" && this.isOpen && this.input.value) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    }
  }
}
