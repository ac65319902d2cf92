/* <row-density> holds three buttons (s, m, l) that set how tall the lines of the queue are; kept in
   this browser. Example: <row-density><button value="s">S</button>…</row-density> */
const root = document.documentElement;
root.dataset.density = localStorage.getItem("density") ?? "m";

class RowDensity extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const value = event.target.closest("button")?.value;
      if (!value) return;
      root.dataset.density = value;
      localStorage.setItem("density", value);
      this.show();
    });
    this.show();
  }

  show() {
    for (const button of this.querySelectorAll("button")) {
      const chosen = button.value === root.dataset.density;
      button.setAttribute("aria-pressed", String(chosen));
      button.toggleAttribute("aria-current", chosen);
    }
  }
}

customElements.define("row-density", RowDensity);
