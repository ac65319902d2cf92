/* <theme-switch> changes the theme at once and tells the server without leaving the page.
   Example: <theme-switch><form action="/ui/look/"><button name="theme" value="dark">…</button></form></theme-switch> */
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      const { value } = event.submitter;
      event.preventDefault();
      document.documentElement.dataset.theme = value;
      for (const button of this.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(button.value === value));
      }
      const form = event.target;
      const said = new FormData(form, event.submitter);
      fetch(form.action, { method: "POST", body: said, redirect: "manual" });
    });
  }
}

customElements.define("theme-switch", ThemeSwitch);
