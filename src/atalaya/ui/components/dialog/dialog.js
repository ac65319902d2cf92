/* Dialogs. <button data-opens="id"> opens a dialog of the page; <modal-host id="dialog"> opens what
   HTMX puts into it and empties itself when it closes or when the write inside it is done. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  const closer = event.target.closest("dialog[open] [data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  if (event.target.matches("dialog[open]")) event.target.close(); // a click on the veil
});

class ModalHost extends HTMLElement {
  connectedCallback() {
    this.addEventListener("htmx:afterSwap", () => this.show());
    document.body.addEventListener("done", () => this.querySelector("dialog")?.close());
    this.addEventListener("htmx:beforeRequest", (event) => {
      if (event.target !== this) this.opener ??= document.activeElement;
    });
    document.body.addEventListener("htmx:beforeRequest", (event) => {
      if (event.detail.target === this && !this.contains(event.detail.elt)) this.opener = event.detail.elt;
    });
    this.show();
  }

  show() {
    const dialog = this.querySelector("dialog");
    if (!dialog || dialog.open) return;
    dialog.addEventListener("close", () => {
      this.replaceChildren();
      if (this.opener?.isConnected) this.opener.focus();
    });
    dialog.showModal();
    dialog.querySelector("[autofocus], [data-focus]")?.focus();
  }
}

customElements.define("modal-host", ModalHost);
