/* <combo-box src="/people/options/" [free] [submit]> — a text input that searches and a hidden one
   that keeps the chosen value. Down/Up move, Enter chooses, Esc closes. `free` keeps what was typed
   when nothing was chosen; `submit` sends the form at once. Emits `chosen` {value, text}. */
class ComboBox extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.input = this.querySelector("[role=combobox]");
    this.hiddenInput = this.querySelector("input[type=hidden]");
    this.list = this.querySelector("[role=listbox]");
    this.status = this.querySelector("[role=status]");
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.left(), 150));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
    this.shown = this.input.value;
  }

  typed() {
    clearTimeout(this.timer);
    this.hiddenInput.value = this.hasAttribute("free") ? this.input.value : "";
    this.timer = setTimeout(() => this.search(), 120);
  }

  async search() {
    const words = this.input.value.trim();
    this.asking?.abort();
    this.asking = new AbortController();
    const address = new URL(this.getAttribute("src"), location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { signal: this.asking.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return this.close();
      this.list.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") this.close();
      return;
    }
    this.open();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const options = this.options;
    if (options.length && this.input.value.trim()) this.mark(options[0]);
    this.status.textContent = String(options.length);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  mark(option) {
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option));
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    this.input.value = this.shown = option.dataset.text;
    this.hiddenInput.value = option.dataset.value;
    this.close();
    const chosen = { value: option.dataset.value, text: option.dataset.text };
    this.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: chosen }));
    this.hiddenInput.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.hasAttribute("submit")) this.closest("form")?.requestSubmit();
  }

  pressed(event) {
    const options = this.options;
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return void this.search();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (options.length) this.mark(options.at((at + step + options.length) % options.length));
    } else if (event.key === "Enter" && !this.list.hidden && at >= 0) {
      event.preventDefault();
      this.choose(options[at]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      event.preventDefault();
      this.close();
    }
  }

  left() {
    this.close();
    if (this.hasAttribute("free")) return;
    if (this.input.value.trim() === "") {
      if (this.hiddenInput.value !== "" || this.shown !== "") {
        this.hiddenInput.value = this.shown = "";
        this.hiddenInput.dispatchEvent(new Event("change", { bubbles: true }));
      }
    } else if (this.hiddenInput.value === "") {
      this.input.value = this.shown;
    }
  }
}

customElements.define("combo-box", ComboBox);
