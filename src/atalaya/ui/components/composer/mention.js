/* In <msg-composer data-mentions="/people/options/?agents=1">, while the kind is a note: `@` and some
   letters offer people; Enter or a click writes `@[Name](person:7)`, which the server tells and shows
   as a name. Esc goes on without. */
const WANTED = /(?:^|\s)@([\p{L}\p{M}.' -]{1,30})$/u;

class Mentions {
  constructor(composer) {
    this.composer = composer;
    this.area = composer.querySelector("textarea");
    this.list = composer.querySelector(".mention-list");
    this.area.addEventListener("input", () => this.look());
    this.area.addEventListener("keydown", (event) => this.pressed(event));
    this.area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  look() {
    clearTimeout(this.timer);
    const before = this.area.value.slice(0, this.area.selectionStart);
    const found = this.composer.dataset.kind === "note" ? WANTED.exec(before) : null;
    if (!found) return this.close();
    this.words = found[1];
    this.timer = setTimeout(() => this.ask(), 150);
  }

  async ask() {
    const words = this.words;
    const address = new URL(this.composer.dataset.mentions, location.href);
    address.searchParams.set("q", words.trim());
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok || words !== this.words) return;
    this.list.innerHTML = await answer.text();
    if (!this.options.length) return this.close();
    this.list.hidden = false;
    this.mark(this.options[0]);
  }

  mark(option) {
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option));
    this.area.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  take(option) {
    const end = this.area.selectionStart;
    const start = end - this.words.length - 1;
    const name = option.dataset.text.replace(/[[\]]/g, "");
    this.area.setRangeText(`@[${name}](person:${option.dataset.value}) `, start, end, "end");
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.words = undefined;
    this.area.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    if (this.list.hidden) return;
    const options = this.options;
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark(options.at((at + (event.key === "ArrowDown" ? 1 : -1)) % options.length));
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.take(options[at]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
  }
}

function begin(root) {
  for (const composer of root.querySelectorAll("msg-composer[data-mentions]")) {
    if (composer.mentions) continue;
    composer.mentions = new Mentions(composer);
  }
}

document.addEventListener("htmx:load", (event) => begin(event.detail.elt.parentElement ?? document));
begin(document);
