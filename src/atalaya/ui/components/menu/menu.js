/* <pop-menu id="m" popover role="menu"> beside <button popovertarget="m">: placed under its button,
   arrow keys move, letters jump, Esc closes and gives the focus back (the browser does that). */
class PopMenu extends HTMLElement {
  connectedCallback() {
    this.addEventListener("toggle", (event) => event.newState === "open" && this.opened());
    this.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("htmx:afterSwap", () => this.matches(":popover-open") && this.opened());
    document.body.addEventListener("done", () => this.matches(":popover-open") && this.hidePopover());
  }

  get button() {
    return document.querySelector(`[popovertarget="${this.id}"]`);
  }

  get items() {
    return [...this.querySelectorAll("[role^=menuitem]:not([disabled], [aria-disabled])")];
  }

  opened() {
    this.place();
    const first = this.querySelector("[autofocus], input[type=text], [role=combobox]") ?? this.items[0];
    first?.focus();
  }

  place() {
    const around = this.button?.getBoundingClientRect();
    if (!around) return;
    const own = this.getBoundingClientRect();
    const end = this.dataset.align === "end" || around.left + own.width > innerWidth - 8;
    const left = end ? around.right - own.width : around.left;
    const below = around.bottom + 4 + own.height <= innerHeight - 8 || around.top < own.height;
    this.style.left = `${Math.max(8, Math.min(left, innerWidth - own.width - 8))}px`;
    this.style.top = `${Math.max(8, below ? around.bottom + 4 : around.top - own.height - 4)}px`;
  }

  pressed(event) {
    const items = this.items;
    const at = items.indexOf(document.activeElement);
    const inText = event.target.matches("input:not([type=checkbox]), textarea");
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (go !== undefined && !event.target.closest("combo-box") && items.length && !(inText && go <= 0 && at < 0)) {
      event.preventDefault();
      items[(go + items.length) % items.length].focus();
    } else if (!inText && event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " ") {
      const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      const letter = event.key.toLowerCase();
      rest.find((one) => one.textContent.trim().toLowerCase().startsWith(letter))?.focus();
      event.stopPropagation();
    }
  }
}

/* An input [data-filters] in a menu hides the items that do not have its words. */
document.addEventListener("input", (event) => {
  if (!event.target.matches("pop-menu [data-filters]")) return;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = fold(event.target.value).split(/\s+/).filter(Boolean);
  for (const item of event.target.closest("pop-menu").items) {
    item.hidden = !words.every((word) => fold(item.textContent).includes(word));
  }
});

customElements.define("pop-menu", PopMenu);
