/* <msg-composer data-kind="reply" data-draft="ticket-12"> — the radio chosen sets `data-kind`, which
   shows what belongs to it ([data-only=…]). The text is kept in this browser until it is sent. */
class MsgComposer extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea");
    const kept = this.draft ? localStorage.getItem(this.draft) : null;
    if (kept && !this.area.value) {
      const { kind, text } = JSON.parse(kept);
      this.area.value = text;
      this.querySelector(`input[name=kind][value="${CSS.escape(kind)}"]`)?.click();
      this.dataset.kind = kind;
    }
    this.addEventListener("change", (event) => {
      if (event.target.name !== "kind") return;
      this.dataset.kind = event.target.value;
      this.keep();
    });
    this.addEventListener("click", (event) => {
      // the keys r, n and c click the label: choose the kind and start to write
      if (!event.target.closest(".composer-kind")) return;
      this.area.focus(); // at once, so that what is typed next lands here
      setTimeout(() => this.area.focus()); // again, after the label has moved it to its button
    });
    this.wasEmpty = !this.area.value;
    this.addEventListener("input", () => {
      if (this.wasEmpty) this.begin();
      this.wasEmpty = !this.area.value;
      this.keep();
    });
    this.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful && event.detail.requestConfig?.verb === "post") this.sent();
    });
  }

  get draft() {
    return this.dataset.draft ? `draft:${this.dataset.draft}` : "";
  }

  /* Whoever begins to write has read what is on the page by then. */
  begin() {
    const read = document.querySelector("[data-last-entry]")?.dataset.lastEntry;
    const seen = this.querySelector("input[name=seen]");
    if (read && seen && Number(read) > Number(seen.value)) seen.value = read;
  }

  keep() {
    if (!this.draft) return;
    if (this.area.value.trim()) {
      localStorage.setItem(this.draft, JSON.stringify({ kind: this.dataset.kind, text: this.area.value }));
    } else localStorage.removeItem(this.draft);
  }

  sent() {
    if (this.draft) localStorage.removeItem(this.draft);
    if (!this.isConnected) return;
    this.querySelector("form").reset();
    this.area.value = "";
    this.wasEmpty = true;
    this.dataset.kind = this.querySelector("input[name=kind]:checked")?.value ?? this.dataset.kind;
  }
}

customElements.define("msg-composer", MsgComposer);
