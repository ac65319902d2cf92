/* <toast-region> shows what `toast` events say. Good news leaves by itself after six seconds (not
   while the pointer or the focus is on it), bad news stays until it is closed.
   Example: document.body.dispatchEvent(new CustomEvent("toast", {detail: {text: "Saved.", kind: "success"}})) */
const STAYS = 6000;

class ToastRegion extends HTMLElement {
  connectedCallback() {
    document.body.addEventListener("toast", (event) => this.show(event.detail));
    document.body.addEventListener("htmx:sendError", () => this.show({ text: this.dataset.offline, kind: "error" }));
    this.addEventListener("click", (event) => event.target.closest("button")?.closest(".toast").remove());
    for (const toast of this.querySelectorAll(".toast")) this.leaveSoon(toast);
  }

  show({ text, kind = "success" }) {
    if (!text) return;
    const template = this.querySelector(`template[data-kind="${kind}"]`) ?? this.querySelector("template");
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.querySelector("span").textContent = text;
    this.append(toast);
    if (kind !== "error") this.leaveSoon(toast);
  }

  leaveSoon(toast) {
    setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) this.leaveSoon(toast);
      else toast.remove();
    }, STAYS);
  }
}

customElements.define("toast-region", ToastRegion);
