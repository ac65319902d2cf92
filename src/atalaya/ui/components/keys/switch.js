/* <key-switch> around a checkbox turns single keys on and off in this browser (WCAG 2.1.4).
   Example: <key-switch><input type="checkbox"></key-switch> */
const root = document.documentElement;
if (localStorage.getItem("keys") === "off") root.dataset.keys = "off";

class KeySwitch extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input[type=checkbox]");
    box.checked = root.dataset.keys !== "off";
    box.addEventListener("change", () => {
      localStorage.setItem("keys", box.checked ? "on" : "off");
      if (box.checked) delete root.dataset.keys;
      else root.dataset.keys = "off";
    });
  }
}

customElements.define("key-switch", KeySwitch);
